#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/events/event.h"
#include "core/stage.h"

namespace premura {

struct RuleSet;

// Why a record is no event. Fit for logs, labels and quarantine: it never holds text of the
// payload.
struct Rejection {
    std::string_view reason;  // one of the constants below, for counters
    std::string message;      // a sentence for people
    std::string place;        // JSON Pointer into the body, or `header.ce_time`; may be empty
};

// Codes of Rejection::reason. Stable: dashboards and scripts match them.
namespace rejected {
constexpr std::string_view too_large = "too_large";      // record, batch or text over its bound
constexpr std::string_view not_json = "not_json";        // the body is not JSON
constexpr std::string_view no_envelope = "no_envelope";  // no CloudEvent, and no mapping fits
constexpr std::string_view unknown_tenant = "unknown_tenant";  // whose event it is cannot be told
constexpr std::string_view no_subject = "no_subject";  // names no order, shipment, customer, ...
constexpr std::string_view no_type = "no_type";        // a mapping finds no event type
constexpr std::string_view no_id = "no_id";            // a mapping finds no event id
constexpr std::string_view bad_time = "bad_time";      // when it happened is unreadable
constexpr std::string_view bad_fact = "bad_fact";      // a known fact of the wrong kind
constexpr std::string_view bad_data = "bad_data";      // data that is no object of facts
constexpr std::string_view bad_attribute = "bad_attribute";  // an attribute or header is malformed
}  // namespace rejected

// What a record turned out to be. The events and their texts live until the decoder's next call,
// and as long as the record and the rule set do.
struct DecodeResult {
    enum class Outcome : std::uint8_t { events, clock, ignored, rejected };

    Outcome outcome = Outcome::ignored;
    std::span<const Event> events;     // one or more for Outcome::events, else none
    Instant clock;                     // Outcome::clock: where the clock of a replay stands
    std::string label;                 // why something was ignored: a constant or a mapping's name
    Rejection rejection;               // Outcome::rejected
    std::uint32_t ignored_events = 0;  // parts of the record that were left out, for `label`
    std::uint32_t unknown_facts = 0;   // entries of data that the vocabulary does not know
    std::uint32_t future_times = 0;    // events whose time lay too far ahead and became `arrival`
};

struct DecoderOptions {
    // An event may claim to be this far ahead of its arrival; beyond, arrival stands in.
    Milliseconds max_future = std::chrono::minutes{5};
};

// The `type` of records that carry no event but the clock of a replay, in `time`.
constexpr std::string_view clock_event_type = "premura.clock";

// From the bytes of a record to events. In this order a record is read as: a CloudEvent in
// structured mode (by its content type), one in binary mode (by its ce_ or ce- headers), whatever
// the first fitting mapping says, and a CloudEvent in structured mode that says so only by its
// attributes. A CloudEvent whose type is not in the vocabulary is offered to the mappings, too.
//
// A record is taken whole or not at all: one bad event rejects its batch. JSON that is skipped,
// such as the value of an unknown fact, is checked for its brackets and strings only.
//
// One per thread: it owns parser, buffers and scratch space, which it uses again for every record.
// A rule set is recognised by its address and digest; one without a digest is looked through every
// time.
class Decoder {
 public:
    explicit Decoder(DecoderOptions options = {});
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;

    // `arrival` is the wall clock, or the record's own time in a replay. Never throws for bad
    // input.
    DecodeResult decode(const Record& record, const RuleSet& rules, Instant arrival);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace premura
