#include "core/events/name_table.h"

#include <algorithm>
#include <bit>

namespace premura {

NameTable::NameTable(std::span<const Entry> entries) {
    static_assert(std::endian::native == std::endian::little);
    if (entries.empty()) return;
    int bits = static_cast<int>(std::bit_width(entries.size() * 2));
    factor_ = second_factor;
    // Two slots a name take some tries; where names are unlucky the table grows.
    for (int tries = 1;; ++tries) {
        if (tries % 256 == 0) ++bits;
        shift_ = 64 - bits;
        slots_.assign(std::size_t{1} << bits, Slot{});
        if (place(entries)) return;
        factor_ = (factor_ * 6364136223846793005 + 1442695040888963407) | 1;
    }
}

bool NameTable::place(std::span<const Entry> entries) {
    return std::all_of(entries.begin(), entries.end(), [this](const Entry& entry) {
        const ShortName name = ShortName::from(entry.first);
        Slot& slot = slots_[slot_of(name)];
        if (slot.number != 0) return false;
        slot = {name, entry.second};
        return true;
    });
}

}  // namespace premura
