#include <catch2/catch.hpp>

#include "core/orders/orders_stage.h"
#include "tests/core/stage_story.h"

// What the orders stage does when a customer's data must go.

namespace premura {
namespace {

using namespace stage_story;

// Monday 09:00 in Rome; the warehouse has 24 business hours.
const std::string paid_at = "2026-06-08T09:00:00+02:00";
const Instant erased_at = *parse_rfc3339("2026-06-20T10:00:00Z");

std::string placed(const std::string& order, const std::string& customer, const std::string& name) {
    return R"({"order":{"id":")" + order + R"(","fulfilment":"warehouse","warehouse":"MI1","total":59.9},"customer":{"id":")" +
           customer + R"(","name":")" + name + R"(","phone":"+390255501234"}})";
}

Record erasure(const std::string& customer) {
    return record_of(customer, "erase-" + customer, "customer.erased", format_utc(erased_at),
                     R"({"customer":{"id":")" + customer + R"("}})");
}

struct House {
    explicit House(OrdersOptions options = {}) : stage{options, shipped_rules()} {}

    Effects apply(const Record& record) {
        Effects effects;
        stage.apply(record, std::max(record.timestamp, *parse_rfc3339(paid_at)), effects);
        return effects;
    }
    Effects fire(Instant now) {
        Effects effects;
        stage.fire({now, now, false}, effects);
        return effects;
    }
    void order(const std::string& id, const std::string& customer, const std::string& name) {
        apply(record_of(id, id + "-1", "order.placed", paid_at, placed(id, customer, name)));
        apply(record_of(id, id + "-2", "order.paid", paid_at, R"({"order":{"id":")" + id + R"("}})"));
    }
    std::string bytes(const std::string& order) const {
        return std::string{stage.find("acme-it", SubjectType::order, order)};
    }
    OrdersStage stage;
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("An erased customer leaves every order they had, and what is open about them ends", "[erasure]") {
    House house;
    house.order("A1", "C1", "Anna Rossi");
    house.order("A2", "C1", "Anna Rossi");
    house.order("B1", "C2", "Bruno Bianchi");
    // All three are late by now.
    REQUIRE(house.fire(erased_at - std::chrono::hours{1}).outputs.size() == 9);

    const Effects told = house.apply(erasure("C1"));
    REQUIRE(types_of(told.outputs) == Texts{"finding.news"});
    CHECK(holds(*told.outputs[0].value, R"("reason":"customer.erased")"));
    CHECK(told.outputs[0].partition_key == "acme-it/C1");

    const Effects effects = house.fire(erased_at);
    REQUIRE(types_of(effects.outputs) == Texts{"finding.closed", "finding.closed"});
    for (const Output& output : effects.outputs) {
        CHECK(holds(*output.value, R"("reason":"erased")"));
        CHECK(output.partition_key == "acme-it/C1");
        CHECK_FALSE(holds(*output.value, "Anna"));
    }
    for (const char* order : {"A1", "A2"}) {
        REQUIRE_FALSE(house.bytes(order).empty());
        CHECK_FALSE(holds(house.bytes(order), "Anna"));
        CHECK_FALSE(holds(house.bytes(order), "+39"));
        CHECK_FALSE(holds(house.bytes(order), "C1"));
    }
    CHECK(holds(house.bytes("B1"), "Bruno"));

    SECTION("what is told of the order later is told of nobody, and starts no clock") {
        house.apply(record_of("A1", "A1-3", "order.paid", format_utc(erased_at), placed("A1", "C1", "Anna Rossi")));
        CHECK_FALSE(holds(house.bytes("A1"), "Anna"));
        CHECK_FALSE(holds(house.bytes("A1"), "C1"));
        for (const Output& output : house.fire(erased_at + std::chrono::days{30}).outputs) {
            CHECK_FALSE(holds(*output.value, R"("order":"A1")"));
        }
    }
    SECTION("the same word again changes nothing") {
        const std::string before = house.bytes("A1");
        CHECK(types_of(house.apply(erasure("C1")).outputs) == Texts{"finding.news"});
        CHECK(house.fire(erased_at + std::chrono::minutes{1}).outputs.empty());
        CHECK(house.bytes("A1") == before);
    }
    SECTION("a new order of theirs is watched like any other") {
        house.order("A9", "C1", "Anna Rossi");
        CHECK(holds(house.bytes("A9"), "Anna"));
    }
}

TEST_CASE("Who was told of before the customer was known hears of the erasure as well", "[erasure]") {
    House house;
    house.apply(record_of("A1", "A1-1", "order.placed", paid_at,
                          R"({"order":{"id":"A1","fulfilment":"warehouse","warehouse":"MI1"},"customer":{"name":"Anna Rossi"}})"));
    house.apply(record_of("A1", "A1-2", "order.paid", paid_at, R"({"order":{"id":"A1"}})"));
    REQUIRE(house.fire(erased_at - std::chrono::hours{1}).outputs.size() == 3);
    house.apply(record_of("A1", "A1-3", "order.placed", paid_at, placed("A1", "C1", "Anna Rossi")));

    house.apply(erasure("C1"));
    const Effects effects = house.fire(erased_at);
    REQUIRE(types_of(effects.outputs) == Texts{"finding.closed", "finding.news"});
    CHECK(effects.outputs[1].partition_key == "acme-it/order/A1");
    CHECK(holds(*effects.outputs[1].value, R"("reason":"customer.erased")"));
    CHECK_FALSE(holds(house.bytes("A1"), "Anna"));
}

TEST_CASE("With several partitions each is told, whoever heard it first", "[erasure]") {
    OrdersOptions options;
    options.partitions = 3;
    House first{options};
    House other{options};
    other.order("A1", "C1", "Anna Rossi");

    const Effects told = first.apply(erasure("C1"));
    REQUIRE(types_of(told.outputs).size() == 4);
    std::vector<int> partitions;
    for (const Output& output : told.outputs) {
        if (output.topic != "intake") continue;
        partitions.push_back(output.partition.value_or(-1));
        CHECK(output.headers.back().first == "premura-erasure");
    }
    CHECK(partitions == std::vector<int>{0, 1, 2});

    Record word;
    word.topic = "premura.intake.v1";
    word.key = told.outputs[1].key;
    word.value = *told.outputs[1].value;
    word.headers = told.outputs[1].headers;
    word.timestamp = erased_at;
    CHECK(other.apply(word).outputs.empty());
    other.fire(erased_at);
    CHECK_FALSE(holds(other.bytes("A1"), "Anna"));
}

}  // namespace premura
