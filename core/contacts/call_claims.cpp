#include <algorithm>

#include "core/base/hash.h"
#include "core/contacts/contacts_stage.h"
#include "core/contacts/put_aside.h"

// The part of the contacts stage that decides whose a call is. One stage owns the customer, so of two agents who want the
// same one the first gets them, whichever daemon they asked.

namespace premura {
namespace {

// A call back falls to the agent with whom it was agreed first, for so long.
constexpr Milliseconds call_back_kept = std::chrono::minutes{15};

DeskAnswer answer_to(const AgentAction& action, Instant now) {
    DeskAnswer answer;
    answer.action = action.id;
    answer.kind = name_of(action.kind);
    answer.tenant = action.tenant;
    answer.customer = action.customer;
    answer.task = action.task;
    answer.at = now;
    return answer;
}

void count(const DeskAnswer& answer, Effects& effects) {
    effects.count("agent_actions", answer.kind + "/" + (answer.done() ? "done" : answer.problem));
}

}  // namespace

void ContactsStage::apply_action(const Record& record, Instant arrival, Effects& effects) {
    std::string error;
    std::optional<AgentAction> action = agent_action_of(record, error);
    if (!action) {
        effects.count("agent_actions_rejected");
        effects.outputs.push_back(put_aside(record, error, arrival));
        return;
    }
    const Key128 key = key128({action->tenant, action->customer});
    const std::string_view stored = store_.find(key);
    if (stored.empty() || !decode(stored, customer_)) {
        // Nothing is kept of customers whom nobody knows.
        DeskAnswer answer = answer_to(*action, arrival);
        answer.problem = "not_found";
        count(answer, effects);
        effects.outputs.push_back(output_of(answer));
        return;
    }
    // In a replay it has its place between what findings told before and after it.
    if (options_.replay) {
        customer_.take_in(std::move(*action));
    } else {
        take(*action, arrival, effects);
    }
    keep_customer(key);
}

void ContactsStage::take(const AgentAction& action, Instant now, Effects& effects) {
    if (const std::string* known = customer_.answer_to(action.id)) {
        std::string error;
        if (const auto answer = desk_answer_in(*known, error)) {
            effects.count("agent_actions", answer->kind + "/repeated");
            effects.outputs.push_back(output_of(*answer));
            return;
        }
    }
    customer_.touched = std::max(customer_.touched, now);
    end_leases(now, effects);
    DeskAnswer answer = answer_to(action, now);
    const Act act{action, now, answer, effects};
    switch (action.kind) {
        case AgentAction::Kind::claim: claim(act); break;
        case AgentAction::Kind::renew: renew(act); break;
        case AgentAction::Kind::release: give_back(act); break;
        case AgentAction::Kind::outcome: record_outcome(act); break;
        case AgentAction::Kind::promise: make_promise(act); break;
        case AgentAction::Kind::gesture: ask_gesture(act); break;
        case AgentAction::Kind::do_not_contact: stop_contacts(act); break;
    }
    count(answer, effects);
    effects.outputs.push_back(output_of(answer));
    // A renewal may be done again as often as one likes, and would crowd out what may not.
    if (action.kind == AgentAction::Kind::renew) return;
    keep(customer_.answers, {action.id, text_of(answer)}, Customer::answers_max);
}

void ContactsStage::claim(Act act) {
    Customer::Contact* call = customer_.find_call(act.action.task);
    if (call == nullptr) return refuse_ended(act);
    if (call->claim) {
        if (call->claim->by.user == act.action.by.user) return renew(act);
        act.answer.problem = "claimed_by_other";
        act.answer.claimed_by = call->claim->by;
        return;
    }
    const Instant from = call->waiting ? std::max(call->retry_at, act.now) : act.now;
    const Instant earliest = callable_from(from);
    if (call->waiting || earliest != act.now) {
        act.answer.problem = "time_not_callable";
        if (earliest != instant_max) act.answer.earliest = earliest;
        return;
    }
    const bool agreed_with_other = call->call_back && call->call_back->agreed_with.user != act.action.by.user &&
                                   act.now < call->call_back->at + call_back_kept;
    if (agreed_with_other && !act.action.lead) {
        act.answer.problem = "claimed_by_other";
        act.answer.claimed_by = call->call_back->agreed_with;
        return;
    }
    call->claim = Claim{act.action.by, act.now, act.now + rules_->tenant(customer_.tenant)->calls.lease};
    tell_task(*call, {TaskState::open, "claimed"}, act.now, act.effects);
    act.answer.claim = call->claim;
    act.answer.version = call->version;
}

void ContactsStage::renew(Act act) {
    Customer::Contact* call = own_call(act);
    if (call == nullptr) return;
    const Tenant* tenant = rules_->tenant(customer_.tenant);
    const Milliseconds lease = tenant == nullptr ? CallRules{}.lease : tenant->calls.lease;
    call->claim->expires_at = std::max(call->claim->expires_at, act.now + lease);
    tell_task(*call, {TaskState::open, "renewed"}, act.now, act.effects);
    act.answer.claim = call->claim;
    act.answer.version = call->version;
}

void ContactsStage::give_back(Act act) {
    Customer::Contact* call = customer_.find_call(act.action.task);
    const bool anybodys = act.action.lead && call != nullptr && call->claim;
    if (!anybodys) call = own_call(act);
    if (call == nullptr) return;
    call->claim.reset();
    tell_task(*call, {TaskState::open, "given_back"}, act.now, act.effects);
    act.answer.version = call->version;
}

// The call, when it is claimed by who acts; else null, and the answer says why.
Customer::Contact* ContactsStage::own_call(Act act) {
    Customer::Contact* call = customer_.find_call(act.action.task);
    if (call == nullptr) {
        refuse_ended(act);
        return nullptr;
    }
    if (call->claim && call->claim->by.user == act.action.by.user) return call;
    act.answer.problem = "claim_lost";
    if (call->claim) act.answer.claimed_by = call->claim->by;
    return nullptr;
}

void ContactsStage::refuse_ended(Act act) const {
    const auto ended = std::find_if(customer_.ended_calls.rbegin(), customer_.ended_calls.rend(),
                                    [&act](const Customer::EndedCall& each) { return each.task == act.action.task; });
    if (ended == customer_.ended_calls.rend()) {
        act.answer.problem = "not_found";
        return;
    }
    act.answer.problem = "withdrawn";
    act.answer.reason = ended->reason;
    act.answer.event = ended->event;
    act.answer.withdrawn_at = ended->at;
}

Instant ContactsStage::next_lease_end() const {
    Instant next = instant_max;
    for (const Customer::Contact& contact : customer_.contacts) {
        if (contact.claim) next = std::min(next, contact.claim->expires_at);
    }
    return next;
}

// A page that was closed renews nothing: its call is free again.
void ContactsStage::end_leases(Instant now, Effects& effects) {
    for (Customer::Contact& contact : customer_.contacts) {
        if (!contact.claim || contact.claim->expires_at > now) continue;
        contact.claim.reset();
        effects.count("claims_run_out");
        tell_task(contact, {TaskState::open, "claim_ran_out"}, now, effects);
    }
}

// The time itself when the customer may be called then, else the next at which they may; instant_max when nobody knows.
Instant ContactsStage::callable_from(Instant time) {
    return context().call_hours.next_open(time);
}

std::vector<std::string> ContactsStage::zones() {
    return context().call_hours.zones();
}

}  // namespace premura
