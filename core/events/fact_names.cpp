#include "core/events/fact_names.h"

#include <map>
#include <vector>

namespace premura {

FactNames::FactNames() {
    std::map<std::string_view, std::vector<NameTable::Entry>> by_group;
    for (const FactDefinition& definition : all_facts()) {
        const std::size_t dot = definition.name.find('.');
        by_group[definition.name.substr(0, dot)].emplace_back(definition.name.substr(dot + 1),
                                                              definition.number);
    }
    std::vector<NameTable::Entry> groups;
    for (const auto& [name, fields] : by_group) {
        const auto number = static_cast<std::uint8_t>(groups.size() + 1);
        groups.emplace_back(name, number);
        fields_.at(number) = NameTable{fields};
    }
    groups_ = NameTable{groups};
}

const FactNames& FactNames::get() {
    static const FactNames names;
    return names;
}

}  // namespace premura
