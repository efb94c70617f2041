#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/backtest/report.h"

namespace premura {

// What text and page have in common: totals with their busiest days, and the story in sentences.

// One kind of thing that is counted.
struct CountedThing {
    std::string name;        // "Calls to customers"
    std::string short_name;  // "calls"
    std::int64_t BacktestCounts::*member;
};
const std::vector<CountedThing>& counted_things();

struct Busiest {
    LocalDate date;
    std::int64_t count = 0;
};
// The day with the most of it, the first of several; nothing when there was none of it.
std::optional<Busiest> busiest(const BacktestResult& result, std::int64_t BacktestCounts::*member);

// Days or weeks with their sums: at most `rows_max` rows if possible, weeks beginning on Monday,
// months else.
struct DayRow {
    LocalDate from;
    LocalDate to;  // included
    BacktestDay sums;
};
std::vector<DayRow> rows_of_days(const BacktestResult& result, std::size_t rows_max);

// Is there anything to say of its alarms? A rule that is the measure itself, and does not warn, is
// no news.
bool says_something(const BacktestRule& rule, const BacktestResult& result);

// The most important, each a sentence.
std::vector<std::string> headlines(const BacktestReport& report);
// From when to when, in which order, over how many events.
std::string scope(const BacktestReport& report);
// What was wrong with the recording, each a sentence; empty when nothing was.
std::vector<std::string> input_problems(const BacktestInput& input);

}  // namespace premura
