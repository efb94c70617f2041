#pragma once

// Internal: included by core/events only, because simdjson is no part of our interface.
#include <simdjson.h>

#include <optional>
#include <string>

#include "core/events/decode_context.h"
#include "core/events/decoder.h"
#include "core/events/json_text.h"
#include "core/events/mapping.h"

namespace premura {

// What the mappings made of a record; the events are in the context's pool.
struct MappingOutcome {
    const Mapping* mapping = nullptr;  // the one that fitted; null: none
    std::optional<Rejection> rejection;
    std::string_view label;  // why events were ignored
};

// Reads records by the first mapping that fits. The event's identity is a hash of topic, tenant,
// the id that the mapping finds, and the event type: shops use one id for all that one click
// brought about.
class MappingReader {
 public:
    // `body` is the record's value. JSON is read only when a mapping looks at the body, and then
    // whole.
    MappingOutcome apply(DecodeContext& context, const JsonBuffer& body);

 private:
    simdjson::dom::parser parser_;
};

}  // namespace premura
