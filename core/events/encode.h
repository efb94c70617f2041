#pragma once

#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/events/event.h"

namespace premura {

// Content type of what the functions below return.
constexpr std::string_view structured_content_type = "application/cloudevents+json";

// The event as a CloudEvent in structured mode, for a record that sends it on to another key.
// Decoding it gives the same event: the identity travels in the extension attribute
// `premuraidentity` (16 hex digits), and `premuralogtime` says that the log's time stood in for its
// own. Times keep their milliseconds.
std::string encode_event(const Event& event);

// The record that says where the clock of a replay stands.
std::string encode_clock(Instant instant);

}  // namespace premura
