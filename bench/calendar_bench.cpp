// What a deadline in business time costs, near and far: nanoseconds for one addition from random
// starts, and what compiling a calendar takes. Run it alone on an idle machine.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/calendar/calendar.h"

namespace {

using namespace premura;
using Clock = std::chrono::steady_clock;

constexpr std::size_t starts_per_round = 1 << 16;
constexpr int rounds = 40;

CalendarSpec warehouse() {
    CalendarSpec spec;
    spec.name = "warehouse";
    spec.timezone = "Europe/Rome";
    for (std::size_t i = 0; i < 5; ++i) spec.open[i] = {{480, 780}, {840, 1080}};
    spec.open[5] = {{480, 720}};
    spec.closed.emplace_back(HolidaySetReference{"some"});
    return spec;
}

HolidaySets some_holidays() {
    HolidaySet set{"some", {}};
    for (unsigned month = 1; month <= 12; ++month) {
        set.days.push_back({std::chrono::month{month} / std::chrono::day{6}, "a day off"});
    }
    return {{"some", set}};
}

std::vector<Instant> random_starts(int first_year, int last_year) {
    std::mt19937_64 engine{20260601};
    const Instant from{std::chrono::sys_days{std::chrono::year{first_year} / 1 / 1}};
    const Instant to{std::chrono::sys_days{std::chrono::year{last_year} / 12 / 31}};
    std::uniform_int_distribution<std::int64_t> distance{0, (to - from).count()};
    std::vector<Instant> starts;
    while (starts.size() < starts_per_round)
        starts.push_back(from + Milliseconds{distance(engine)});
    return starts;
}

template <typename Ask>
void measure(const std::string& what, const std::vector<Instant>& starts, Ask ask) {
    double best = 1e9;
    std::int64_t sum = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        for (const Instant start : starts) sum += ask(start).time_since_epoch().count();
        const std::chrono::duration<double, std::nano> spent = Clock::now() - begin;
        best = std::min(best, spent.count() / static_cast<double>(starts.size()));
    }
    // The sum is printed so that no answer can be left out by the compiler.
    fmt::print("  {:<40} {:6.1f} ns   (sum {:x})\n", what, best, static_cast<std::uint64_t>(sum));
}

void measure_all(const Calendar& calendar, int first_year, int last_year) {
    fmt::print("random starts {} to {}, best of {} rounds\n", first_year, last_year, rounds);
    const std::vector<Instant> starts = random_starts(first_year, last_year);
    for (const int hours : {1, 24, 400, 4000}) {
        measure(fmt::format("add {} business hours", hours), starts, [&](Instant start) {
            return calendar.add_business_time(start, std::chrono::hours{hours});
        });
    }
    measure("subtract 24 business hours", starts, [&](Instant start) {
        return calendar.subtract_business_time(start, std::chrono::hours{24});
    });
    for (const int days : {1, 500}) {
        measure(fmt::format("add {} business days", days), starts,
                [&](Instant start) { return calendar.add_business_days(start, days); });
    }
    measure("next opening", starts, [&](Instant start) { return calendar.next_open(start); });
}

}  // namespace

int main() {
    const HolidaySets sets = some_holidays();
    const auto begin = Clock::now();
    const CalendarResult first = Calendar::compile(warehouse(), sets);
    const std::chrono::duration<double, std::milli> cold = Clock::now() - begin;
    if (first.calendar == nullptr) {
        fmt::print(stderr, "{}: {}\n", first.problems[0].path, first.problems[0].message);
        return 1;
    }
    constexpr int compilations = 50;
    double warm_ms = 1e9;
    for (int i = 0; i < compilations; ++i) {
        const auto again = Clock::now();
        (void)Calendar::compile(warehouse(), sets);
        const std::chrono::duration<double, std::milli> spent = Clock::now() - again;
        warm_ms = std::min(warm_ms, spent.count());
    }
    fmt::print("compile: {:.2f} ms the first, {:.2f} ms at best of {} more; {} bytes a calendar\n",
               cold.count(), warm_ms, compilations, first.calendar->memory_bytes());
    measure_all(*first.calendar, 1995, 2030);
    measure_all(*first.calendar, 2026, 2026);
    return 0;
}
