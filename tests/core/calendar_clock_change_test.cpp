#include "tests/core/calendar_story.h"

using namespace premura;
using namespace premura::calendar_story;
using namespace std::chrono_literals;

namespace {

DaySpans minutes(int from, int to) {
    return {{from, to}};
}
constexpr int clock_at(int hour, int minute) {
    return hour * 60 + minute;
}

// The hours of the local day of `noon`, in the zone's own time.
std::string hours_on(const std::string& zone, const DaySpans& spans, const char* noon) {
    const auto calendar = compiled(every_day(zone, spans));
    const auto open = calendar->open_spans(at(noon) - 20h, at(noon) + 20h);
    for (const OpenSpan& one : open) {
        if (calendar->local_date(one.from) == calendar->local_date(at(noon))) {
            return date::format("%R%z", date::make_zoned(zone, one.from)) + " to " +
                   date::format("%R%z", date::make_zoned(zone, one.to));
        }
    }
    return "closed";
}

}  // namespace

TEST_CASE("the zone data of this machine know the summers to come", "[calendar][clock-change]") {
    // Zone data built in zic's slim format end at the last change of rules, which date 3.0.1 takes
    // for the end of summer time: deadlines would be an hour wrong. Debian's tzdata is built fat.
    CHECK(shown(at("2036-07-01 12:00 +0000"), "Europe/Rome") == "Tue 2036-07-01 14:00 +0200");
    CHECK(shown(at("2036-07-01 12:00 +0000"), "America/New_York") == "Tue 2036-07-01 08:00 -0400");
}

TEST_CASE("one hour is one hour in the night the clocks go back", "[calendar][clock-change]") {
    const auto calendar = compiled(every_day("Europe/Rome", minutes(0, minutes_per_day)));
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-10-25 02:30 +0200"), 1h)) ==
          "Sun 2026-10-25 02:30 +0100");
    CHECK(calendar->business_time_between(at("2026-10-25 00:00 +0200"),
                                          at("2026-10-26 00:00 +0100")) == 25h);
    CHECK(calendar->business_time_between(at("2026-03-29 00:00 +0100"),
                                          at("2026-03-30 00:00 +0200")) == 23h);
}

TEST_CASE("Rome, spring: skipped times move forward by the gap", "[calendar][clock-change]") {
    const char* noon = "2026-03-29 12:00 +0200";
    const auto rome = [noon](int from, int to) {
        return hours_on("Europe/Rome", minutes(from, to), noon);
    };
    CHECK(rome(clock_at(2, 30), clock_at(6, 0)) == "03:30+0200 to 06:00+0200");
    CHECK(rome(clock_at(2, 0), clock_at(6, 0)) == "03:00+0200 to 06:00+0200");
    CHECK(rome(clock_at(1, 0), clock_at(2, 30)) == "01:00+0100 to 03:30+0200");
    CHECK(rome(clock_at(2, 15), clock_at(2, 45)) == "03:15+0200 to 03:45+0200");
    // Opening moved to 03:00, which is when the hours end.
    CHECK(rome(clock_at(2, 0), clock_at(3, 0)) == "closed");
    CHECK(rome(clock_at(2, 30), clock_at(3, 15)) == "closed");
    CHECK(rome(clock_at(1, 0), clock_at(3, 0)) == "01:00+0100 to 03:00+0200");
}

TEST_CASE("Rome, autumn: open at the first showing, closed at the second",
          "[calendar][clock-change]") {
    const char* noon = "2026-10-25 12:00 +0100";
    const auto rome = [noon](int from, int to) {
        return hours_on("Europe/Rome", minutes(from, to), noon);
    };
    CHECK(rome(clock_at(2, 30), clock_at(6, 0)) == "02:30+0200 to 06:00+0100");
    CHECK(rome(clock_at(0, 0), clock_at(2, 30)) == "00:00+0200 to 02:30+0100");
    CHECK(rome(clock_at(2, 15), clock_at(2, 45)) == "02:15+0200 to 02:45+0100");
    CHECK(rome(clock_at(0, 0), clock_at(2, 0)) == "00:00+0200 to 02:00+0100");
    CHECK(rome(clock_at(3, 0), clock_at(6, 0)) == "03:00+0100 to 06:00+0100");
}

TEST_CASE("hours that touch inside the repeated hour count it once", "[calendar][clock-change]") {
    const auto calendar =
        compiled(every_day("Europe/Rome", {{0, clock_at(2, 30)}, {clock_at(2, 30), 360}}));
    CHECK(calendar->business_time_between(at("2026-10-25 00:00 +0200"),
                                          at("2026-10-25 06:00 +0100")) == 7h);
    CHECK(calendar->business_time_between(at("2026-03-29 00:00 +0100"),
                                          at("2026-03-29 06:00 +0200")) == 5h);
}

TEST_CASE("a day without hours in its gap is no business day", "[calendar][clock-change]") {
    const auto calendar = compiled(every_day("Europe/Rome", minutes(120, 180)));
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-03-28 12:00 +0100"), 1)) ==
          "Mon 2026-03-30 03:00 +0200");
}

TEST_CASE("New York: both nights", "[calendar][clock-change]") {
    CHECK(hours_on("America/New_York", minutes(clock_at(2, 30), clock_at(6, 0)),
                   "2026-03-08 12:00 -0400") == "03:30-0400 to 06:00-0400");
    CHECK(hours_on("America/New_York", minutes(clock_at(1, 30), clock_at(1, 45)),
                   "2026-11-01 12:00 -0500") == "01:30-0400 to 01:45-0500");
    const auto calendar = compiled(every_day("America/New_York", minutes(0, 360)));
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-10-31 23:00 -0400"), 3h)) ==
          "Sun 2026-11-01 02:00 -0500");
}

