#include "core/calendar/calendar_loader.h"

#include <catch2/catch.hpp>

#include "tests/core/loader_story.h"

using namespace premura;

namespace {

constexpr int hour = 60;

LoadedCalendar load(YamlStory& story) {
    auto reader = story.reader();
    return load_calendar(story.root().entries.front(), reader);
}

}  // namespace

TEST_CASE("a calendar with every key becomes the spec that was written", "[calendar_loader]") {
    YamlStory story{R"(warehouse-mi1:
  name: Milano 1 warehouse
  timezone: Europe/Rome
  open:
    monday-friday: [08:00-13:00, 14:00-18:00]
    saturday: 08:00-12:00
    sunday: []
  closed:
    - holidays: italy
    - { day: 12-07, name: Sant'Ambrogio, since: 2000, until: 2030 }
    - { easter: 1, name: Pasquetta }
    - { date: 2026-08-14, name: Bridge day }
    - { from: 2026-08-10, to: 2026-08-21, name: Summer shutdown }
  special:
    - { date: 2026-11-27, open: [06:00-24:00], name: Black Friday }
    - { date: 2026-11-28, open: [] }
)"};
    const LoadedCalendar loaded = load(story);
    const CalendarSpec& spec = loaded.spec;

    CHECK(story.told().empty());
    CHECK(loaded.readable);
    CHECK(spec.name == "warehouse-mi1");
    CHECK(spec.title == "Milano 1 warehouse");
    CHECK(spec.timezone == "Europe/Rome");
    const DaySpans weekday = {{8 * hour, 13 * hour}, {14 * hour, 18 * hour}};
    for (int day = 0; day < 5; ++day) CHECK(spec.open[day] == weekday);
    CHECK(spec.open[5] == DaySpans{{8 * hour, 12 * hour}});
    CHECK(spec.open[6].empty());

    REQUIRE(spec.closed.size() == 5);
    CHECK(std::get<HolidaySetReference>(spec.closed[0]).set == "italy");
    const auto& ambrogio = std::get<YearlyDay>(spec.closed[1]);
    CHECK(std::get<std::chrono::month_day>(ambrogio.day) ==
          std::chrono::December / std::chrono::day{7});
    CHECK(ambrogio.name == "Sant'Ambrogio");
    CHECK(ambrogio.since == 2000);
    CHECK(ambrogio.until == 2030);
    CHECK(std::get<EasterOffset>(std::get<YearlyDay>(spec.closed[2]).day).days == 1);
    CHECK(format_date(std::get<DateRange>(spec.closed[3]).to) == "2026-08-14");
    CHECK(format_date(std::get<DateRange>(spec.closed[4]).from) == "2026-08-10");
    CHECK(format_date(std::get<DateRange>(spec.closed[4]).to) == "2026-08-21");

    REQUIRE(spec.special.size() == 2);
    CHECK(format_date(spec.special[0].date) == "2026-11-27");
    CHECK(spec.special[0].open == DaySpans{{6 * hour, 24 * hour}});
    CHECK(spec.special[0].name == "Black Friday");
    CHECK(spec.special[1].open.empty());
}

TEST_CASE("what validation finds is told at the line that it is about", "[calendar_loader]") {
    YamlStory story{R"(shop:
  timezone: Europe/Roma
  open:
    monday: [09:00-13:00, 12:00-17:00]
    tuesday: 17:00-09:00
  closed:
    - { day: 12-25 }
    - { from: 2026-08-21, to: 2026-08-10 }
  special:
    - { date: 2026-11-27, open: [10:00-10:00] }
    - { date: 1850-01-01, open: [] }
)"};
    LoadedCalendar loaded = load(story);
    CHECK(story.told().empty());
    Diagnostics problems;
    CHECK(compile_calendar(loaded, {}, problems) == nullptr);
    problems.sort();

    std::vector<std::string> places;
    for (const std::string& line : YamlStory::told(problems)) {
        places.push_back(line.substr(0, line.find(' ', 6)));
    }
    CHECK(places == Lines{"PR153 2:13", "PR153 4:27", "PR153 5:14", "PR153 8:31", "PR153 10:33",
                          "PR153 11:15"});
}

TEST_CASE("a calendar that could not be read is not complained about twice", "[calendar_loader]") {
    YamlStory story{"shop:\n  timezone: Europe/Rome\n  open:\n    monday: nine to five\n"};
    LoadedCalendar loaded = load(story);
    Diagnostics problems;

    CHECK(story.told() == Lines{"PR150 4:13 'nine to five' are no hours"});
    CHECK(compile_calendar(loaded, {}, problems) == nullptr);
    CHECK(problems.empty());
}

TEST_CASE("hours that are no hours", "[calendar_loader]") {
    for (const char* text : {"9-17", "09:00", "09:00-17:60", "24:30-25:00", "09.00-17.00",
                             "09:00 - 17:00", "9:00-17:00"}) {
        YamlStory story{"v: \"" + std::string{text} + "\"\n"};
        auto reader = story.reader();
        INFO(text);
        CHECK(load_day_spans(*story.root().find("v"), reader).empty());
        CHECK(story.found.error_count() == 1);
    }
}

TEST_CASE("a holiday set has days of the year and days from Easter", "[calendar_loader]") {
    YamlStory story{R"(italy:
  - { day: 10-04, name: San Francesco, since: 2026 }
  - { easter: -2, name: Venerdì Santo }
  - { day: 02-29, name: Leap }
)"};
    auto reader = story.reader();
    const HolidaySet set = load_holiday_set(story.root().entries.front(), reader);

    CHECK(story.told().empty());
    CHECK(set.name == "italy");
    REQUIRE(set.days.size() == 3);
    CHECK(set.days[0].since == 2026);
    CHECK(format_date(*occurrence(set.days[1], std::chrono::year{2026})) == "2026-04-03");
    CHECK(occurrence(set.days[2], std::chrono::year{2027}) == std::nullopt);
}

TEST_CASE("a holiday set says what is wrong in it", "[calendar_loader]") {
    YamlStory story{R"(spain:
  - { day: 13-01 }
  - { day: 01-06, easter: 1 }
  - { easter: 400 }
  - { day: 01-06, since: 2030, until: 2020 }
  - { dya: 01-06 }
)"};
    auto reader = story.reader();
    load_holiday_set(story.root().entries.front(), reader);

    CHECK(story.told() ==
          Lines{"PR152 2:12 '13-01' is not a day of the year",
                "PR152 3:5 a holiday has either 'day' or 'easter'",
                "PR109 4:15 'easter' must be a whole number from -80 to 250, not 400",
                "PR153 5:5 until 2020 is before since 2030", "PR101 6:7 a holiday has no key 'dya'",
                "PR152 6:5 a holiday has either 'day' or 'easter'"});
}
