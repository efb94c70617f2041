#include "core/cel/moment.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <limits>

namespace premura::cel {
namespace {

using std::chrono::days;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr std::int64_t seconds_min = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t seconds_max = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::int64_t second = 1'000'000'000;         // in nanoseconds

constexpr std::int64_t zone_data_end =
    std::chrono::sys_seconds{sys_days{std::chrono::year{2038} / 1 / 1}}.time_since_epoch().count();

constexpr bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Takes exactly that many digits from the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!is_digit(text[i])) return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char letter) {
    if (!text.starts_with(letter)) return false;
    text.remove_prefix(1);
    return true;
}

// `+02:00`, `-02:30`, and `02:00` where the sign may be left out.
std::optional<seconds> take_offset(std::string_view& text, bool sign_needed) {
    const bool negative = text.starts_with('-');
    if (!take(text, '-') && !take(text, '+') && sign_needed) return std::nullopt;
    const auto hours = take_digits(text, 2);
    if (!hours || !take(text, ':')) return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const seconds size = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return negative ? -size : size;
}

std::optional<Value> timestamp_within(std::int64_t whole, std::int64_t nanos) {
    if (whole < seconds_min || whole > seconds_max) return std::nullopt;
    return Value::timestamp(whole, static_cast<std::uint32_t>(nanos));
}

std::string fraction(std::int64_t nanos) {
    if (nanos == 0) return {};
    if (nanos % 1'000'000 == 0) return fmt::format(".{:03}", nanos / 1'000'000);
    if (nanos % 1000 == 0) return fmt::format(".{:06}", nanos / 1000);
    return fmt::format(".{:09}", nanos);
}

struct Unit {
    std::string_view name;
    std::int64_t nanos;
};

// The longer of two with the same beginning first.
constexpr Unit units[] = {{"ns", 1},          {"us", 1000},        {"\u00B5s", 1000},
                          {"\u03BCs", 1000},  {"ms", 1'000'000},   {"s", second},
                          {"m", 60 * second}, {"h", 3600 * second}};

using Wide = __int128;

// One number with its unit from the front; digits past the nanosecond are cut off.
std::optional<Wide> take_length(std::string_view& text) {
    // More than 19 digits do not fit anyway, and must not run over the wide number either.
    constexpr std::size_t digits_max = 19;
    Wide whole = 0;
    std::size_t digits = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
        whole = whole * 10 + (text.front() - '0');
        if (++digits > digits_max) return std::nullopt;
    }
    Wide part = 0;
    Wide scale = 1;
    std::size_t part_digits = 0;
    if (take(text, '.')) {
        for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
            if (++part_digits > 18) continue;
            part = part * 10 + (text.front() - '0');
            scale *= 10;
        }
    }
    if (digits + part_digits == 0) return std::nullopt;
    for (const Unit& unit : units) {
        if (!text.starts_with(unit.name)) continue;
        text.remove_prefix(unit.name.size());
        return whole * unit.nanos + part * unit.nanos / scale;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Value> parse_timestamp(std::string_view text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto whole_second = take_digits(text, 2);
    if (!whole_second || *hour > 23 || *minute > 59 || *whole_second > 59) return std::nullopt;

    std::int64_t nanos = 0;
    if (take(text, '.')) {
        std::int64_t unit = second;
        for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
            unit /= 10;
            if (unit == 0) return std::nullopt;
            nanos += unit * (text.front() - '0');
        }
        if (unit == second) return std::nullopt;
    }
    seconds offset{0};
    if (!take(text, 'Z') && !take(text, 'z')) {
        const auto read = take_offset(text, true);
        if (!read) return std::nullopt;
        offset = *read;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!text.empty() || !date.ok()) return std::nullopt;
    const auto moment = sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                        seconds{*whole_second} - offset;
    return timestamp_within(seconds{moment.time_since_epoch()}.count(), nanos);
}

std::optional<Value> parse_duration(std::string_view text) {
    constexpr std::size_t length_max = 128;
    if (text.size() > length_max) return std::nullopt;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return Value::duration(nanoseconds{0});
    if (text.empty()) return std::nullopt;
    Wide sum = 0;
    while (!text.empty()) {
        const auto length = take_length(text);
        if (!length) return std::nullopt;
        sum += *length;
    }
    if (negative) sum = -sum;
    using Bounds = std::numeric_limits<std::int64_t>;
    if (sum < Bounds::min() || sum > Bounds::max()) return std::nullopt;
    return Value::duration(nanoseconds{static_cast<std::int64_t>(sum)});
}