TEST_CASE("Lord Howe: half an hour", "[calendar][clock-change]") {
    CHECK(hours_on("Australia/Lord_Howe", minutes(clock_at(2, 15), clock_at(6, 0)),
                   "2026-10-04 12:00 +1100") == "02:45+1100 to 06:00+1100");
    CHECK(hours_on("Australia/Lord_Howe", minutes(clock_at(1, 45), clock_at(1, 50)),
                   "2026-04-05 12:00 +1030") == "01:45+1100 to 01:50+1030");
    const auto calendar = compiled(every_day("Australia/Lord_Howe", minutes(0, 360)));
    CHECK(calendar->business_time_between(at("2026-04-05 00:00 +1100"),
                                          at("2026-04-05 12:00 +1030")) == 390min);
}

TEST_CASE("Samoa skipped 30 December 2011: it has no hours and is no business day",
          "[calendar][clock-change]") {
    const auto calendar = compiled(every_day("Pacific/Apia", span(9, 17)));
    const Instant thursday = at("2011-12-29 16:00 -1000");
    CHECK(shown(*calendar, calendar->add_business_time(thursday, 2h)) ==
          "Sat 2011-12-31 10:00 +1400");
    CHECK(shown(*calendar, calendar->add_business_days(thursday, 1)) ==
          "Sat 2011-12-31 17:00 +1400");
    CHECK(shown(*calendar, calendar->end_of_local_day(thursday)) == "Sat 2011-12-31 00:00 +1400");
    // What is left of Thursday, and Saturday.
    CHECK(calendar->open_spans(thursday, thursday + 40h).size() == 2);
}

TEST_CASE("Casablanca: the clock goes back for Ramadan and forward after it",
          "[calendar][clock-change]") {
    CHECK(hours_on("Africa/Casablanca", minutes(clock_at(2, 30), clock_at(6, 0)),
                   "2026-02-15 12:00 +0000") == "02:30+0100 to 06:00+0000");
    CHECK(hours_on("Africa/Casablanca", minutes(clock_at(2, 30), clock_at(6, 0)),
                   "2026-03-22 12:00 +0100") == "03:30+0100 to 06:00+0100");
}

TEST_CASE("midnight skipped or shown twice: the day ends when its date does",
          "[calendar][clock-change]") {
    const auto end_of = [](const char* zone, const char* noon) {
        const auto calendar = compiled(every_day(zone, span(9, 17)));
        return shown(*calendar, calendar->end_of_local_day(at(noon)));
    };
    CHECK(end_of("Europe/Rome", "2026-06-03 12:00 +0200") == "Thu 2026-06-04 00:00 +0200");
    // São Paulo, 2018: from 00:00 to 01:00.
    CHECK(end_of("America/Sao_Paulo", "2018-11-03 12:00 -0300") == "Sun 2018-11-04 01:00 -0200");
    // Havana: from 01:00 back to 00:00 of the same date.
    CHECK(end_of("America/Havana", "2026-10-31 12:00 -0400") == "Sun 2026-11-01 00:00 -0400");
    // Newfoundland, 2010: from 00:01 back to 23:01 of the date before, whose end comes twice.
    CHECK(end_of("America/St_Johns", "2010-11-06 12:00 -0230") == "Sun 2010-11-07 00:00 -0330");
    // Pyongyang, 2018: from 23:30 to 00:00.
    CHECK(end_of("Asia/Pyongyang", "2018-05-04 12:00 +0830") == "Sat 2018-05-05 00:00 +0900");
}

TEST_CASE("hours do not reach outside their own day", "[calendar][clock-change]") {
    // 23:45 is skipped and would move to 00:15 of the next date.
    CHECK(hours_on("Asia/Pyongyang", minutes(clock_at(20, 0), clock_at(23, 45)),
                   "2018-05-04 12:00 +0830") == "20:00+0830 to 00:00+0900");
    // Closed on Sunday, so that the first of the two midnights ends Saturday's hours.
    CalendarSpec spec = every_day("America/Havana", span(0, 24));
    spec.open[6].clear();
    CHECK(shown(*compiled(spec), compiled(spec)->next_close(at("2026-10-31 12:00 -0400"))) ==
          "Sun 2026-11-01 00:00 -0400");
}

TEST_CASE("a local time as somebody wrote it becomes an instant", "[calendar][clock-change]") {
    const auto zone = TimeZone::find("Europe/Rome");
    REQUIRE(zone.has_value());
    const auto instant = [&zone](unsigned month, unsigned day_of_month, Milliseconds time) {
        return shown(zone->instant_of_local({day(2026, month, day_of_month), time}), zone->name());
    };
    CHECK(instant(6, 1, 11h) == "Mon 2026-06-01 11:00 +0200");
    CHECK(instant(6, 1, 11h + 30s) == "Mon 2026-06-01 11:00:30.000 +0200");
    CHECK(instant(3, 29, 2h + 30min) == "Sun 2026-03-29 03:30 +0200");
    CHECK(instant(10, 25, 2h + 30min) == "Sun 2026-10-25 02:30 +0200");
    CHECK_FALSE(TimeZone::find("Europe/Roma").has_value());
    CHECK_FALSE(TimeZone::find("").has_value());
}
