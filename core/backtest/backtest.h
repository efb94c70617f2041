#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/backtest/case_book.h"
#include "core/backtest/contact_book.h"
#include "core/backtest/result.h"
#include "core/backtest/virtual_stages.h"
#include "core/events/decoder.h"

namespace premura {

struct BacktestOptions {
    TimeOrder order = TimeOrder::event_time;
    // What is decided in here is reported. Events before warm the engine up; those after tell how
    // it ended.
    Instant from = instant_min;
    Instant to = instant_max;
    std::string tenant;  // only this one; empty: all
    // A rule of the set, whose broken deadlines are what other rules should have seen coming.
    // Empty: each rule is measured by its own deadline.
    std::string against;
    // Rules on trial act as if they were live.
    bool trial_as_live = false;
    double agents = 1;
    double calls_per_hour = 0;
    // Hears each call, message and request that would have been, in the order decided. May be
    // empty.
    std::function<void(const BacktestAction&)> action;
};

// Plays recorded events to the rules in virtual time and counts what would have been. Pure: no
// clock, no file. For one thread.
//
//     for each record, in any order:  look(record)   says when it happened
//     for each record, in their order: take(record)
//     finish(end)
class Backtest final : private DecisionListener {
 public:
    // `against` must be a rule of the set.
    Backtest(BacktestOptions options, std::shared_ptr<const RuleSet> rules);
    ~Backtest() override;

    // What a record is, before its turn comes: when its (first) event happened. Nothing when it
    // brings no event; then it was counted, with `place` for people, and need not be taken.
    std::optional<Instant> look(const Record& record, const std::string& place);
    // A record whose turn it is. `arrival` as VirtualStages::take wants it.
    void take(const Record& record, Instant arrival);
    // One that was looked at, but lies outside of what is read.
    void leave_out() { ++result_.input.outside; }
    // The clock runs on to `end`, and all is added up. Nothing may be asked of this afterwards.
    BacktestResult finish(Instant end);
    // For who looks at the orders, also after `finish`.
    const OrdersStage& orders() const { return stages_.orders(); }

    const BacktestInput& input() const { return result_.input; }

 private:
    bool finding(const Finding& finding) override;
    void output(const Output& output) override;
    void decision(const Customer& customer, const Customer::Decision& decision) override;
    void count(const Effects::Count& count) override;

    bool reported(Instant at) const { return at >= options_.from && at < options_.to; }
    BacktestRule* rule_of(std::string_view id);
    LocalDate day_of(const std::string& tenant, Instant at) const;
    void tally(const std::string& tenant, BacktestRule* rule, Instant at,
               std::int64_t BacktestCounts::*member);
    void fill_days(Instant end);

    const BacktestOptions options_;
    const std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, TimeZone, std::less<>> zones_;  // by tenant
    std::map<std::string, std::size_t, std::less<>> rule_index_;
    Decoder decoder_;
    CaseBook cases_;
    ContactBook contacts_;
    BacktestResult result_;
    VirtualStages stages_;
};

}  // namespace premura
