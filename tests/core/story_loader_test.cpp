#include "tests/core/story_support.h"

using namespace premura;
using namespace premura::story_support;

TEST_CASE("a rule test is read with its times in the brand's zone", "[story]") {
    const auto rules = rule_set();
    const Story one = story(*rules, R"(
  - name: On a Monday
    tenant: shop
    rules: [slow-packing]
    events:
      - { at: 2026-06-08 10:00, event: parcel.packed, order: { id: A1 } }
      - at: 2026-06-08T07:30:00Z
        event: order.paid
        order: { id: A1, number: "7", total: 12.50, promised_by: 2026-06-10 }
        customer: { loyalty_member: true }
    then:
      - { at: 2026-06-08 11:30, call: customer, script: sorry, priority: high, rule: slow-packing }
    and_nothing_else_until: 2026-06-09 00:00
)");

    CHECK(one.name == "On a Monday");
    CHECK(one.tenant == "shop");
    CHECK(one.rules == std::vector<std::string>{"slow-packing"});
    REQUIRE(one.events.size() == 2);
    CHECK(format_utc(one.events[0].at) == "2026-06-08T07:30:00Z");
    CHECK(
        one.events[0].data ==
        R"({"order":{"id":"A1","number":"7","total":1.25E1,"promised_by":"2026-06-10"},"customer":{"loyalty_member":true}})");
    CHECK(format_utc(one.events[1].at) == "2026-06-08T08:00:00Z");
    REQUIRE(one.then.size() == 1);
    CHECK(one.then[0].kind == StoryOutcome::Kind::call);
    CHECK(one.then[0].text == "sorry");
    CHECK(one.then[0].priority == "high");
    CHECK(one.then[0].rules == std::vector<std::string>{"slow-packing"});
    CHECK(one.line == 4);
    CHECK(format_utc(one.until) == "2026-06-08T22:00:00Z");
}

TEST_CASE("all that is wrong in a rule test is told at once", "[story]") {
    const auto rules = rule_set();
    const LoadedStories loaded = load(*rules, R"(
  - name: Full of mistakes
    tenant: shop
    rules: [slow-pakcing]
    events:
      - { at: 2026-06-08 9:30, event: order.paid, order: { id: A1 } }
      - { at: 2026-06-08 10:00, event: order.payed, order: { id: A1 } }
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, totl: 3 } }
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, total: much } }
      - { at: 2026-06-08 10:00, event: order.paid, ordr: { id: A1 } }
      - { at: 2026-06-08 10:00, event: order.paid, order: { total: 3 } }
    then:
      - { at: 2026-06-08 12:00, call: client }
      - { at: 2026-06-08 12:00, late: slow-packing, closed: slow-packing }
      - { at: 2026-06-08 12:00 }
      - { at: 2026-06-08 12:00, notify: customer, script: sorry }
    and_nothing_else_until: 2026-06-08 11:00
)");

    CHECK(loaded.stories.empty());
    const auto& text = loaded.diagnostics;
    CHECK_THAT(text, Catch::Contains("there is no rule 'slow-pakcing' [PR182]") &&
                         Catch::Contains("did you mean 'slow-packing'?"));
    CHECK_THAT(text,
               Catch::Contains("tests.yaml:8:15: error: '2026-06-08 9:30' is not a time [PR180]"));
    CHECK_THAT(text, Catch::Contains("there is no event 'order.payed' [PR105]"));
    CHECK_THAT(text, Catch::Contains("there is no fact 'order.totl' [PR106]"));
    CHECK_THAT(text, Catch::Contains("'order.total' must be a number, not 'much' [PR109]"));
    CHECK_THAT(text, Catch::Contains("the event has no key 'ordr' [PR101]") &&
                         Catch::Contains("did you mean 'order'?"));
    CHECK_THAT(text, Catch::Contains("the event is about nothing [PR181]"));
    CHECK_THAT(text, Catch::Contains("'call' cannot be 'client' [PR107]") &&
                         Catch::Contains("write call: customer"));
    CHECK_THAT(text, Catch::Contains("several things stand in one line [PR183]"));
    CHECK_THAT(text, Catch::Contains("it does not say what should happen [PR183]"));
    CHECK_THAT(text, Catch::Contains("'script' does not belong to 'notify' [PR124]"));
    CHECK_THAT(text, Catch::Contains("the test ends before the last thing in it [PR184]"));
}

TEST_CASE("a wall-clock time that comes twice is doubtful", "[story]") {
    const auto rules = rule_set();
    const LoadedStories loaded = load(*rules, R"(
  - name: In the night of the change
    tenant: shop
    events:
      - { at: 2026-10-25 02:30, event: order.paid, order: { id: A1 } }
      - { at: 2026-10-25T02:30+01:00, event: order.paid, order: { id: A2 } }
    then: []
    and_nothing_else_until: 2026-11-01 00:00
)");

    REQUIRE(loaded.stories.size() == 1);
    CHECK(format_utc(loaded.stories[0].events[0].at) == "2026-10-25T00:30:00Z");
    CHECK(format_utc(loaded.stories[0].events[1].at) == "2026-10-25T01:30:00Z");
    CHECK_THAT(loaded.diagnostics,
               Catch::Contains("warning: the clocks go back: 2026-10-25 02:30 comes twice, and the "
                               "first is taken [PR180]"));
}

TEST_CASE("one bad test does not take the others with it", "[story]") {
    const auto rules = rule_set();
    const LoadedStories loaded = load(*rules, R"(
  - { name: Nobody's, tenant: shpo, events: [], then: [], and_nothing_else_until: 2026-06-09 00:00 }
  - { name: Ours, tenant: shop, events: [], then: [], and_nothing_else_until: 2026-06-09 00:00 }
)");

    CHECK_THAT(loaded.diagnostics, Catch::Contains("there is no tenant 'shpo' [PR146]"));
    REQUIRE(loaded.stories.size() == 1);
    CHECK(loaded.stories[0].name == "Ours");
}
