#include "cli/feed_event.h"

#include <simdjson.h>

#include <array>

#include "cli/event_lines.h"
#include "core/events/decoder.h"
#include "core/events/vocabulary.h"

namespace premura {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(EventLines::padding >= simdjson::SIMDJSON_PADDING);

// As the orders stage keys an event: by its order, else by the most particular thing it names.
constexpr SubjectType key_order[] = {SubjectType::order,  SubjectType::shipment,
                                     SubjectType::parcel, SubjectType::return_,
                                     SubjectType::refund, SubjectType::promise,
                                     SubjectType::customer};

// The attributes a feeder looks at, and the ids in the data. Views into the line or the parser.
struct Seen {
    std::string_view specversion, id, source, type, subject, time;
    bool has_time = false;
    std::array<std::string_view, subject_type_count> ids{};
};

// A text that is no JSON string stays empty. False when it is malformed.
bool read_text(ondemand::value& value, std::string_view& text) {
    const simdjson::error_code error = value.get_string().get(text);
    if (error == simdjson::INCORRECT_TYPE) text = {};
    return error == simdjson::SUCCESS || error == simdjson::INCORRECT_TYPE;
}

bool is_object(ondemand::value& value) {
    ondemand::json_type type{};
    return !value.type().get(type) && type == ondemand::json_type::object;
}

// After all of it was read: nothing but blanks may follow.
bool at_end(ondemand::document& document) {
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

// `{"order": {"id": "A1"}, "shipment.id": "S1"}`.
bool read_ids(ondemand::object data, Seen& seen) {
    for (auto entry : data) {
        ondemand::field field;
        std::string_view key;
        if (std::move(entry).get(field) || field.unescaped_key().get(key)) return false;
        const bool flat = key.ends_with(".id");
        const auto subject = subject_type_named(flat ? key.substr(0, key.size() - 3) : key);
        if (!subject) continue;
        std::string_view& id = seen.ids[static_cast<std::size_t>(*subject)];
        ondemand::value value = field.value();
        if (flat) {
            if (!read_text(value, id)) return false;
            continue;
        }
        if (!is_object(value)) continue;
        ondemand::object group;
        if (value.get_object().get(group)) return false;
        for (auto inner : group) {
            ondemand::field fact;
            if (std::move(inner).get(fact) || fact.unescaped_key().get(key)) return false;
            ondemand::value inner_value = fact.value();
            if (key == "id" && !read_text(inner_value, id)) return false;
        }
    }
    return true;
}

bool read_envelope(ondemand::object members, Seen& seen) {
    for (auto entry : members) {
        ondemand::field field;
        std::string_view key;
        if (std::move(entry).get(field) || field.unescaped_key().get(key)) return false;
        ondemand::value value = field.value();
        if (key == "data") {
            if (!is_object(value)) continue;
            ondemand::object data;
            if (value.get_object().get(data) || !read_ids(data, seen)) return false;
            continue;
        }
        std::string_view* text = key == "specversion" ? &seen.specversion
                                 : key == "id"        ? &seen.id
                                 : key == "source"    ? &seen.source
                                 : key == "type"      ? &seen.type
                                 : key == "subject"   ? &seen.subject
                                 : key == "time"      ? &seen.time
                                                      : nullptr;
        if (text == nullptr) continue;
        if (!read_text(value, *text)) return false;
        seen.has_time = seen.has_time || text == &seen.time;
    }
    return true;
}

const char* problem_of(const Seen& seen) {
    if (seen.specversion.empty()) return "a CloudEvent needs the attribute specversion";
    if (!seen.specversion.starts_with("1.")) return "only version 1 of CloudEvents is understood";
    if (seen.id.empty()) return "a CloudEvent needs the attribute id";
    if (seen.source.empty()) return "a CloudEvent needs the attribute source";
    if (seen.type.empty()) return "a CloudEvent needs the attribute type";
    return "";
}

}  // namespace

struct FeedEventReader::Impl {
    void read(std::string_view line);

    FeedEvent event;
    simdjson::ondemand::parser parser;
};

void FeedEventReader::Impl::read(std::string_view line) {
    event.problem.clear();
    event.json_object = false;
    event.clock = false;
    event.time.reset();
    event.key = {};

    ondemand::document document;
    ondemand::object members;
    Seen seen;
    const simdjson::padded_string_view padded{line.data(), line.size(),
                                              line.size() + EventLines::padding};
    if (parser.iterate(padded).get(document) || document.get_object().get(members) ||
        !read_envelope(members, seen) || !at_end(document)) {
        event.problem = "it is no JSON object";
        return;
    }
    event.json_object = true;
    event.problem = problem_of(seen);
    event.time = parse_rfc3339(seen.time);
    event.clock = seen.type == clock_event_type;
    if (seen.has_time && !event.time && event.problem.empty()) {
        event.problem = "its time is not like 2026-06-01T11:00:00+02:00";
    }
    if (event.clock) return;

    std::string_view& order = seen.ids[static_cast<std::size_t>(SubjectType::order)];
    const EventDefinition* definition = event_named(seen.type);
    const bool of_order = definition == nullptr || definition->subject == SubjectType::order;
    if (order.empty() && of_order) order = seen.subject;
    for (const SubjectType type : key_order) {
        if (event.key.empty()) event.key = seen.ids[static_cast<std::size_t>(type)];
    }
    if (!event.key.empty()) return;
    event.key = seen.subject;
    if (event.key.empty() && event.problem.empty()) {
        event.problem = "it names no order, shipment, customer or other subject";
    }
}

FeedEventReader::FeedEventReader() : impl_{std::make_unique<Impl>()} {}
FeedEventReader::~FeedEventReader() = default;

const FeedEvent& FeedEventReader::read(std::string_view line) {
    impl_->read(line);
    return impl_->event;
}

}  // namespace premura
