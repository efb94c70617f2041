#include "core/backtest/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace premura::words {
namespace {

constexpr std::array month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array weekday_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

constexpr std::array reasons{
    std::pair{"quiet_hours", "outside the hours in which the customer may be reached"},
    std::pair{"time_zone_unknown", "the customer's time zone is not known"},
    std::pair{"one_call_for_all_open_cases", "the customer gets one call about everything"},
    std::pair{"do_not_contact", "the customer does not want to be contacted this way"},
    std::pair{"customer_in_touch", "the customer has just contacted us"},
    std::pair{"limit_per_day", "the customer has had enough contacts for the day"},
    std::pair{"limit_per_case", "there have been enough contacts about this case"},
    std::pair{"limit_per_time", "the customer has had enough contacts in these days"},
    std::pair{"limit_of_none", "the brand does not contact customers this way"},
    std::pair{"holdout", "left alone, to see whether contacts help"},
    std::pair{"incident", "an incident covers it"},
    std::pair{"rate_limit", "the rule calls no faster than it may"},
    std::pair{"already_solved", "solved before we acted"},
    std::pair{"told_on_call", "said it all on a call before"},
    std::pair{"rule_on_trial", "the rule is on trial: it only watches"},
    std::pair{"rule_paused", "the rule is paused"},
    std::pair{"tenant_removed", "the brand is not in the configuration"},
    std::pair{"met_in_time", "done in time after a warning"},
    std::pair{"done_late", "done, but late"},
    std::pair{"cancelled", "called off"},
    std::pair{"false_alarm_late_data", "had been done in time, we heard of it late"},
    std::pair{"restarted", "began anew"},
    std::pair{"rule_removed", "the rule was removed"},
    std::pair{"no_longer_applies", "the rule no longer applies"},
    std::pair{"erased", "the customer's data were erased"},
};

}  // namespace

std::string number(std::int64_t number) {
    std::string digits = std::to_string(std::abs(number));
    for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
    return number < 0 ? "-" + digits : digits;
}

std::string decimal(double value) {
    const double size = std::abs(value);
    if (size >= 100) return number(std::llround(value));
    if (value == std::floor(value)) return number(std::llround(value));
    if (size >= 1) return fmt::format("{:.1f}", value);
    return fmt::format("{:.2f}", value);
}

std::string share(std::optional<double> share) {
    if (!share) return "-";
    const double percent = *share * 100;
    if (percent > 0 && percent < 10) return fmt::format("{:.1f} %", percent);
    // Nearly all is not all.
    if (percent > 99 && percent < 100) return fmt::format("{:.1f} %", std::min(percent, 99.9));
    return fmt::format("{:.0f} %", percent);
}

std::string length(Milliseconds length) {
    const double minutes = std::abs(static_cast<double>(length.count())) / 60'000;
    const char* sign = length.count() < 0 ? "-" : "";
    if (minutes < 1) return length.count() == 0 ? "0" : fmt::format("{}1 min", sign);
    if (minutes < 90) return fmt::format("{}{:.0f} min", sign, minutes);
    if (minutes < 36 * 60) return fmt::format("{}{:.1f} h", sign, minutes / 60);
    return fmt::format("{}{:.1f} days", sign, minutes / (24 * 60));
}

std::string difference(std::int64_t before, std::int64_t now) {
    if (before == now) return "=";
    return (now > before ? "+" : "") + number(now - before);
}

std::string day_short(LocalDate date) {
    return fmt::format("{} {}", static_cast<unsigned>(date.day()),
                       month_names[static_cast<unsigned>(date.month()) - 1]);
}

std::string day(LocalDate date) {
    return fmt::format("{} {}", day_short(date), static_cast<int>(date.year()));
}

std::string day_long(LocalDate date) {
    const std::chrono::weekday weekday{std::chrono::sys_days{date}};
    return fmt::format("{} {}", weekday_names[weekday.c_encoding()], day(date));
}

std::string plural(std::int64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", number(count), count == 1 ? one : many);
}

std::string reason(std::string_view code) {
    for (const auto& [known, meaning] : reasons) {
        if (known == code) return meaning;
    }
    std::string text{code};
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

}  // namespace premura::words
