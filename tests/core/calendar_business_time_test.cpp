#include "tests/core/calendar_story.h"

using namespace premura;
using namespace premura::calendar_story;
using namespace std::chrono_literals;

TEST_CASE("24 warehouse hours from Friday afternoon step over the weekend and a holiday",
          "[calendar]") {
    const auto calendar = compiled(warehouse());
    const Instant deadline = calendar->add_business_time(at("2026-05-29 16:30 +0200"), 24h);
    CHECK(shown(*calendar, deadline) == "Thu 2026-06-04 08:30 +0200");
    CHECK(shown(*calendar, calendar->add_business_time(deadline, 2h)) ==
          "Thu 2026-06-04 10:30 +0200");
}

TEST_CASE("24 warehouse hours stop for lunch", "[calendar]") {
    const auto calendar = compiled(warehouse());
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-06-08 14:45 +0200"), 24h)) ==
          "Thu 2026-06-11 10:45 +0200");
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-06-11 12:30 +0200"), 1h)) ==
          "Thu 2026-06-11 14:30 +0200");
}

TEST_CASE("business time already used is kept over a pause", "[calendar]") {
    const auto calendar = compiled(warehouse());
    const Milliseconds used =
        calendar->business_time_between(at("2026-05-29 16:30 +0200"), at("2026-05-30 09:00 +0200"));
    CHECK(used == 150min);
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-06-01 10:00 +0200"), 24h - used)) ==
          "Thu 2026-06-04 14:30 +0200");
}

TEST_CASE("five bank days after a return, Republic Day in between", "[calendar]") {
    const auto calendar = compiled(bank());
    const Instant deadline = calendar->add_business_days(at("2026-06-01 11:00 +0200"), 5);
    CHECK(shown(*calendar, deadline) == "Tue 2026-06-09 17:00 +0200");
    CHECK(shown(*calendar, calendar->business_days_before(deadline, 1)) ==
          "Mon 2026-06-08 17:00 +0200");
}

TEST_CASE("4 October is a holiday since 2026", "[calendar]") {
    const auto calendar = compiled(bank());
    const Instant deadline = calendar->add_business_days(at("2027-10-01 11:00 +0200"), 5);
    CHECK(shown(*calendar, deadline) == "Mon 2027-10-11 17:00 +0200");
    CHECK(shown(*calendar, calendar->business_days_before(deadline, 1)) ==
          "Fri 2027-10-08 17:00 +0200");
    // In 2024 it was a Friday like any other, in 2032 it is not.
    CHECK(calendar->is_open(at("2024-10-04 10:00 +0200")));
    CHECK_FALSE(calendar->is_open(at("2032-10-04 10:00 +0200")));
}

TEST_CASE("an update promised on Saturday evening is due on Monday morning", "[calendar]") {
    const auto calendar = compiled(care());
    const Instant deadline = calendar->add_business_time(at("2026-06-06 19:30 +0200"), 1h);
    CHECK(shown(*calendar, deadline) == "Mon 2026-06-08 09:30 +0200");
    CHECK(shown(*calendar, calendar->add_business_time(deadline, 30min)) ==
          "Mon 2026-06-08 10:00 +0200");
}

TEST_CASE("one business day after the Sunday of the clocks ends on Monday evening", "[calendar]") {
    const auto calendar = compiled(care());
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-10-25 02:30 +0100"), 1)) ==
          "Mon 2026-10-26 20:00 +0100");
}

TEST_CASE("Easter Monday is no business day", "[calendar]") {
    const auto calendar = compiled(bank());
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-04-03 16:00 +0200"), 2h)) ==
          "Tue 2026-04-07 10:00 +0200");
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-04-03 16:00 +0200"), 1)) ==
          "Tue 2026-04-07 17:00 +0200");
}

TEST_CASE("a shutdown of two weeks counts nothing, from its first day to its last", "[calendar]") {
    const auto calendar = compiled(warehouse());
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-08-08 11:00 +0200"), 2h)) ==
          "Sat 2026-08-22 09:00 +0200");
    CHECK(calendar->is_open(at("2027-08-10 09:00 +0200")));
}

