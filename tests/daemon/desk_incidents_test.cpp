#include <catch2/catch.hpp>

#include "tests/daemon/stages_world.h"

// What ops do about an incident over HTTP, decided by the stages that premurad runs.

namespace premura {
namespace {

using namespace desk_world;

json::object incident_in(const Reply& reply) {
    const json::array list = reply.body().at("incidents").as_array();
    return list.empty() ? json::object{} : list.at(0).as_object();
}

// Six customers late at one warehouse: the first three are called, what comes after is held.
struct Flood : StagesWorld {
    Flood() : StagesWorld{three_per_warehouse()} {
        for (int i = 1; i <= 6; ++i) late_with_call("C" + std::to_string(i));
        late_with_call("D1", "RM1");
        const Reply open = get_until("lucia", "/v1/incidents", [](const Reply& reply) {
            return reply.status == 200 && !incident_in(reply).empty();
        });
        id = incident_in(open).at("incident").as_string().c_str();
        all_held = get_until("lucia", "/v1/ops/held", [](const Reply& reply) {
            return reply.status == 200 && !reply.body().at("held").as_array().empty() &&
                   reply.body().at("held").at(0).at("count") == 6;
        });
    }
    std::string path(const std::string& act) const { return "/v1/incidents/" + id + "/" + act; }
    std::string id;
    Reply all_held;
};

std::int64_t total_of(const Reply& reply) { return reply.status == 200 ? reply.body().at("total").as_int64() : -1; }

}  // namespace

TEST_CASE("ops let some of the calls go that an incident holds, then close it, and the rest are decided anew", "[desk]") {
    Flood world;
    // What it holds reaches the list when ops say so, and not before. Who is late elsewhere is called.
    world.get_until("anna", "/v1/calls", [](const Reply& reply) {
        return total_of(reply) == 1 && reply.body().at("calls").at(0).at("order_number") == "100D1";
    });
    const Reply released = world.agent("lucia").post(world.path("release"), R"({"calls_max": 2})", "let-two-go");
    REQUIRE(released.status == 200);
    CHECK(released.body().at("incident") == json::string{world.id});
    CHECK(released.body().at("kind") == "mass_delay");
    CHECK(released.body().at("calls_held") == 4);
    CHECK(released.body().at("actions") == json::parse(R"(["release", "close", "message"])"));
    world.get_until("anna", "/v1/calls", [](const Reply& reply) { return total_of(reply) == 3; });
    // The same key again lets nobody go.
    CHECK(world.agent("lucia").post(world.path("release"), R"({"calls_max": 2})", "let-two-go").text == released.text);
    CHECK(world.agent("lucia").post(world.path("close"), "{}", "let-two-go").word() == "idempotency_key_reused");

    const Reply closed = world.agent("lucia").post(world.path("close"), R"({"note": "the power is back"})");
    REQUIRE(closed.status == 200);
    CHECK(closed.body().at("state") == "closed");
    CHECK(closed.body().at("actions") == json::array{});
    world.get_until("anna", "/v1/calls", [](const Reply& reply) { return total_of(reply) == 7; });
    const Reply again = world.agent("lucia").post(world.path("release"), "{}");
    CHECK(again.status == 409);
    CHECK(again.word() == "already_closed");
}

TEST_CASE("ops write to all customers of an incident, once, and with its own message", "[desk]") {
    Flood world;
    const Reply other = world.agent("lucia").post(world.path("message"), R"({"message": "we-are-sorry"})");
    CHECK(other.status == 422);
    CHECK(other.word() == "not_offered");
    CHECK(world.agent("lucia").post(world.path("message"), "{}").body().at("field") == "/message");
    const Reply sent = world.agent("lucia").post(world.path("message"), R"({"message": "packing-delay"})");
    REQUIRE(sent.status == 200);
    CHECK(sent.body().at("message").at("sent_at") == "2026-06-09T08:00:00Z");
    CHECK(sent.body().at("actions") == json::parse(R"(["release", "close"])"));
}

TEST_CASE("only ops act on incidents, only on those of their tenants, and only they hear what may be done", "[desk]") {
    Flood world;
    world.sessions.add("otto", "Otto Nord", {Role::ops}, {"nord-de"});
    world.sessions.add("lea", "Lea Bianchi", {Role::lead});
    CHECK(world.agent("anna").post(world.path("close"), "{}").word() == "wrong_role");
    CHECK(world.agent("lea").post(world.path("close"), "{}").word() == "wrong_role");
    CHECK(world.agent("otto").post(world.path("close"), "{}").word() == "not_found");
    CHECK(world.agent("lucia").post("/v1/incidents/none/close", "{}").word() == "not_found");
    CHECK(world.agent("lucia").post(world.path("release"), R"({"calls_max": 0})").body().at("field") == "/calls_max");
    CHECK(incident_in(world.agent("lea").get("/v1/incidents")).at("actions") == json::array{});
    CHECK_FALSE(incident_in(world.agent("lucia").get("/v1/incidents")).at("actions") == json::array{});

    const auto heard_by = [&world](const std::string& user) {
        HttpClient client{world.server->port()};
        client.send("GET /v1/desk/stream?last_event_id=run-0 HTTP/1.1\r\nHost: localhost\r\nCookie: premura_session=" + user + "\r\n\r\n");
        client.read_until("event: incident.opened\n");
        return json::parse(client.read_until("\n").substr(6)).at("actions").as_array().size();
    };
    CHECK(heard_by("anna") == 0);
    CHECK(heard_by("lucia") > 0);
}

TEST_CASE("leads and ops see what waits and why, how clocks stand and what feeds say; agents do not", "[desk]") {
    Flood world;
    CHECK(world.agent("anna").get("/v1/ops/held").word() == "wrong_role");
    CHECK(world.agent("anna").get("/v1/ops/rules").word() == "wrong_role");
    CHECK(world.agent("anna").get("/v1/ops/feeds").word() == "wrong_role");
    const json::object held = world.all_held.body();
    CHECK(held.at("held").at(0).at("reason") == "incident");
    CHECK(held.at("held").at(0).at("verb") == "call");
    CHECK(held.at("held").as_array().size() == 1);
    // What ops let go is not held any more, and the page is told.
    HttpClient stream{world.server->port()};
    stream.send("GET /v1/desk/stream HTTP/1.1\r\nHost: localhost\r\nCookie: premura_session=lucia\r\n\r\n");
    stream.read_until("\r\n\r\n");
    REQUIRE(world.agent("lucia").post(world.path("release"), R"({"calls_max": 2})").status == 200);
    world.get_until("lucia", "/v1/ops/held", [](const Reply& reply) {
        return reply.body().at("held").at(0).at("count") == 4;
    });
    stream.read_until("event: ops.held\n");

    const Reply rules = world.agent("lucia").get("/v1/ops/rules?tenant=acme-it");
    REQUIRE(rules.status == 200);
    CHECK(rules.body().at("rules").as_array().size() == shipped_rules()->rules.size());
    const Reply feeds = world.agent("lucia").get("/v1/ops/feeds");
    REQUIRE(feeds.body().at("feeds").as_array().size() == 1);
    CHECK(feeds.body().at("feeds").at(0).at("feed") == "premura.findings.v1");
    CHECK(feeds.body().at("feeds").at(0).at("silent_after_seconds") == 3600);
}

TEST_CASE("what is about the house itself is not ended by hand", "[desk]") {
    StagesWorld world{three_per_warehouse()};
    Incident silent;
    silent.id = "I-feed";
    silent.kind = std::string{Incident::feed_silent};
    silent.about = "acme.orders";
    silent.since = tuesday_ten;
    world.append(output_of(silent, "orders", tuesday_ten));
    world.get_until("lucia", "/v1/incidents", [](const Reply& reply) { return !incident_in(reply).empty(); });
    CHECK(incident_in(world.agent("lucia").get("/v1/incidents")).at("actions") == json::array{});
    CHECK(world.agent("lucia").post("/v1/incidents/I-feed/close", "{}").word() == "not_offered");
}

}  // namespace premura
