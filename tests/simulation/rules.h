#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/rules/rule_set.h"
#include "tests/simulation/naive_time.h"

namespace premura {

// The rules by which all simulated worlds live, in the style of the shipped ones, and the same calendars for
// the engine (in RuleSet) and for the model. Made once, used by every seed.
struct SimulationRules {
    static constexpr const char* tenant = "acme";
    static constexpr const char* source_topic = "shop.events";

    std::shared_ptr<const RuleSet> set;
    std::shared_ptr<const RuleSet> edited;  // what somebody makes of them in between; null: nobody does
    std::map<std::string, NaiveCalendar> calendars;  // by name
    std::map<std::string, NaiveCalendar> call_hours;     // by the customer's zone
    std::map<std::string, NaiveCalendar> message_hours;
};

const SimulationRules& simulation_rules();

// The same rules and hours with a policy: limits, surges, paces, a holdout. Several of them, by seed; only `set` is there.
// policy_rules.cpp
const SimulationRules& policy_rules(std::uint64_t seed);

}  // namespace premura
