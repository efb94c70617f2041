#include <array>
#include <cstdlib>
#include <iostream>
#include <map>

#include "tests/core/calendar_oracle.h"
#include "tests/core/calendar_random.h"
#include "tests/core/calendar_story.h"

using namespace premura;
using calendar_oracle::Oracle;
using calendar_oracle::WallClock;
using calendar_random::Dice;
using calendar_random::Window;
using calendar_story::day;
using calendar_story::shown;

namespace {

constexpr int calendars_per_run = 400;
constexpr int cases_per_calendar = 300;
constexpr int cases_at_least = 100'000;

const std::array<Window, 20>& windows() {
    static const std::array<Window, 20> all = {{
        {"Europe/Rome", day(2025, 12, 1), day(2027, 1, 31)},
        {"Europe/Rome", day(1995, 7, 1), day(1996, 12, 31)},
        {"Europe/Dublin", day(2026, 1, 1), day(2026, 12, 31)},
        {"America/New_York", day(2026, 1, 1), day(2027, 4, 30)},
        {"Australia/Lord_Howe", day(2026, 2, 1), day(2026, 12, 31)},
        {"Pacific/Apia", day(2011, 8, 1), day(2012, 5, 31)},
        {"Pacific/Kwajalein", day(1993, 6, 1), day(1993, 12, 31)},
        {"Africa/Casablanca", day(2025, 12, 1), day(2026, 12, 31)},
        {"Africa/Cairo", day(2024, 2, 1), day(2024, 12, 31)},
        {"America/Havana", day(2026, 1, 1), day(2026, 12, 31)},
        {"America/Sao_Paulo", day(2018, 1, 1), day(2019, 3, 31)},
        {"America/St_Johns", day(2010, 1, 1), day(2011, 4, 30)},
        {"America/Caracas", day(2016, 1, 1), day(2016, 9, 30)},
        {"America/Godthab", day(2023, 1, 1), day(2024, 12, 31)},
        {"Asia/Pyongyang", day(2015, 6, 1), day(2015, 12, 31)},
        {"Asia/Pyongyang", day(2018, 3, 1), day(2018, 8, 31)},
        {"Asia/Kathmandu", day(2026, 1, 1), day(2026, 8, 31)},
        {"Pacific/Chatham", day(2026, 1, 1), day(2026, 12, 31)},
        {"Antarctica/Troll", day(2026, 1, 1), day(2026, 12, 31)},
        {"UTC", day(2036, 10, 1), day(2037, 12, 10)},
    }};
    return all;
}

// Stepping a window is the dear part, so each is stepped once a run.
const WallClock& clock_of(std::size_t window) {
    static std::map<std::size_t, WallClock> clocks;
    const Window& chosen = windows()[window];
    return clocks.try_emplace(window, chosen.zone, chosen.from, chosen.to).first->second;
}

enum class Question {
    add_time,
    subtract_time,
    between,
    add_days,
    days_before,
    is_open,
    next_open,
    next_close,
    local_date,
    end_of_day,
    open_spans,
    count
};

struct Case {
    Question question;
    Instant start;
    Milliseconds amount;
    int days;
};

Instant random_instant(Dice& dice, const WallClock& clock, const Oracle& oracle) {
    const Instant minute = clock.instant(dice.between(oracle.from(), oracle.to() - 1));
    switch (dice.between(0, 3)) {
        case 0:
            return minute + Milliseconds{dice.between(0, 59'999)};
        // Openings and closings are where mistakes are made.
        case 1:
            return oracle.next_close(minute).value_or(minute) + Milliseconds{dice.between(-1, 1)};
        case 2:
            return oracle.next_open(minute).value_or(minute) - Milliseconds{dice.between(0, 1)};
        default:
            return minute;
    }
}

Case random_case(Dice& dice, const WallClock& clock, const Oracle& oracle) {
    const auto last = static_cast<std::int64_t>(Question::count) - 1;
    Case chosen{static_cast<Question>(dice.between(0, last)), random_instant(dice, clock, oracle),
                Milliseconds{0}, static_cast<int>(dice.between(1, dice.one_in(4) ? 60 : 6))};
    switch (dice.between(0, 5)) {
        case 0:
            chosen.amount = Milliseconds{dice.between(0, 2)};
            break;
        case 1:
            chosen.amount = Milliseconds{dice.between(0, 4 * 3'600'000)};
            break;
        case 2:
            chosen.amount = std::chrono::hours{dice.between(0, 48)};
            break;
        case 3:
            chosen.amount = std::chrono::minutes{dice.between(0, 48 * 60)};
            break;
        case 4:
            chosen.amount = std::chrono::minutes{dice.between(0, 400 * 60)};
            break;
        default:
            // Up to an opening or a closing exactly.
            chosen.amount =
                oracle.between(chosen.start, oracle.next_close(chosen.start).value_or(chosen.start))
                    .value_or(Milliseconds{0});
    }
    return chosen;
}

std::string told(const std::optional<Instant>& instant, const std::string& zone) {
    return instant ? shown(*instant, zone) : "?";
}

std::string told(Milliseconds duration) {
    return std::to_string(duration.count()) + " ms";
}

// Both answers in words; the first is empty when the oracle's window is too short for one.
std::pair<std::string, std::string> answers(const Case& asked, const Calendar& calendar,
                                            const Oracle& oracle) {
    const std::string& zone = calendar.timezone();
    const auto instants = [&zone](const std::optional<Instant>& expected, Instant answer) {
        if (!expected) return std::pair<std::string, std::string>{};
        return std::pair{told(expected, zone), told(answer, zone)};
    };
    const Instant start = asked.start;
    switch (asked.question) {
        case Question::add_time:
            return instants(oracle.add_time(start, asked.amount),
                            calendar.add_business_time(start, asked.amount));
        case Question::subtract_time:
            return instants(oracle.subtract_time(start, asked.amount),
                            calendar.subtract_business_time(start, asked.amount));
        case Question::between: {
            const auto expected = oracle.between(start, start + asked.amount);
            if (!expected) return {};
            return {told(*expected),
                    told(calendar.business_time_between(start, start + asked.amount))};
        }
        case Question::add_days:
            return instants(oracle.add_days(start, asked.days),
                            calendar.add_business_days(start, asked.days));
        case Question::days_before:
            return instants(oracle.days_before(start, asked.days),
                            calendar.business_days_before(start, asked.days));
        case Question::is_open:
            return {oracle.is_open(start) ? "open" : "closed",
                    calendar.is_open(start) ? "open" : "closed"};
        case Question::next_open:
            return instants(oracle.next_open(start), calendar.next_open(start));
        case Question::next_close:
            return instants(oracle.next_close(start), calendar.next_close(start));
        case Question::local_date:
            return {oracle.local_date(start), calendar.local_date(start)};
        case Question::end_of_day:
            return instants(oracle.end_of_day(start), calendar.end_of_local_day(start));
        default: {
            const Instant end = start + asked.amount;
            if (!oracle.between(start, end)) return {};
            std::string expected = "from";
            for (auto open = oracle.next_open(start); open && *open < end;) {
                const Instant close = std::min(oracle.next_close(*open).value_or(end), end);
                expected += " " + told(open, zone) + " - " + told(close, zone);
                open = oracle.next_open(close);
            }
            std::string answer = "from";
            for (const OpenSpan& span : calendar.open_spans(start, end)) {
                answer += " " + told(span.from, zone) + " - " + told(span.to, zone);
            }
            return {expected, answer};
        }
    }
}

std::uint64_t seed_of_run() {
    const char* given = std::getenv("PREMURA_SEED");
    if (given != nullptr) return std::strtoull(given, nullptr, 10);
    return std::random_device{}();
}

// Asks about one random calendar; how many cases the oracle could answer.
int try_calendar(std::uint64_t seed) {
    Dice dice{seed};
    const auto window = static_cast<std::size_t>(dice.between(0, windows().size() - 1));
    const HolidaySets sets = calendar_random::holiday_sets(dice, windows()[window]);
    const CalendarSpec spec = calendar_random::calendar(dice, windows()[window]);
    const CalendarResult result = Calendar::compile(spec, sets);
    INFO("replay with PREMURA_SEED=" << seed);
    if (result.calendar == nullptr) {
        // Random hours may come out empty; nothing else can be wrong with them.
        REQUIRE(result.problems.at(0).message.find("never opens") != std::string::npos);
        return 0;
    }
    const WallClock& clock = clock_of(window);
    const Oracle oracle{spec, sets, clock};
    int cases = 0;
    for (int i = 0; i < cases_per_calendar; ++i) {
        const Case asked = random_case(dice, clock, oracle);
        const auto [expected, answer] = answers(asked, *result.calendar, oracle);
        if (expected.empty()) continue;
        ++cases;
        if (expected == answer) continue;
        INFO("case " << i);
        INFO(calendar_random::text(spec, sets));
        INFO("question " << static_cast<int>(asked.question) << " from "
                         << shown(asked.start, spec.timezone) << ", " << told(asked.amount)
                         << ", days " << asked.days);
        REQUIRE(answer == expected);
    }
    return cases;
}

}  // namespace

TEST_CASE("every answer is that of a clock stepped minute by minute", "[calendar][property]") {
    const std::uint64_t seed = seed_of_run();
    std::cout << "calendar property test: PREMURA_SEED=" << seed << std::endl;
    int cases = 0;
    for (int i = 0; i < calendars_per_run || cases < cases_at_least; ++i) {
        REQUIRE(i < 2 * calendars_per_run);
        cases += try_calendar(seed + static_cast<std::uint64_t>(i));
    }
    std::cout << "calendar property test: " << cases << " cases" << std::endl;
    CHECK(cases >= cases_at_least);
}
