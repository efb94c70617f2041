#include "core/messages/made_up.h"

#include "core/base/time.h"
#include "core/events/vocabulary.h"

namespace premura {
namespace {

namespace json = boost::json;

// A Thursday afternoon; each time after it is an hour later than the one before.
constexpr std::string_view moment = "2026-06-04T12:30:00Z";

struct MadeUp {
    std::string_view fact;
    std::string_view value;
};
constexpr MadeUp texts[] = {
    {"order.number", "100045"},
    {"order.currency", "EUR"},
    {"order.channel", "web"},
    {"order.warehouse", "MI1"},
    {"order.country", "IT"},
    {"shipment.id", "TRK0012345678"},
    {"shipment.courier", "Corriere Rapido"},
    {"shipment.reason", "indirizzo incompleto"},
    {"shipment.location", "Bologna, Via Emilia 1"},
    {"shipment.tracking_url", "https://courier.example/t/TRK0012345678"},
    {"return.reason", "broken"},
    {"promise.kind", "update"},
    {"promise.text", "an e-mail within the hour"},
    {"customer.name", "Anna Rossi"},
    {"customer.first_name", "Anna"},
    {"customer.last_name", "Rossi"},
    {"customer.phone", "+393331112223"},
    {"customer.email", "anna.rossi@customer.example"},
    {"customer.city", "Milano"},
    {"customer.country", "IT"},
    {"customer.postal_code", "20121"},
};

std::string_view text_for(std::string_view fact) {
    for (const MadeUp& one : texts) {
        if (one.fact == fact) return one.value;
    }
    return {};
}

}  // namespace

json::object made_up_facts(std::string_view language) {
    json::object facts;
    Instant time = parse_rfc3339(moment).value();
    double amount = 89.9;
    for (const FactDefinition& definition : all_facts()) {
        const std::size_t dot = definition.name.find('.');
        json::value& group = facts[definition.name.substr(0, dot)];
        if (!group.is_object()) group.emplace_object();
        const std::string_view field = definition.name.substr(dot + 1);
        json::value& value = group.get_object()[field];
        switch (definition.kind) {
            case FactKind::text: {
                const std::string_view known = text_for(definition.name);
                value = known.empty() ? field : known;
                break;
            }
            case FactKind::number:
                value = amount;
                amount -= 10;
                break;
            case FactKind::boolean: value = true; break;
            case FactKind::time:
                value = format_utc(time);
                time += std::chrono::hours{1};
                break;
        }
    }
    facts["customer"].as_object()["language"] = language;
    // The tenant's own clock.
    facts["customer"].as_object().erase("time_zone");
    return facts;
}

json::array made_up_history() {
    json::array history;
    Instant time = parse_rfc3339(moment).value() - std::chrono::days{7};
    for (const EventDefinition& definition : all_events()) {
        history.push_back(json::object{{"event", definition.name}, {"time", format_utc(time)}});
        time += std::chrono::hours{2};
    }
    return history;
}

}  // namespace premura
