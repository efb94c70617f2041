#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/feed_event.h"
#include "core/base/time.h"

namespace premura {

// Where events go. Keeps their order. Calls may wait for room or for the other side, within bounds, and come back
// soon after Ctrl-C. False: it cannot go on; `error` says why. Used by one thread.
class FeedSink {
 public:
    virtual ~FeedSink() = default;

    // Takes one line. `time` dates its record.
    virtual bool send(std::string_view line, const FeedEvent& event, Instant time) = 0;
    // Tells every partition how far recorded time is.
    virtual bool clock(Instant now) = 0;
    // Hands over what is collected, without waiting for more.
    virtual bool flush() = 0;
    // Waits until all of it has arrived.
    virtual bool finish() = 0;

    virtual std::uint64_t delivered() const = 0;  // events that the other side has
    virtual std::uint64_t refused() const = 0;    // events that it did not want
    virtual const std::string& error() const = 0;
};

}  // namespace premura
