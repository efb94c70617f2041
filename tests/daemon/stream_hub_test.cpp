#include "daemon/http/stream_hub.h"

#include <catch2/catch.hpp>

using namespace premura;

namespace {

std::string lines_from(const StreamHub& hub, std::string_view last_event_id) {
    std::string text;
    StreamHub::Cursor cursor = hub.start(last_event_id, text);
    REQUIRE(hub.read(cursor, 1'000'000, text));
    return text;
}

}  // namespace

TEST_CASE("a line carries its id, its event and its data", "[stream]") {
    StreamHub hub{{}, "r1"};
    hub.publish("call-task", "{}");
    hub.publish("note", "two\nlines");
    CHECK(lines_from(hub, "0") ==
          "id: r1-1\nevent: call-task\ndata: {}\n\n"
          "id: r1-2\nevent: note\ndata: two\ndata: lines\n\n");
}

TEST_CASE("a reader goes on behind the last line it has seen", "[stream]") {
    StreamHub hub{{}, "r1"};
    for (int i = 0; i < 3; ++i) hub.publish("n", "x");
    CHECK(lines_from(hub, "") == "");
    CHECK(lines_from(hub, "r1-2") == "id: r1-3\nevent: n\ndata: x\n\n");
    CHECK(lines_from(hub, "r1-3") == "");
}

TEST_CASE("a reader is told when lines in between are gone or ids are of another run", "[stream]") {
    StreamHub hub{{.lines_max = 2}, "r1"};
    for (int i = 0; i < 5; ++i) hub.publish("n", "x");
    const std::string kept = "id: r1-4\nevent: n\ndata: x\n\nid: r1-5\nevent: n\ndata: x\n\n";
    const std::string missed = "event: missed\ndata: {\"continues_with\":\"r1-4\"}\n\n";

    CHECK(lines_from(hub, "0") == kept);
    CHECK(lines_from(hub, "r1-3") == kept);
    CHECK(lines_from(hub, "r1-2") == missed + kept);
    for (const char* strange : {"r0-5", "r1-", "r1-6", "r1-99999999999999999999", "5", "r1-x"}) {
        CHECK(lines_from(hub, strange) == missed + kept);
    }
}

TEST_CASE("the ring is bounded by bytes too, and a slow reader falls out of it", "[stream]") {
    StreamHub hub{{.lines_max = 100, .bytes_max = 1000}, "r1"};
    std::string text;
    StreamHub::Cursor cursor = hub.start("", text);
    for (int i = 0; i < 3; ++i) hub.publish("n", std::string(400, 'x'));
    CHECK_FALSE(hub.read(cursor, 1'000'000, text));
    CHECK(text.empty());
    hub.publish("n", std::string(5'000, 'y'));
    CHECK(lines_from(hub, "0").size() > 5'000);
}

TEST_CASE("a read takes about as much as it is asked to", "[stream]") {
    StreamHub hub{{}, "r1"};
    for (int i = 0; i < 10; ++i) hub.publish("n", std::string(100, 'x'));
    std::string text;
    StreamHub::Cursor cursor = hub.start("0", text);
    REQUIRE(hub.read(cursor, 250, text));
    CHECK(text.size() >= 250);
    CHECK(text.size() < 400);
    CHECK(cursor.next == 3);
}

TEST_CASE("subscribers hear of every line, up to their number", "[stream]") {
    StreamHub hub{{.clients_max = 1}, "r1"};
    int heard = 0;
    const auto subscription = hub.subscribe([&heard] { ++heard; });
    CHECK(subscription != 0);
    CHECK(hub.subscribe([] {}) == 0);
    hub.publish("n", "x");
    hub.unsubscribe(subscription);
    hub.publish("n", "x");
    CHECK(heard == 1);
}

TEST_CASE("a listener hears what is for them, and moves past what is not", "[stream]") {
    StreamHub hub{{}, "r1"};
    hub.publish("call.opened", "acme", {"acme-it", {}});
    hub.publish("call.opened", "nord", {"nord-de", {}});
    hub.publish("ops.held", "held", {"acme-it", DeskAudience::staff});
    hub.publish("incident.opened", "house", {});
    const StreamListener agent{[](const StreamAudience& audience) {
                                   return audience.who != DeskAudience::staff && (audience.tenant.empty() || audience.tenant == "acme-it");
                               },
                               {}};
    std::string text;
    StreamHub::Cursor cursor = hub.start("0", text);
    REQUIRE(hub.read(cursor, 1'000'000, text, agent));
    CHECK(text == "id: r1-1\nevent: call.opened\ndata: acme\n\nid: r1-4\nevent: incident.opened\ndata: house\n\n");
    CHECK(cursor.next == 5);
    CHECK(hub.last_id() == "r1-4");
}

TEST_CASE("who reads the rest anew is not told again what is kept", "[stream]") {
    StreamHub hub{{.replay_after_missed = false}, "r1"};
    CHECK(hub.last_id() == "r1-0");
    hub.publish("n", "x");
    std::string text;
    // A list that was read before the first line misses nothing.
    CHECK(hub.start("r1-0", text).next == 1);
    CHECK(text.empty());
    CHECK(hub.start("r0-17", text).next == 2);
    CHECK(text == "event: missed\ndata: {\"continues_with\":\"r1-2\"}\n\n");
}
