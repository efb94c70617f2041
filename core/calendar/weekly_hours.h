#pragma once

#include <array>
#include <chrono>
#include <vector>

namespace premura {

inline constexpr int minutes_per_day = 24 * 60;

// Hours of one local day, half-open: `from` belongs to it, `to` does not. Both are minutes of the
// wall clock counted from midnight; `to` may be 1440, which means the end of the day (24:00). A
// span never crosses midnight: 22:00-02:00 is written as two spans on two days.
struct MinuteSpan {
    int from = 0;
    int to = 0;

    bool operator==(const MinuteSpan&) const = default;
};

using DaySpans = std::vector<MinuteSpan>;

// Monday first.
using WeeklyHours = std::array<DaySpans, 7>;

inline DaySpans& hours_of(WeeklyHours& week, std::chrono::weekday weekday) {
    return week[weekday.iso_encoding() - 1];
}

inline const DaySpans& hours_of(const WeeklyHours& week, std::chrono::weekday weekday) {
    return week[weekday.iso_encoding() - 1];
}

// What is left of `spans` outside `avoid` (calling hours without lunch, say). Neither list need be
// in order; the result is, and its spans neither touch nor overlap.
DaySpans subtract_spans(const DaySpans& spans, const DaySpans& avoid);

// The same for every day of the week.
WeeklyHours subtract_spans(const WeeklyHours& week, const DaySpans& avoid);

}  // namespace premura
