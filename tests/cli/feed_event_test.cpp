#include <catch2/catch.hpp>

#include "cli/event_lines.h"
#include "cli/feed_event.h"
#include "core/events/encode.h"

using namespace premura;

namespace {

struct Read {
    std::string problem;
    std::string key;
    std::string time;
    bool json_object = false;
    bool clock = false;
};

Read read(const std::string& line) {
    FeedEventReader reader;
    const std::string padded = line + std::string(EventLines::padding, ' ');
    const FeedEvent& event = reader.read(std::string_view{padded}.substr(0, line.size()));
    return {event.problem, std::string{event.key}, event.time ? format_utc(*event.time) : "",
            event.json_object, event.clock};
}

std::string event(const std::string& type, const std::string& data, const std::string& more = "") {
    return R"({"specversion":"1.0","id":"1","source":"/s","type":")" + type +
           R"(","time":"2026-06-01T11:00:00+02:00")" + more + R"(,"data":)" + data + "}";
}

}  // namespace

TEST_CASE("an event is keyed by its order", "[feed]") {
    const Read nested = read(event("shipment.scanned", R"({"shipment":{"id":"S1"},"order":{"id":"A1"}})"));
    CHECK(nested.key == "A1");
    CHECK(nested.time == "2026-06-01T09:00:00Z");
    CHECK(nested.problem == "");
    CHECK(nested.json_object);

    CHECK(read(event("order.paid", R"({"order.id":"A2","order.total":3})")).key == "A2");
    CHECK(read(event("order.paid", R"({"order":{"total":3,"id":"A3","items":[1,{"id":"x"}]}})")).key == "A3");
}

TEST_CASE("without an order it is keyed by the most particular thing it names", "[feed]") {
    CHECK(read(event("shipment.scanned", R"({"customer":{"id":"C1"},"shipment":{"id":"S1"}})")).key == "S1");
    CHECK(read(event("return.received", R"({"customer":{"id":"C1"},"return":{"id":"R1"}})")).key == "R1");
    CHECK(read(event("contact.inbound", R"({"customer":{"id":"C1"}})")).key == "C1");
}

TEST_CASE("the subject stands for an order that the data does not name", "[feed]") {
    CHECK(read(event("order.paid", "{}", R"(,"subject":"A9")")).key == "A9");
    // What it is the subject of is known by the type: here a shipment, which the data names.
    CHECK(read(event("shipment.scanned", R"({"shipment":{"id":"S1"}})", R"(,"subject":"X")")).key == "S1");
}

TEST_CASE("the clock of a recording is known", "[feed]") {
    const Read clock = read(encode_clock(*parse_rfc3339("2026-06-01T09:00:00Z")));
    CHECK(clock.clock);
    CHECK(clock.problem == "");
    CHECK(clock.time == "2026-06-01T09:00:00Z");
}

TEST_CASE("what is not right is told in a sentence", "[feed]") {
    CHECK(read("not json").problem == "it is no JSON object");
    CHECK_FALSE(read("not json").json_object);
    CHECK(read("[1,2]").problem == "it is no JSON object");
    CHECK(read(event("order.paid", "{}") + "x").problem == "it is no JSON object");
    CHECK(read(R"({"id":"1","source":"/s","type":"order.paid","data":{"order":{"id":"A1"}}})").problem ==
          "a CloudEvent needs the attribute specversion");
    CHECK(read(R"({"specversion":"1.0","source":"/s","type":"order.paid"})").problem ==
          "a CloudEvent needs the attribute id");
    CHECK(read(R"({"specversion":"1.0","id":"1","source":"/s","type":"order.paid","time":"yesterday","data":{"order":{"id":"A1"}}})")
              .problem == "its time is not like 2026-06-01T11:00:00+02:00");
    CHECK(read(event("order.paid", "{}")).problem ==
          "it names no order, shipment, customer or other subject");
    CHECK(read(event("order.paid", "{}")).json_object);
}

TEST_CASE("one reader reads many events, one after the other", "[feed]") {
    FeedEventReader reader;
    for (int i = 0; i < 1000; ++i) {
        const std::string line = event("order.paid", R"({"order":{"id":"A)" + std::to_string(i) + "\"}}");
        const std::string padded = line + std::string(EventLines::padding, ' ');
        REQUIRE(reader.read(std::string_view{padded}.substr(0, line.size())).key == "A" + std::to_string(i));
    }
}
