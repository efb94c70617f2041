#include "core/contacts/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "core/contacts/call_json.h"
#include "core/contacts/call_story.h"
#include "core/contacts/why.h"

namespace premura {
namespace {

namespace json = boost::json;

json::value parsed(const std::string& text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    return error ? json::value(nullptr) : value;
}

json::array cases_json(const Customer& customer, const Customer::Contact& contact,
                       const RuleSet& rules) {
    json::array list;
    for (const std::string& id : contact.cases) {
        const Customer::OpenCase* open = customer.find_case(id);
        if (open == nullptr) {
            list.push_back(json::object{{"case", id}});
            continue;
        }
        const Rule* rule = rules.rule(open->rule);
        json::object body{
            {"case", id},
            {"rule", open->rule},
            {"rule_name", rule == nullptr ? open->rule : rule->name},
            {"order", open->order},
            {"subject_type", name_of(open->subject_type)},
            {"subject", open->subject},
            {"started_at", format_utc(open->started_at)},
            {"deadline", format_utc(open->deadline)},
            {"late", open->late},
            {"by_edit", open->by_edit},
            {"facts", parsed(open->facts)},
            {"history", parsed(open->history)},
        };
        if (rule != nullptr && !rule->names.empty()) body["rule_names"] = json::value_from(rule->names);
        list.push_back(std::move(body));
    }
    return list;
}

// What all records of a contact have in common.
json::object common(const Customer& customer, const Customer::Contact& contact,
                    const RuleSet& rules, Instant now) {
    const Tenant* tenant = rules.tenant(customer.tenant);
    return json::object{
        {"tenant", customer.tenant},
        {"time_zone", tenant == nullptr ? std::string{} : tenant->timezone},
        {"customer", customer.id},
        {"priority", name_of(contact.priority)},
        {"planned_at", format_utc(contact.planned_at)},
        {"decided_at", format_utc(now)},
        {"why", why(customer, contact, rules)},
        {"cases", cases_json(customer, contact, rules)},
    };
}

Output record(std::string_view topic, std::string_view type, const std::string& id,
              const std::string& partition_key, const json::object& body, Instant now) {
    Output output;
    output.topic = topic;
    output.key = id;
    output.partition_key = partition_key;
    output.value = json::serialize(body);
    output.timestamp = now;
    output.headers = {
        {"ce_specversion", "1.0"},
        {"ce_type", "premura." + std::string{type} + ".v1"},
        {"ce_source", "/premura/contacts"},
        {"ce_id", id},
        {"ce_time", format_utc(now)},
        {"content-type", "application/json"},
    };
    return output;
}

std::string customer_key(const Customer& customer) { return customer.tenant + "/" + customer.id; }

std::string_view name_of(TaskState state) {
    switch (state) {
        case TaskState::open: return "open";
        case TaskState::waiting: return "waiting";
        case TaskState::merged: return "merged";
        case TaskState::withdrawn: return "withdrawn";
        case TaskState::done: return "done";
    }
    return "open";
}

// What a team hears first when a call brought something to decide.
std::string_view wish_of(std::string_view outcome) {
    if (outcome == name_of(CallOutcome::reached_wants_cancel)) return "The customer wants to cancel.";
    if (outcome == name_of(CallOutcome::reached_wants_refund)) return "The customer wants a refund.";
    if (outcome == name_of(CallOutcome::reached_complaint)) return "The customer complains.";
    return "No telephone number of the customer is right.";
}

}  // namespace

Output call_task(const Customer& customer, const Customer::Contact& contact, const TaskChange& change,
                 const RuleSet& rules, Instant now) {
    const TaskState state = change.state == TaskState::open && contact.waiting ? TaskState::waiting : change.state;
    json::object body = common(customer, contact, rules, now);
    body["task"] = contact.id;
    body["version"] = contact.version;
    body["state"] = name_of(state);
    body["reason"] = change.reason;
    body["script"] = contact.text;
    body["raised_at"] = format_utc(contact.raised_at);
    body["why_masked"] = why(customer, contact, rules, true);
    if (json::object elsewhere = why_masked_in(customer, contact, rules); !elsewhere.empty()) body["why_masked_in"] = std::move(elsewhere);
    if (!change.event.empty()) body["event"] = change.event;
    if (change.outcome) {
        body["outcome"] = name_of(*change.outcome);
        body["by"] = to_json(change.by);
    }
    add_story(customer, contact, rules, body);
    body["zones"] = json::array(change.zones.begin(), change.zones.end());
    const std::string type = "call-task." + std::string{name_of(state)};
    Output output =
        record("call-tasks", type, contact.id, customer_key(customer), body, now);
    // The key is the task; a version is a record of its own.
    output.headers[3].second = contact.id + "." + std::to_string(contact.version);
    return output;
}

Output forgotten_task(const Customer& customer, const std::string& task, Instant now) {
    Output output;
    output.topic = "call-tasks";
    output.key = task;
    output.partition_key = customer_key(customer);
    output.timestamp = now;
    return output;
}

Output notification(const Customer& customer, const Customer::Contact& contact,
                    const RuleSet& rules, Instant now) {
    json::object body = common(customer, contact, rules, now);
    body["notification"] = contact.id;
    body["to"] = "customer";
    body["message"] = contact.text;
    return record("notifications", "notification", contact.id, customer_key(customer), body, now);
}

Output escalation(const Customer& customer, const Customer::Contact& contact,
                  const RuleSet& rules, Instant now) {
    json::object body = common(customer, contact, rules, now);
    body["notification"] = contact.id;
    body["to"] = "team";
    body["team"] = contact.target;
    if (!contact.text.empty()) {
        body["outcome"] = contact.text;
        body["stands"] = true;
        body["why"] = std::string{wish_of(contact.text)} + " " + why(customer, contact, rules);
    }
    return record("notifications", "escalation", contact.id, customer_key(customer), body, now);
}

Output expedite(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules,
                Instant now) {
    json::object body = common(customer, contact, rules, now);
    body["expedite"] = contact.id;
    body["system"] = contact.target;
    body["request"] = contact.text;
    return record("expedites", "expedite", contact.id, customer.tenant + "/" + contact.target, body,
                  now);
}

Output gesture_request(const Customer& customer, const Customer::Contact& contact, const CallGesture& gesture,
                       const RuleSet& rules, Instant now) {
    json::object body = common(customer, contact, rules, now);
    body["expedite"] = contact.id;
    body["system"] = contact.target;
    body["request"] = contact.text;
    body["gesture"] = to_json(gesture);
    body["stands"] = true;
    return record("expedites", "expedite", contact.id, customer.tenant + "/" + contact.target, body, now);
}

}  // namespace premura
