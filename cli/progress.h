#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace premura {

// How far a long command is. On a terminal one line that is drawn over again; elsewhere a plain line now and then.
class Progress {
 public:
    using WallClock = std::chrono::steady_clock;
    enum class Style { none, lines, bar };

    struct State {
        std::optional<double> fraction;  // 0 to 1; unknown for a pipe
        std::uint64_t events = 0;
        Instant recorded = instant_min;  // where recorded time is
    };

    Progress(Style style, std::ostream& out, WallClock::time_point start);

    // Draws at most five times a second on a terminal, every five seconds elsewhere.
    void update(const State& state, WallClock::time_point now);
    // A sentence of its own, above the bar.
    void say(const std::string& sentence);
    // Takes the bar away.
    void close();

 private:
    std::string text_of(const State& state, WallClock::time_point now) const;
    void erase();

    const Style style_;
    std::ostream& out_;
    const WallClock::time_point start_;
    std::optional<WallClock::time_point> drawn_;
    std::string bar_;  // what stands on the terminal's line
};

// `129,398`.
std::string grouped(std::uint64_t number);
// `1 h 20 min`, `2 min 5 s`, `12 s`.
std::string rough_duration(std::chrono::seconds duration);

}  // namespace premura
