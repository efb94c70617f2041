#include "core/contacts/policy.h"

#include <algorithm>
#include <array>
#include <vector>

namespace premura {
namespace {

bool reaches_customer(Step::Verb verb) {
    return verb == Step::Verb::call || verb == Step::Verb::notify;
}

const OpenHours& hours_of(const ContactRequest& request, const PolicyContext& context) {
    return request.verb == Step::Verb::call ? context.call_hours : context.message_hours;
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

// Some are left alone, so that one can see what contacts do for the others. What we have promised is kept all the same.
Verdict holdout(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb)) return {};
    if (!is_left_alone(*context.tenant, *context.customer->find_case(request.case_id))) return {};
    return {Verdict::Kind::drop, left_alone, instant_max, {}};
}

// Many are late for one reason: that is one story, and not so many calls. Beside a call that goes on anyway its case is told.
Verdict incident(const ContactRequest& request, const PolicyContext& context) {
    if (!reaches_customer(request.verb) || context.house == nullptr || request.contact == nullptr) return {};
    const Customer::Contact* open = context.customer->open_call();
    const bool joins = open != nullptr && open->id != request.contact_id &&
                       (request.verb == Step::Verb::call || open->held_for != held_for_incident);
    if (joins) return {};
    const IncidentCover* cover = context.house->covering(*context.customer, *request.contact);
    if (cover == nullptr) return {};
    return {Verdict::Kind::hold, held_for_incident, instant_max, {}, cover->incident};
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
    // A call that an incident holds is no reason to say nothing.
    if (request.verb == Step::Verb::notify && open->held_for == held_for_incident) return {};
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

// What a limit says to one more contact. `hours` tells the customer's days.
Verdict ask(const ContactLimit& limit, const ContactRequest& request, const Customer& customer, const OpenHours& hours) {
    std::vector<Instant> counted;
    for (const Customer::Past& past : customer.past) {
        if (!counts(limit, past.verb)) continue;
        // A further attempt at the same call is not another call; only a case counts each of them.
        if (past.contact == request.contact_id && limit.per != ContactLimit::Per::one_case) continue;
        const bool same_case = std::find(past.cases.begin(), past.cases.end(), request.case_id) != past.cases.end();
        const bool inside = limit.per == ContactLimit::Per::day
                                ? hours.may_be_same_day(past.at, request.at)
                            : limit.per == ContactLimit::Per::time ? past.at > request.at - limit.time
                                                                   : same_case;
        if (inside) counted.push_back(past.at);
    }
    const auto most = static_cast<std::size_t>(limit.at_most);
    if (counted.size() < most) return {};
    if (limit.at_most == 0) return {Verdict::Kind::drop, "limit_of_none", instant_max, {}};
    switch (limit.per) {
        case ContactLimit::Per::day:
            return {Verdict::Kind::hold, "limit_per_day", hours.end_of_day(request.at), {}};
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
    const OpenHours& hours = hours_of(request, context);
    if (!hours.known()) return {};  // held for its unknown zone below
    Verdict longest;
    for (const ContactLimit& limit : context.tenant->limits) {
        if (!counts(limit, request.verb)) continue;
        Verdict verdict = ask(limit, request, *context.customer, hours);
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
    const OpenHours& hours = hours_of(request, context);
    if (hours.is_open(request.at)) return {};
    const Instant next = hours.next_open(request.at);
    // No hour suits every place where the customer may be.
    if (next == instant_max) return {Verdict::Kind::hold, "time_zone_unknown", instant_max, {}};
    return {Verdict::Kind::hold, "quiet_hours", next, {}};
}

// A rule calls no faster than it may, and an edit of a rule does not flood anybody. The house gives permits.
Verdict governor(const ContactRequest& request, const PolicyContext& context) {
    if (context.house == nullptr || request.contact == nullptr || request.contact->has_permit) return {};
    if (rates_of(*context.customer, *request.contact, *context.rules).empty()) return {};
    return {Verdict::Kind::hold, held_for_rate, instant_max, {}};
}

constexpr std::array<PolicyStage, 11> stages{{
    {"still_true", still_true},
    {"mode", mode},
    {"tenant_known", tenant_known},
    {"consent", consent},
    {"holdout", holdout},
    {"incident", incident},
    {"customer_in_touch", customer_in_touch},
    {"one_call", one_call},
    {"limits", limits},
    {"quiet_hours", quiet_hours},
    {"governor", governor},
}};

}  // namespace

std::span<const PolicyStage> policy_stages() { return stages; }

bool is_left_alone(const Tenant& tenant, const Customer::OpenCase& open) {
    const Holdout& holdout = tenant.holdout;
    if (holdout.share <= 0 || open.subject_type == SubjectType::promise) return false;
    const bool exempt = std::find(holdout.except.begin(), holdout.except.end(), open.rule) != holdout.except.end();
    return !exempt && is_held_out(tenant.id, open, holdout.share);
}

Verdict decide(const ContactRequest& request, const PolicyContext& context) {
    for (const PolicyStage& stage : stages) {
        Verdict verdict = stage.decide(request, context);
        if (verdict.kind != Verdict::Kind::go) return verdict;
    }
    return {};
}

}  // namespace premura
