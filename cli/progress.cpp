#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace premura {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds bar_interval{200};
constexpr milliseconds line_interval{5000};
constexpr std::size_t bar_width = 24;
// The rest of a text is guessed from what went before only once there is something to guess from.
constexpr double fraction_min = 0.01;

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
    return digits;
}

std::string rough_duration(seconds length) {
    const auto count = std::max<std::int64_t>(length.count(), 0);
    if (count >= 3600) return fmt::format("{} h {} min", count / 3600, count % 3600 / 60);
    if (count >= 60) return fmt::format("{} min {} s", count / 60, count % 60);
    return fmt::format("{} s", count);
}

Progress::Progress(Style style, std::ostream& out, WallClock::time_point start)
    : style_{style}, out_{out}, start_{start} {}

void Progress::update(const State& state, WallClock::time_point now) {
    if (style_ == Style::none) return;
    const milliseconds interval = style_ == Style::bar ? bar_interval : line_interval;
    if (now - drawn_.value_or(start_) < interval) return;
    drawn_ = now;
    const std::string text = text_of(state, now);
    if (style_ == Style::lines) {
        out_ << text << '\n' << std::flush;
        return;
    }
    erase();
    bar_ = text;
    out_ << bar_ << std::flush;
}

std::string Progress::text_of(const State& state, WallClock::time_point now) const {
    const double elapsed = duration<double>(now - start_).count();
    const auto rate =
        static_cast<std::uint64_t>(static_cast<double>(state.events) / std::max(elapsed, 0.001));
    std::string text;
    if (state.fraction && style_ == Style::bar) {
        const auto full = static_cast<std::size_t>(*state.fraction * static_cast<double>(bar_width));
        text = fmt::format("[{:=<{}}{: <{}}] ", "", std::min(full, bar_width), "",
                           bar_width - std::min(full, bar_width));
    }
    if (state.fraction) text += fmt::format("{:3.0f} %  ", *state.fraction * 100);
    text += fmt::format("{} events, {}/s", grouped(state.events), grouped(rate));
    if (state.recorded != instant_min) {
        text += fmt::format(", recorded time {}", format_utc(state.recorded).substr(0, 16));
    }
    if (state.fraction && *state.fraction >= fraction_min && *state.fraction < 1) {
        const double rest = elapsed * (1 - *state.fraction) / *state.fraction;
        text += fmt::format(", about {} left",
                            rough_duration(seconds{static_cast<std::int64_t>(rest + 0.5)}));
    }
    return text;
}

void Progress::say(const std::string& sentence) {
    if (style_ == Style::none) return;
    erase();
    out_ << sentence << '\n' << bar_ << std::flush;
}

void Progress::close() {
    erase();
    bar_.clear();
    out_ << std::flush;
}

void Progress::erase() {
    if (!bar_.empty()) out_ << "\r\x1b[K";
}

}  // namespace premura
