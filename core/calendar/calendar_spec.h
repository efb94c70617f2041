#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/holidays.h"
#include "core/calendar/weekly_hours.h"

namespace premura {

// All days of a holiday set.
struct HolidaySetReference {
    std::string set;
};

// Days from `from` to `to`, both included; a single day has both the same.
struct DateRange {
    LocalDate from;
    LocalDate to;
    std::string name;
};

using Closure = std::variant<HolidaySetReference, YearlyDay, DateRange>;

// A date with hours of its own; none means closed.
struct SpecialDay {
    LocalDate date;
    DaySpans open;
    std::string name;
};

// On the day before a holiday of these sets the hours are those of another weekday, Saturday's say,
// provided that the day's own weekday has hours at all: a Sunday does not open by it.
struct DayBeforeHoliday {
    std::chrono::weekday hours_of;
    std::vector<std::string> sets;
};

// A calendar as its author wrote it, in plain values. What counts on a date, strongest first: a
// special day, a closure, the day before a holiday, the weekday's hours.
struct CalendarSpec {
    std::string name;      // "warehouse-mi1", the name that rules use
    std::string title;     // "Milano 1 warehouse"
    std::string timezone;  // IANA name; required, never guessed
    WeeklyHours open;
    std::vector<Closure> closed;
    std::vector<SpecialDay> special;
    std::optional<DayBeforeHoliday> day_before_holiday;
};

using HolidaySets = std::map<std::string, HolidaySet>;

// One thing wrong in a spec. The path leads to it by the field names above, list positions counted
// from 0, so that the loader can say file and line: `open.monday[1]`, `special[0].date`.
struct CalendarProblem {
    std::string path;
    std::string message;

    bool operator==(const CalendarProblem&) const = default;
};

// Everything wrong in a calendar; empty when it can be compiled. Looks the zone up (time_zone.h).
// The holiday sets themselves are not looked into.
std::vector<CalendarProblem> validate(const CalendarSpec& spec, const HolidaySets& sets);

// Everything wrong in a holiday set.
std::vector<CalendarProblem> validate(const HolidaySet& set);

}  // namespace premura
