#include "core/cel/arena.h"

#include <algorithm>
#include <cstring>

namespace premura::cel {
namespace {

constexpr std::size_t alignment = alignof(MapEntry);
constexpr std::size_t first_block_bytes = 4096;

}  // namespace

void* Arena::allocate(std::size_t bytes) {
    // Every request leaves a byte, so that no two answers are equal and none is null.
    const std::size_t wanted =
        (std::max<std::size_t>(bytes, 1) + alignment - 1) / alignment * alignment;
    if (wanted > bytes_max_ || given_ > bytes_max_ - wanted) return nullptr;
    if (blocks_.empty() || blocks_.back().size - used_ < wanted) {
        const std::size_t grown = blocks_.empty() ? first_block_bytes : blocks_.back().size * 2;
        const std::size_t size = std::max(grown, wanted);
        blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
        used_ = 0;
    }
    void* begin = blocks_.back().bytes.get() + used_;
    used_ += wanted;
    given_ += wanted;
    return begin;
}

Value* Arena::allocate_values(std::size_t count) {
    if (count > bytes_max_ / sizeof(Value)) return nullptr;
    return static_cast<Value*>(allocate(count * sizeof(Value)));
}

MapEntry* Arena::allocate_entries(std::size_t count) {
    if (count > bytes_max_ / sizeof(MapEntry)) return nullptr;
    return static_cast<MapEntry*>(allocate(count * sizeof(MapEntry)));
}

std::string_view Arena::copy(std::string_view text) {
    char* begin = static_cast<char*>(allocate(text.size() + 1));
    if (begin == nullptr) return {};
    std::memcpy(begin, text.data(), text.size());
    begin[text.size()] = '\0';
    return {begin, text.size()};
}

void Arena::clear() {
    if (blocks_.size() > 1) blocks_.resize(1);
    used_ = 0;
    given_ = 0;
}

}  // namespace premura::cel
