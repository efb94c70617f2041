#include "core/base/time.h"

#include <array>
#include <cstdlib>

namespace premura {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

// Reads `count` decimal digits at `position`; -1 when one of them is none.
int digits(std::string_view text, std::size_t position, std::size_t count) {
    if (position + count > text.size()) return -1;
    int number = 0;
    for (std::size_t i = position; i < position + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

// Appends the number with zeros in front. Events are written by the million: hence not with fmt.
void append_digits(std::string& text, char before, std::int64_t number, int count) {
    std::array<char, 20> digits{};
    char* const end = digits.data() + digits.size();
    char* position = end;
    for (int i = 0; i < count || number != 0; ++i, number /= 10) {
        *--position = static_cast<char>('0' + number % 10);
    }
    if (before != '\0') text += before;
    text.append(position, end);
}

void append_date(std::string& text, LocalDate date) {
    const int y = static_cast<int>(date.year());
    if (y < 0) text += '-';
    append_digits(text, '\0', std::abs(y), 4);
    append_digits(text, '-', static_cast<unsigned>(date.month()), 2);
    append_digits(text, '-', static_cast<unsigned>(date.day()), 2);
}

struct Clock {
    Milliseconds time_of_day{0};
    std::size_t length = 0;
};

// Reads `HH:MM[:SS[.fraction]]` at the start of `text`.
std::optional<Clock> parse_clock(std::string_view text) {
    const int hour = digits(text, 0, 2);
    const int minute = digits(text, 3, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return std::nullopt;
    Clock clock{std::chrono::hours{hour} + std::chrono::minutes{minute}, 5};
    if (text.size() <= 5 || text[5] != ':') return clock;

    const int second = digits(text, 6, 2);
    if (second < 0 || second > 60) return std::nullopt;
    // A leap second is counted as the last second of its minute, as POSIX time does.
    clock.time_of_day += std::chrono::seconds{second == 60 ? 59 : second};
    clock.length = 8;
    if (text.size() <= 8 || text[8] != '.') return clock;

    std::size_t position = 9;
    int scale = 100;
    int milliseconds = 0;
    for (; position < text.size() && text[position] >= '0' && text[position] <= '9'; ++position) {
        milliseconds += (text[position] - '0') * scale;
        scale /= 10;
    }
    if (position == 9) return std::nullopt;
    clock.time_of_day += Milliseconds{milliseconds};
    clock.length = position;
    return clock;
}

}  // namespace

std::optional<LocalDate> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int y = digits(text, 0, 4);
    const int m = digits(text, 5, 2);
    const int d = digits(text, 8, 2);
    if (y < 0 || m < 0 || d < 0) return std::nullopt;
    const LocalDate date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    if (text.size() < 17) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    const char separator = text[10];
    if (!date || (separator != 'T' && separator != 't' && separator != ' ')) return std::nullopt;
    const auto clock = parse_clock(text.substr(11));
    if (!clock) return std::nullopt;

    const std::string_view zone = text.substr(11 + clock->length);
    Milliseconds offset{0};
    if (zone == "Z" || zone == "z") {
        offset = Milliseconds{0};
    } else {
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') {
            return std::nullopt;
        }
        const int hours = digits(zone, 1, 2);
        const int minutes = digits(zone, 4, 2);
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
        offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
        if (zone[0] == '-') offset = -offset;
    }
    return Instant{sys_days{*date}} + clock->time_of_day - offset;
}

std::optional<LocalTime> parse_local_time(std::string_view text) {
    if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    const auto clock = parse_clock(text.substr(11));
    if (!date || !clock || 11 + clock->length != text.size()) return std::nullopt;
    return LocalTime{*date, clock->time_of_day};
}

std::string format_date(LocalDate date) {
    std::string text;
    append_date(text, date);
    return text;
}

std::string format_utc(Instant instant) {
    const auto midnight = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss<Milliseconds> clock{instant - midnight};
    std::string text;
    text.reserve(sizeof "2026-06-01T09:00:00.250Z");
    append_date(text, LocalDate{midnight});
    append_digits(text, 'T', clock.hours().count(), 2);
    append_digits(text, ':', clock.minutes().count(), 2);
    append_digits(text, ':', clock.seconds().count(), 2);
    if (clock.subseconds().count() != 0) append_digits(text, '.', clock.subseconds().count(), 3);
    text += 'Z';
    return text;
}

}  // namespace premura
