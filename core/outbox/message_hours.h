#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/calendar/calendar.h"
#include "core/rules/rule_set.h"

namespace premura {

// When a message may reach a customer: the tenant's hours by the customer's own clock. A message that was decided at 21:29
// must not be tried again at three in the night.
class MessageHours {
 public:
    // The first moment at or after `time`; `time` itself when the tenant has no hours. A zone that is not known is the
    // tenant's.
    Instant first_from(Instant time, const RuleSet& rules, const Tenant& tenant, std::string_view zone);
    void forget() { hours_.clear(); }

 private:
    // By tenant and zone, compiled when first asked for. Bounded by the zones of the world.
    std::map<std::string, std::shared_ptr<const Calendar>> hours_;
};

}  // namespace premura
