#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace premura {

// What is kept of the first and of the second eight bytes of a name, by its length up to 16.
struct ShortNameMasks {
    std::array<std::uint64_t, 17> first{};
    std::array<std::uint64_t, 17> second{};
};
inline constexpr ShortNameMasks short_name_masks = [] {
    ShortNameMasks masks;
    for (std::size_t size = 0; size <= 16; ++size) {
        for (std::size_t byte = 0; byte < size; ++byte) {
            auto& mask = byte < 8 ? masks.first[size] : masks.second[size];
            mask |= std::uint64_t{0xff} << (byte % 8 * 8);
        }
    }
    return masks;
}();

// A short name as two words, so that it is hashed and compared without loops or branches.
struct ShortName {
    static constexpr std::size_t size_max = 16;

    std::uint64_t first = 0;
    std::uint64_t second = 0;

    // 16 bytes from the beginning of the name must be readable. Longer names give no ShortName.
    static ShortName from_padded(std::string_view name) {
        ShortName words;
        std::memcpy(&words.first, name.data(), 8);
        std::memcpy(&words.second, name.data() + 8, 8);
        words.first &= short_name_masks.first[name.size()];
        words.second &= short_name_masks.second[name.size()];
        return words;
    }
    static ShortName from(std::string_view name) {
        ShortName words;
        if (name.empty()) return words;
        std::memcpy(&words.first, name.data(), name.size() < 8 ? name.size() : 8);
        if (name.size() > 8) std::memcpy(&words.second, name.data() + 8, name.size() - 8);
        return words;
    }
    bool operator==(const ShortName&) const = default;
};

// A fixed set of names of at most 16 bytes, each with a number from 1 to 255, found by one probe:
// the table tries factors until every name has a slot of its own. Immutable.
class NameTable {
 public:
    using Entry = std::pair<std::string_view, std::uint8_t>;

    NameTable() = default;
    explicit NameTable(std::span<const Entry> entries);

    // The number of the name, or 0.
    std::uint8_t find(std::string_view name) const {
        return name.size() > ShortName::size_max ? std::uint8_t{0} : find(ShortName::from(name));
    }
    // The same for a name in a buffer of which 16 bytes from its beginning can be read.
    std::uint8_t find_padded(std::string_view name) const {
        if (name.size() > ShortName::size_max) return 0;
        return find(ShortName::from_padded(name));
    }

 private:
    struct Slot {
        ShortName name;
        std::uint8_t number = 0;
    };

    std::uint8_t find(const ShortName& name) const {
        const Slot& slot = slots_[slot_of(name)];
        return slot.name == name ? slot.number : std::uint8_t{0};
    }
    std::size_t slot_of(const ShortName& name) const {
        const std::uint64_t mixed = (name.first ^ (name.second * second_factor)) * factor_;
        return static_cast<std::size_t>(mixed >> shift_);
    }
    bool place(std::span<const Entry> entries);

    static constexpr std::uint64_t second_factor = 0x9e3779b97f4a7c15;

    std::vector<Slot> slots_ = std::vector<Slot>(2);
    std::uint64_t factor_ = 0;
    int shift_ = 63;
};

}  // namespace premura
