#include "tests/simulation/naive_time.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace premura {
namespace {

using namespace std::chrono;

Instant first_covered() {
    return sys_days{year{NaiveCalendar::first_year} / January / 1};
}
Instant last_covered() {
    return sys_days{year{NaiveCalendar::last_year} / December / 31};
}

// By year, so that not every minute of a table asks for the last Sunday of March.
struct Summer {
    Instant begin;
    Instant end;
};
template <typename SummerOf>
std::vector<Summer> summers(SummerOf summer_of) {
    std::vector<Summer> all;
    for (int each = NaiveCalendar::first_year - 1; each <= NaiveCalendar::last_year + 1; ++each) all.push_back(summer_of(year{each}));
    return all;
}

bool is_summer(const std::vector<Summer>& all, Instant instant) {
    return std::any_of(all.begin(), all.end(),
                       [instant](const Summer& one) { return instant >= one.begin && instant < one.end; });
}

bool is_summer_in_europe(Instant instant) {
    static const std::vector<Summer> all = summers([](year each) {
        return Summer{sys_days{each / March / Sunday[last]} + hours{1}, sys_days{each / October / Sunday[last]} + hours{1}};
    });
    return is_summer(all, instant);
}

bool is_summer_in_new_york(Instant instant) {
    static const std::vector<Summer> all = summers([](year each) {
        return Summer{sys_days{each / March / Sunday[2]} + hours{7}, sys_days{each / November / Sunday[1]} + hours{6}};
    });
    return is_summer(all, instant);
}

// As if the wall clock were UTC.
Instant wall(const std::string& zone, Instant instant) {
    return instant + naive_offset(zone, instant);
}

std::size_t minute_of(Instant instant) {
    return static_cast<std::size_t>((floor<minutes>(instant) - first_covered()) / minutes{1});
}

// Counted from the day before the first covered one, which is where some zones still are at that moment.
std::size_t day_of(const std::string& zone, Instant instant) {
    return static_cast<std::size_t>((floor<days>(wall(zone, instant)) - first_covered()) / days{1} + 1);
}

const DaySpans& spans_on(const CalendarSpec& spec, sys_days date) {
    static const DaySpans closed;
    for (const SpecialDay& special : spec.special) {
        if (sys_days{special.date} == date) return special.open;
    }
    for (const Closure& closure : spec.closed) {
        const auto& range = std::get<DateRange>(closure);
        if (sys_days{range.from} <= date && date <= sys_days{range.to}) return closed;
    }
    return hours_of(spec.open, weekday{date});
}

bool shows_open(const CalendarSpec& spec, Instant on_the_wall) {
    const auto date = floor<days>(on_the_wall);
    const auto minute = (on_the_wall - date) / minutes{1};
    const DaySpans& spans = spans_on(spec, date);
    return std::any_of(spans.begin(), spans.end(), [minute](const MinuteSpan& span) {
        return span.from <= minute && minute < span.to;
    });
}

// The pause at that moment, if any.
const Pause* pause_at(Instant instant, const std::vector<Pause>& pauses) {
    for (const Pause& pause : pauses) {
        if (pause.from <= instant && instant < pause.to) return &pause;
    }
    return nullptr;
}

// Walks from piece to piece, none longer than the rest of a minute, in which nothing begins or ends.
template <typename IsOpen>
Instant walk(Instant start, Milliseconds time, const std::vector<Pause>& pauses, IsOpen is_open) {
    Instant now = start;
    while (now < last_covered()) {
        const Pause* pause = pause_at(now, pauses);
        if (pause != nullptr) {
            if (pause->to == instant_max) return instant_max;
            now = pause->to;
            continue;
        }
        Instant end = floor<minutes>(now) + minutes{1};
        for (const Pause& later : pauses) {
            if (later.from > now) end = std::min(end, later.from);
        }
        if (is_open(now)) {
            if (time <= end - now) return now + time;
            time -= end - now;
        }
        now = end;
    }
    return instant_max;
}

}  // namespace

