#include <catch2/catch.hpp>

#include "core/rules/duration_loader.h"
#include "core/rules/rule.h"
#include "tests/core/loader_story.h"

using namespace premura;
using namespace std::chrono_literals;

namespace {

Duration elapsed(Milliseconds time) {
    return {Duration::Unit::elapsed, time, 0};
}
Duration business(Milliseconds time) {
    return {Duration::Unit::business_time, time, 0};
}
Duration business_days(int days) {
    return {Duration::Unit::business_days, Milliseconds{0}, days};
}

}  // namespace

TEST_CASE("the three kinds of time are never converted into each other", "[duration]") {
    CHECK(parse_duration("90 minutes") == elapsed(90min));
    CHECK(parse_duration("1 hour") == elapsed(1h));
    CHECK(parse_duration("6 days") == elapsed(144h));
    CHECK(parse_duration("2 weeks") == elapsed(336h));
    CHECK(parse_duration("24 business hours") == business(24h));
    CHECK(parse_duration("30 business minutes") == business(30min));
    CHECK(parse_duration("1 business day") == business_days(1));
    CHECK(parse_duration("5 business days") == business_days(5));
    CHECK(parse_duration("at once") == Duration{});
}

TEST_CASE("what is nearly a duration is none", "[duration]") {
    for (const char* text : {"2hh", "2h", "24", "hours", "", "0 hours", "-1 hour", "01 hour",
                             "1.5 hours", "2 business weeks", "business 2 hours", "2 hours later",
                             "99999999999 days", "once", "At once"}) {
        INFO(text);
        CHECK(parse_duration(text) == std::nullopt);
    }
}

TEST_CASE("a duration is written as a person writes it", "[duration]") {
    for (const char* text : {"at once", "90 minutes", "1 hour", "6 days", "2 weeks",
                             "24 business hours", "1 business day", "45 seconds"}) {
        CHECK(format(*parse_duration(text)) == text);
    }
}

TEST_CASE("the hint guesses what was meant", "[duration]") {
    CHECK(duration_hint("2h") == "did you mean '2 hours'?");
    CHECK(duration_hint("24 busines hours") == "did you mean '24 business hours'?");
    CHECK(duration_hint("24 Business Hours") == "did you mean '24 business hours'?");
    CHECK(duration_hint("24_business_hours") == "did you mean '24 business hours'?");
    CHECK(duration_hint("5 working days") == "did you mean '5 business days'?");
    CHECK(duration_hint("30min") == "did you mean '30 minutes'?");
    CHECK(duration_hint("24") == "say the unit: 24 hours, or 24 business hours");
    CHECK(duration_hint("0 hours") == "write: at once");
    CHECK(duration_hint("soon") == "write for example: 24 business hours");
    CHECK(duration_hint("1 business week") ==
          "weeks have no fixed number of business days: write for example 5 business days");
    CHECK(duration_hint(std::string(100'000, '7')) == "write for example: 24 business hours");
}

TEST_CASE("a calendar is a name, or the value of a fact", "[duration]") {
    YamlStory story{"a: care\nb: of order.warehouse\nc: of order.total\nd: of order.wharehouse\n"};
    auto reader = story.reader();
    const auto load = [&](const char* key) {
        return load_calendar_reference(*story.root().find(key), reader);
    };

    CHECK(load("a") == CalendarReference{"care", 0});
    CHECK(load("b") == CalendarReference{"", fact_named("order.warehouse")->number});
    CHECK(load("c") == std::nullopt);
    CHECK(load("d") == std::nullopt);
    CHECK(story.told() == Lines{"PR121 3:4 'order.total' is a number, and names no calendar",
                                "PR106 4:4 there is no fact 'order.wharehouse'"});
}
