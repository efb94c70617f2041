#include "core/contacts/call_events.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/base/hash.h"
#include "core/orders/routing.h"

namespace premura {
namespace {

namespace json = boost::json;

// The ids of a case's subjects, as its facts name them. Views into `facts`.
void name_subjects(const json::value& facts, Event& event) {
    if (!facts.is_object()) return;
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        const json::value* group = facts.get_object().if_contains(name_of(static_cast<SubjectType>(i)));
        if (group == nullptr || !group->is_object()) continue;
        const json::value* id = group->get_object().if_contains("id");
        if (id != nullptr && id->is_string()) event.subject_ids[i] = id->get_string();
    }
}

void add(Event& event, std::string_view fact_name, Value value) {
    event.facts.push_back({fact_named(fact_name)->number, value});
}

void add_text(Event& event, std::string_view fact_name, std::string_view text) {
    if (!text.empty()) add(event, fact_name, Value::of(text));
}

json::value facts_of(const Customer::OpenCase& open) {
    boost::system::error_code error;
    return json::parse(open.facts, error);
}

}  // namespace

std::vector<Output> call_done_events(const Customer& customer, const Customer::Contact& call, const AgentAction& action,
                                     Instant spoken_at) {
    std::vector<Output> outputs;
    std::vector<std::string> told;
    for (const Customer::OpenCase& open : customer.cases) {
        if (std::find(call.cases.begin(), call.cases.end(), open.id) == call.cases.end()) continue;
        const json::value facts = facts_of(open);
        Event event;
        event.tenant = customer.tenant;
        event.type = event_named("contact.call_done")->number;
        event.time = spoken_at;
        name_subjects(facts, event);
        const Target target = target_of(event);
        // Two cases of one order are one talk about it.
        const std::string about = std::string{name_of(target.kind)} + "/" + std::string{target.id};
        if (target.id.empty() || std::find(told.begin(), told.end(), about) != told.end()) continue;
        told.push_back(about);
        event.identity = hash64({"call", action.id, about});
        add(event, "contact.channel", Value::of("phone"));
        add(event, "contact.outcome", Value::of(name_of(action.outcome)));
        add(event, "contact.reference", Value::of(std::string_view{call.id}));
        add_text(event, "contact.mood", action.mood);
        outputs.push_back(forwarded(event, target));
    }
    return outputs;
}

Output promise_event(const Customer& customer, const Customer::Contact& call, const CallPromise& promise) {
    json::value facts;
    for (const Customer::OpenCase& open : customer.cases) {
        if (!call.cases.empty() && open.id == call.cases.front()) facts = facts_of(open);
    }
    Event all;
    name_subjects(facts, all);
    Event event;
    event.tenant = customer.tenant;
    event.type = event_named("promise.made")->number;
    event.time = promise.made_at;
    event.identity = hash64({"promise", promise.id});
    event.subject_ids[static_cast<std::size_t>(SubjectType::order)] = all.subject_id(SubjectType::order);
    event.subject_ids[static_cast<std::size_t>(SubjectType::customer)] = all.subject_id(SubjectType::customer);
    event.subject_ids[static_cast<std::size_t>(SubjectType::promise)] = promise.id;
    add(event, "promise.kind", Value::of(std::string_view{promise.kind}));
    if (promise.due_at) add(event, "promise.due", Value::of(*promise.due_at));
    add_text(event, "promise.text", promise.text);
    return forwarded(event, target_of(event));
}

}  // namespace premura
