#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "cli/event_lines.h"
#include "cli/feed_sink.h"
#include "cli/progress.h"
#include "core/base/time.h"

namespace premura {

struct FeedOptions {
    std::string file;             // for messages
    std::optional<double> speed;  // recorded seconds a second; nothing: as fast as it goes
    // After the last event the recorded clock runs on, so that what is due then can happen: for so long, or up to
    // a moment. 60 days cover every shipped rule and promises made for weeks ahead.
    Milliseconds and_then = std::chrono::days{60};
    std::optional<Instant> until;
};

struct FeedSummary {
    enum class End { finished, interrupted, failed };

    End end = End::finished;
    std::string error;
    std::uint64_t events = 0;
    std::uint64_t bad_lines = 0;    // sent all the same, for quarantine
    std::uint64_t long_lines = 0;   // left out
    std::uint64_t disordered = 0;   // earlier than a line before them
    std::uint64_t delivered = 0;
    std::uint64_t refused = 0;
    Instant first = instant_max;
    Instant last = instant_min;
    Instant clock = instant_min;    // the last one that was sent
    std::chrono::duration<double> took{0};
};

// Plays the lines to the sink in their order, with the recorded clock in between: after each thousand events, or at
// a speed ten times a second. Blocks; ends early after Ctrl-C.
FeedSummary run_feed(const FeedOptions& options, EventLines& lines, FeedSink& sink,
                     Progress& progress);

// What happened, for people.
std::string describe(const FeedSummary& summary);

}  // namespace premura
