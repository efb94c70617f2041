#include "core/contacts/policy.h"

#include <algorithm>
#include <array>
#include <vector>

namespace premura {
namespace {

bool reaches_customer(Step::Verb verb) {
    return verb == Step::Verb::call || verb == Step::Verb::notify;
}

// A solved problem is no reason to press or to call anybody; nor one about which a call has said it all to call again.
Verdict still_true(const ContactRequest& request, const PolicyContext& context) {
    if (context.customer->find_case(request.case_id) == nullptr) {
        return {Verdict::Kind::drop, "already_solved", instant_max, {}};
    }
    if (reaches_customer(request.verb) && context.customer->was_told(request.case_id)) {
        return {Verdict::Kind::drop, "told_on_call", instant_max, {}};
    }
    return {};
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

// Who does not want to hear from us this way is left alone, whatever is late.
Verdict consent(const ContactRequest& request, const PolicyContext& context) {
    const bool refused = (request.verb == Step::Verb::call && context.do_not_call) ||
                         (request.verb == Step::Verb::notify && context.do_not_write);
    if (!refused) return {};
    return {Verdict::Kind::drop, "do_not_contact", instant_max, {}};
}

// Who has just contacted us is being served: nobody calls in between.
Verdict customer_in_touch(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb) || context.customer->inbound_at == instant_min) return {};
    const Instant until = context.customer->inbound_at + context.tenant->wait_after_inbound;
    if (request.at >= until) return {};
    return {Verdict::Kind::hold, "customer_in_touch", until, {}};
}

// A person gets one call about all that is open. A message beside an open call is left to the call.
Verdict one_call(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb)) return {};
    const Customer::Contact* open = context.customer->open_call();
    if (open == nullptr || open->id == request.contact_id) return {};
    return {Verdict::Kind::merge, "one_call_for_all_open_cases", instant_max, open->id};
}

bool counts(const ContactLimit& limit, Step::Verb verb) {
    switch (limit.of) {
        case ContactLimit::Of::call: return verb == Step::Verb::call;
        case ContactLimit::Of::message: return verb == Step::Verb::notify;
        case ContactLimit::Of::any: return reaches_customer(verb);
    }
    return true;
}

// What a limit says to one more contact. `calendar` tells the customer's days.
Verdict ask(const ContactLimit& limit, const ContactRequest& request, const Customer& customer, const Calendar& calendar) {
    std::vector<Instant> counted;
    for (const Customer::Past& past : customer.past) {
        if (!counts(limit, past.verb)) continue;
        // A further attempt at the same call is not another call; only a case counts each of them.
        if (past.contact == request.contact_id && limit.per != ContactLimit::Per::one_case) continue;
        const bool same_case = std::find(past.cases.begin(), past.cases.end(), request.case_id) != past.cases.end();
        const bool inside = limit.per == ContactLimit::Per::day
                                ? calendar.local_date(past.at) == calendar.local_date(request.at)
                            : limit.per == ContactLimit::Per::time ? past.at > request.at - limit.time
                                                                   : same_case;
        if (inside) counted.push_back(past.at);
    }
    const auto most = static_cast<std::size_t>(limit.at_most);
    if (counted.size() < most) return {};
    if (limit.at_most == 0) return {Verdict::Kind::drop, "limit_of_none", instant_max, {}};
    switch (limit.per) {
        case ContactLimit::Per::day:
            return {Verdict::Kind::hold, "limit_per_day", calendar.end_of_local_day(request.at), {}};
        case ContactLimit::Per::one_case: return {Verdict::Kind::drop, "limit_per_case", instant_max, {}};
        case ContactLimit::Per::time: break;
    }
    std::sort(counted.begin(), counted.end());
    // When enough of them are so long ago that one more fits.
    return {Verdict::Kind::hold, "limit_per_time", counted[counted.size() - most] + limit.time, {}};
}

// However many rules there are, a customer hears from us only so often. Of several limits the one that holds longest.
Verdict limits(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb)) return {};
    const Calendar* calendar = request.verb == Step::Verb::call ? context.call_hours : context.message_hours;
    if (calendar == nullptr) return {};  // held for its unknown zone below
    Verdict longest;
    for (const ContactLimit& limit : context.tenant->limits) {
        if (!counts(limit, request.verb)) continue;
        Verdict verdict = ask(limit, request, *context.customer, *calendar);
        if (verdict.kind == Verdict::Kind::drop) return verdict;
        const bool holds_longer = verdict.kind == Verdict::Kind::hold &&
                                  (longest.kind == Verdict::Kind::go || verdict.until > longest.until);
        if (holds_longer) longest = verdict;
    }
    return longest;
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

constexpr std::array<PolicyStage, 8> stages{{
    {"still_true", still_true},
    {"mode", mode},
    {"tenant_known", tenant_known},
    {"consent", consent},
    {"customer_in_touch", customer_in_touch},
    {"one_call", one_call},
    {"limits", limits},
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
