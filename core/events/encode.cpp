#include "core/events/encode.h"

#include <fmt/format.h>

#include <iterator>

#include "core/events/decoder.h"
#include "core/events/text_codecs.h"

namespace premura {
namespace {

constexpr std::string_view source = "premura";

void append_member(std::string& json, std::string_view name, std::string_view text) {
    append_json_string(json, name);
    json += ':';
    append_json_string(json, text);
}

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
    json += "\"data\":{";
    bool first = true;
    const auto name = [&json, &first](FactNumber number) {
        if (!first) json += ',';
        first = false;
        append_json_string(json, fact(number).name);
        json += ':';
    };
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        if (event.subject_ids[i].empty()) continue;
        name(id_fact_of(static_cast<SubjectType>(i)));
        append_json_string(json, event.subject_ids[i]);
    }
    for (const Fact& entry : event.facts) {
        name(entry.number);
        append_value(json, entry.value);
    }
    json += '}';
}

std::string start_envelope(std::string_view id, std::string_view type, Instant time) {
    std::string json;
    json.reserve(512);
    json += "{\"specversion\":\"1.0\",";
    append_member(json, "id", id);
    json += ',';
    append_member(json, "source", source);
    json += ',';
    append_member(json, "type", type);
    json += ',';
    append_member(json, "time", format_utc(time));
    return json;
}

}  // namespace

std::string encode_event(const Event& event) {
    const std::string identity = fmt::format("{:016x}", event.identity);
    std::string json = start_envelope(identity, event_definition(event.type).name, event.time);
    json += ',';
    append_member(json, "tenant", event.tenant);
    json += ',';
    append_member(json, "premuraidentity", identity);
    if (event.broker_time) json += ",\"premuralogtime\":true";
    json += ',';
    append_data(json, event);
    json += '}';
    return json;
}

std::string encode_clock(Instant instant) {
    return start_envelope(std::to_string(milliseconds_of(instant)), clock_event_type, instant) +
           '}';
}

}  // namespace premura
