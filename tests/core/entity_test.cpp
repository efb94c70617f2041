#include "core/orders/entity.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace premura;

namespace {

const Instant noon = *parse_rfc3339("2026-06-01T12:00:00Z");

Event event_of(std::string_view type, Instant time, std::uint64_t identity,
               std::vector<Fact> facts = {}) {
    Event event;
    event.tenant = "acme-it";
    event.type = event_named(type)->number;
    event.time = time;
    event.identity = identity;
    event.subject_ids[static_cast<std::size_t>(SubjectType::order)] = "A1";
    event.facts = std::move(facts);
    return event;
}

Fact fact_of(std::string_view name, Value value) { return {fact_named(name)->number, value}; }

Entity order() {
    Entity entity;
    entity.tenant = "acme-it";
    entity.id = "A1";
    return entity;
}

std::string_view warehouse_at(const Entity& entity, Instant time) {
    const Value* value =
        entity.fact_at(fact_named("order.warehouse")->number, Entity::no_subject, time);
    return value == nullptr ? std::string_view{"unknown"} : value->text;
}

}  // namespace

TEST_CASE("a repeat of an event changes nothing", "[entity]") {
    Entity entity = order();
    CHECK(entity.add(event_of("order.paid", noon, 1), {}).outcome == Entity::Added::applied);
    CHECK(entity.add(event_of("order.paid", noon, 1), {}).outcome == Entity::Added::repeated);
    CHECK(entity.history.size() == 1);
}

TEST_CASE("a fact is what was said last up to a time, in whatever order it arrived", "[entity]") {
    const Event early = event_of("order.placed", noon, 1, {fact_of("order.warehouse", Value::of("MI1"))});
    const Event middle = event_of("order.changed", noon + std::chrono::hours{2}, 2,
                                  {fact_of("order.warehouse", Value::of("RM1"))});
    const Event late = event_of("order.changed", noon + std::chrono::hours{4}, 3,
                                {fact_of("order.warehouse", Value::of("MI1"))});
    std::vector<Event> events{early, middle, late};
    std::vector<int> places{0, 1, 2};
    do {
        Entity entity = order();
        for (const int place : places) entity.add(events[static_cast<std::size_t>(place)], {});
        CHECK(warehouse_at(entity, noon - std::chrono::hours{1}) == "MI1");
        CHECK(warehouse_at(entity, noon) == "MI1");
        CHECK(warehouse_at(entity, noon + std::chrono::hours{3}) == "RM1");
        CHECK(warehouse_at(entity, noon + std::chrono::hours{5}) == "MI1");
    } while (std::next_permutation(places.begin(), places.end()));
}

TEST_CASE("what an entity knows survives its state record", "[entity]") {
    Entity entity = order();
    entity.add(event_of("order.placed", noon, 7,
                        {fact_of("order.total", Value::of(59.90)), fact_of("order.items", Value::of(3.0)),
                         fact_of("customer.loyalty_member", Value::of(true)),
                         fact_of("order.ship_by", Value::of(noon + std::chrono::hours{30})),
                         fact_of("order.promised_by",
                                 Value::of_date(std::chrono::sys_days{std::chrono::days{20600}}))}),
               {});
    entity.add(event_of("order.paid", noon - std::chrono::days{800}, 8), {});
    entity.cases.push_back({.rule = "order-not-packed", .subject = 0, .state = Entity::Case::State::open, .pinned = true, .by_edit = true, .on_trial = true,
                            .warnings_done = 1, .steps_done = 2, .last_step = 77, .timing = 99, .deadline = noon, .customer = "C1"});
    std::string bytes;
    encode(entity, bytes);

    Entity read;
    REQUIRE(decode(bytes, read));
    CHECK(read.id == "A1");
    REQUIRE(read.history.size() == 2);
    CHECK(read.history[1].time == noon - std::chrono::days{800});
    CHECK(read.latest_fact(fact_named("order.total")->number)->number == 59.90);
    CHECK(read.latest_fact(fact_named("order.items")->number)->number == 3.0);
    CHECK(read.latest_fact(fact_named("customer.loyalty_member")->number)->boolean);
    CHECK(read.latest_fact(fact_named("order.ship_by")->number)->as_time() ==
          noon + std::chrono::hours{30});
    CHECK(read.latest_fact(fact_named("order.promised_by")->number)->kind == Value::Kind::date);
    REQUIRE(read.cases.size() == 1);
    CHECK(read.cases[0].rule == "order-not-packed");
    CHECK(read.cases[0].state == Entity::Case::State::open);
    CHECK(read.cases[0].pinned);
    CHECK(read.cases[0].steps_done == 2);
    CHECK(read.cases[0].customer == "C1");

    std::string again;
    encode(read, again);
    CHECK(again == bytes);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CHECK_FALSE(decode(std::string_view{bytes}.substr(0, length), read));
    }
}

TEST_CASE("a full history keeps the first and the last of a kind", "[entity]") {
    EntityLimits limits;
    limits.history_max = 4;
    Entity entity = order();
    int dropped = 0;
    for (int i = 0; i < 20; ++i) {
        dropped += entity.add(event_of("shipment.scanned", noon + std::chrono::hours{i},
                                       static_cast<std::uint64_t>(i + 1)), limits).dropped;
    }
    CHECK(dropped == 16);
    REQUIRE(entity.history.size() == 4);
    CHECK(entity.history.front().time == noon);
    CHECK(entity.history.back().time == noon + std::chrono::hours{19});
}
