#include "core/contacts/policy.h"

#include <array>

namespace premura {
namespace {

bool reaches_customer(Step::Verb verb) {
    return verb == Step::Verb::call || verb == Step::Verb::notify;
}

// A solved problem is no reason to press or to call anybody.
Verdict still_true(const ContactRequest& request, const PolicyContext& context) {
    if (context.customer->find_case(request.case_id) != nullptr) return {};
    return {Verdict::Kind::drop, "already_solved", instant_max, {}};
}

// A rule on trial is watched, not acted on.
Verdict mode(const ContactRequest& request, const PolicyContext&) {
    if (request.mode == Rule::Mode::live) return {};
    return {Verdict::Kind::drop,
            request.mode == Rule::Mode::trial ? "rule_on_trial" : "rule_paused", instant_max,
            {}};
}

Verdict tenant_known(const ContactRequest&, const PolicyContext& context) {
    if (context.tenant != nullptr) return {};
    return {Verdict::Kind::drop, "tenant_removed", instant_max, {}};
}

// A person gets one call about all that is open. A message beside an open call is left to the call.
Verdict one_call(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb)) return {};
    const Customer::Contact* open = context.customer->open_call();
    if (open == nullptr || open->id == request.contact_id) return {};
    return {Verdict::Kind::merge, "one_call_for_all_open_cases", instant_max, open->id};
}

// The customer's own hours: not at lunch, not at dinner, not on Sunday.
Verdict quiet_hours(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb)) return {};
    const Calendar* hours =
        request.verb == Step::Verb::call ? context.call_hours : context.message_hours;
    if (hours == nullptr) return {Verdict::Kind::hold, "time_zone_unknown", instant_max, {}};
    if (hours->is_open(request.at)) return {};
    return {Verdict::Kind::hold, "quiet_hours", hours->next_open(request.at), {}};
}

constexpr std::array<PolicyStage, 5> stages{{
    {"still_true", still_true},
    {"mode", mode},
    {"tenant_known", tenant_known},
    {"one_call", one_call},
    {"quiet_hours", quiet_hours},
}};

}  // namespace

std::span<const PolicyStage> policy_stages() { return stages; }

Verdict decide(const ContactRequest& request, const PolicyContext& context) {
    for (const PolicyStage& stage : stages) {
        Verdict verdict = stage.decide(request, context);
        if (verdict.kind != Verdict::Kind::go) return verdict;
    }
    return {};
}

}  // namespace premura
