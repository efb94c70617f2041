#include <algorithm>

#include "core/base/hash.h"
#include "core/contacts/attempts.h"
#include "core/contacts/call_events.h"
#include "core/contacts/call_story.h"
#include "core/contacts/contacts_stage.h"

// The part of the contacts stage that decides what follows from how a call ended.

namespace premura {
namespace {

// Holds that follow one on the other (a limit, then the night) are looked through so far.
constexpr int holds_foreseen_max = 8;

}  // namespace

void ContactsStage::record_outcome(Act act) {
    Customer::Contact* call = own_call(act);
    if (call == nullptr) return;
    const AgentAction& action = act.action;
    if (action.outcome == CallOutcome::reached_call_back) {
        const Instant earliest = callable_from(std::max(*action.call_back_at, act.now));
        if (earliest != *action.call_back_at) {
            act.answer.problem = "time_not_callable";
            if (earliest != instant_max) act.answer.earliest = earliest;
            return;
        }
    }
    const std::string number = action.number.empty() ? usable_number(customer_) : action.number;
    keep(call->attempts, {act.now, action.outcome, number}, Customer::attempts_kept_max);
    keep(customer_.talks,
         {act.now, false, "phone", action.by, std::string{name_of(action.outcome)}, action.mood, action.note},
         Customer::talks_max);
    const bool heard = action.outcome == CallOutcome::voicemail_left ||
                       (reached(action.outcome) && action.outcome != CallOutcome::reached_other_person);
    if (heard) case_watch::spoke(customer_, call->cases, act.now);
    if (reached(action.outcome)) {
        // Spoken since it was claimed: what was promised meanwhile is not kept by the same call.
        for (Output& event : call_done_events(customer_, *call, action, call->claim->since)) {
            act.effects.outputs.push_back(std::move(event));
        }
    }
    call->claim.reset();
    call->call_back.reset();
    OutcomeResult result;
    result.outcome = action.outcome;
    decide_outcome(act, static_cast<std::size_t>(call - customer_.contacts.data()), result);
    act.effects.count("call_outcomes", std::string{name_of(action.outcome)} + "/" + std::string{name_of(result.next)});
    act.answer.outcome = result;
}

void ContactsStage::decide_outcome(Act act, std::size_t index, OutcomeResult& result) {
    const Customer::Contact call = customer_.contacts[index];
    switch (act.action.outcome) {
        case CallOutcome::reached_resolved:
        case CallOutcome::reached_informed:
            for (const std::string& id : call.cases) keep(customer_.told_cases, std::string{id}, Customer::closed_cases_max);
            finish(act, index);
            result.next = AfterCall::closed;
            return;
        case CallOutcome::reached_call_back: {
            Customer::Contact& waiting = customer_.contacts[index];
            waiting.call_back = CallBack{*act.action.call_back_at, act.action.by};
            waiting.waiting = true;
            waiting.retry_at = *act.action.call_back_at;
            tell_task(waiting, {TaskState::open, "call_back"}, act.now, act.effects);
            act.answer.version = waiting.version;
            result.next = AfterCall::call_back;
            result.next_at = waiting.retry_at;
            return;
        }
        case CallOutcome::reached_wants_cancel:
        case CallOutcome::reached_wants_refund:
        case CallOutcome::reached_complaint:
            finish(act, index);
            tell_team(call, act);
            result.next = AfterCall::escalated;
            return;
        case CallOutcome::refused_contact:
            finish(act, index);
            stop("calls", act);
            result.next = write_instead(call, act) ? AfterCall::message : AfterCall::closed;
            return;
        case CallOutcome::voicemail_left:
            finish(act, index);
            result.next = write_instead(call, act) ? AfterCall::message : AfterCall::closed;
            return;
        case CallOutcome::no_answer:
        case CallOutcome::busy:
        case CallOutcome::voicemail:
        case CallOutcome::reached_other_person: return try_again(act, index, result);
        case CallOutcome::wrong_number:
        case CallOutcome::number_dead: return try_next_number(act, index, result);
    }
}

void ContactsStage::try_again(Act act, std::size_t index, OutcomeResult& result) {
    const PolicyContext context = this->context();
    Customer::Contact& call = customer_.contacts[index];
    std::optional<Instant> next;
    if (context.tenant != nullptr && context.tenant->call_calendar) {
        const std::vector<std::string> names = zones();
        const auto zone = TimeZone::find(names.empty() ? context.tenant->timezone : names.front());
        const Calendar& calls = *context.tenant->call_calendar;
        const AttemptTimes times{calls, zone ? *zone : calls.zone(), [this](Instant time) { return callable_from(time); }};
        next = next_attempt(context.tenant->calls, call, act.now, times);
    }
    // What already stands against it then is told now.
    for (int hold = 0; next && hold < holds_foreseen_max; ++hold) {
        const Verdict verdict = decide({Step::Verb::call, call.cases.front(), call.id, Rule::Mode::live, *next}, context);
        if (verdict.kind == Verdict::Kind::drop) next.reset();
        if (verdict.kind != Verdict::Kind::hold || verdict.until == instant_max) break;
        next = verdict.until;
    }
    if (next) {
        call.waiting = true;
        call.retry_at = *next;
        tell_task(call, {TaskState::open, "retry"}, act.now, act.effects);
        act.answer.version = call.version;
        result.next = AfterCall::retry;
        result.next_at = next;
        return;
    }
    const Customer::Contact ended = call;
    finish(act, index);
    const bool writes = context.tenant != nullptr && !context.tenant->calls.then_message.empty();
    result.next = writes && write_instead(ended, act) ? AfterCall::message : AfterCall::given_up;
}

void ContactsStage::try_next_number(Act act, std::size_t index, OutcomeResult& result) {
    const std::string number = customer_.contacts[index].attempts.back().number;
    if (!number.empty() && state_of_number(customer_, number).empty()) {
        const bool dead = act.action.outcome == CallOutcome::number_dead;
        keep(customer_.bad_numbers, {number, dead ? "dead" : "wrong"}, Customer::bad_numbers_max);
    }
    if (!usable_number(customer_).empty()) {
        Customer::Contact& call = customer_.contacts[index];
        tell_task(call, {TaskState::open, "next_number"}, act.now, act.effects);
        act.answer.version = call.version;
        result.next = AfterCall::next_number;
        return;
    }
    // Nobody can call: it is written instead, and the team corrects the number.
    const Customer::Contact call = customer_.contacts[index];
    finish(act, index);
    const bool writes = write_instead(call, act);
    tell_team(call, act);
    result.next = writes ? AfterCall::message : AfterCall::escalated;
}

void ContactsStage::finish(Act act, std::size_t index) {
    note(customer_.contacts[index], act.now, "done", name_of(act.action.outcome), act.effects);
    TaskChange change{TaskState::done, std::string{name_of(act.action.outcome)}};
    change.outcome = act.action.outcome;
    change.by = act.action.by;
    act.answer.version = customer_.contacts[index].version + 1;
    end_call(index, std::move(change), act.now, act.effects);
}

// A message in place of the call: the tenant's for that, else the one whose script the call had. Under the policy like any
// other. False when there is none, or the customer does not want it.
bool ContactsStage::write_instead(const Customer::Contact& call, Act act) {
    const Tenant* tenant = rules_->tenant(customer_.tenant);
    Customer::Contact message;
    message.id = derived_id({call.id, "message"});
    message.verb = Step::Verb::notify;
    message.target = "customer";
    message.text = tenant == nullptr || tenant->calls.then_message.empty() ? call.text : tenant->calls.then_message;
    message.priority = call.priority;
    message.planned_at = act.now;
    message.cases = call.cases;
    if (message.text.empty()) return false;
    const std::string id = message.id;
    this->act(std::move(message), Rule::Mode::live, act.now, act.effects);
    return customer_.decisions.back().contact == id && customer_.decisions.back().outcome != "dropped";
}

void ContactsStage::tell_team(const Customer::Contact& call, Act act) {
    const Tenant* tenant = rules_->tenant(customer_.tenant);
    Customer::Contact wish;
    wish.id = derived_id({call.id, "wish"});
    wish.verb = Step::Verb::escalate;
    wish.target = tenant == nullptr ? CallRules{}.wishes_to : tenant->calls.wishes_to;
    wish.text = name_of(act.action.outcome);
    wish.priority = std::max(call.priority, Priority::high);
    wish.planned_at = act.now;
    wish.cases = call.cases;
    this->act(std::move(wish), Rule::Mode::live, act.now, act.effects);
}

// The pause after an attempt is over: everything is asked again, as for a new call.
void ContactsStage::call_again(std::size_t index, Instant now, Effects& effects) {
    Customer::Contact& call = customer_.contacts[index];
    call.has_permit = true;  // one that has begun needs no second
    const Verdict verdict =
        decide({Step::Verb::call, call.cases.front(), call.id, Rule::Mode::live, now, &call}, context());
    call.has_permit = false;
    switch (verdict.kind) {
        case Verdict::Kind::drop:
            note(call, now, "withdrawn", verdict.reason, effects);
            end_call(index, {TaskState::withdrawn, std::string{verdict.reason}}, now, effects);
            return;
        case Verdict::Kind::hold:
            note(call, now, "held", verdict.reason, effects);
            if (verdict.reason == held_for_incident) return hold_for_incident(call, verdict, now, effects);
            call.retry_at = verdict.until;
            tell_task(call, {TaskState::open, std::string{verdict.reason}}, now, effects);
            return;
        case Verdict::Kind::merge:  // it is the one open call itself
        case Verdict::Kind::go:
            call.waiting = false;
            note(call, now, "raised", call.call_back ? "call_back" : "retry", effects);
            customer_.remember_contact(call, now);
            tell_task(call, {TaskState::open, call.call_back ? "call_back" : "retry"}, now, effects);
            return;
    }
}

}  // namespace premura
