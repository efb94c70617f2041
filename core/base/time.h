#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace premura {

// All of Premura counts time in milliseconds since 1970-01-01T00:00:00Z, leap seconds left out.
// An Instant never carries a time zone: zones belong to calendars and tenants.
using Milliseconds = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Milliseconds>;

// A day of a local calendar, without zone or time of day.
using LocalDate = std::chrono::year_month_day;

constexpr Instant instant_min = Instant::min();
constexpr Instant instant_max = Instant::max();

constexpr Instant instant_of(std::int64_t milliseconds_since_epoch) {
    return Instant{Milliseconds{milliseconds_since_epoch}};
}

constexpr std::int64_t milliseconds_of(Instant instant) {
    return instant.time_since_epoch().count();
}

// Reads an RFC 3339 date-time such as `2026-06-01T11:00:00.250+02:00` or `...Z`; a blank instead of
// `T` and a time without seconds are accepted too. The zone is required. Nothing when the text is not of that form
// or names no real day. Digits of a second past the third are cut off.
std::optional<Instant> parse_rfc3339(std::string_view text);

// Reads a bare date `YYYY-MM-DD`.
std::optional<LocalDate> parse_date(std::string_view text);

// A wall-clock time as somebody wrote it: `2026-06-01 11:00[:30]`, with a blank or a `T`, no zone.
struct LocalTime {
    LocalDate date;
    Milliseconds time_of_day;
};
std::optional<LocalTime> parse_local_time(std::string_view text);

// `2026-06-01T09:00:00Z`, with `.250` only when there are milliseconds.
std::string format_utc(Instant instant);

// `2026-06-01`.
std::string format_date(LocalDate date);

// What engines are told about time with every call. `now` is the clock on the wall, or the
// recorded clock in a replay. `complete_until` says how far the input is known to be complete: every
// record appended to any source before it has been applied.
struct Horizon {
    Instant now = instant_min;
    Instant complete_until = instant_min;
    // In a replay or a test the clock steps through every due moment: what is due was decided when
    // it was due. On a wall clock it was decided now, and a warning whose deadline has passed
    // meanwhile is left out.
    bool stepping = false;
};

}  // namespace premura
