#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/calendar/calendar.h"
#include "core/rules/rule_set.h"

namespace premura {

// When customers may be called: the tenant's call hours, in every zone that is plausible for the customer. Compiles a
// calendar when it is first asked for one; bounded by the tenants and the zones of the world. One thread.
class CallableHours {
 public:
    explicit CallableHours(std::shared_ptr<const RuleSet> rules) : rules_{std::move(rules)} {}

    struct Answer {
        bool open = false;
        Instant until = instant_max;  // when that changes: the first closing, or the next moment that is open in all zones
    };
    // Closed for ever when the rule set has no such tenant.
    Answer at(const std::string& tenant, const std::vector<std::string>& zones, Instant now);

 private:
    const Calendar* calendar(const Tenant& tenant, const std::string& zone);

    const std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, std::shared_ptr<const Calendar>> calendars_;  // by tenant and zone
};

}  // namespace premura
