#include "core/events/decoder.h"

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/events/cloudevents.h"
#include "core/events/decode_context.h"
#include "core/events/limits.h"
#include "core/events/mapping_apply.h"
#include "core/events/text_codecs.h"

namespace premura {
namespace {

using Outcome = DecodeResult::Outcome;

constexpr std::string_view unknown_event_type = "unknown_event_type";
constexpr std::string_view empty_batch = "empty_batch";

std::string_view header(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

// Serializers of schema registries put a zero byte and a schema number before the JSON.
std::string_view without_framing(std::string_view value) {
    constexpr std::size_t frame = 5;
    return value.size() > frame && value.front() == '\0' ? value.substr(frame) : value;
}

DecodeResult reject(std::string_view reason, std::string message, std::string place = {}) {
    DecodeResult result;
    result.outcome = Outcome::rejected;
    result.rejection = {reason, std::move(message), std::move(place)};
    return result;
}

DecodeResult reject(Rejection rejection) {
    DecodeResult result;
    result.outcome = Outcome::rejected;
    result.rejection = std::move(rejection);
    return result;
}

DecodeResult reject_body() {
    return reject(rejected::not_json, "the body is not JSON");
}

DecodeResult ignore(std::string_view label, std::uint32_t ignored_events = 1) {
    DecodeResult result;
    result.label = label;
    result.ignored_events = ignored_events;
    return result;
}

Rejection bad_time(const Envelope& envelope) {
    return {rejected::bad_time, "the attribute `time` must be like 2026-06-01T11:00:00+02:00",
            place_of_attribute(envelope, "time")};
}

Rejection no_tenant(const Envelope& envelope) {
    return {rejected::unknown_tenant, "whose event it is cannot be told",
            place_of_attribute(envelope, "tenant")};
}

// Is there a tenant for events that name none? If not, a type that the vocabulary does not know may
// still be an event of ours, behind a prefix that only its tenant knows.
DecodeResult ignore_foreign(const DecodeContext& context, const Envelope& envelope) {
    if (find_tenant(context, envelope.text(Attribute::tenant)) != nullptr)
        return ignore(unknown_event_type);
    return reject(no_tenant(envelope));
}

}  // namespace

struct Decoder::Impl {
    // What became of one CloudEvent.
    enum class Read { event, clock, foreign, rejected };

    explicit Impl(DecoderOptions given) : options{given} {}

    DecodeResult decode(const Record& record, const RuleSet& rules, Instant arrival);
    DecodeResult decode_binary(DecodeContext& context);
    DecodeResult decode_structured(DecodeContext& context, bool mapped_before);
    DecodeResult decode_batch(DecodeContext& context);
    std::optional<Rejection> decode_member(JsonCursor& cursor, std::size_t index,
                                           DecodeContext& context);
    DecodeResult finish_single(DecodeContext& context, bool mapped_before);
    DecodeResult decode_mapped(DecodeContext& context, bool& fits);
    DecodeResult decode_foreign(DecodeContext& context, bool mapped_before);
    DecodeResult finish(DecodeContext& context, std::string_view label = {});

