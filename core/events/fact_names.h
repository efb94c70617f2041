#pragma once

#include <array>
#include <string_view>

#include "core/events/name_table.h"
#include "core/events/vocabulary.h"

namespace premura {

// The names of facts by their two halves, as the data of an event has them: "order", then "total".
class FactNames {
 public:
    // The word before the dot as a number from 1, or 0.
    std::uint8_t group(std::string_view name) const { return groups_.find(name); }
    // The fact of that group, or 0.
    FactNumber fact(std::uint8_t group, std::string_view name) const {
        return fields_[group].find(name);
    }
    // The same for names in a buffer of which 16 bytes from their beginning can be read.
    std::uint8_t group_padded(std::string_view name) const { return groups_.find_padded(name); }
    FactNumber fact_padded(std::uint8_t group, std::string_view name) const {
        return fields_[group].find_padded(name);
    }
    // A whole name, "order.total", or 0.
    FactNumber whole(std::string_view name) const {
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) return 0;
        const std::uint8_t found = group(name.substr(0, dot));
        return found == 0 ? FactNumber{0} : fact(found, name.substr(dot + 1));
    }

    // Made from the vocabulary at the first call.
    static const FactNames& get();

 private:
    static constexpr std::size_t groups_max = 32;

    FactNames();

    NameTable groups_;
    std::array<NameTable, groups_max> fields_;
};

}  // namespace premura