TEST_CASE("special hours win over closures and weekdays", "[calendar]") {
    CalendarSpec spec = warehouse();
    spec.special.push_back({day(2026, 12, 8), span(8, 10), "Christmas rush"});
    spec.special.push_back({day(2026, 12, 9), {}, "Stocktaking"});
    const auto calendar = compiled(spec);
    CHECK(shown(*calendar, calendar->next_close(at("2026-11-27 06:00 +0100"))) ==
          "Fri 2026-11-27 23:00 +0100");
    CHECK(calendar->is_open(at("2026-12-08 09:59 +0100")));
    CHECK_FALSE(calendar->is_open(at("2026-12-08 10:00 +0100")));
    CHECK_FALSE(calendar->is_open(at("2026-12-09 10:00 +0100")));
}

TEST_CASE("the local day of the start does not count, open or not, early or late", "[calendar]") {
    const auto calendar = compiled(bank());
    for (const char* start : {"2026-06-03 00:00 +0200", "2026-06-03 09:00 +0200",
                              "2026-06-03 17:00 +0200", "2026-06-03 23:59 +0200"}) {
        CHECK(shown(*calendar, calendar->add_business_days(at(start), 1)) ==
              "Thu 2026-06-04 17:00 +0200");
    }
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-06-06 12:00 +0200"), 1)) ==
          "Mon 2026-06-08 17:00 +0200");
}

TEST_CASE("a duration used up at closing time ends there, not at the next opening", "[calendar]") {
    const auto calendar = compiled(bank());
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-06-05 15:00 +0200"), 2h)) ==
          "Fri 2026-06-05 17:00 +0200");
    CHECK(shown(*calendar, calendar->add_business_time(at("2026-06-05 15:00 +0200"), 2h + 1ms)) ==
          shown(*calendar, at("2026-06-08 09:00 +0200") + 1ms));
}

TEST_CASE("no duration at all ends at the start when open, else at the next opening",
          "[calendar]") {
    const auto calendar = compiled(bank());
    for (const Milliseconds nothing : {Milliseconds{0}, Milliseconds{-5}, Milliseconds::min()}) {
        CHECK(
            shown(*calendar, calendar->add_business_time(at("2026-06-05 15:00 +0200"), nothing)) ==
            "Fri 2026-06-05 15:00 +0200");
        CHECK(
            shown(*calendar, calendar->add_business_time(at("2026-06-05 17:00 +0200"), nothing)) ==
            "Mon 2026-06-08 09:00 +0200");
        CHECK(shown(*calendar,
                    calendar->subtract_business_time(at("2026-06-05 20:00 +0200"), nothing)) ==
              "Fri 2026-06-05 20:00 +0200");
    }
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-06-05 17:00 +0200"), 0)) ==
          "Mon 2026-06-08 09:00 +0200");
    CHECK(shown(*calendar, calendar->business_days_before(at("2026-06-05 20:00 +0200"), 0)) ==
          "Fri 2026-06-05 20:00 +0200");
}

TEST_CASE("a warning comes as late as it can and still leaves its time", "[calendar]") {
    const auto calendar = compiled(bank());
    const auto before = [&calendar](const char* deadline, Milliseconds duration) {
        return shown(*calendar, calendar->subtract_business_time(at(deadline), duration));
    };
    CHECK(before("2026-06-08 10:00 +0200", 30min) == "Mon 2026-06-08 09:30 +0200");
    // Exactly the time since the opening: the opening, not Friday's closing.
    CHECK(before("2026-06-08 10:00 +0200", 1h) == "Mon 2026-06-08 09:00 +0200");
    CHECK(before("2026-06-08 10:00 +0200", 2h) == "Fri 2026-06-05 16:00 +0200");
    CHECK(before("2026-06-07 12:00 +0200", 1h) == "Fri 2026-06-05 16:00 +0200");
}