    Read finish_event(DecodeContext& context);
    void start_event() {
        envelope.clear();
        builder.start(events.add());
    }
    Read fail(Rejection rejection) {
        problem = std::move(rejection);
        return Read::rejected;
    }
    DecoderOptions options;
    JsonBuffer body;         // of the record
    JsonBuffer base64_data;  // of an event
    MappingReader mapping_reader;
    EventPool events;
    EventBuilder builder;
    Envelope envelope;
    TextArena arena;
    TimeZones zones;
    TopicPlans plans;
    Rejection problem;  // of Read::rejected
    Instant clock;      // of Read::clock
    EnvelopeScratch scratch{builder, base64_data, arena};
};

Decoder::Decoder(DecoderOptions options) : impl_{std::make_unique<Impl>(options)} {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

DecodeResult Decoder::decode(const Record& record, const RuleSet& rules, Instant arrival) {
    return impl_->decode(record, rules, arrival);
}

DecodeResult Decoder::Impl::decode(const Record& record, const RuleSet& rules, Instant arrival) {
    events.clear();
    arena.clear();
    if (record.value.size() > record_bytes_max) {
        return reject(rejected::too_large,
                      fmt::format("the record is larger than {} bytes", record_bytes_max));
    }
    DecodeContext context{record,
                          rules,
                          plans.find(record.topic, rules),
                          arrival,
                          options.max_future,
                          events,
                          builder,
                          arena,
                          zones};
    const std::string_view content_type = header(record.headers, "content-type");
    body.copy(without_framing(record.value));
    bool structured = false;
    bool batch = false;
    if (starts_with_ignoring_case(content_type, "application/cloudevents")) {
        structured = starts_with_ignoring_case(content_type, "application/cloudevents+json");
        batch = starts_with_ignoring_case(content_type, "application/cloudevents-batch+json");
    }
    if (!batch && !structured && has_binary_envelope(record.headers)) {
        return decode_binary(context);
    }
    if (record.tombstone) return ignore("tombstone");
    if (batch) return decode_batch(context);
    if (structured) return decode_structured(context, false);
    if (!context.plan.mappings.empty()) {
        bool fits = false;
        DecodeResult result = decode_mapped(context, fits);
        if (fits) return result;
    }
    return decode_structured(context, true);
}

DecodeResult Decoder::Impl::finish(DecodeContext& context, std::string_view label) {
    DecodeResult result;
    result.events = events.all();
    result.outcome = result.events.empty() ? Outcome::ignored : Outcome::events;
    if (context.ignored_events > 0 || result.events.empty()) result.label = label;
    result.ignored_events = context.ignored_events;
    result.unknown_facts = context.unknown_facts;
    result.future_times = context.future_times;
    return result;
}

DecodeResult Decoder::Impl::decode_mapped(DecodeContext& context, bool& fits) {
    MappingOutcome outcome = mapping_reader.apply(context, body);
    fits = outcome.mapping != nullptr;
    if (!fits) return {};
    if (outcome.rejection) return reject(std::move(*outcome.rejection));
    return finish(context, outcome.label);
}

DecodeResult Decoder::Impl::decode_foreign(DecodeContext& context, bool mapped_before) {
    events.clear();
    if (!mapped_before && !context.plan.mappings.empty()) {
        bool fits = false;
        DecodeResult result = decode_mapped(context, fits);
        if (fits) return result;
    }
    return ignore_foreign(context, envelope);
}

DecodeResult Decoder::Impl::decode_binary(DecodeContext& context) {
    start_event();
    if (auto rejection = read_binary(context.record.headers, envelope, scratch)) {
        return reject(std::move(*rejection));
    }
    // An event without data has an empty value.
    if (body.size() > 0) read_document(body, envelope, builder);
    return finish_single(context, false);
}

DecodeResult Decoder::Impl::decode_structured(DecodeContext& context, bool mapped_before) {
    if (!body.index()) return reject_body();
    JsonCursor cursor{body};
    if (!cursor.is_object()) {
        return reject(rejected::no_envelope, "the body is no CloudEvent, and no mapping fits");
    }
    start_event();
    if (!read_structured(cursor, envelope, scratch) || !cursor.at_end()) return reject_body();
    return finish_single(context, mapped_before);
}

DecodeResult Decoder::Impl::finish_single(DecodeContext& context, bool mapped_before) {
    DecodeResult result;
    switch (finish_event(context)) {
        case Read::event:
            return finish(context);
        case Read::rejected:
            return reject(std::move(problem));
        case Read::foreign:
            return decode_foreign(context, mapped_before);
        case Read::clock:
            result.outcome = Outcome::clock;
            result.clock = clock;
    }
    return result;
}

DecodeResult Decoder::Impl::decode_batch(DecodeContext& context) {
    if (!body.index()) return reject_body();
    JsonCursor cursor{body};
    if (!cursor.is_array()) {
        return reject(rejected::no_envelope, "a batch must be an array of CloudEvents");
    }
    std::size_t count = 0;
    std::optional<Rejection> rejection;
    const bool well_formed = cursor.read_array([this, &cursor, &context, &count, &rejection] {
        rejection = decode_member(cursor, count++, context);
        return !rejection;
    });
    if (rejection) return reject(std::move(*rejection));
    if (!well_formed || !cursor.at_end()) return reject_body();
    return finish(context, count == 0 ? empty_batch : unknown_event_type);
}

std::optional<Rejection> Decoder::Impl::decode_member(JsonCursor& cursor, std::size_t index,
                                                      DecodeContext& context) {
    const auto place = [index] { return fmt::format("/{}", index); };
    if (index >= batch_events_max) {
        return Rejection{rejected::too_large,
                         fmt::format("a batch holds {} events at most", batch_events_max),
                         {}};
    }
    if (!cursor.is_object()) {
        return Rejection{rejected::no_envelope, "a batch must be an array of CloudEvents", place()};
    }
    start_event();
    envelope.index = index;
    if (!read_structured(cursor, envelope, scratch)) {
        return Rejection{rejected::not_json, "the body is not JSON", place()};
    }
    switch (finish_event(context)) {
        case Read::event:
            return std::nullopt;
        case Read::rejected:
            return std::move(problem);
        case Read::clock:
            return Rejection{rejected::no_envelope, "a clock must come alone, not in a batch",
                             place()};
        case Read::foreign:
            break;
    }
    if (find_tenant(context, envelope.text(Attribute::tenant)) == nullptr)
        return no_tenant(envelope);
    events.drop_last();
    ++context.ignored_events;
    return std::nullopt;
}

Decoder::Impl::Read Decoder::Impl::finish_event(DecodeContext& context) {
    if (auto rejection = check_envelope(envelope)) return fail(std::move(*rejection));

    const bool has_time = envelope.has(Attribute::time);
    std::optional<Instant> time;
    if (has_time) time = parse_rfc3339(envelope.text(Attribute::time));
    if (time && !is_writable(*time)) time.reset();
    const std::string_view type = envelope.text(Attribute::type);
    if (type == clock_event_type) {
        if (!time) return fail(bad_time(envelope));
        clock = *time;
        return Read::clock;
    }

    const Tenant* tenant = find_tenant(context, envelope.text(Attribute::tenant));
    const EventDefinition* definition = find_event(type, tenant);
    if (definition == nullptr) return Read::foreign;
    if (tenant == nullptr) return fail(no_tenant(envelope));
    if (has_time && !time) return fail(bad_time(envelope));
    if (envelope.data_error.any()) return fail(reject_data(envelope));

    Event& event = builder.event();
    event.type = definition->number;
    set_time(event, time, context);
    if (envelope.text(Attribute::log_time) == "true") event.broker_time = true;
    if (!envelope.has(Attribute::identity)) {
        event.identity = hash64({envelope.text(Attribute::source), envelope.text(Attribute::id)});
    } else if (const auto identity = parse_hex64(envelope.text(Attribute::identity))) {
        event.identity = *identity;
    } else {
        return fail({rejected::bad_attribute, "premuraidentity must be 16 hexadecimal digits",
                     place_of_attribute(envelope, "premuraidentity")});
    }
    std::string_view& order = event.subject_ids[static_cast<std::size_t>(SubjectType::order)];
    if (order.empty() && definition->subject == SubjectType::order) {
        order = envelope.text(Attribute::subject);
    }
    context.unknown_facts += envelope.unknown_facts;
    if (auto rejection = complete(*tenant, context)) {
        rejection->place = place_of_data(envelope);
        return fail(std::move(*rejection));
    }
    return Read::event;
}

}  // namespace premura
