#include "core/orders/orders_stage.h"

#include <catch2/catch.hpp>

#include "tests/core/stage_story.h"

// What the orders stage does beside running clocks: sending on, keeping, forgetting, and waiting for input.

namespace premura {
namespace {

using namespace stage_story;

constexpr std::string_view placed =
    R"({"order":{"id":"A1","fulfilment":"warehouse","warehouse":"MI1","total":59.9},"customer":{"id":"C1"}})";

struct Orders {
    explicit Orders(OrdersOptions options = {}) : stage{options, shipped_rules()} {}

    Effects apply(const Record& record) { return apply(record, record.timestamp); }
    Effects apply(const Record& record, Instant arrival) {
        Effects effects;
        stage.apply(record, arrival, effects);
        return effects;
    }
    Effects fire(Instant now, Instant complete_until) {
        Effects effects;
        stage.fire({now, complete_until, false}, effects);
        return effects;
    }
    Effects fire(Instant now) { return fire(now, now); }
    Effects state() {
        Effects effects;
        stage.collect_state(effects);
        return effects;
    }

    OrdersStage stage;
};

// Monday 09:00 in Rome; the warehouse has 24 business hours, which end on Wednesday at 16:00.
const std::string paid_at = "2026-06-08T09:00:00+02:00";

void place_and_pay(Orders& orders) {
    orders.apply(record_of("A1", "1", "order.placed", paid_at, placed));
    orders.apply(record_of("A1", "2", "order.paid", paid_at, R"({"order":{"id":"A1"}})"));
}

Instant packing_deadline(const Orders& orders) {
    const auto due = orders.stage.next_due();
    REQUIRE(due);
    return *due - OrdersOptions{}.settle;
}

}  // namespace

TEST_CASE("a deadline fires when the input is complete past it and what was on its way", "[orders]") {
    Orders orders;
    place_and_pay(orders);
    const Instant deadline = packing_deadline(orders);
    const Milliseconds settle = OrdersOptions{}.settle;
    const Instant much_later = deadline + std::chrono::hours{1};

    CHECK(orders.fire(deadline + settle - Milliseconds{1}).outputs.empty());
    CHECK(orders.fire(much_later, deadline).outputs.empty());
    CHECK(orders.fire(much_later, deadline + settle - Milliseconds{1}).outputs.empty());
    CHECK(types_of(orders.fire(much_later, deadline + settle).outputs) ==
          Texts{"finding.late", "finding.step"});
    CHECK(orders.fire(much_later).outputs.empty());
}

TEST_CASE("an event that was on its way keeps the deadline", "[orders]") {
    Orders orders;
    place_and_pay(orders);
    const Instant deadline = packing_deadline(orders);
    Record packed = record_of("A1", "3", "parcel.packed", format_utc(deadline), R"({"order":{"id":"A1"}})");
    orders.apply(packed, deadline + std::chrono::minutes{1});
    CHECK(orders.fire(deadline + std::chrono::hours{8}).outputs.empty());
}

TEST_CASE("an event after the deadline closes the case with a word why", "[orders]") {
    Orders orders;
    place_and_pay(orders);
    const Instant deadline = packing_deadline(orders);
    REQUIRE(orders.fire(deadline + std::chrono::minutes{3}).outputs.size() == 2);

    SECTION("it happened late") {
        const Effects effects = orders.apply(record_of("A1", "3", "parcel.packed", format_utc(deadline + std::chrono::minutes{5}),
                                                       R"({"order":{"id":"A1"}})"));
        REQUIRE(types_of(effects.outputs) == Texts{"finding.closed"});
        CHECK(effects.outputs[0].value->find(R"("reason":"done_late")") != std::string::npos);
    }
    SECTION("it happened in time, and we heard of it late") {
        const Effects effects = orders.apply(
            record_of("A1", "3", "parcel.packed", format_utc(deadline), R"({"order":{"id":"A1"}})"),
            deadline + std::chrono::hours{2});
        REQUIRE(types_of(effects.outputs) == Texts{"finding.closed"});
        CHECK(effects.outputs[0].value->find(R"("reason":"false_alarm_late_data")") != std::string::npos);
    }
    // The steps that have not run are gone.
    CHECK(orders.fire(deadline + std::chrono::days{7}).outputs.empty());
}

TEST_CASE("what a courier says of a tracking number waits until an order names it", "[orders]") {
    Orders orders;
    const Record scan = record_of("S1", "s1", "shipment.scanned", "2026-06-08T08:00:00Z",
                                  R"({"shipment":{"id":"S1","location":"Bologna"}})");
    CHECK(orders.apply(scan).outputs.empty());
    CHECK(orders.stage.size() == 1);

    // The order names the tracking number: the shipment learns whose it is ...
    const Effects named = orders.apply(record_of("A1", "o1", "shipment.handed_over", "2026-06-08T09:00:00Z",
                                                 R"({"order":{"id":"A1"},"shipment":{"id":"S1"}})"));
    REQUIRE(lines_of(named.outputs) == Texts{"intake S1"});
    CHECK(orders.stage.size() == 2);

    // ... and sends on what it had heard until then, and everything that comes after.
    const Effects learned = orders.apply(delivered(named.outputs[0]));
    REQUIRE(lines_of(learned.outputs) == Texts{"intake A1"});
    const Effects next = orders.apply(record_of("S1", "s2", "shipment.out_for_delivery", "2026-06-09T08:00:00Z",
                                                R"({"shipment":{"id":"S1"}})"));
    REQUIRE(lines_of(next.outputs) == Texts{"intake A1"});

    // Sent on, it is the same event: who has heard it already takes no notice.
    CHECK(orders.apply(delivered(learned.outputs[0])).outputs.empty());
    CHECK(orders.apply(delivered(learned.outputs[0])).outputs.empty());
    const Effects state = orders.state();
    CHECK(counted(state, "events", "shipment.scanned") == 2);  // under its number, and under its order
    CHECK(counted(state, "events_repeated") == 1);
}

TEST_CASE("with several partitions an event under a foreign key goes to the order's own", "[orders]") {
    OrdersOptions options;
    options.partitions = 6;
    Orders orders{options};
    const Effects effects = orders.apply(record_of("customer-77", "1", "order.placed", paid_at, placed));
    REQUIRE(lines_of(effects.outputs) == Texts{"intake A1"});
    CHECK(effects.outputs[0].partition_key == "A1");
    CHECK(counted(effects, "events_rekeyed") == 1);
    CHECK(orders.stage.size() == 0);

    orders.apply(delivered(effects.outputs[0]));
    CHECK(orders.stage.size() == 1);
}

TEST_CASE("an order is kept for its time after the last event and then forgotten", "[orders]") {
    Orders orders;
    const Instant end = at("2026-06-10T10:00:00Z");
    place_and_pay(orders);
    orders.apply(record_of("A1", "3", "order.cancelled", format_utc(end), R"({"order":{"id":"A1"}})"));
    const Effects written = orders.state();
    REQUIRE(written.state.size() == 2);
    CHECK(written.state[0].key == "acme-it/order/A1");
    REQUIRE(written.state[0].value);
    CHECK(written.state[1].key == RuleMemory::state_key);

    const OrdersOptions kept;
    orders.fire(end + kept.retention);
    CHECK(orders.stage.size() == 1);
    orders.fire(end + kept.retention + kept.settle);
    CHECK(orders.stage.size() == 0);
    const Effects removed = orders.state();
    REQUIRE(removed.state.size() == 1);
    CHECK(removed.state[0].key == "acme-it/order/A1");
    CHECK_FALSE(removed.state[0].value);
}

TEST_CASE("a restored order goes on where it was, and tells nothing twice", "[orders]") {
    Orders before;
    place_and_pay(before);
    const Instant deadline = packing_deadline(before);
    REQUIRE(before.fire(deadline + std::chrono::minutes{3}).outputs.size() == 2);
    const Effects state = before.state();
    Orders after;
    for (const StateRecord& record : state.state) after.stage.restore(record.key, *record.value);
    CHECK(after.state().state.empty());
    CHECK(after.fire(deadline + std::chrono::minutes{4}).outputs.empty());
    const Effects packed = after.apply(record_of("A1", "3", "parcel.packed", format_utc(deadline + std::chrono::minutes{5}),
                                                 R"({"order":{"id":"A1"}})"));
    CHECK(types_of(packed.outputs) == Texts{"finding.closed"});
}

TEST_CASE("a rule that is gone closes its open cases and leaves the others", "[orders]") {
    Orders orders;
    place_and_pay(orders);
    const Instant late = packing_deadline(orders) + std::chrono::minutes{3};
    REQUIRE(orders.fire(late).outputs.size() == 2);

    auto fewer = std::make_shared<RuleSet>(*shipped_rules());
    std::erase_if(fewer->rules, [](const Rule& rule) { return rule.id == "order-not-packed"; });
    orders.stage.use(fewer);
    const Effects effects = orders.fire(late);
    REQUIRE(types_of(effects.outputs) == Texts{"finding.closed"});
    CHECK(effects.outputs[0].value->find(R"("reason":"rule_removed")") != std::string::npos);
}

TEST_CASE("so does a start without the rule", "[orders]") {
    Orders before;
    place_and_pay(before);
    const Instant late = packing_deadline(before) + std::chrono::minutes{3};
    REQUIRE(before.fire(late).outputs.size() == 2);
    const Effects state = before.state();

    auto fewer = std::make_shared<RuleSet>(*shipped_rules());
    std::erase_if(fewer->rules, [](const Rule& rule) { return rule.id == "order-not-packed"; });
    OrdersStage after{{}, fewer};
    after.restore(state.state.at(0).key, *state.state.at(0).value);
    Effects effects;
    after.fire({late, late, false}, effects);
    REQUIRE(types_of(effects.outputs) == Texts{"finding.closed"});
    CHECK(effects.outputs[0].value->find(R"("reason":"rule_removed")") != std::string::npos);
}

TEST_CASE("times from the future are taken as now and counted; events years old are taken", "[orders]") {
    Orders orders;
    const Instant arrival = at("2026-06-08T10:00:00Z");
    const Effects future = orders.apply(record_of("A1", "1", "order.placed", "2031-01-01T00:00:00Z", placed), arrival);
    CHECK(counted(future, "future_times") == 1);
    orders.apply(record_of("A2", "1b", "order.paid", "2016-06-08T10:00:00Z", R"({"order":{"id":"A2"}})"), arrival);
    CHECK(orders.stage.size() == 2);
}

TEST_CASE("what cannot be read goes to quarantine with its place, and the stream goes on", "[orders]") {
    Orders orders;
    Record broken = record_of("A1", "1", "order.placed", paid_at, R"({"order":{"total":"dear"}})");
    broken.partition = 3;
    broken.offset = 42;
    const Effects effects = orders.apply(broken);
    REQUIRE(lines_of(effects.outputs) == Texts{"quarantine acme.orders.v1/3/42"});
    CHECK(effects.outputs[0].value == broken.value);
    CHECK(header(effects.outputs[0], "premura-rejection").find(R"("place":"/data/order/total")") !=
          std::string::npos);
    CHECK(counted(effects, "events_quarantined", "bad_fact") == 1);
    place_and_pay(orders);
    CHECK(orders.stage.size() == 1);
}

}  // namespace premura
