#include "core/calendar/sorted_keys.h"

#include <algorithm>
#include <utility>

namespace premura {

SortedKeys::SortedKeys(std::vector<std::uint32_t> increasing) : keys_(std::move(increasing)) {
    keys_.shrink_to_fit();
    if (keys_.empty()) return;
    while (bucket_shift_ < 31 && (keys_.back() >> bucket_shift_) >= keys_.size()) ++bucket_shift_;

    const std::size_t buckets = (keys_.back() >> bucket_shift_) + std::size_t{1};
    bucket_begin_.reserve(buckets + 1);
    std::uint32_t position = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        while (position < keys_.size() && (keys_[position] >> bucket_shift_) < bucket) ++position;
        bucket_begin_.push_back(position);
    }
    bucket_begin_.push_back(static_cast<std::uint32_t>(keys_.size()));
}

std::size_t SortedKeys::bisect(std::uint32_t begin, std::uint32_t end, std::uint32_t value) const {
    const auto first = keys_.begin();
    return static_cast<std::size_t>(std::upper_bound(first + begin, first + end, value) - first);
}

std::size_t SortedKeys::memory_bytes() const {
    return (keys_.capacity() + bucket_begin_.capacity()) * sizeof(std::uint32_t);
}

}  // namespace premura
