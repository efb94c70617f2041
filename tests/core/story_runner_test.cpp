#include "tests/core/story_support.h"

using namespace premura;
using namespace premura::story_support;

namespace {

// One order of a Monday morning, with what is expected of it.
std::string monday(const std::string& events, const std::string& then) {
    return R"(
  - name: Monday
    tenant: shop
    events:
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, fulfilment: warehouse, warehouse: W1 } }
)" + events +
           "    then:" + (then.empty() ? " []\n" : "\n" + then) +
           "    and_nothing_else_until: 2026-06-12 00:00\n";
}

const std::string complete = R"(
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
)";

}  // namespace

TEST_CASE("a story that goes as expected has nothing to say", "[story]") {
    CHECK(report(*rule_set(), monday("", complete)) == "");
}

TEST_CASE("lines of one moment may stand in any order", "[story]") {
    CHECK(report(*rule_set(), monday("", R"(
      - { at: 2026-06-08 14:30, call: customer, script: sorry, rule: slow-packing, priority: high }
      - { at: 2026-06-08 12:00, expedite: warehouse, request: hurry }
      - { at: 2026-06-08 12:00, late: slow-packing }
)")) == "");
}

TEST_CASE("an agent's attempts at a call bring what follows from them", "[story]") {
    const std::string calls = R"(
    calls:
      - { at: 2026-06-08 14:30, ends: busy }
      - { at: 2026-06-08 14:45, ends: reached_call_back, call_back_at: 2026-06-09 10:00 }
      - { at: 2026-06-09 10:00, ends: reached_resolved }
)";
    CHECK(report(*rule_set(), monday(calls, complete + R"(
      - { at: 2026-06-08 14:45, call: customer, reason: retry }
      - { at: 2026-06-09 10:00, call: customer, reason: call_back }
)")) == "");
}

TEST_CASE("a call that cannot be made fails a story", "[story]") {
    CHECK_THAT(report(*rule_set(), monday("    calls: [{ at: 2026-06-08 13:00, ends: busy }]\n", complete)),
               Catch::Contains("note: no call was open at 2026-06-08T11:00:00Z"));
    CHECK_THAT(report(*rule_set(), monday("    calls: [{ at: 2026-06-08 19:10, ends: reached_informed }]\n", complete)),
               Catch::Contains("note: the call at 2026-06-08T17:10:00Z was refused: time_not_callable"));
}

TEST_CASE("something that happens at another time is told with the difference", "[story]") {
    CHECK(report(*rule_set(), monday("", R"(
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 13:00, call: customer }
)")) == "FAILED  Monday  (tests.yaml:4)\n"
        "  - Mon 2026-06-08 13:00  call: customer  happened 1 hour 30 minutes later (line 12)\n"
        "  + Mon 2026-06-08 14:30  call: customer  happened; rule slow-packing, script sorry, "
        "priority high, due Mon 2026-06-08 13:00\n"
        "  clock: slow-packing of order A1: from Mon 2026-06-08 10:00, due Mon 2026-06-08 12:00\n");
}

TEST_CASE("what nobody expected fails a story, too", "[story]") {
    CHECK(report(*rule_set(), monday("", R"(
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
)")) == "FAILED  Monday  (tests.yaml:4)\n"
        "  + Mon 2026-06-08 14:30  call: customer  was not expected; rule slow-packing, script "
        "sorry, priority high, due Mon 2026-06-08 13:00\n"
        "  clock: slow-packing of order A1: from Mon 2026-06-08 10:00, due Mon 2026-06-08 12:00\n");
}

TEST_CASE("each thing that happened serves one expectation only", "[story]") {
    CHECK_THAT(report(*rule_set(),
                      monday("", complete + "      - { at: 2026-06-08 14:30, call: customer }\n")),
               Catch::Contains("- Mon 2026-06-08 14:30  call: customer  did not happen"));
}

TEST_CASE("a particular and a general expectation both find theirs", "[story]") {
    // The general line comes first and must not take the only one that fits the particular line.
    CHECK(report(*rule_set(), R"(
  - name: Two orders
    tenant: shop
    events:
      - { at: 2026-06-08 10:00, event: order.placed, order: { id: A1 } }
      - { at: 2026-06-08 10:00, event: order.placed, order: { id: A2 } }
    then:
      - { at: 2026-06-09 10:00, escalate: boss }
      - { at: 2026-06-09 10:00, escalate: boss, rule: no-news }
      - { at: 2026-06-09 10:00, late: no-news }
      - { at: 2026-06-09 10:00, late: no-news }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
}

TEST_CASE("details that differ are told", "[story]") {
    CHECK_THAT(report(*rule_set(), monday("", R"(
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse, request: pack_first }
      - { at: 2026-06-08 14:30, call: customer }
)")),
               Catch::Contains("- Mon 2026-06-08 12:00  expedite: warehouse  happened with request "
                               "hurry (line 11); request pack_first") &&
                   Catch::Contains("+ Mon 2026-06-08 12:00  expedite: warehouse  happened; rule "
                                   "slow-packing, request hurry"));
}

TEST_CASE("what happens at the very deadline is in time", "[story]") {
    CHECK(report(*rule_set(),
                 monday(R"(      - { at: 2026-06-08 12:00, event: parcel.packed, order: { id: A1 } }
)",
                        "")) == "");
    CHECK_THAT(
        report(
            *rule_set(),
            monday(R"(      - { at: 2026-06-08 12:00:01, event: parcel.packed, order: { id: A1 } }
)",
                   "")),
        Catch::Contains("+ Mon 2026-06-08 12:00     late: slow-packing    was not expected\n") &&
            Catch::Contains("+ Mon 2026-06-08 12:00:01  closed: slow-packing  was not "
                            "expected; reason done_late\n") &&
            Catch::Contains("due Mon 2026-06-08 12:00, met Mon 2026-06-08 12:00:01\n"));
}

TEST_CASE("a rule that nothing starts, or whose filter lacks a fact, is pointed out", "[story]") {
    const std::string unstarted = report(*rule_set(), R"(
  - name: Placed, not paid
    tenant: shop
    rules: [slow-packing]
    events:
      - { at: 2026-06-08 10:00, event: order.placed, order: { id: A1 } }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
    and_nothing_else_until: 2026-06-12 00:00
)");
    CHECK_THAT(unstarted,
               Catch::Contains("note: nothing in this test starts slow-packing: it waits "
                               "for order.paid"));

    const std::string unsaid = report(*rule_set(), R"(
  - name: Where does it lie
    tenant: shop
    rules: [slow-packing]
    events:
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1 } }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
    and_nothing_else_until: 2026-06-12 00:00
)");
    CHECK_THAT(unsaid, Catch::Contains("note: no event of this test says order.fulfilment, which "
                                       "slow-packing asks for"));

    const std::string nowhere = report(*rule_set(), R"(
  - name: A warehouse we do not know
    tenant: shop
    rules: [slow-packing]
    events:
      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, fulfilment: warehouse, warehouse: X } }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
    and_nothing_else_until: 2026-06-12 00:00
)");
    CHECK_THAT(nowhere, Catch::Contains("note: no calendar is known for the order's warehouse"));
}