Milliseconds naive_offset(const std::string& zone, Instant instant) {
    if (zone == "Europe/Rome") return hours{is_summer_in_europe(instant) ? 2 : 1};
    if (zone == "Europe/London") return hours{is_summer_in_europe(instant) ? 1 : 0};
    if (zone == "America/New_York") return hours{is_summer_in_new_york(instant) ? -4 : -5};
    for (const std::string_view one_ahead : {"Europe/Madrid", "Africa/Ceuta"}) {
        if (zone == one_ahead) return hours{is_summer_in_europe(instant) ? 2 : 1};
    }
    for (const std::string_view as_london : {"Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Canary"}) {
        if (zone == as_london) return hours{is_summer_in_europe(instant) ? 1 : 0};
    }
    if (zone == "Atlantic/Azores") return hours{is_summer_in_europe(instant) ? 0 : -1};
    if (zone == "Europe/Kaliningrad") return hours{2};
    if (zone == "Asia/Anadyr") return hours{12};
    throw std::invalid_argument{"the simulation knows no zone '" + zone + "'"};
}

bool naive_is_open(const CalendarSpec& spec, const std::string& zone, Instant instant) {
    return shows_open(spec, wall(zone, instant));
}

Instant naive_end_of_date(const std::string& zone, sys_days date) {
    Instant moment = date + days{1} - hours{14};
    while (wall(zone, moment) < date + days{1}) moment += minutes{15};
    return moment;
}

Instant add_elapsed(Instant start, Milliseconds time, const std::vector<Pause>& pauses) {
    if (pauses.empty()) return start + time;
    return walk(start, time, pauses, [](Instant) { return true; });
}

NaiveCalendar::NaiveCalendar(const CalendarSpec& spec) : zone_{spec.timezone} {
    closings_.resize(static_cast<std::size_t>((last_covered() - first_covered()) / days{1}) + 3, instant_min);
    open_.reserve(minute_of(last_covered()));
    // Nothing in the simulation opens or closes within a quarter of an hour, and no zone changes in one.
    constexpr minutes quarter{15};
    for (Instant from = first_covered(); from < last_covered(); from += quarter) {
        const bool open = shows_open(spec, wall(zone_, from));
        open_.insert(open_.end(), static_cast<std::size_t>(quarter.count()), open ? 1 : 0);
        if (open) closings_[day_of(zone_, from)] = from + quarter;
    }
}

bool NaiveCalendar::is_open(Instant instant) const {
    const std::size_t minute = minute_of(instant);
    return minute < open_.size() && open_[minute] != 0;
}

Instant NaiveCalendar::add_time(Instant start, Milliseconds time, const std::vector<Pause>& pauses) const {
    return walk(start, time, pauses, [this](Instant instant) { return is_open(instant); });
}

Instant NaiveCalendar::add_days(Instant start, int count, const std::vector<Pause>& pauses) const {
    for (std::size_t day = day_of(zone_, start) + 1; day < closings_.size(); ++day) {
        const Instant closing = closings_[day];
        // The clock must have run right up to the closing.
        const bool stood_still = std::any_of(pauses.begin(), pauses.end(), [closing](const Pause& pause) {
            return pause.from < closing && closing <= pause.to;
        });
        if (closing == instant_min || stood_still) continue;
        if (--count == 0) return closing;
    }
    return instant_max;
}

Instant NaiveCalendar::time_before(Instant deadline, Milliseconds time) const {
    Instant now = deadline;
    while (now > first_covered()) {
        const Instant begin = floor<minutes>(now - Milliseconds{1});
        if (is_open(begin)) {
            if (time <= now - begin) return now - time;
            time -= now - begin;
        }
        now = begin;
    }
    return instant_min;
}

Instant NaiveCalendar::days_before(Instant deadline, int count) const {
    for (std::size_t day = day_of(zone_, deadline - Milliseconds{1}); day-- > 0;) {
        if (closings_[day] != instant_min && --count == 0) return closings_[day];
    }
    return instant_min;
}

}  // namespace premura
