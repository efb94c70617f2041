#include <algorithm>
#include <boost/json.hpp>

#include "core/base/hash.h"
#include "core/contacts/call_events.h"
#include "core/contacts/call_story.h"
#include "core/contacts/contacts_stage.h"

// The part of the contacts stage that takes what is promised, given and refused on a call.

namespace premura {
namespace {

bool is_over(const CallPromise& promise) {
    return promise.state == "kept" || promise.state == "kept_late" || promise.state == "withdrawn";
}

std::string text_in(const boost::json::value& facts, std::string_view pointer) {
    boost::system::error_code unknown;
    const auto* value = facts.find_pointer(pointer, unknown);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

}  // namespace

void ContactsStage::make_promise(Act act) {
    Customer::Contact* call = own_call(act);
    if (call == nullptr) return;
    const AgentAction& action = act.action;
    CallPromise promise;
    promise.id = derived_id({action.id, "promise"});
    promise.kind = action.promise_kind;
    promise.channel = action.channel;
    promise.made_at = act.now;
    promise.made_by = action.by;
    promise.due_at = action.due_at;
    if (!promise.due_at && action.within) promise.due_at = act.now + *action.within;
    promise.text = action.text;
    act.effects.outputs.push_back(promise_event(customer_, *call, promise));
    const Customer::OpenCase* open = customer_.find_case(call->cases.front());
    keep(customer_.promises, {promise, call->id, open == nullptr ? std::string{} : open->order}, Customer::promises_max);
    case_watch::promised(customer_, promise.id, open == nullptr ? std::string_view{} : std::string_view{open->order}, act.now,
                         promise.due_at.value_or(instant_max));
    tell_task(*call, {TaskState::open, "promise"}, act.now, act.effects);
    act.answer.promise = std::move(promise);
    act.answer.version = call->version;
}

// What the orders stage tells of a promise's clock: late, kept late, taken back; and what went out in time.
void ContactsStage::follow_promises(const Finding& finding) {
    const bool keeps = finding.kind == Finding::Kind::news && finding.reason != "contact.inbound";
    boost::json::value facts;
    if (keeps) {
        boost::system::error_code error;
        facts = boost::json::parse(finding.facts, error);
    }
    const std::string named = keeps ? text_in(facts, "/promise/id") : std::string{};
    for (Customer::MadePromise& made : customer_.promises) {
        CallPromise& promise = made.promise;
        if (is_over(promise)) continue;
        if (keeps) {
            // A message that names a promise is about that one; one that names none, as a call, about those that it may keep.
            const bool about_it = named.empty() ? promise.kind == "update" || promise.kind == "callback" : named == promise.id;
            const bool same_order = finding.order.empty() || made.order.empty() || finding.order == made.order;
            if (!about_it || !same_order || finding.started_at <= promise.made_at) continue;
            const bool late = promise.state == "late" || (promise.due_at && finding.started_at > *promise.due_at);
            promise.state = late ? "kept_late" : "kept";
        } else if (finding.subject == promise.id && finding.subject_type == SubjectType::promise) {
            if (finding.kind == Finding::Kind::late) promise.state = "late";
            if (finding.reason == "done_late") promise.state = "kept_late";
            if (finding.reason == "met_in_time" || finding.reason == "false_alarm_late_data") promise.state = "kept";
            if (finding.reason == "cancelled") promise.state = "withdrawn";
        }
    }
}

void ContactsStage::ask_gesture(Act act) {
    Customer::Contact* call = own_call(act);
    if (call == nullptr) return;
    const AgentAction& action = act.action;
    const Tenant* tenant = rules_->tenant(customer_.tenant);
    const std::optional<Money> left =
        tenant == nullptr ? std::nullopt : left_to_give(customer_, *call, *tenant, action.gesture_kind == "voucher");
    const std::int64_t wanted = ten_thousandths(action.amount.amount).value_or(0);
    if (!left || wanted <= 0) {
        act.answer.problem = "not_offered";
        return;
    }
    if (action.amount.currency != left->currency || wanted > ten_thousandths(left->amount).value_or(0)) {
        act.answer.problem = "over_discretion";
        act.answer.amount_max = left;
        return;
    }
    CallGesture gesture;
    gesture.id = derived_id({action.id, "gesture"});
    gesture.kind = action.gesture_kind;
    gesture.amount = action.amount;
    gesture.requested_at = act.now;
    gesture.requested_by = action.by;
    gesture.note = action.note;
    Customer::Contact request;
    request.id = gesture.id;
    request.verb = Step::Verb::expedite;
    request.target = tenant->discretion.system;
    request.text = gesture.kind + " " + text_of(gesture.amount);
    request.priority = call->priority;
    request.planned_at = act.now;
    for (const std::string& id : call->cases) {
        const Customer::OpenCase* open = customer_.find_case(id);
        if (open == nullptr || (!action.order.empty() && open->order != action.order)) continue;
        gesture.order = open->order;
        request.cases = {id};
        break;
    }
    if (request.cases.empty()) {
        act.answer.problem = "not_offered";
        return;
    }
    act.effects.outputs.push_back(gesture_request(customer_, request, gesture, *rules_, act.now));
    note(request, act.now, "sent", {}, act.effects);
    keep(customer_.deeds, {act.now, "expedite", request.target, request.text}, Customer::deeds_max);
    keep(customer_.gestures, {gesture, call->id}, Customer::gestures_max);
    tell_task(*call, {TaskState::open, "gesture"}, act.now, act.effects);
    act.answer.gesture = std::move(gesture);
    act.answer.version = call->version;
}

void ContactsStage::stop_contacts(Act act) {
    Customer::Contact* call = own_call(act);
    if (call == nullptr) return;
    stop(act.action.scope, act);
    act.answer.do_not_contact = DoNotContact{act.action.scope, act.action.note};
    call = customer_.find_call(act.action.task);
    tell_task(*call, {TaskState::open, "do_not_contact"}, act.now, act.effects);
    act.answer.version = call->version;
}

// Whatever else was to be said to the customer that way is not said any more. The call at hand goes on to its outcome.
void ContactsStage::stop(std::string_view scope, Act act) {
    const bool all = scope == "all" || (customer_.stop && customer_.stop->scope == "all");
    customer_.stop = Customer::Stop{all ? "all" : "calls", act.now, act.action.by, act.action.note};
    for (std::size_t i = customer_.contacts.size(); i-- > 0;) {
        Customer::Contact& contact = customer_.contacts[i];
        const bool stopped = contact.verb == Step::Verb::call || (all && contact.verb == Step::Verb::notify);
        if (!stopped || contact.id == act.action.task) continue;
        const bool raised = contact.state == Customer::Contact::State::raised;
        note(contact, act.now, raised ? "withdrawn" : "dropped", "do_not_contact", act.effects);
        leave_house(contact, act.now, act.effects);
        if (raised) {
            end_call(i, {TaskState::withdrawn, "do_not_contact"}, act.now, act.effects);
        } else {
            customer_.contacts.erase(customer_.contacts.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

}  // namespace premura
