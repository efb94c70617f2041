#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/calendar/calendar.h"
#include "core/conditions/definitions.h"
#include "core/events/mapping.h"
#include "core/rules/dialer_map.h"
#include "core/rules/message.h"
#include "core/rules/rule.h"
#include "core/rules/tenant.h"

namespace premura {

// Everything that ops teams own, as one value: loaded, checked and swapped as a whole.
// Immutable; shared between threads by shared_ptr<const RuleSet>.
struct RuleSet {
    std::vector<Rule> rules;                                           // in the order of files and lines
    std::map<std::string, std::shared_ptr<const Calendar>> calendars;  // by name
    std::map<std::string, HolidaySet> holidays;
    std::map<std::string, Tenant> tenants;                             // by id
    std::map<std::string, Message> messages;                           // by id
    std::map<std::string, DialerMap> dialer_maps;                      // by id
    std::vector<Mapping> mappings;                                     // the first that matches is used
    std::shared_ptr<const Definitions> definitions;                    // what conditions may name
    std::string digest;  // hash of all the texts, for logs and metrics: which set is this?

    const Tenant* tenant(std::string_view id) const;
    const Rule* rule(std::string_view id) const;
    // The rule of that id, or the one that had it before.
    const Rule* rule_or_successor(std::string_view id) const;
    const Message* message(std::string_view id) const;
    const DialerMap* dialer_map(std::string_view id) const;

    // The calendar that `reference` means for this tenant: its alias, else a calendar of that name, else
    // (for `of order.warehouse`) the tenant's `warehouses:` entry for `value`. Null when there is none.
    const Calendar* calendar(const Tenant& tenant, const CalendarReference& reference,
                             std::string_view value) const;
};

}  // namespace premura
