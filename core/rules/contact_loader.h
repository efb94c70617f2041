#pragma once

#include <string>

#include "core/base/yaml_reader.h"
#include "core/calendar/calendar_loader.h"
#include "core/rules/call_rules.h"
#include "core/rules/contact_limit.h"
#include "core/rules/restraint.h"
#include "core/rules/step_loader.h"

namespace premura {

// When customers may be called and written to. Not compiled yet: that needs all holiday sets.
struct LoadedContact {
    LoadedCalendar calls;
    LoadedCalendar messages;
    std::vector<ContactLimit> limits;
    Milliseconds wait_after_inbound = std::chrono::hours{2};
    bool hold_unknown_zone = false;
    ContactRate catch_up;
    CallRules call_rules;
    std::vector<NameUse> uses;  // messages and teams that are named
};

// Reads `contact:` of a tenant; null for a tenant that has none. What is not written is as shipped:
// calls Monday to Friday 9 to 20, on Saturdays and days before holidays 10 to 19, never on Sundays
// and holidays, not from 12:30 to 14:30 and from 19 to 21; messages from 8:30 to 21:30 every day.
// Each part (hours, avoid, never, day_before_holiday) has its default of its own, and so has each
// limit. A key that this version only checks: one_call_for_all_open_cases.
LoadedContact load_contact(const YamlNode* node, const Place& tenant_place,
                           const std::string& timezone, YamlReader& reader);

}  // namespace premura
