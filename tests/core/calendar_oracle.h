#pragma once

#include <date/tz.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/calendar/calendar_spec.h"

// Business time worked out the slow way: a clock is read at every minute of a window of some
// months, a list says for each minute whether it is open, and every question walks that list minute
// by minute. It shares the spec's types with the code under test and nothing else. Questions whose
// walk leaves the window have no answer.
namespace premura::calendar_oracle {

using Minute = std::int64_t;  // position in the window
using Day = std::int64_t;     // days since 1970-01-01 of the local calendar

inline Day day_of(LocalDate date) {
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

// What the clock on the wall shows at each minute of the window.
class WallClock {
 public:
    WallClock(const std::string& zone, LocalDate from, LocalDate to)
        : zone_(zone), begin_(std::chrono::sys_days{from}) {
        const Instant end{std::chrono::sys_days{to}};
        const date::time_zone* source = date::locate_zone(zone);
        for (Instant instant = begin_; instant < end; instant += std::chrono::minutes{1}) {
            const auto local = source->to_local(instant).time_since_epoch();
            const auto wall = std::chrono::floor<std::chrono::minutes>(local).count();
            shown_.push_back(static_cast<Stored>(wall));
        }
        lowest_ = *std::min_element(shown_.begin(), shown_.end());
        const auto highest = *std::max_element(shown_.begin(), shown_.end());
        first_.assign(static_cast<std::size_t>(highest - lowest_ + 1), -1);
        last_ = first_;
        jump_.assign(first_.size(), 0);
        for (Minute i = 0; i < size(); ++i) {
            const std::size_t wall = slot(shown(i));
            if (first_[wall] < 0) first_[wall] = static_cast<Stored>(i);
            last_[wall] = static_cast<Stored>(i);
            if (i == 0) continue;
            for (auto skipped = shown(i - 1) + 1; skipped < shown(i); ++skipped) {
                jump_[slot(skipped)] = static_cast<Stored>(shown(i) - shown(i - 1) - 1);
            }
        }
    }

    const std::string& zone() const { return zone_; }
    Minute size() const { return static_cast<Minute>(shown_.size()); }
    std::int64_t shown(Minute minute) const { return shown_[static_cast<std::size_t>(minute)]; }
    Day date(Minute minute) const { return floor_day(shown(minute)); }

    Instant instant(Minute minute) const { return begin_ + std::chrono::minutes{minute}; }
    Minute minute(Instant instant) const {
        return std::chrono::floor<std::chrono::minutes>(instant - begin_).count();
    }
    bool holds(Instant instant) const { return minute(instant) >= 0 && minute(instant) < size(); }

    // The minute at which the clock shows that time for the first or the last time; a time that it
    // skips counts as later by what the clock jumped.
    std::optional<Minute> showing(std::int64_t wall, bool last) const {
        if (!known(wall)) return std::nullopt;
        wall += jump_[slot(wall)];
        if (!known(wall)) return std::nullopt;
        return last ? last_[slot(wall)] : first_[slot(wall)];
    }

    // First and last minute that show the date; nothing when none does.
    std::optional<std::pair<Minute, Minute>> minutes_of(Day day) const {
        std::optional<std::pair<Minute, Minute>> found;
        for (auto wall = day * 1440; wall < (day + 1) * 1440; ++wall) {
            if (!known(wall) || first_[slot(wall)] < 0) continue;
            if (!found) found = {first_[slot(wall)], last_[slot(wall)]};
            found->first = std::min<Minute>(found->first, first_[slot(wall)]);
            found->second = std::max<Minute>(found->second, last_[slot(wall)]);
        }
        return found;
    }

 private:
    // A run keeps some ten million minutes.
    using Stored = std::int32_t;

    static Day floor_day(std::int64_t wall) { return wall / 1440 - (wall % 1440 < 0 ? 1 : 0); }
    bool known(std::int64_t wall) const {
        return wall >= lowest_ && wall - lowest_ < static_cast<std::int64_t>(first_.size());
    }
    std::size_t slot(std::int64_t wall) const { return static_cast<std::size_t>(wall - lowest_); }

    std::string zone_;
    Instant begin_;
    std::vector<Stored> shown_;
    std::int64_t lowest_ = 0;
    std::vector<Stored> first_, last_;  // by wall minute, -1 when never shown
    std::vector<Stored> jump_;          // by wall minute, 0 unless skipped
};

// Easter Sunday by golden number and epact (Knuth, The Art of Computer Programming, volume 1,
// exercise 1.3.2-14): another algorithm than the one under test.
inline LocalDate easter(int year) {
    const int golden = year % 19 + 1;
    const int century = year / 100 + 1;
    const int skipped_leap_years = 3 * century / 4 - 12;
    const int moon_correction = (8 * century + 5) / 25 - 5;
    const int sunday = 5 * year / 4 - skipped_leap_years - 10;
    int epact = (11 * golden + 20 + moon_correction - skipped_leap_years) % 30;
    if (epact < 0) epact += 30;
    if ((epact == 25 && golden > 11) || epact == 24) ++epact;
    int march = 44 - epact;
    if (march < 21) march += 30;
    march += 7 - (sunday + march) % 7;
    return LocalDate{std::chrono::sys_days{std::chrono::year{year} / 3 / 1} +
                     std::chrono::days{march - 1}};
}

class Oracle {
 public:
    Oracle(const CalendarSpec& spec, const HolidaySets& sets, const WallClock& clock)
        : spec_(spec), sets_(sets), clock_(clock), open_(static_cast<std::size_t>(clock.size())) {
        first_day_ = clock.date(0) + 2;
        const Day last_day = clock.date(clock.size() - 1) - 2;
        for (Day day = first_day_; day <= last_day; ++day) lay_out(day);
        // Outside these minutes the window's edge cuts days in two.
        from_ = clock.minutes_of(first_day_)->first + 1440;
        to_ = clock.minutes_of(last_day)->second - 1440;
    }

    Minute from() const { return from_; }
    Minute to() const { return to_; }

    bool is_open(Instant instant) const { return open(clock_.minute(instant)); }

    std::optional<Instant> add_time(Instant start, Milliseconds duration) const {
        if (duration == Milliseconds{0}) return next_open(start);
        Instant now = start;
        while (inside(now)) {
            const Milliseconds rest = end_of_minute(now) - now;
            if (is_open(now)) {
                if (duration <= rest) return now + duration;
                duration -= rest;
            }
            now += rest;
        }
        return std::nullopt;
    }

    std::optional<Instant> subtract_time(Instant deadline, Milliseconds duration) const {
        if (duration == Milliseconds{0}) return deadline;
        Instant now = deadline;
        while (inside(now - Milliseconds{1})) {
            const Minute minute = clock_.minute(now - Milliseconds{1});
            const Milliseconds rest = now - clock_.instant(minute);
            if (open(minute)) {
                if (duration <= rest) return now - duration;
                duration -= rest;
            }
            now -= rest;
        }
        return std::nullopt;
    }

    std::optional<Milliseconds> between(Instant from, Instant to) const {
        Milliseconds sum{0};
        for (Instant now = from; now < to; now = end_of_minute(now)) {
            if (!inside(now)) return std::nullopt;
            if (is_open(now)) sum += std::min(end_of_minute(now), to) - now;
        }
        return sum;
    }

    std::optional<Instant> next_open(Instant instant) const {
        if (is_open(instant)) return instant;
        for (Instant now = end_of_minute(instant); inside(now); now += std::chrono::minutes{1}) {
            if (is_open(now)) return now;
        }
        return std::nullopt;
    }

    std::optional<Instant> next_close(Instant instant) const {
        bool was_open = is_open(instant);
        for (Instant now = end_of_minute(instant); inside(now); now += std::chrono::minutes{1}) {
            if (was_open && !is_open(now)) return now;
            was_open = is_open(now);
        }
        return std::nullopt;
    }

    std::optional<Instant> add_days(Instant start, int days) const {
        for (Day day = clock_.date(clock_.minute(start)) + 1;; ++day) {
            if (!day_inside(day)) return std::nullopt;
            const auto closing = closing_of(day);
            if (closing && --days == 0) return clock_.instant(*closing);
        }
    }

    std::optional<Instant> days_before(Instant deadline, int days) const {
        for (Day day = clock_.date(clock_.minute(deadline - Milliseconds{1})) - 1;; --day) {
            if (!day_inside(day)) return std::nullopt;
            const auto closing = closing_of(day);
            if (closing && --days == 0) return clock_.instant(*closing);
        }
    }

    std::string local_date(Instant instant) const {
        const std::chrono::sys_days day{std::chrono::days{clock_.date(clock_.minute(instant))}};
        return date::format("%F", day);
    }

    std::optional<Instant> end_of_day(Instant instant) const {
        const auto minutes = clock_.minutes_of(clock_.date(clock_.minute(instant)));
        return clock_.instant(minutes->second + 1);
    }

 private:
    bool open(Minute minute) const { return open_[static_cast<std::size_t>(minute)] != 0; }
    bool inside(Instant instant) const {
        return clock_.minute(instant) >= from_ && clock_.minute(instant) < to_;
    }
    bool day_inside(Day day) const { return day > clock_.date(from_) && day < clock_.date(to_); }
    Instant end_of_minute(Instant instant) const {
        return clock_.instant(clock_.minute(instant) + 1);
    }
    std::optional<Minute> closing_of(Day day) const {
        return closings_[static_cast<std::size_t>(day - first_day_)];
    }

    void lay_out(Day day) {
        closings_.emplace_back();
        const auto own = clock_.minutes_of(day);
        if (!own) return;
        for (const MinuteSpan& span : hours(day)) {
            const auto opening = clock_.showing(day * 1440 + span.from, false);
            const auto closing = span.to == 1440 ? std::optional<Minute>{own->second + 1}
                                                 : clock_.showing(day * 1440 + span.to, true);
            for (Minute i = std::max(*opening, own->first); i < std::min(*closing, own->second + 1);
                 ++i) {
                open_[static_cast<std::size_t>(i)] = 1;
                closings_.back() = std::max(closings_.back().value_or(0), i + 1);
            }
        }
    }

    static LocalDate date_of(Day day) {
        return LocalDate{std::chrono::sys_days{std::chrono::days{day}}};
    }

    static bool falls_on(const YearlyDay& yearly, Day day) {
        const LocalDate date = date_of(day);
        const int year = static_cast<int>(date.year());
        if (year < yearly.since || year > yearly.until) return false;
        if (const auto* offset = std::get_if<EasterOffset>(&yearly.day)) {
            return day_of(easter(year)) + offset->days == day;
        }
        return std::get<std::chrono::month_day>(yearly.day) ==
               std::chrono::month_day{date.month(), date.day()};
    }

    bool in_set(const std::string& name, Day day) const {
        const auto& days = sets_.at(name).days;
        return std::any_of(days.begin(), days.end(),
                           [day](const YearlyDay& one) { return falls_on(one, day); });
    }

    bool closed_by(const Closure& closure, Day day) const {
        if (const auto* set = std::get_if<HolidaySetReference>(&closure)) {
            return in_set(set->set, day);
        }
        if (const auto* yearly = std::get_if<YearlyDay>(&closure)) return falls_on(*yearly, day);
        const auto& range = std::get<DateRange>(closure);
        return day_of(range.from) <= day && day <= day_of(range.to);
    }

    DaySpans hours(Day day) const {
        for (const SpecialDay& special : spec_.special) {
            if (day_of(special.date) == day) return special.open;
        }
        for (const Closure& closure : spec_.closed) {
            if (closed_by(closure, day)) return {};
        }
        // 1970-01-01 was a Thursday, and the list begins with Monday.
        const DaySpans& usual = spec_.open[static_cast<std::size_t>((day + 3) % 7)];
        if (usual.empty() || !spec_.day_before_holiday) return usual;
        for (const std::string& set : spec_.day_before_holiday->sets) {
            if (in_set(set, day + 1)) {
                return spec_.open[spec_.day_before_holiday->hours_of.iso_encoding() - 1];
            }
        }
        return usual;
    }

    const CalendarSpec& spec_;
    const HolidaySets& sets_;
    const WallClock& clock_;
    std::vector<char> open_;
    std::vector<std::optional<Minute>> closings_;
    Day first_day_ = 0;
    Minute from_ = 0;
    Minute to_ = 0;
};

}  // namespace premura::calendar_oracle