TEST_CASE("business days before a 24:00 count from the day that ends there", "[calendar]") {
    const auto calendar = compiled(every_day("Europe/Rome", {{8 * 60, minutes_per_day}}));
    const Instant deadline = calendar->add_business_days(at("2026-06-01 11:00 +0200"), 3);
    CHECK(shown(*calendar, deadline) == "Fri 2026-06-05 00:00 +0200");
    CHECK(shown(*calendar, calendar->business_days_before(deadline, 1)) ==
          "Thu 2026-06-04 00:00 +0200");
}

TEST_CASE("open is half-open, and openings and closings are found from either side", "[calendar]") {
    const auto calendar = compiled(bank());
    const Instant opening = at("2026-06-05 09:00 +0200");
    const Instant closing = at("2026-06-05 17:00 +0200");
    CHECK_FALSE(calendar->is_open(opening - 1ms));
    CHECK(calendar->is_open(opening));
    CHECK(calendar->is_open(closing - 1ms));
    CHECK_FALSE(calendar->is_open(closing));
    CHECK(calendar->next_open(opening + 1ms) == opening + 1ms);
    CHECK(shown(*calendar, calendar->next_open(closing)) == "Mon 2026-06-08 09:00 +0200");
    CHECK(calendar->next_close(opening) == closing);
    CHECK(shown(*calendar, calendar->next_close(closing)) == "Mon 2026-06-08 17:00 +0200");
}

TEST_CASE("hours that meet at midnight do not close there", "[calendar]") {
    CalendarSpec spec = every_day("Europe/Rome", {});
    spec.open[4] = {{20 * 60, minutes_per_day}};
    spec.open[5] = {{0, 4 * 60}};
    const auto calendar = compiled(spec);
    CHECK(shown(*calendar, calendar->next_close(at("2026-06-05 21:00 +0200"))) ==
          "Sat 2026-06-06 04:00 +0200");
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-06-04 12:00 +0200"), 1)) ==
          "Sat 2026-06-06 00:00 +0200");
    CHECK(shown(*calendar, calendar->add_business_days(at("2026-06-04 12:00 +0200"), 2)) ==
          "Sat 2026-06-06 04:00 +0200");
}

TEST_CASE("time between is signed", "[calendar]") {
    const auto calendar = compiled(bank());
    const Instant friday = at("2026-06-05 16:00 +0200");
    const Instant monday = at("2026-06-08 10:00 +0200");
    CHECK(calendar->business_time_between(friday, monday) == 2h);
    CHECK(calendar->business_time_between(monday, friday) == -2h);
    CHECK(calendar->business_time_between(friday, friday) == 0h);
}

TEST_CASE("explain can list the hours counted and the days skipped", "[calendar]") {
    const auto calendar = compiled(warehouse());
    const Instant start = at("2026-05-29 16:30 +0200");
    const Instant deadline = at("2026-06-04 08:30 +0200");
    std::vector<std::string> lines;
    for (const OpenSpan& open : calendar->open_spans(start, deadline)) {
        lines.push_back(shown(*calendar, open.from) + " to " + shown(*calendar, open.to));
    }
    CHECK(lines ==
          std::vector<std::string>{"Fri 2026-05-29 16:30 +0200 to Fri 2026-05-29 18:00 +0200",
                                   "Sat 2026-05-30 08:00 +0200 to Sat 2026-05-30 12:00 +0200",
                                   "Mon 2026-06-01 08:00 +0200 to Mon 2026-06-01 13:00 +0200",
                                   "Mon 2026-06-01 14:00 +0200 to Mon 2026-06-01 18:00 +0200",
                                   "Wed 2026-06-03 08:00 +0200 to Wed 2026-06-03 13:00 +0200",
                                   "Wed 2026-06-03 14:00 +0200 to Wed 2026-06-03 18:00 +0200",
                                   "Thu 2026-06-04 08:00 +0200 to Thu 2026-06-04 08:30 +0200"});
    CHECK(calendar->open_spans(start, deadline, 2).size() == 2);
    CHECK(calendar->open_spans(deadline, start).empty());

    const auto notes = calendar->day_notes(start, deadline);
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].date == "2026-06-02");
    CHECK(notes[0].name == "Festa della Repubblica");
    CHECK(notes[0].kind == DayNote::Kind::closed);
}

