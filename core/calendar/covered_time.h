#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/time.h"

namespace premura {

// The years for which open hours are known. They end with 2037 because the library that reads the
// zone data (date 3.0.1 on the system's zoneinfo) knows no change of clocks after it: later summers
// would be an hour wrong (HowardHinnant/date, issues 563 and 874). Outside these years a calendar
// is closed.
inline constexpr int first_covered_year = 1990;
inline constexpr int last_covered_year = 2037;

// What calendars answer when the answer lies outside the covered years: 0001-01-01T00:00:00Z and
// 9999-12-31T23:59:59.999Z. Unlike instant_min and instant_max one can add to them without
// overflow.
inline constexpr Instant far_past{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
inline constexpr Instant far_future{
    Instant{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}} - Milliseconds{1}};

// Tables hold instants as seconds since this one, in 32 bits: zone changes and hours fall on whole
// seconds, and 136 years fit. Two days of margin hold the first local day in every zone.
inline constexpr Instant covered_origin{
    std::chrono::sys_days{std::chrono::year{first_covered_year} / 1 / 1} - std::chrono::days{2}};
inline constexpr Instant covered_end{
    std::chrono::sys_days{std::chrono::year{last_covered_year + 1} / 1 / 1} + std::chrono::days{2}};

inline constexpr std::chrono::local_days first_covered_day{std::chrono::year{first_covered_year} /
                                                           1 / 1};
inline constexpr std::chrono::local_days last_covered_day{std::chrono::year{last_covered_year} /
                                                          12 / 31};
inline constexpr int covered_days = (last_covered_day - first_covered_day).count() + 1;

inline constexpr std::int64_t milliseconds_per_second = 1000;

// Milliseconds from covered_origin to `instant`, which is first drawn into the covered range.
constexpr std::int64_t covered_milliseconds(Instant instant) {
    return (std::clamp(instant, covered_origin, covered_end) - covered_origin).count();
}

constexpr Instant covered_instant(std::uint32_t seconds) {
    return covered_origin + std::chrono::seconds{seconds};
}

static_assert((covered_end - covered_origin) / Milliseconds{milliseconds_per_second} <= UINT32_MAX);

}  // namespace premura
