#include "core/outbox/events.h"

#include <boost/json.hpp>

#include "core/base/hash.h"
#include "core/orders/routing.h"
#include "core/outbox/letters.h"

namespace premura {
namespace {

namespace json = boost::json;

std::string_view event_name(const OutboxEntry& entry) {
    const bool sent = entry.state == OutboxEntry::State::sent;
    if (entry.state == OutboxEntry::State::cancelled) return {};
    if (entry.kind == OutboxEntry::Kind::message) return sent ? "contact.sent" : "contact.failed";
    if (entry.kind == OutboxEntry::Kind::expedite) return sent ? "expedite.sent" : "expedite.failed";
    return {};
}

// The subjects of the case that it is about, by their ids among the facts. Views into the record.
void name_subjects(const json::object& record, Event& event) {
    const json::value* cases = record.if_contains("cases");
    if (cases == nullptr || !cases->is_array()) return;
    for (const json::value& value : cases->get_array()) {
        const json::value* facts = value.is_object() ? value.get_object().if_contains("facts") : nullptr;
        if (facts == nullptr || !facts->is_object()) continue;
        for (std::size_t i = 0; i < subject_type_count; ++i) {
            const json::value* group = facts->get_object().if_contains(name_of(static_cast<SubjectType>(i)));
            if (group == nullptr || !group->is_object()) continue;
            const std::string_view id = text_in(group->get_object(), "id");
            if (!id.empty()) event.subject_ids[i] = id;
        }
    }
}

}  // namespace

std::optional<Output> event_about(const OutboxEntry& entry, Instant at) {
    const std::string_view name = event_name(entry);
    if (name.empty()) return std::nullopt;
    boost::system::error_code error;
    const json::value body = json::parse(entry.body, error);
    if (error || !body.is_object()) return std::nullopt;
    const json::object& record = body.get_object();
    Event event;
    event.tenant = entry.tenant;
    event.type = event_named(name)->number;
    event.time = at;
    event.identity = hash64({"outbox", entry.id, name});
    name_subjects(record, event);
    const auto fact = [&event](std::string_view fact_name, std::string_view value) {
        if (!value.empty()) event.facts.push_back({fact_named(fact_name)->number, Value::of(value)});
    };
    if (entry.kind == OutboxEntry::Kind::message) {
        fact("contact.channel", entry.channel);
        fact("contact.message", text_in(record, "message"));
        fact("contact.reference", entry.id);
        fact("contact.outcome", entry.reason);
    } else {
        fact("expedite.id", entry.id);
        fact("expedite.system", text_in(record, "system"));
        fact("expedite.request", text_in(record, "request"));
    }
    const Target target = target_of(event);
    if (target.id.empty()) return std::nullopt;
    Output output = forwarded(event, target);
    output.timestamp = at;
    return output;
}

}  // namespace premura
