#include "core/rules/rule_set.h"

#include <algorithm>

namespace premura {
namespace {

template <typename Map>
auto find(const Map& map, std::string_view id) {
    const auto found = map.find(std::string{id});
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const Tenant* RuleSet::tenant(std::string_view id) const { return find(tenants, id); }
const Message* RuleSet::message(std::string_view id) const { return find(messages, id); }
const DialerMap* RuleSet::dialer_map(std::string_view id) const { return find(dialer_maps, id); }

const Rule* RuleSet::rule(std::string_view id) const {
    for (const Rule& candidate : rules) {
        if (candidate.id == id) return &candidate;
    }
    return nullptr;
}

const Rule* RuleSet::rule_or_successor(std::string_view id) const {
    if (const Rule* same = rule(id)) return same;
    for (const Rule& candidate : rules) {
        if (std::find(candidate.was.begin(), candidate.was.end(), id) != candidate.was.end()) return &candidate;
    }
    return nullptr;
}

const Calendar* RuleSet::calendar(const Tenant& tenant, const CalendarReference& reference,
                                  std::string_view value) const {
    std::string_view name = reference.name;
    if (reference.fact != 0) {
        const std::string* of_warehouse = find(tenant.warehouses, value);
        if (of_warehouse == nullptr) return nullptr;
        name = *of_warehouse;
    } else if (const std::string* aliased = find(tenant.calendars, name)) {
        name = *aliased;
    }
    const auto* calendar = find(calendars, name);
    return calendar == nullptr ? nullptr : calendar->get();
}

}  // namespace premura
