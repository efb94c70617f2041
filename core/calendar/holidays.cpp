#include "core/calendar/holidays.h"

namespace premura {

LocalDate easter_sunday(std::chrono::year year) {
    const int y = static_cast<int>(year);
    // The letters are those of the source, so that the two can be compared line by line.
    const int a = y % 19;
    const int b = y / 100;
    const int c = y % 100;
    const int d = b / 4;
    const int e = b % 4;
    const int f = (b + 8) / 25;
    const int g = (b - f + 1) / 3;
    const int h = (19 * a + b - d - g + 15) % 30;
    const int i = c / 4;
    const int k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7;
    const int m = (a + 11 * h + 22 * l) / 451;
    const int n = h + l - 7 * m + 114;
    return LocalDate{year, std::chrono::month{static_cast<unsigned>(n / 31)},
                     std::chrono::day{static_cast<unsigned>(n % 31 + 1)}};
}

std::optional<LocalDate> occurrence(const YearlyDay& day, std::chrono::year year) {
    const int y = static_cast<int>(year);
    if (y < day.since || y > day.until) return std::nullopt;
    if (const auto* offset = std::get_if<EasterOffset>(&day.day)) {
        const std::chrono::sys_days easter{easter_sunday(year)};
        return LocalDate{easter + std::chrono::days{offset->days}};
    }
    const auto& fixed = std::get<std::chrono::month_day>(day.day);
    const LocalDate date{year, fixed.month(), fixed.day()};
    if (!date.ok()) return std::nullopt;
    return date;
}

}  // namespace premura
