#include "cli/backtest.h"

#include <algorithm>
#include <limits>

#include "cli/interrupt.h"

namespace premura {
namespace {

constexpr std::uint64_t records_per_update = 512;
// How much of the work reading and deciding what it is takes, where all is read before anything is
// played.
constexpr double share_of_reading = 0.4;

// Moments at the ends of time stay there.
Instant shifted(Instant at, Milliseconds by) {
    if (at == instant_min || at == instant_max) return at;
    return at + by;
}

class Player {
 public:
    Player(const BacktestRun& run, std::vector<std::unique_ptr<RecordSource>>& sources,
           Progress& progress)
        : run_{run},
          sources_{sources},
          progress_{progress},
          read_from_{shifted(run.options.front().from, -run.warm_up)},
          read_to_{shifted(run.options.front().to, run.aftermath)} {
        for (std::size_t i = 0; i < run.options.size(); ++i) {
            backtests_.push_back(std::make_unique<Backtest>(run.options[i], run.rules[i]));
        }
        heads_.resize(sources.size());
    }

    BacktestOutcome play() {
        const bool by_arrival = run_.options.front().order == TimeOrder::arrival;
        by_arrival ? play_arrivals() : play_events();
        progress_.close();
        BacktestOutcome outcome;
        outcome.interrupted = interrupted();
        for (const auto& source : sources_) {
            if (outcome.error.empty()) outcome.error = source->error();
        }
        if (outcome.interrupted || !outcome.error.empty()) return outcome;
        if (last_ == instant_min) return outcome;
        const Instant end = std::max(last_ + Milliseconds{1}, run_.until.value_or(instant_min));
        for (const auto& backtest : backtests_) {
            outcome.results.push_back(backtest->finish(end));
            if (run_.at_end) run_.at_end(*backtest, end);
        }
        return outcome;
    }

 private:
    struct Head {
        RecordedRecord recorded;
        Instant at = instant_min;  // its arrival, or its event time
        std::uint8_t takers = 0;   // bit i: backtests_[i] finds an event in it
        bool there = false;
    };

    // The next record of a source that brings an event inside the range that is read.
    bool advance(std::size_t index) {
        Head& head = heads_[index];
        // What has no time of its own came with what stands before it.
        Instant& before = before_[index];
        for (;;) {
            head.there = !interrupted() && sources_[index]->next(head.recorded);
            if (!head.there) return false;
            ++read_;
            Record& record = head.recorded.record;
            const auto given = head.recorded.arrival;
            record.timestamp = given ? *given : before == instant_min ? Instant{} : before;
            head.takers = 0;
            Instant happened = instant_max;
            for (std::size_t i = 0; i < backtests_.size(); ++i) {
                const auto time = backtests_[i]->look(record, head.recorded.place);
                if (!time) continue;
                head.takers |= static_cast<std::uint8_t>(1u << i);
                happened = std::min(happened, *time);
            }
            draw(1);
            if (head.takers == 0) continue;
            before = std::max(before, given.value_or(happened));
            record.timestamp = before;
            const bool by_arrival = run_.options.front().order == TimeOrder::arrival;
            head.at = by_arrival ? before : happened;
            if (head.at >= read_from_ && head.at < read_to_) return true;
            for (const auto& backtest : backtests_) backtest->leave_out();
        }
    }

    void play_arrivals() {
        before_.assign(sources_.size(), instant_min);
        for (std::size_t i = 0; i < sources_.size(); ++i) advance(i);
        for (;;) {
            std::size_t first = heads_.size();
            for (std::size_t i = 0; i < heads_.size(); ++i) {
                if (!heads_[i].there) continue;
                if (first == heads_.size() || heads_[i].at < heads_[first].at) first = i;
            }
            if (first == heads_.size()) return;
            take(heads_[first].recorded.record, heads_[first].takers, heads_[first].at);
            advance(first);
        }
    }

    void play_events() {
        struct Kept {
            Instant at;
            std::uint8_t takers;
            Record record;
        };
        std::vector<Kept> kept;
        before_.assign(sources_.size(), instant_min);
        reading_ = true;
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            while (advance(i)) {
                kept.push_back(
                    {heads_[i].at, heads_[i].takers, std::move(heads_[i].recorded.record)});
            }
        }
        reading_ = false;
        std::stable_sort(kept.begin(), kept.end(),
                         [](const Kept& one, const Kept& other) { return one.at < other.at; });
        total_ = kept.size();
        for (const Kept& each : kept) {
            if (interrupted()) return;
            take(each.record, each.takers, each.at);
        }
    }

    void take(const Record& record, std::uint8_t takers, Instant at) {
        for (std::size_t i = 0; i < backtests_.size(); ++i) {
            if ((takers >> i & 1) != 0) backtests_[i]->take(record, at);
        }
        last_ = std::max(last_, at);
        ++played_;
        if (total_ > 0) draw(1);
    }

    void draw(std::uint64_t steps) {
        steps_ += steps;
        if (steps_ < records_per_update) return;
        steps_ = 0;
        Progress::State state;
        state.events = std::max(read_, played_);
        state.recorded = last_;
        if (total_ > 0) {
            state.fraction = share_of_reading + (1 - share_of_reading) *
                                                    static_cast<double>(played_) /
                                                    static_cast<double>(total_);
        } else {
            double all = 0;
            bool known = true;
            for (const auto& source : sources_) {
                const auto fraction = source->fraction();
                known = known && fraction.has_value();
                all += fraction.value_or(0) / static_cast<double>(sources_.size());
            }
            if (known) state.fraction = all * (reading_ ? share_of_reading : 1);
        }
        if (state.fraction) state.fraction = std::min(1.0, *state.fraction);
        progress_.update(state, Progress::WallClock::now());
    }

    const BacktestRun& run_;
    std::vector<std::unique_ptr<RecordSource>>& sources_;
    Progress& progress_;
    const Instant read_from_;
    const Instant read_to_;
    std::vector<std::unique_ptr<Backtest>> backtests_;
    std::vector<Head> heads_;
    std::vector<Instant> before_;
    Instant last_ = instant_min;
    std::uint64_t read_ = 0;
    std::uint64_t played_ = 0;
    std::uint64_t total_ = 0;  // to play, once all is read
    std::uint64_t steps_ = 0;
    bool reading_ = false;
};

}  // namespace

BacktestOutcome run_backtest(const BacktestRun& run,
                             std::vector<std::unique_ptr<RecordSource>>& sources,
                             Progress& progress) {
    return Player{run, sources, progress}.play();
}

}  // namespace premura
