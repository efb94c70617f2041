#pragma once

#include <vector>

#include "core/calendar/calendar_loader.h"
#include "core/events/mapping_loader.h"
#include "core/rules/dialer_map_loader.h"
#include "core/rules/message_loader.h"
#include "core/rules/rule_loader.h"
#include "core/rules/tenant_loader.h"

namespace premura {

// What all files brought, each name once, before it is a RuleSet. Parts with errors are in it, too.
struct LoadedParts {
    std::vector<LoadedRule> rules;
    std::vector<LoadedCalendar> calendars;
    HolidaySets holidays;
    std::vector<LoadedTenant> tenants;
    std::vector<LoadedMessage> messages;
    std::vector<LoadedDialerMap> dialer_maps;
    std::vector<LoadedMapping> mappings;
};

// Checks every name in one file that another must know: calendars, messages, teams, tenants, dialers.
void check_across_files(const LoadedParts& parts, Diagnostics& diagnostics);

}  // namespace premura
