#include "core/events/encode.h"

#include <fmt/format.h>

#include <iterator>

#include "core/events/decoder.h"
#include "core/events/json_writer.h"

namespace premura {
namespace {

constexpr std::string_view source = "premura";

void append_value(std::string& json, const Value& value) {
    switch (value.kind) {
        case Value::Kind::none:
            json += "null";
            return;
        case Value::Kind::text:
            append_json_string(json, value.text);
            return;
        case Value::Kind::number:
            fmt::format_to(std::back_inserter(json), "{}", value.number);
            return;
        case Value::Kind::boolean:
            json += value.boolean ? "true" : "false";
            return;
        case Value::Kind::time:
            append_json_string(json, format_utc(value.as_time()));
            return;
        case Value::Kind::date:
            append_json_string(json, format_date(LocalDate{value.as_date()}));
            return;
    }
}

// Flat names such as "order.total" keep the order of the facts, which objects by subject would not.
void append_data(std::string& json, const Event& event) {
    JsonObjectWriter data{json};
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        if (event.subject_ids[i].empty()) continue;
        data.text(fact(id_fact_of(static_cast<SubjectType>(i))).name, event.subject_ids[i]);
    }
    for (const Fact& entry : event.facts) {
        data.start(fact(entry.number).name);
        append_value(json, entry.value);
    }
    data.end();
}

void write_envelope(JsonObjectWriter& envelope, std::string_view id, std::string_view type,
                    Instant time) {
    envelope.text("specversion", "1.0");
    envelope.text("id", id);
    envelope.text("source", source);
    envelope.text("type", type);
    envelope.text("time", format_utc(time));
}

}  // namespace

std::string encode_event(const Event& event) {
    const std::string identity = hex64(event.identity);
    std::string json;
    json.reserve(512);
    JsonObjectWriter envelope{json};
    write_envelope(envelope, identity, event_definition(event.type).name, event.time);
    envelope.text("tenant", event.tenant);
    envelope.text("premuraidentity", identity);
    if (event.broker_time) envelope.boolean("premuralogtime", true);
    envelope.start("data");
    append_data(json, event);
    envelope.end();
    return json;
}

std::string encode_clock(Instant instant) {
    std::string json;
    JsonObjectWriter envelope{json};
    write_envelope(envelope, std::to_string(milliseconds_of(instant)), clock_event_type, instant);
    envelope.end();
    return json;
}

}  // namespace premura
