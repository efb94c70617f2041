#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "core/calendar/calendar_spec.h"

// Random calendars: what people write, and what only a test would.
namespace premura::calendar_random {

class Dice {
 public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>{low, high}(engine_);
    }
    bool one_in(int n) { return between(1, n) == 1; }
    LocalDate date(LocalDate from, LocalDate to) {
        const auto days = std::chrono::sys_days{to} - std::chrono::sys_days{from};
        return LocalDate{std::chrono::sys_days{from} + std::chrono::days{between(0, days.count())}};
    }

 private:
    std::mt19937_64 engine_;
};

// A window of local dates in which something happens to the clocks of a zone.
struct Window {
    const char* zone;
    LocalDate from;
    LocalDate to;
};

// Minutes of the day at which clocks change somewhere come up often.
inline int minute_of_day(Dice& dice) {
    switch (dice.between(0, 4)) {
        case 0:
            return static_cast<int>(dice.between(0, 24)) * 60;
        case 1:
            return static_cast<int>(dice.between(0, 16)) * 15;
        case 2:
            return 1440 - static_cast<int>(dice.between(0, 8)) * 15;
        default:
            return static_cast<int>(dice.between(0, 1440));
    }
}

// At most `most` spans, in order, touching now and then, never overlapping.
inline DaySpans spans(Dice& dice, int most) {
    std::vector<int> cuts;
    const auto count = 2 * static_cast<std::size_t>(dice.between(0, most));
    while (cuts.size() < count) cuts.push_back(minute_of_day(dice));
    std::sort(cuts.begin(), cuts.end());
    if (count > 2 && dice.one_in(3)) cuts[1] = cuts[2];
    DaySpans result;
    for (std::size_t i = 0; i + 1 < cuts.size(); i += 2) {
        if (cuts[i] < cuts[i + 1]) result.push_back({cuts[i], cuts[i + 1]});
    }
    return result;
}

inline YearlyDay yearly_day(Dice& dice, const Window& window) {
    YearlyDay day{
        EasterOffset{static_cast<int>(dice.between(easter_offset_min, easter_offset_max))},
        "holiday"};
    if (!dice.one_in(4)) {
        const LocalDate date = dice.date(window.from, window.to);
        day.day = date.month() / date.day();
    } else if (dice.one_in(2)) {
        day.day = EasterOffset{static_cast<int>(dice.between(-3, 2))};
    }
    const int year = static_cast<int>(window.from.year());
    if (dice.one_in(5)) day.since = year + static_cast<int>(dice.between(-1, 2));
    if (dice.one_in(5))
        day.until = std::max(day.since, year) + static_cast<int>(dice.between(0, 1));
    return day;
}

inline HolidaySets holiday_sets(Dice& dice, const Window& window) {
    HolidaySets sets;
    for (const char* name : {"national", "local"}) {
        HolidaySet set{name, {}};
        for (auto n = dice.between(0, 12); n > 0; --n) set.days.push_back(yearly_day(dice, window));
        sets[name] = set;
    }
    return sets;
}

inline CalendarSpec calendar(Dice& dice, const Window& window) {
    CalendarSpec spec;
    spec.name = "random";
    spec.timezone = window.zone;
    const bool regular = dice.one_in(3);
    const DaySpans usual = spans(dice, 3);
    for (DaySpans& day : spec.open) {
        day = regular ? usual : spans(dice, dice.one_in(10) ? 12 : 3);
    }
    if (dice.one_in(12)) spec.open.fill({{0, minutes_per_day}});
    if (!dice.one_in(4)) spec.open[6].clear();
    if (dice.one_in(2)) spec.closed.emplace_back(HolidaySetReference{"national"});
    if (dice.one_in(3)) spec.closed.emplace_back(HolidaySetReference{"local"});
    for (auto n = dice.between(0, 3); n > 0; --n)
        spec.closed.emplace_back(yearly_day(dice, window));
    for (auto n = dice.between(0, 3); n > 0; --n) {
        const LocalDate from = dice.date(window.from, window.to);
        const std::chrono::days length{dice.one_in(2) ? 0 : dice.between(1, 20)};
        spec.closed.emplace_back(
            DateRange{from, LocalDate{std::chrono::sys_days{from} + length}, "closure"});
    }
    for (auto n = dice.between(0, 4); n > 0; --n) {
        const LocalDate date = dice.date(window.from, window.to);
        std::erase_if(spec.special, [date](const SpecialDay& day) { return day.date == date; });
        spec.special.push_back({date, spans(dice, 2), "special"});
    }
    if (dice.one_in(3)) {
        spec.day_before_holiday = DayBeforeHoliday{
            std::chrono::weekday{static_cast<unsigned>(dice.between(0, 6))}, {"national"}};
    }
    return spec;
}

inline std::string text(const DaySpans& spans) {
    std::string result;
    for (const MinuteSpan& span : spans) {
        result += fmt::format(" {:02}:{:02}-{:02}:{:02}", span.from / 60, span.from % 60,
                              span.to / 60, span.to % 60);
    }
    return result.empty() ? " closed" : result;
}

inline std::string text(const YearlyDay& day) {
    std::string result;
    if (const auto* offset = std::get_if<EasterOffset>(&day.day)) {
        result = fmt::format("easter {:+}", offset->days);
    } else {
        const auto fixed = std::get<std::chrono::month_day>(day.day);
        result = fmt::format("every {:02}-{:02}", static_cast<unsigned>(fixed.month()),
                             static_cast<unsigned>(fixed.day()));
    }
    result += fmt::format(" since {} until {}", day.since, day.until);
    return result;
}

// The calendar in words, for the report of a failed case.
inline std::string text(const CalendarSpec& spec, const HolidaySets& sets) {
    std::string result = "zone " + spec.timezone + "\n";
    for (std::size_t i = 0; i < spec.open.size(); ++i) {
        result += fmt::format("weekday {}:{}\n", i + 1, text(spec.open[i]));
    }
    for (const Closure& closure : spec.closed) {
        if (const auto* set = std::get_if<HolidaySetReference>(&closure)) {
            result += "closed: set " + set->set + "\n";
        } else if (const auto* day = std::get_if<YearlyDay>(&closure)) {
            result += "closed: " + text(*day) + "\n";
        } else {
            const auto& range = std::get<DateRange>(closure);
            result += "closed: " + format_date(range.from) + " to " + format_date(range.to) + "\n";
        }
    }
    for (const SpecialDay& day : spec.special) {
        result += "special " + format_date(day.date) + ":" + text(day.open) + "\n";
    }
    if (spec.day_before_holiday) {
        result += fmt::format("before national holidays as weekday {}\n",
                              spec.day_before_holiday->hours_of.iso_encoding());
    }
    for (const auto& [name, set] : sets) {
        for (const YearlyDay& day : set.days) result += name + ": " + text(day) + "\n";
    }
    return result;
}

}  // namespace premura::calendar_random
