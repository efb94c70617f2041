#include "tests/core/story_support.h"

// What was held, dropped or left to a call, and why.

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
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer, channel: call, due: 2026-06-08 13:00 }
)" + rest + "    and_nothing_else_until: 2026-06-12 00:00\n";
}

}  // namespace

TEST_CASE("a call that waits for its hour is held, with the reason and how long",
          "[story][suppressed]") {
    CHECK(report(*rule_set(), paid(R"(
    suppressed:
      - { at: 2026-06-08 13:00, held: call, rule: slow-packing, reason: quiet_hours, until: 2026-06-08 14:30 }
)")) == "");
}

TEST_CASE("without the list nothing is asked of what was suppressed", "[story][suppressed]") {
    CHECK(report(*rule_set(), paid("")) == "");
}

TEST_CASE("the list is complete once it is there", "[story][suppressed]") {
    CHECK_THAT(report(*rule_set(), paid("    suppressed: []\n")),
               Catch::Contains("+ Mon 2026-06-08 13:00  held: call  was not expected; rule "
                               "slow-packing, reason quiet_hours, until Mon 2026-06-08 14:30"));
    CHECK_THAT(
        report(*rule_set(), paid(R"(
    suppressed:
      - { at: 2026-06-08 13:00, held: call, until: 2026-06-08 15:00, reason: time_zone_unknown }
)")),
        Catch::Contains("- Mon 2026-06-08 13:00  held: call  happened with reason quiet_hours, "
                        "with until Mon 2026-06-08 14:30 (line 15); reason time_zone_unknown, "
                        "until Mon 2026-06-08 15:00"));
}

TEST_CASE("what a rule on trial does not do is dropped with that reason", "[story][suppressed]") {
    CHECK(report(*rule_set(), R"(
  - name: Watched only
    tenant: shop
    rules: [on-trial]
    events:
      - { at: 2026-06-08 10:00, event: shipment.exception, shipment: { id: S1 } }
    then:
      - { at: 2026-06-08 11:00, late: on-trial }
    suppressed:
      - { at: 2026-06-08 11:00, dropped: expedite, rule: on-trial, reason: rule_on_trial }
      - { at: 2026-06-08 11:00, dropped: call, reason: rule_on_trial }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
}

TEST_CASE("a message is left to a call that is made anyway", "[story][suppressed]") {
    CHECK(report(*rule_set(), R"(
  - name: One call
    tenant: shop
    rules: [slow-packing, word-of-silence]
    events:
      - at: 2026-06-08 10:00
        event: order.paid
        order: { id: A1, fulfilment: warehouse, warehouse: W1 }
        customer: { id: C1 }
      - { at: 2026-06-08 15:00, event: shipment.silent, order: { id: A1 }, shipment: { id: S1 } }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
      - { at: 2026-06-08 16:00, late: word-of-silence }
    suppressed:
      - { at: 2026-06-08 13:00, held: call }
      - { at: 2026-06-08 16:00, merged: notify, rule: word-of-silence, reason: one_call_for_all_open_cases }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
}

TEST_CASE("what was said over which channel may be asked", "[story][suppressed]") {
    const std::string test = R"(
  - name: Silent
    tenant: shop
    rules: [word-of-silence]
    events:
      - { at: 2026-06-08 15:00, event: shipment.silent, order: { id: A1 }, shipment: { id: S1 } }
    then:
      - { at: 2026-06-08 16:00, late: word-of-silence }
      - { at: 2026-06-08 16:00, notify: customer, channel: CHANNEL }
    and_nothing_else_until: 2026-06-12 00:00
)";
    const auto with = [&test](const std::string& channel) {
        std::string text = test;
        return text.replace(text.find("CHANNEL"), 7, channel);
    };
    CHECK(report(*rule_set(), with("message")) == "");
    CHECK_THAT(
        report(*rule_set(), with("call")),
        Catch::Contains("notify: customer  happened with channel message (line 11); channel call"));
}

TEST_CASE("how long something is held, and when it was due, are compared", "[story][suppressed]") {
    CHECK_THAT(report(*rule_set(), paid(R"(
    suppressed:
      - { at: 2026-06-08 13:00, held: call, until: 2026-06-08 15:00 }
)")),
               Catch::Contains("happened with until Mon 2026-06-08 14:30"));

    std::string test = paid("");
    const std::string due = "due: 2026-06-08 13:00";
    test.replace(test.find(due), due.size(), "due: 2026-06-08 12:30");
    CHECK_THAT(report(*rule_set(), test),
               Catch::Contains("happened with due Mon 2026-06-08 13:00"));
}
