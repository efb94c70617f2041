#include "tests/simulation/naive_time.h"

#include <algorithm>
#include <stdexcept>

namespace premura {
namespace {

using namespace std::chrono;

Instant first_covered() {
    return sys_days{year{NaiveCalendar::first_year} / January / 1};
}
Instant last_covered() {
    return sys_days{year{NaiveCalendar::last_year} / December / 31};
}

bool is_summer_in_europe(Instant instant) {
    const year that_year = year_month_day{floor<days>(instant)}.year();
    const Instant begin = sys_days{that_year / March / Sunday[last]} + hours{1};
    const Instant end = sys_days{that_year / October / Sunday[last]} + hours{1};
    return instant >= begin && instant < end;
}

bool is_summer_in_new_york(Instant instant) {
    const year that_year = year_month_day{floor<days>(instant)}.year();
    const Instant begin = sys_days{that_year / March / Sunday[2]} + hours{7};
    const Instant end = sys_days{that_year / November / Sunday[1]} + hours{6};
    return instant >= begin && instant < end;
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
    throw std::invalid_argument{"the simulation knows no zone '" + zone + "'"};
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
    for (Instant minute = first_covered(); minute < last_covered(); minute += minutes{1}) {
        const bool open = shows_open(spec, wall(zone_, minute));
        open_.push_back(open ? 1 : 0);
        if (open) closings_[day_of(zone_, minute)] = minute + minutes{1};
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