TEST_CASE("other rules of the brand are left out when rules are named", "[story]") {
    const std::string events = R"(
    events:
      - { at: 2026-06-08 10:00, event: order.placed, order: { id: A1 } }
    then: []
    and_nothing_else_until: 2026-06-12 00:00
)";
    CHECK(report(*rule_set(),
                 "  - name: One rule\n    tenant: shop\n    rules: [slow-packing]" + events) == "");
    CHECK_THAT(report(*rule_set(), "  - name: All rules\n    tenant: shop" + events),
               Catch::Contains("+ Tue 2026-06-09 10:00  escalate: boss"));
}

TEST_CASE("local times are told with their offset when they come twice", "[story]") {
    const auto zone = TimeZone::find("Europe/Rome");
    REQUIRE(zone);
    CHECK(format_local(*parse_rfc3339("2026-10-25T00:30:00Z"), *zone) ==
          "Sun 2026-10-25 02:30+02:00");
    CHECK(format_local(*parse_rfc3339("2026-10-25T01:30:00Z"), *zone) ==
          "Sun 2026-10-25 02:30+01:00");
    CHECK(format_local(*parse_rfc3339("2026-10-25T02:30:00Z"), *zone) == "Sun 2026-10-25 03:30");
}

TEST_CASE("stopping and starting between any two moments changes nothing", "[story]") {
    const auto rules = rule_set();
    const Story one = story(
        *rules, monday(R"(      - { at: 2026-06-08 15:00, event: parcel.packed, order: { id: A1 } }
)",
                       complete + R"(
      - { at: 2026-06-08 15:00, closed: slow-packing }
      - { at: 2026-06-08 15:00, withdrawn: call }
)"));
    CHECK(format_text(one, run_story(one, *rules), false) == "");
    CHECK(format_text(one, run_story(one, *rules, {.restart_between_moments = true}), false) == "");
}
