#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/backtest/virtual_stages.h"
#include "core/base/time.h"

namespace premura {

// What a backtest found, as one value. Every figure is defined in docs/BACKTEST.md. Days are local
// days of the tenant. Counts are of what was decided in the reported period.

// Lengths of time, signed.
class Lengths {
 public:
    void add(Milliseconds length) { all_.push_back(length); }
    void sort();
    std::size_t size() const { return all_.size(); }
    bool empty() const { return all_.empty(); }
    // The middle one; of an even number the mean of the two in the middle, cut to milliseconds.
    // Sorted, not empty.
    Milliseconds median() const;
    // The value that this share of all does not exceed. Sorted, not empty.
    Milliseconds quantile(double share) const;
    const std::vector<Milliseconds>& all() const { return all_; }

 private:
    std::vector<Milliseconds> all_;
};

struct BacktestCounts {
    std::int64_t warned = 0;  // cases that began with a warning
    std::int64_t opened = 0;  // cases whose deadline passed
    std::int64_t closed = 0;
    std::int64_t calls = 0;        // call tasks raised
    std::int64_t merged = 0;       // calls that joined another one
    std::int64_t withdrawn = 0;    // calls taken back
    std::int64_t messages = 0;     // to customers
    std::int64_t requests = 0;     // to warehouses, couriers and other systems
    std::int64_t escalations = 0;  // to teams

    void add(const BacktestCounts& other);
    bool operator==(const BacktestCounts&) const = default;
};

// How good the alarms of a rule were. An alarm is its first warning, or for a rule without
// early_warning the late case. What was true: its own deadline, or that of the rule given as
// `against`, for the same order.
struct BacktestVerdict {
    std::int64_t alarms = 0;
    std::int64_t right = 0;
    std::int64_t wrong = 0;
    std::int64_t after = 0;      // came when the other rule's deadline had passed already
    std::int64_t undecided = 0;  // the recording ends before it can be told
    std::int64_t apart =
        0;  // neither right nor wrong: restarted before the deadline, no clock of the other rule
    std::int64_t truths = 0;  // what really went late in the period
    std::int64_t caught = 0;  // of these, those with an alarm before

    // Shares from 0 to 1; nothing when there is nothing to divide.
    std::optional<double> precision() const;
    std::optional<double> recall() const;
    // A rule without a warning alarms with what it is measured by: there is nothing it could have
    // missed.
    bool recall_means_something = false;
};

struct BacktestRule {
    std::string id;
    std::string name;
    std::string mode;
    BacktestCounts total;
    std::map<LocalDate, BacktestCounts> days;
    std::map<std::string, std::int64_t> closed_by;  // by reason
    std::int64_t open_at_end = 0;
    std::map<std::string, std::int64_t>
        held_by;  // contacts that were held at least once, by reason
    std::map<std::string, std::int64_t> dropped_by;  // contacts that were never made, by reason
    BacktestVerdict verdict;
    Lengths before_deadline;  // of right alarms: the deadline minus the alarm
    Lengths
        word_to_deadline;  // of cases with a call or message: the deadline minus the first of them
    Lengths before_inbound;  // of alarms: the customer's first contact with us minus the alarm
    // Of alarms whose customer contacted us: who spoke first, we (a call or a message) or they.
    std::int64_t inbound = 0;
    std::int64_t we_spoke_first = 0;
};

struct BacktestDay {
    BacktestCounts counts;
    double staffed_hours = 0;  // in which customers may be called
};

struct BacktestInput {
    std::int64_t records = 0;
    std::int64_t events = 0;
    std::int64_t outside = 0;  // before the warm-up or after the aftermath, or of another tenant
    std::map<std::string, std::int64_t> left_out;  // by reason
    std::map<std::string, std::int64_t> rejected;  // by reason
    struct Example {
        std::string place;
        std::string reason;
        std::string message;
    };
    std::vector<Example> examples;  // the first few of rejected
    std::int64_t repeated = 0;
    std::int64_t without_calendar = 0;
    static constexpr std::size_t examples_max = 5;

    std::int64_t rejected_total() const;
};

struct BacktestHold {
    std::int64_t contacts = 0;  // held for this reason at least once
    std::int64_t made = 0;      // and made afterwards
    std::int64_t solved = 0;    // not needed any more when the hold ended
    std::int64_t joined = 0;    // left to a call that was made anyway
};

struct BacktestResult {
    TimeOrder order = TimeOrder::event_time;
    Instant from = instant_min;  // the reported period, half-open
    Instant to = instant_max;
    Instant first = instant_max;  // event times of the recording
    Instant last = instant_min;
    Instant clock_ended = instant_min;
    std::string zone;     // of the days, when all tenants share one
    std::string against;  // rule id, empty: each rule by its own deadline
    double agents = 1;
    double calls_per_hour = 0;  // what one agent manages; 0: not said
    std::string digest;         // of the rules
    BacktestInput input;
    std::vector<BacktestRule> rules;        // in the order of the files
    std::map<LocalDate, BacktestDay> days;  // every day of the period, also those without anything
    BacktestCounts total;
    std::map<std::string, BacktestHold> holds;
    Lengths held_for;  // from the first hold to the contact, of those that were made

    double staffed_hours() const;
    // Calls raised for each hour of an agent at the telephone; nothing without hours.
    std::optional<double> calls_per_agent_hour() const;
    // How many agents the calls of a day need at `calls_per_hour`; nothing when that is not known.
    std::optional<int> agents_needed(const BacktestDay& day) const;
    const BacktestRule* rule(std::string_view id) const;
};

}  // namespace premura
