#include "tests/core/calendar_story.h"

using namespace premura;
using namespace premura::calendar_story;
using namespace std::chrono_literals;

namespace {

// The problems as "path: message", one a line.
std::vector<std::string> problems_of(const CalendarSpec& spec) {
    std::vector<std::string> lines;
    for (const CalendarProblem& problem : validate(spec, holiday_sets())) {
        lines.push_back(problem.path + ": " + problem.message);
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("Easter Sunday falls where the almanacs say", "[calendar][holidays]") {
    const std::pair<int, const char*> easters[] = {
        {1818, "1818-03-22"}, {1943, "1943-04-25"}, {1954, "1954-04-18"}, {1981, "1981-04-19"},
        {1990, "1990-04-15"}, {2000, "2000-04-23"}, {2008, "2008-03-23"}, {2011, "2011-04-24"},
        {2019, "2019-04-21"}, {2024, "2024-03-31"}, {2025, "2025-04-20"}, {2026, "2026-04-05"},
        {2027, "2027-03-28"}, {2038, "2038-04-25"}};
    for (const auto& [year, date] : easters) {
        CHECK(format_date(easter_sunday(std::chrono::year{year})) == date);
    }
}

TEST_CASE("yearly days keep to their years", "[calendar][holidays]") {
    YearlyDay leap = yearly(2, 29, "Leap day");
    CHECK(occurrence(leap, 2028y) == day(2028, 2, 29));
    CHECK_FALSE(occurrence(leap, 2026y).has_value());

    YearlyDay some_years = yearly(10, 4, "San Francesco");
    some_years.since = 2026;
    some_years.until = 2030;
    CHECK_FALSE(occurrence(some_years, 2025y).has_value());
    CHECK(occurrence(some_years, 2026y) == day(2026, 10, 4));
    CHECK(occurrence(some_years, 2030y) == day(2030, 10, 4));
    CHECK_FALSE(occurrence(some_years, 2031y).has_value());

    CHECK(occurrence({EasterOffset{-2}, "Good Friday"}, 2026y) == day(2026, 4, 3));
    CHECK(occurrence({EasterOffset{60}, "Corpus Christi"}, 2026y) == day(2026, 6, 4));
}

TEST_CASE("spans without other spans", "[calendar][hours]") {
    const DaySpans day_hours = span(9, 20);
    CHECK(subtract_spans(day_hours, {{750, 870}, {1140, 1260}}) ==
          DaySpans{{540, 750}, {870, 1140}});
    CHECK(subtract_spans(day_hours, {}) == day_hours);
    CHECK(subtract_spans(day_hours, span(0, 24)).empty());
    CHECK(subtract_spans(day_hours, span(20, 21)) == day_hours);
    CHECK(subtract_spans({{840, 1080}, {480, 780}}, {{700, 900}, {480, 500}}) ==
          DaySpans{{500, 700}, {900, 1080}});
    CHECK(subtract_spans(DaySpans{}, day_hours).empty());
}

TEST_CASE("a customer's callable hours are a calendar", "[calendar][hours]") {
    // Monday to Friday 9-20, Saturday and days before holidays 10-19, not at lunch or dinner, never
    // on Sundays and holidays.
    CalendarSpec spec;
    spec.name = "calls";
    spec.timezone = "Europe/Rome";
    for (std::size_t i = 0; i < 5; ++i) spec.open[i] = span(9, 20);
    spec.open[5] = span(10, 19);
    spec.open = subtract_spans(spec.open, {{12 * 60 + 30, 14 * 60 + 30}, {19 * 60, 21 * 60}});
    spec.closed = {HolidaySetReference{"italy"}};
    spec.day_before_holiday = DayBeforeHoliday{std::chrono::Saturday, {"italy"}};
    const auto calendar = compiled(spec);
    const auto next = [&calendar](const char* instant) {
        return shown(*calendar, calendar->next_open(at(instant)));
    };

    CHECK(next("2026-06-04 10:30 +0200") == "Thu 2026-06-04 10:30 +0200");
    CHECK(next("2026-06-11 12:45 +0200") == "Thu 2026-06-11 14:30 +0200");
    CHECK(next("2026-06-11 19:00 +0200") == "Fri 2026-06-12 09:00 +0200");
    CHECK(next("2026-06-13 19:00 +0200") == "Mon 2026-06-15 09:00 +0200");
    // Monday before Republic Day opens at ten; the holiday itself does not.
    CHECK(next("2026-06-01 08:00 +0200") == "Mon 2026-06-01 10:00 +0200");
    CHECK(next("2026-06-01 19:00 +0200") == "Wed 2026-06-03 09:00 +0200");
    // Easter Sunday is the day before a holiday and stays a Sunday.
    CHECK(next("2026-04-04 19:00 +0200") == "Tue 2026-04-07 09:00 +0200");
    // 25 December is the day before 26 December and stays a holiday.
    CHECK(next("2025-12-24 18:59 +0100") == "Wed 2025-12-24 18:59 +0100");
    CHECK(next("2025-12-24 19:00 +0100") == "Sat 2025-12-27 10:00 +0100");
    // The last day of the year is the day before a holiday of the next.
    CHECK(next("2026-12-31 08:00 +0100") == "Thu 2026-12-31 10:00 +0100");

    const auto notes =
        calendar->day_notes(at("2026-06-01 08:00 +0200"), at("2026-06-03 08:00 +0200"));
    REQUIRE(notes.size() == 2);
    CHECK(notes[0].date == "2026-06-01");
    CHECK(notes[0].kind == DayNote::Kind::day_before_holiday);
    CHECK(notes[1].kind == DayNote::Kind::closed);
}

TEST_CASE("the calendars of the examples have nothing wrong", "[calendar][validate]") {
    for (const CalendarSpec& spec : {bank(), care(), warehouse()}) CHECK(problems_of(spec).empty());
    CHECK(validate(italy()).empty());
}

TEST_CASE("a zone is required and must exist", "[calendar][validate]") {
    CalendarSpec spec = bank();
    spec.timezone = "Europe/Roma";
    CHECK(problems_of(spec) == Lines{"timezone: there is no time zone 'Europe/Roma'; write an IANA "
                                     "name, for example Europe/Rome"});
    spec.timezone = "";
    CHECK(problems_of(spec) == Lines{"timezone: a time zone is required, for example Europe/Rome"});
    CHECK(Calendar::compile(spec, holiday_sets()).calendar == nullptr);
}

TEST_CASE("hours that make no sense are told with their place, all at once",
          "[calendar][validate]") {
    CalendarSpec spec = bank();
    spec.open[0] = {{540, 780}, {720, 1080}, {1080, 1200}};
    spec.open[1] = {{1080, 540}, {600, 600}};
    spec.open[2] = {{-1, 60}, {0, 1441}};
    CHECK(problems_of(spec) ==
          Lines{"open.monday[1]: 12:00-18:00 overlaps 09:00-13:00",
                "open.tuesday[0]: 18:00-09:00 ends before it starts; hours over midnight are two "
                "spans, 18:00-24:00 and, on the next day, 00:00-09:00",
                "open.tuesday[1]: 10:00-10:00 is empty; for the whole day write 00:00-24:00",
                "open.wednesday[0]: hours lie between 00:00 and 24:00",
                "open.wednesday[1]: hours lie between 00:00 and 24:00"});
}

TEST_CASE("closures, special days and day-before rules that make no sense",
          "[calendar][validate]") {
    CalendarSpec spec = bank();
    YearlyDay backwards = yearly(2, 30, "No such day");
    backwards.since = 2030;
    backwards.until = 2026;
    spec.closed = {HolidaySetReference{"itly"}, backwards, YearlyDay{EasterOffset{400}, "Too far"},
                   DateRange{day(2026, 8, 21), day(2026, 8, 10), "Backwards"},
                   DateRange{day(2026, 2, 29), day(2126, 3, 1), "Nowhere"}};
    spec.special = {{day(2026, 11, 27), span(6, 23), ""}, {day(2026, 11, 27), {{60, 30}}, ""}};
    spec.day_before_holiday = DayBeforeHoliday{std::chrono::Saturday, {"spain"}};
    CHECK(
        problems_of(spec) ==
        Lines{"closed[0].holidays: there is no holiday set 'itly'",
              "closed[1].day: no year has that day",
              "closed[1].until: until 2026 is before since 2030",
              "closed[2].easter: days after Easter lie between -80 and 250",
              "closed[3].to: 2026-08-10 is before 2026-08-21",
              "closed[4].from: there is no such date",
              "closed[4].to: 2126-03-01 lies outside the years 1990 to 2037, which calendars cover",
              "special[1].date: 2026-11-27 has been given hours already",
              "special[1].open[0]: 01:00-00:30 ends before it starts; hours over midnight are two "
              "spans, 01:00-24:00 and, on the next day, 00:00-00:30",
              "day_before_holiday.sets[0]: there is no holiday set 'spain'"});
}

TEST_CASE("many short hours, all on a single day of half a century", "[calendar][hours]") {
    CalendarSpec spec;
    spec.timezone = "UTC";
    DaySpans every_other_five_minutes;
    for (int from = 0; from < minutes_per_day; from += 10) {
        every_other_five_minutes.push_back({from, from + 5});
    }
    spec.special.push_back({day(2026, 11, 27), every_other_five_minutes, "Stop and go"});
    const auto calendar = compiled(spec);
    const Instant midnight = at("2026-11-27 00:00 +0000");
    for (int i = 0; i < 144; ++i) {
        CHECK(calendar->is_open(midnight + i * 10min));
        CHECK_FALSE(calendar->is_open(midnight + i * 10min + 5min));
        CHECK(calendar->next_open(midnight + i * 10min) == midnight + i * 10min);
        CHECK(calendar->next_open(midnight + i * 10min - 1ms) == midnight + i * 10min);
        CHECK(calendar->next_close(midnight + i * 10min) == midnight + i * 10min + 5min);
        CHECK(calendar->add_business_time(midnight, i * 5min + 5min) ==
              midnight + i * 10min + 5min);
        CHECK(calendar->subtract_business_time(midnight + 24h, 12h - i * 5min) ==
              midnight + i * 10min);
    }
}

TEST_CASE("a calendar that never opens is refused", "[calendar][validate]") {
    CalendarSpec spec;
    spec.timezone = "Europe/Rome";
    CHECK(problems_of(spec) == Lines{"open: the calendar never opens: no day has hours"});

    CalendarSpec covered = bank();
    covered.closed.push_back(DateRange{day(1990, 1, 1), day(2037, 12, 31), "For ever"});
    const CalendarResult result = Calendar::compile(covered, holiday_sets());
    CHECK(result.calendar == nullptr);
    CHECK(result.problems ==
          std::vector<CalendarProblem>{
              {"closed", "the calendar never opens: its closures cover all its hours"}});

    // A single special day is enough.
    spec.special.push_back({day(2026, 11, 27), span(6, 23), "Black Friday"});
    const auto one_day = compiled(spec);
    CHECK(shown(*one_day, one_day->next_open(at("2020-01-01 00:00 +0000"))) ==
          "Fri 2026-11-27 06:00 +0100");
    CHECK(one_day->add_business_time(at("2026-11-27 22:00 +0100"), 2h) == far_future);
}
