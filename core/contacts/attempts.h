#pragma once

#include <functional>
#include <optional>

#include "core/calendar/calendar.h"
#include "core/contacts/customer.h"
#include "core/rules/call_rules.h"

namespace premura {

// When a customer who was not reached is tried again.

// What that depends on beside the attempts made.
struct AttemptTimes {
    const Calendar& calls;    // the tenant's hours for calls: in which business time is counted
    const TimeZone& zone;     // the customer's, for the parts of their day
    std::function<Instant(Instant)> callable_from;  // the time itself, or the next at which they may be called
};

// The time of the next attempt after the last one of `call`, by how it ended; nothing when no attempt is left. After a
// day or more it is another part of the day than those that were tried, where that day has one left: who is not at home in
// the morning may be so in the evening.
std::optional<Instant> next_attempt(const CallRules& rules, const Customer::Contact& call, Instant now,
                                    const AttemptTimes& times);

}  // namespace premura
