#include "tests/core/story_support.h"

// What arrives late, and what happens while nothing is read.

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

}  // namespace

TEST_CASE("what happened in time and is told late was a false alarm", "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
      - { at: 2026-06-08 11:50, arrives: 2026-06-08 12:40, event: parcel.packed, order: { id: A1 } }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 12:40, closed: slow-packing, reason: false_alarm_late_data }
)")) == "");
}

TEST_CASE("what happened after the deadline is done late, whenever it is told", "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
      - { at: 2026-06-08 12:10, arrives: 2026-06-08 15:00, event: parcel.packed, order: { id: A1 } }
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
      - { at: 2026-06-08 15:00, closed: slow-packing, reason: done_late }
      - { at: 2026-06-08 15:00, withdrawn: call, reason: done_late }
)")) == "");
}

TEST_CASE("an order of which we hear after its deadline is late when we hear of it",
          "[story][late]") {
    CHECK(report(*rule_set(), R"(
  - name: Monday
    tenant: shop
    rules: [slow-packing]
    events:
      - at: 2026-06-08 10:00
        arrives: 2026-06-08 15:00
        event: order.paid
        order: { id: A1, fulfilment: warehouse, warehouse: W1 }
    then:
      - { at: 2026-06-08 15:00, late: slow-packing, due: 2026-06-08 12:00 }
      - { at: 2026-06-08 15:00, expedite: warehouse, due: 2026-06-08 12:00 }
      - { at: 2026-06-08 15:00, call: customer, due: 2026-06-08 13:00 }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
}

TEST_CASE("what was told while the daemon was down is read before anything is decided",
          "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
      - { at: 2026-06-08 11:00, event: parcel.packed, order: { id: A1 } }
    daemon_down: [2026-06-08 10:30, 2026-06-08 16:00]
    then: []
)")) == "");
}

TEST_CASE("what fell due while the daemon was down is done once, when it is back",
          "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
    daemon_down: [2026-06-08 11:00, 2026-06-08 16:00]
    then:
      - { at: 2026-06-08 16:00, late: slow-packing, due: 2026-06-08 12:00 }
      - { at: 2026-06-08 16:00, expedite: warehouse, due: 2026-06-08 12:00 }
      - { at: 2026-06-08 16:00, call: customer, due: 2026-06-08 13:00 }
)")) == "");
}

TEST_CASE("a call that waits is made when the daemon is back, not before", "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
    daemon_down: [2026-06-08 14:00, 2026-06-08 17:15]
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 17:15, call: customer }
)")) == "");
}

TEST_CASE("a warning whose deadline passed while the daemon was down is left out",
          "[story][late]") {
    const std::string warned = R"(
  - name: Trip
    tenant: shop
    rules: [warned-first]
    events:
      - { at: 2026-06-08 10:00, event: return.received, order: { id: A1 }, return: { id: R1 } }
)";
    CHECK(report(*rule_set(), warned + R"(
    then:
      - { at: 2026-06-08 13:00, early_warning: warned-first }
      - { at: 2026-06-08 13:00, escalate: boss }
      - { at: 2026-06-08 14:00, late: warned-first }
      - { at: 2026-06-08 14:00, escalate: boss }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
    CHECK(report(*rule_set(), warned + R"(
    daemon_down: [2026-06-08 12:00, 2026-06-08 15:00]
    then:
      - { at: 2026-06-08 15:00, late: warned-first }
      - { at: 2026-06-08 15:00, escalate: boss }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
    CHECK(report(*rule_set(), warned + R"(
    daemon_down: [2026-06-08 12:00, 2026-06-08 13:30]
    then:
      - { at: 2026-06-08 13:30, early_warning: warned-first, due: 2026-06-08 13:00 }
      - { at: 2026-06-08 13:30, escalate: boss }
      - { at: 2026-06-08 14:00, late: warned-first }
      - { at: 2026-06-08 14:00, escalate: boss }
    and_nothing_else_until: 2026-06-12 00:00
)") == "");
}

TEST_CASE("while the input stands still nobody is said to be late", "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
      - { at: 2026-06-08 11:30, event: parcel.packed, order: { id: A1 } }
    input_stalled: [2026-06-08 11:00, 2026-06-08 13:00]
    then: []
)")) == "");
    CHECK(report(*rule_set(), paid(R"(
    input_stalled: [2026-06-08 11:00, 2026-06-08 13:00]
    then:
      - { at: 2026-06-08 13:00, late: slow-packing, due: 2026-06-08 12:00 }
      - { at: 2026-06-08 13:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
)")) == "");
}

TEST_CASE("a deadline at the very begin of a stall waits: what came then is not read",
          "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
      - { at: 2026-06-08 12:00, event: parcel.packed, order: { id: A1 } }
    input_stalled: [2026-06-08 12:00, 2026-06-08 13:00]
    then: []
)")) == "");
}

TEST_CASE("a call whose hour comes while the input stands still waits for what may have come",
          "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
      - { at: 2026-06-08 14:20, event: parcel.packed, order: { id: A1 } }
    input_stalled: [2026-06-08 14:00, 2026-06-08 15:00]
    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 15:00, closed: slow-packing, reason: done_late }
    suppressed:
      - { at: 2026-06-08 13:00, held: call, reason: quiet_hours, until: 2026-06-08 14:30 }
      - { at: 2026-06-08 15:00, dropped: call, reason: done_late }
)")) == "");
}

TEST_CASE("a daemon that is down while the input stands still is back when it is back",
          "[story][late]") {
    CHECK(report(*rule_set(), paid(R"(
    daemon_down: [2026-06-08 11:00, 2026-06-08 13:00]
    input_stalled: [2026-06-08 12:30, 2026-06-08 15:00]
    then:
      - { at: 2026-06-08 15:00, late: slow-packing }
      - { at: 2026-06-08 15:00, expedite: warehouse }
      - { at: 2026-06-08 15:00, call: customer }
)")) == "");
}
