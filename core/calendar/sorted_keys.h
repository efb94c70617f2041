#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace premura {

// Increasing numbers with an index over them: which is the last not above a value is answered in a
// time that does not depend on how many there are. The range is cut into equal buckets, as many as
// there are keys or fewer, and only the keys of one bucket are looked at. Keys that lie much denser
// than the average are found by bisection inside their bucket.
class SortedKeys {
 public:
    SortedKeys() = default;
    explicit SortedKeys(std::vector<std::uint32_t> increasing);

    // How many keys are at or below the value.
    std::size_t count_up_to(std::uint32_t value) const {
        const std::size_t bucket = value >> bucket_shift_;
        if (bucket + 1 >= bucket_begin_.size()) return keys_.size();
        const std::uint32_t begin = bucket_begin_[bucket];
        const std::uint32_t end = bucket_begin_[bucket + 1];
        if (end - begin > linear_max) return bisect(begin, end, value);
        std::uint32_t position = begin;
        while (position < end && keys_[position] <= value) ++position;
        return position;
    }

    std::uint32_t operator[](std::size_t position) const { return keys_[position]; }
    std::size_t size() const { return keys_.size(); }
    bool empty() const { return keys_.empty(); }
    std::size_t memory_bytes() const;

 private:
    static constexpr std::uint32_t linear_max = 16;

    std::size_t bisect(std::uint32_t begin, std::uint32_t end, std::uint32_t value) const;

    std::vector<std::uint32_t> keys_;
    // Position of the first key of each bucket, and the number of keys at the end.
    std::vector<std::uint32_t> bucket_begin_;
    int bucket_shift_ = 0;
};

}  // namespace premura
