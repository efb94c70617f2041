#pragma once

#include <date/tz.h>

#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/calendar/calendar.h"

// Words for tests about calendars. Times are read and written as people do, without the help of the
// code under test.
namespace premura::calendar_story {

// "2026-06-04 08:30 +0200", or with seconds.
inline Instant at(std::string text) {
    if (text.size() > 2) text.insert(text.size() - 2, ":");
    if (text.size() > 6) text.erase(text.size() - 7, 1);
    const auto instant = parse_rfc3339(text);
    if (!instant) throw std::invalid_argument{"not a time: " + text};
    return *instant;
}

// "Thu 2026-06-04 08:30 +0200" in that zone; with seconds when there are any.
inline std::string shown(Instant instant, const std::string& zone) {
    if (instant == far_future) return "far future";
    if (instant == far_past) return "far past";
    const bool whole = instant.time_since_epoch() % std::chrono::minutes{1} == Milliseconds{0};
    return date::format(whole ? "%a %F %H:%M %z" : "%a %F %T %z", date::make_zoned(zone, instant));
}

inline std::string shown(const Calendar& calendar, Instant instant) {
    return shown(instant, calendar.timezone());
}

inline YearlyDay yearly(unsigned month, unsigned day, std::string name) {
    return {std::chrono::month{month} / std::chrono::day{day}, std::move(name)};
}

inline HolidaySet italy() {
    HolidaySet set{"italy",
                   {yearly(1, 1, "Capodanno"), yearly(1, 6, "Epifania"),
                    YearlyDay{EasterOffset{1}, "Lunedì dell'Angelo"}, yearly(4, 25, "Liberazione"),
                    yearly(5, 1, "Festa del Lavoro"), yearly(6, 2, "Festa della Repubblica"),
                    yearly(8, 15, "Ferragosto"), yearly(10, 4, "San Francesco d'Assisi"),
                    yearly(11, 1, "Ognissanti"), yearly(12, 8, "Immacolata"),
                    yearly(12, 25, "Natale"), yearly(12, 26, "Santo Stefano")}};
    set.days[7].since = 2026;
    return set;
}

inline HolidaySets holiday_sets() {
    return {{"italy", italy()}};
}

inline DaySpans span(int from_hour, int to_hour) {
    return {{from_hour * 60, to_hour * 60}};
}

inline LocalDate day(int year, unsigned month, unsigned day_of_month) {
    return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day_of_month};
}

// Monday to Friday the same hours, closed on the holidays of Italy.
inline CalendarSpec working_days(int from_hour, int to_hour) {
    CalendarSpec spec;
    spec.name = "working-days";
    spec.timezone = "Europe/Rome";
    for (std::size_t i = 0; i < 5; ++i) spec.open[i] = span(from_hour, to_hour);
    spec.closed = {HolidaySetReference{"italy"}};
    return spec;
}

inline CalendarSpec bank() {
    return working_days(9, 17);
}

inline CalendarSpec care() {
    CalendarSpec spec = working_days(9, 20);
    spec.open[5] = span(9, 20);
    return spec;
}

inline CalendarSpec warehouse() {
    CalendarSpec spec = working_days(8, 18);
    for (std::size_t i = 0; i < 5; ++i) {
        spec.open[i] = subtract_spans(spec.open[i], span(13, 14));
    }
    spec.open[5] = span(8, 12);
    spec.closed.emplace_back(yearly(12, 7, "Sant'Ambrogio"));
    spec.closed.emplace_back(DateRange{day(2026, 8, 10), day(2026, 8, 21), "Summer shutdown"});
    spec.special.push_back({day(2026, 11, 27), span(6, 23), "Black Friday"});
    return spec;
}

// Monday to Sunday the same hours, no holidays.
inline CalendarSpec every_day(const std::string& zone, DaySpans spans) {
    CalendarSpec spec;
    spec.name = "every-day";
    spec.timezone = zone;
    spec.open.fill(spans);
    return spec;
}

inline std::shared_ptr<const Calendar> compiled(const CalendarSpec& spec) {
    CalendarResult result = Calendar::compile(spec, holiday_sets());
    for (const CalendarProblem& problem : result.problems) {
        FAIL_CHECK(problem.path << ": " << problem.message);
    }
    REQUIRE(result.calendar != nullptr);
    return result.calendar;
}

}  // namespace premura::calendar_story
