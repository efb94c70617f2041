#pragma once

#include <cstddef>

namespace premura {

// Bounds of what one record may bring. A record over one of them is rejected, never cut. The facts
// of an event need no bound of their own: it holds each fact of the vocabulary once at most.
constexpr std::size_t record_bytes_max = std::size_t{1} << 20;
constexpr std::size_t text_bytes_max = 4096;  // one id, one text fact
constexpr std::size_t batch_events_max = 1000;

}  // namespace premura