TEST_CASE("a holiday on a day without hours is not told as skipped, special hours are",
          "[calendar]") {
    const auto calendar = compiled(warehouse());
    std::vector<std::string> dates;
    for (const DayNote& note :
         calendar->day_notes(at("2026-10-30 09:00 +0100"), at("2026-12-31 09:00 +0100"))) {
        dates.push_back(note.date + " " + note.name);
    }
    // 1 November 2026 is a Sunday.
    CHECK(dates == std::vector<std::string>{"2026-11-27 Black Friday", "2026-12-07 Sant'Ambrogio",
                                            "2026-12-08 Immacolata", "2026-12-25 Natale",
                                            "2026-12-26 Santo Stefano"});
    CHECK(
        calendar->day_notes(at("2026-10-30 09:00 +0100"), at("2026-12-31 09:00 +0100"), 3).size() ==
        3);
}

TEST_CASE("outside the covered years nothing is open and nothing breaks", "[calendar]") {
    const auto calendar = compiled(bank());
    const Instant now = at("2026-06-03 12:00 +0200");
    CHECK(calendar->add_business_time(now, Milliseconds::max()) == far_future);
    CHECK(calendar->subtract_business_time(now, Milliseconds::max()) == far_past);
    CHECK(calendar->add_business_days(now, 1'000'000'000) == far_future);
    CHECK(calendar->business_days_before(now, 1'000'000'000) == far_past);
    for (const Instant early : {instant_min, far_past, at("1980-06-03 12:00 +0000")}) {
        CHECK_FALSE(calendar->is_open(early));
        CHECK(shown(*calendar, calendar->next_open(early)) == "Tue 1990-01-02 09:00 +0100");
        CHECK(shown(*calendar, calendar->add_business_time(early, 1h)) ==
              "Tue 1990-01-02 10:00 +0100");
        CHECK(shown(*calendar, calendar->add_business_days(early, 1)) ==
              "Tue 1990-01-02 17:00 +0100");
        CHECK(calendar->subtract_business_time(early, 1h) == far_past);
        CHECK(calendar->business_days_before(early, 1) == far_past);
        CHECK(calendar->business_time_between(early, early) == 0h);
    }
    for (const Instant late : {instant_max, far_future, at("2050-06-03 12:00 +0000")}) {
        CHECK_FALSE(calendar->is_open(late));
        CHECK(calendar->next_open(late) == far_future);
        CHECK(calendar->next_close(late) == far_future);
        CHECK(calendar->add_business_time(late, 1h) == far_future);
        CHECK(calendar->add_business_days(late, 1) == far_future);
        CHECK(shown(*calendar, calendar->business_days_before(late, 1)) ==
              "Thu 2037-12-31 17:00 +0100");
    }
    CHECK(calendar->local_date(at("1980-06-03 12:00 +0000")) == "1980-06-03");
    CHECK(calendar->local_date(at("2050-06-03 12:00 +0000")) == "2050-06-03");
}

TEST_CASE("an always open calendar counts every hour and closes no day but at midnight",
          "[calendar]") {
    const CalendarResult result = Calendar::always_open("Europe/Rome");
    REQUIRE(result.calendar != nullptr);
    const Calendar& calendar = *result.calendar;
    const Instant now = at("2026-06-03 12:00 +0200");
    CHECK(calendar.is_open(now));
    CHECK(calendar.add_business_time(now, 1000h) == now + 1000h);
    CHECK(calendar.next_close(now) == far_future);
    CHECK(shown(calendar, calendar.add_business_days(now, 1)) == "Fri 2026-06-05 00:00 +0200");
    CHECK(calendar.memory_bytes() < 200'000);
    CHECK(Calendar::always_open("Europe/Roma").calendar == nullptr);
}
