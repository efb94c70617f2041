#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/time.h"

namespace premura {

// Days after Easter Sunday of the western churches; below zero, days before it.
struct EasterOffset {
    int days = 0;
};

// With these bounds the day stays in the year of its Easter Sunday.
inline constexpr int easter_offset_min = -80;
inline constexpr int easter_offset_max = 250;

// A day that comes back every year, from the year `since` to the year `until`, both included.
// 29 February comes in leap years only.
struct YearlyDay {
    std::variant<std::chrono::month_day, EasterOffset> day;
    std::string name;  // "Lunedì dell'Angelo"; shown when a deadline skips the day
    int since = 0;
    int until = 9999;
};

// The holidays of a country, a region or a town, kept in a file that people review.
struct HolidaySet {
    std::string name;
    std::vector<YearlyDay> days;
};

// Easter Sunday in the Gregorian calendar. Source: Meeus, Astronomical Algorithms (1991), chapter
// 8; known as the Meeus/Jones/Butcher algorithm, first printed in Nature 13 (1876), page 487.
LocalDate easter_sunday(std::chrono::year year);

// The date on which the day falls in that year; nothing when it does not occur in it.
std::optional<LocalDate> occurrence(const YearlyDay& day, std::chrono::year year);

}  // namespace premura
