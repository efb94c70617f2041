#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/cel/value.h"

namespace date {
class time_zone;
}

namespace premura::cel {

// Points in time and lengths of it, to the nanosecond. Nothing comes out where a moment would lie
// outside the years 1 to 9999 or a length outside 64 bits of nanoseconds.

// RFC 3339 with `T` and a zone, 0 to 9 digits of a second: `2026-06-01T11:00:00.25+02:00`.
std::optional<Value> parse_timestamp(std::string_view text);
// A row of numbers with units, as Go writes lengths: `1h30m`, `-1.5h`, `250ms`; `0` too. Units: h,
// m, s, ms, us, ns.
std::optional<Value> parse_duration(std::string_view text);

// UTC with 0, 3, 6 or 9 digits of a second. Source: the JSON mapping of protobuf.
std::string format_timestamp(const Value& timestamp);
// Seconds with 0, 3, 6 or 9 digits: `90s`, `-0.250s`. Source: as above.
std::string format_duration(std::chrono::nanoseconds length);

std::optional<Value> timestamp_of_seconds(std::int64_t seconds);
std::optional<Value> moved(const Value& timestamp, std::chrono::nanoseconds by);
std::optional<Value> time_between(const Value& from, const Value& to);

// Where a clock on a wall is read: `UTC`, `Europe/Rome`, `+02:00`. Points into the tables of the
// time zone library, which live as long as the process.
struct Zone {
    const date::time_zone* zone = nullptr;  // null: a fixed offset
    std::chrono::seconds offset{0};

    // Nothing when this machine knows no such zone. Reads the system's zone data at the first call
    // for a zone.
    static std::optional<Zone> find(std::string_view name);
    // Nothing for a named zone after 2037: the library that reads the zone data (date 3.0.1 on the
    // system's zoneinfo) knows no change of clocks after it, and would be an hour wrong in summer.
    std::optional<std::chrono::seconds> offset_at(std::int64_t seconds) const;
};

enum class Part : std::uint8_t {
    full_year,
    month,         // from 0
    day_of_month,  // from 0
    date,          // the day of the month from 1
    day_of_week,   // from 0, Sunday
    day_of_year,   // from 0
    hours,
    minutes,
    seconds,
    milliseconds,
};

// What a clock and a calendar on the wall of that zone show; nothing where its clock is not known.
std::optional<std::int64_t> part_of(const Value& timestamp, Part part, const Zone& zone);
// Hours, minutes and seconds are the whole length in that unit; milliseconds are what is left of a
// second. Source: the conformance suite, timestamps/duration_converters.
std::int64_t part_of(std::chrono::nanoseconds length, Part part);

}  // namespace premura::cel
