#include "cli/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cli/feed_event.h"
#include "cli/interrupt.h"
#include "cli/pace.h"

namespace premura {
namespace {

using WallClock = Progress::WallClock;
using std::chrono::milliseconds;

constexpr std::uint64_t events_per_clock = 1000;
constexpr milliseconds clock_interval{100};
// The clock after the last event goes in steps, so that what is due then comes in portions of this length.
constexpr Milliseconds tail_step = std::chrono::hours{1};
// Hours of a year are far more than any rule needs; beyond, the steps grow.
constexpr std::int64_t tail_steps_max = 10'000;
constexpr std::uint64_t shown_problems_max = 5;
constexpr std::uint64_t lines_per_update = 256;

class Feeder {
 public:
    Feeder(const FeedOptions& options, EventLines& lines, FeedSink& sink, Progress& progress)
        : options_{options}, lines_{lines}, sink_{sink}, progress_{progress} {}

    FeedSummary run() {
        const WallClock::time_point start = WallClock::now();
        const bool fine = play() && (interrupted() || finish_clock()) && sink_.finish();
        progress_.close();
        summary_.took = WallClock::now() - start;
        summary_.long_lines = lines_.too_long();
        summary_.delivered = sink_.delivered();
        summary_.refused = sink_.refused();
        if (interrupted()) {
            summary_.end = FeedSummary::End::interrupted;
        } else if (!fine) {
            summary_.end = FeedSummary::End::failed;
            summary_.error = sink_.error();
        } else if (!lines_.error().empty()) {
            summary_.end = FeedSummary::End::failed;
            summary_.error = lines_.error();
        }
        return std::move(summary_);
    }

 private:
    bool play() {
        while (const auto line = lines_.next()) {
            if (interrupted()) return true;
            const FeedEvent& event = reader_.read(*line);
            if (!event.problem.empty()) tell_problem(event.problem);
            const Instant time = take_time(event);
            if (options_.speed && !wait_for(time)) return sink_.error().empty();
            if (event.clock && event.time) {
                if (!send_clock(time)) return false;
                continue;
            }
            if (!sink_.send(*line, event, time)) return false;
            ++summary_.events;
            if (!keep_clock()) return false;
        }
        return true;
    }

    // Its time, or for a line without one the time of the line before.
    Instant take_time(const FeedEvent& event) {
        if (event.time) {
            if (*event.time < summary_.last) ++summary_.disordered;
            summary_.first = std::min(summary_.first, *event.time);
            summary_.last = std::max(summary_.last, *event.time);
            return *event.time;
        }
        return summary_.last == instant_min ? Instant{} : summary_.last;
    }

    void tell_problem(const std::string& problem) {
        if (++summary_.bad_lines > shown_problems_max) return;
        progress_.say(fmt::format("{}:{}: {} (sent all the same, for quarantine)", options_.file,
                                  lines_.line_number(), problem));
        if (summary_.bad_lines == shown_problems_max) {
            progress_.say("further lines like these are only counted");
        }
    }

    // False when it was interrupted or the sink failed.
    bool wait_for(Instant time) {
        if (!pace_) {
            if (summary_.first == instant_max) return true;
            pace_.emplace(*options_.speed, summary_.first, WallClock::now());
            last_clock_at_ = WallClock::now();
        }
        for (;;) {
            const WallClock::time_point now = WallClock::now();
            const auto rest = pace_->wait_for(time, now);
            if (now - last_clock_at_ >= clock_interval) {
                last_clock_at_ = now;
                const Instant recorded = std::min(pace_->recorded_at(now), time);
                if (!send_clock(recorded) || !sink_.flush()) return false;
            }
            draw(now);
            if (rest.count() == 0) return true;
            std::this_thread::sleep_for(
                std::min<WallClock::duration>(rest, last_clock_at_ + clock_interval - now));
            if (interrupted()) return false;
        }
    }

    bool keep_clock() {
        if (summary_.events % lines_per_update == 0) draw(WallClock::now());
        if (options_.speed || summary_.events % events_per_clock != 0) return true;
        return send_clock(summary_.last);
    }

    bool send_clock(Instant now) {
        if (now == instant_min) return true;
        summary_.clock = std::max(summary_.clock, now);
        return sink_.clock(now);
    }

    bool finish_clock() {
        if (summary_.last == instant_min) return true;
        const Instant end = std::max(options_.until.value_or(summary_.last + options_.and_then),
                                     summary_.last);
        const Milliseconds step = std::max<Milliseconds>(
            tail_step, (end - summary_.last) / tail_steps_max);
        for (Instant now = summary_.last; now < end; now += step) {
            if (!send_clock(now)) return false;
            if (interrupted()) return true;
            draw(WallClock::now());
        }
        return send_clock(end);
    }

    void draw(WallClock::time_point now) {
        Progress::State state;
        if (const auto total = lines_.bytes_total(); total && *total > 0) {
            state.fraction = std::min(
                1.0, static_cast<double>(lines_.bytes_read()) / static_cast<double>(*total));
        }
        state.events = summary_.events;
        state.recorded = summary_.clock;
        progress_.update(state, now);
    }

    const FeedOptions& options_;
    EventLines& lines_;
    FeedSink& sink_;
    Progress& progress_;
    FeedEventReader reader_;
    FeedSummary summary_;
    std::optional<Pace> pace_;
    WallClock::time_point last_clock_at_;
};

std::string day_of(Instant instant) { return format_utc(instant).substr(0, 10); }

}  // namespace

FeedSummary run_feed(const FeedOptions& options, EventLines& lines, FeedSink& sink,
                     Progress& progress) {
    return Feeder{options, lines, sink, progress}.run();
}

std::string describe(const FeedSummary& summary) {
    const double seconds = std::max(summary.took.count(), 0.001);
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(summary.events) / seconds);
    std::string text;
    switch (summary.end) {
        case FeedSummary::End::finished: break;
        case FeedSummary::End::interrupted: text = "interrupted: "; break;
        case FeedSummary::End::failed: text = fmt::format("failed: {}\n", summary.error); break;
    }
    text += fmt::format("{} events played in {:.1f} s ({}/s), {} delivered", grouped(summary.events),
                        seconds, grouped(rate), grouped(summary.delivered));
    if (summary.first <= summary.last) {
        text += fmt::format("; recorded from {} to {}", day_of(summary.first), day_of(summary.last));
    }
    if (summary.clock > summary.last && summary.last != instant_min) {
        text += fmt::format(", the clock ran on to {}", day_of(summary.clock));
    }
    const auto add = [&text](std::uint64_t count, std::string_view what) {
        if (count > 0) text += fmt::format("\n  {} {}", grouped(count), what);
    };
    add(summary.bad_lines, "lines are not right and were sent all the same: see the quarantine");
    add(summary.long_lines, "lines were too long and were left out");
    add(summary.disordered, "events are earlier than a line before them");
    add(summary.refused, "events were refused");
    return text + "\n";
}

}  // namespace premura
