#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/calendar.h"
#include "core/effect/case_result.h"
#include "core/findings/finding.h"

namespace premura {

struct Customer;

// One case, or one promise of an agent, that is followed until it can be told what became of it: whether it was late, who spoke
// first, and whether the customer contacted us.
struct CaseWatch {
    CaseResult::Kind kind = CaseResult::Kind::delay;
    std::string id;
    std::string rule;
    std::string order;
    bool late = false;          // a case that was only warned of has no result
    bool right = true;
    bool holdout = false;
    int outreaches = 0;
    Instant started_at;         // what the customer says from then on may be about it
    Instant late_at;
    Instant tell_at;
    Instant spoke_at = instant_max;
    Instant inbound_at = instant_max;
};

namespace case_watch {

// How long after a case has ended the customer's own contact still counts as one about it.
constexpr Milliseconds follow_up = std::chrono::days{3};
// A case that does not end is told of then.
constexpr Milliseconds open_max = std::chrono::days{30};
// How long a promise is followed past its time, and one without a time from when it was made.
constexpr Milliseconds promise_follow_up = std::chrono::days{1};
constexpr Milliseconds promise_without_time = std::chrono::days{7};

// What a finding of a rule that is live says. Promises are followed by `promised`, not by the rule about them.
void take(Customer& customer, const Finding& finding, Instant now);
void promised(Customer& customer, std::string_view id, std::string_view order, Instant made_at, Instant due_at);
// We have spoken to the customer about these cases; it is an outreach about the first.
void spoke(Customer& customer, const std::vector<std::string>& cases, Instant at);
void left_alone(Customer& customer, const std::vector<std::string>& cases);
// The customer contacted us; about that order, or without naming any.
void contacted_us(Customer& customer, std::string_view order, Instant at);

Instant next_end(const Customer& customer);
// Takes out what can be told. The day of a result is that of `tenant_days`' calendar.
std::vector<CaseResult> take_results(Customer& customer, const Calendar& tenant_days, Instant now);

}  // namespace case_watch
}  // namespace premura