std::string format_timestamp(const Value& timestamp) {
    const std::chrono::sys_seconds moment{seconds{timestamp.seconds()}};
    const auto day = std::chrono::floor<days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       fraction(timestamp.nanoseconds()));
}

std::string format_duration(nanoseconds length) {
    const std::int64_t nanos = length.count() % second;
    // Whole seconds lose the sign when they are 0.
    return fmt::format("{}{}{}s", length.count() < 0 ? "-" : "",
                       length.count() < 0 ? -(length.count() / second) : length.count() / second,
                       fraction(nanos < 0 ? -nanos : nanos));
}

std::optional<Value> timestamp_of_seconds(std::int64_t whole) {
    return timestamp_within(whole, 0);
}

std::optional<Value> moved(const Value& timestamp, nanoseconds by) {
    std::int64_t whole = timestamp.seconds() + by.count() / second;
    std::int64_t nanos = timestamp.nanoseconds() + by.count() % second;
    if (nanos < 0) {
        nanos += second;
        --whole;
    } else if (nanos >= second) {
        nanos -= second;
        ++whole;
    }
    return timestamp_within(whole, nanos);
}

std::optional<Value> time_between(const Value& from, const Value& to) {
    std::int64_t nanos = 0;
    // Both are within the years of a moment, so the seconds themselves cannot run over.
    const std::int64_t whole = to.seconds() - from.seconds();
    const auto rest =
        static_cast<std::int64_t>(to.nanoseconds()) - static_cast<std::int64_t>(from.nanoseconds());
    if (__builtin_mul_overflow(whole, second, &nanos) ||
        __builtin_add_overflow(nanos, rest, &nanos)) {
        return std::nullopt;
    }
    return Value::duration(nanoseconds{nanos});
}

std::optional<Zone> Zone::find(std::string_view name) {
    std::string_view rest = name;
    if (const auto offset = take_offset(rest, false); offset && rest.empty()) {
        return Zone{nullptr, *offset};
    }
    if (name == "UTC") return Zone{};
    try {
        return Zone{date::locate_zone(std::string{name}), seconds{0}};
    } catch (const std::exception&) {
        // The library throws for an unknown name and for zone data that it cannot read.
        return std::nullopt;
    }
}

std::optional<seconds> Zone::offset_at(std::int64_t at) const {
    if (zone == nullptr) return offset;
    if (at >= zone_data_end) return std::nullopt;
    return zone->get_info(std::chrono::sys_seconds{seconds{at}}).offset;
}

std::optional<std::int64_t> part_of(const Value& timestamp, Part part, const Zone& zone) {
    const auto offset = zone.offset_at(timestamp.seconds());
    if (!offset) return std::nullopt;
    const std::chrono::sys_seconds wall{seconds{timestamp.seconds()} + *offset};
    const auto day = std::chrono::floor<days>(wall);
    const std::chrono::year_month_day date{day};
    const std::int64_t second_of_day = (wall - day).count();
    switch (part) {
        case Part::full_year:
            return static_cast<int>(date.year());
        case Part::month:
            return static_cast<unsigned>(date.month()) - 1;
        case Part::day_of_month:
            return static_cast<unsigned>(date.day()) - 1;
        case Part::date:
            return static_cast<unsigned>(date.day());
        case Part::day_of_week:
            return std::chrono::weekday{day}.c_encoding();
        case Part::day_of_year:
            return (day - sys_days{date.year() / 1 / 1}).count();
        case Part::hours:
            return second_of_day / 3600;
        case Part::minutes:
            return second_of_day / 60 % 60;
        case Part::seconds:
            return second_of_day % 60;
        case Part::milliseconds:
            return timestamp.nanoseconds() / 1'000'000;
    }
    return 0;
}

std::int64_t part_of(nanoseconds length, Part part) {
    switch (part) {
        case Part::hours:
            return length.count() / second / 3600;
        case Part::minutes:
            return length.count() / second / 60;
        case Part::seconds:
            return length.count() / second;
        default:
            return length.count() % second / 1'000'000;
    }
}

}  // namespace premura::cel
