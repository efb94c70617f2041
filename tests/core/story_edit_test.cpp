#include "tests/core/story_support.h"

// Rules that change in the middle of a test, and what is known before it begins.

using namespace premura;
using namespace premura::story_support;

namespace {

std::string paid(const std::string& rest) {
    return R"(
  - name: Monday
    tenant: shop
    rules: [slow-packing]
    events:
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, fulfilment: warehouse, warehouse: W1 } }
)" + rest + "    and_nothing_else_until: 2026-06-12 00:00\n";
}

// The rule of the brand with other words.
std::string changed(const std::string& within, const std::string& rest = "") {
    return R"(
        - id: slow-packing
          name: Not packed
          owner: logistics
          subject: order
          when: order.paid
          expect: parcel.packed
          within: )" +
           within + R"(
          calendar: of order.warehouse
          if_late:
            - expedite: warehouse
              request: hurry
)" + rest;
}

}  // namespace

TEST_CASE("a longer time from a moment on moves the deadline", "[story][edit]") {
    CHECK(report(*rule_set(), paid(R"(
    edit_rules:
      at: 2026-06-08 11:00
      rules:)" + changed("4 business hours") +
                                   R"(
    then:
      - { at: 2026-06-08 14:00, late: slow-packing }
      - { at: 2026-06-08 14:00, expedite: warehouse }
)")) == "");
}

TEST_CASE("a shorter time that is over already is late now", "[story][edit]") {
    CHECK(report(*rule_set(), paid(R"(
    edit_rules:
      at: 2026-06-08 11:30
      rules:)" + changed("1 business hour") +
                                   R"(
    then:
      - { at: 2026-06-08 11:30, late: slow-packing, due: 2026-06-08 11:00 }
      - { at: 2026-06-08 11:30, expedite: warehouse }
)")) == "");
}

TEST_CASE("a rule that goes closes what it opened", "[story][edit]") {
    CHECK(report(*rule_set(), paid(R"(
    edit_rules: { at: 2026-06-08 16:00, remove: slow-packing }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
      - { at: 2026-06-08 16:00, closed: slow-packing, reason: rule_removed }
      - { at: 2026-06-08 16:00, withdrawn: call, reason: rule_removed }
)")) == "");
}

TEST_CASE("a step that is new is run, those before it are not run again", "[story][edit]") {
    CHECK(report(*rule_set(), paid(R"(
    edit_rules:
      - at: 2026-06-08 12:30
        rules:)" + changed("2 business hours", R"(            - after: 4 business hours
              escalate: boss
)") + R"(
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 16:00, escalate: boss }
)")) == "");
}

TEST_CASE("changed rules are read from a file beside the test", "[story][edit]") {
    const auto rules = rule_set();
    const ReadStoryFile read = [](const std::string& test_file, const std::string& path) {
        CHECK(test_file == "tests.yaml");
        std::optional<std::string> text;
        if (path == "june.txt") text = "version: 1\nrules:" + changed("4 business hours");
        return text;
    };
    const std::string test = paid(R"(
    edit_rules: { at: 2026-06-08 11:00, file: june.txt }
    then:
      - { at: 2026-06-08 14:00, late: slow-packing }
      - { at: 2026-06-08 14:00, expedite: warehouse }
)");
    const LoadedStories loaded = load(*rules, test, read);
    INFO(loaded.diagnostics);
    REQUIRE(loaded.stories.size() == 1);
    CHECK(format_text(loaded.stories[0], run_story(loaded.stories[0], *rules), false) == "");

    CHECK_THAT(load(*rules, test).diagnostics,
               Catch::Contains("the file 'june.txt' cannot be read [PR001]"));
}

TEST_CASE("what is wrong in a changed rule is told where it stands", "[story][edit]") {
    const auto rules = rule_set();
    const ReadStoryFile read = [](const std::string&, const std::string&) {
        return std::optional{"version: 1\nrules:" + changed("4 busines hours")};
    };
    CHECK_THAT(
        load(*rules, paid(R"(
    edit_rules: { at: 2026-06-08 11:00, file: june.txt }
    then: []
)"),
             read)
            .diagnostics,
        Catch::Contains("june.txt:9:19: error: '4 busines hours' is not a duration [PR104]"));
    CHECK_THAT(
        load(*rules, paid(R"(
    edit_rules:
      at: 2026-06-08 11:00
      rules:)" + changed("1 hour", R"(            - escalate: bosss
)") + R"(
    then: []
)"))
            .diagnostics,
        Catch::Contains("there is no team 'bosss'") && Catch::Contains("did you mean 'boss'?"));
}

TEST_CASE("a rule that changes while the daemon is down counts when it is back", "[story][edit]") {
    CHECK(report(*rule_set(), paid(R"(
    daemon_down: [2026-06-08 15:00, 2026-06-08 17:00]
    edit_rules: { at: 2026-06-08 16:00, remove: slow-packing }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
      - { at: 2026-06-08 17:00, closed: slow-packing, reason: rule_removed }
      - { at: 2026-06-08 17:00, withdrawn: call, reason: rule_removed }
)")) == "");
}

TEST_CASE("facts are known before the first event says anything", "[story][facts]") {
    const std::string events = R"(
    events:
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1 } }
)";
    const std::string late = R"(
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
    and_nothing_else_until: 2026-06-12 00:00
)";
    const std::string head = "  - name: Monday\n    tenant: shop\n    rules: [slow-packing]\n";
    const std::string facts =
        "    facts: { order: { id: A1, fulfilment: warehouse, warehouse: W1 } }\n";
    CHECK(report(*rule_set(), head + facts + events + late) == "");
    CHECK_THAT(report(*rule_set(), head + events + late), Catch::Contains("did not happen"));

    // Of another order they say nothing.
    const std::string other =
        "    facts: [{ order: { id: A2, fulfilment: warehouse, warehouse: W1 } }]\n";
    CHECK_THAT(report(*rule_set(), head + other + events + late),
               Catch::Contains("did not happen"));
}

TEST_CASE("an event overrules what was known before", "[story][facts]") {
    CHECK(report(*rule_set(), R"(
  - name: Monday
    tenant: shop
    rules: [slow-packing]
    facts: { order: { id: A1, fulfilment: warehouse, warehouse: W1 } }
    events:
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, fulfilment: dropship } }
    then: []
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
}
