#include <catch2/catch.hpp>
#include <thread>

#include "tests/daemon/desk_world.h"

// What an agent's page asks over HTTP, and what it is answered.

namespace premura {
namespace {

using namespace desk_world;

TaskStory task(int number) {
    TaskStory story;
    story.task = "T-" + std::to_string(number);
    return story;
}

std::vector<std::string> tasks_of(const Reply& reply) {
    std::vector<std::string> tasks;
    const json::object body = reply.body();
    for (const json::value& row : body.at("calls").as_array()) tasks.emplace_back(row.at("task").as_string());
    return tasks;
}

}  // namespace

TEST_CASE("an agent sees her tenant's calls, claims one, promises, records how it ended", "[desk]") {
    DeskWorld world;
    world.raise(task(1));
    world.raise(task(2));
    Agent anna = world.agent("anna");

    const Reply list = anna.get("/v1/calls");
    REQUIRE(list.status == 200);
    CHECK(tasks_of(list) == std::vector<std::string>{"T-1", "T-2"});
    CHECK(list.body().at("total") == 2);
    CHECK(list.body().at("event") == "run-2");
    CHECK(list.text.find("Giulia") == std::string::npos);
    CHECK(tasks_of(anna.get("/v1/calls?limit=1")) == std::vector<std::string>{"T-1"});
    CHECK(anna.get("/v1/calls?limit=0").word() == "invalid_request");
    CHECK(anna.get("/v1/calls/T-1").body().at("customer").at("masked") == true);

    const Reply claimed = anna.post("/v1/calls/next", "{}");
    REQUIRE(claimed.status == 200);
    CHECK(claimed.body().at("call").at("task") == "T-1");
    CHECK(claimed.body().at("call").at("customer").at("name") == "Giulia Conti");
    CHECK(claimed.body().at("call").at("claim").at("claimed_by").at("user") == "anna");
    // Who has one already is shown that one again.
    CHECK(anna.post("/v1/calls/next", "{}").body().at("call").at("task") == "T-1");
    const Reply another = anna.post("/v1/calls/T-2/claim");
    CHECK(another.status == 409);
    CHECK(another.word() == "you_hold_another");
    CHECK(another.body().at("task") == "T-1");

    const Reply promised = anna.post("/v1/calls/T-1/promises", R"({"kind":"update","channel":"email","within_seconds":3600})");
    CHECK(promised.status == 201);
    CHECK(promised.body().at("due_at") == "2026-06-09T09:00:00Z");
    CHECK(anna.get("/v1/calls/T-1").body().at("promises").as_array().size() == 1);

    const Reply ended = anna.post("/v1/calls/T-1/outcome", R"({"outcome":"reached_informed"})");
    CHECK(ended.status == 200);
    CHECK(ended.body() == json::parse(R"({"task":"T-1","outcome":"reached_informed","next":"closed","next_at":null})").as_object());
    CHECK(anna.get("/v1/calls/T-1").status == 410);
    CHECK(anna.post("/v1/calls/T-1/claim").word() == "withdrawn");
    CHECK(anna.post("/v1/calls/next", "{}").body().at("call").at("task") == "T-2");
}

TEST_CASE("two agents race for the same call, again and again: exactly one gets it", "[desk]") {
    DeskWorld world;
    for (int i = 1; i <= 20; ++i) {
        world.raise(task(i));
        const std::string path = "/v1/calls/T-" + std::to_string(i) + "/claim";
        Reply annas;
        Reply marcos;
        std::thread first{[&] { annas = world.agent("anna").post(path, "", "anna-key-of-" + std::to_string(i)); }};
        std::thread second{[&] { marcos = world.agent("marco").post(path, "", "marco-key-of-" + std::to_string(i)); }};
        first.join();
        second.join();
        REQUIRE(std::min(annas.status, marcos.status) == 200);
        REQUIRE(std::max(annas.status, marcos.status) == 409);
        const bool anna_won = annas.status == 200;
        const Reply& lost = anna_won ? marcos : annas;
        CHECK(lost.word() == "claimed_by_other");
        CHECK(lost.body().at("claimed_by").at("user") == (anna_won ? "anna" : "marco"));
        Agent winner = world.agent(anna_won ? "anna" : "marco");
        REQUIRE(winner.post("/v1/calls/T-" + std::to_string(i) + "/outcome", R"({"outcome":"reached_resolved"})",
                            "outcome-key-of-" + std::to_string(i)).status == 200);
    }
}

TEST_CASE("agents who ask for the next call at once each get one of their own", "[desk]") {
    DeskWorld world;
    for (int i = 1; i <= 8; ++i) {
        world.raise(task(i));
        world.sessions.add("agent" + std::to_string(i), "Agent", {Role::agent});
    }
    std::vector<std::string> got(8);
    std::vector<std::thread> agents;
    for (int i = 0; i < 8; ++i) {
        agents.emplace_back([&, i] {
            const Reply reply = world.agent("agent" + std::to_string(i + 1)).post("/v1/calls/next", "{}");
            if (reply.status == 200) got[i] = reply.body().at("call").at("task").as_string().c_str();
        });
    }
    for (std::thread& agent : agents) agent.join();
    CHECK(std::set<std::string>(got.begin(), got.end()).size() == 8);
    CHECK_FALSE(std::set<std::string>(got.begin(), got.end()).contains(""));
    const Reply none = world.agent("anna").post("/v1/calls/next", "{}");
    CHECK(none.status == 200);
    CHECK(none.body() == json::parse(R"({"call":null,"next_at":null})").as_object());
}

TEST_CASE("a repeat with the same key is answered as the first time, another use of it is refused", "[desk]") {
    DeskWorld world;
    world.raise(task(1));
    Agent anna = world.agent("anna");
    const Reply first = anna.post("/v1/calls/T-1/claim", "", "key-one-1");
    REQUIRE(first.status == 200);
    const std::int64_t version = world.version_of("T-1");
    CHECK(anna.post("/v1/calls/T-1/claim", "", "key-one-1").text == first.text);
    CHECK(world.version_of("T-1") == version);
    const Reply other = anna.post("/v1/calls/T-1/release", "", "key-one-1");
    CHECK(other.status == 422);
    CHECK(other.word() == "idempotency_key_reused");
    // A key is one's own.
    CHECK(world.agent("marco").post("/v1/calls/T-1/claim", "", "key-one-1").word() == "claimed_by_other");
}

TEST_CASE("a call is given back by who has it or by a lead, and by nobody else", "[desk]") {
    DeskWorld world;
    world.raise(task(1));
    REQUIRE(world.agent("anna").post("/v1/calls/T-1/claim").status == 200);
    const Reply marco = world.agent("marco").post("/v1/calls/T-1/release");
    CHECK(marco.status == 409);
    CHECK(marco.word() == "claim_lost");
    CHECK(marco.body().at("claimed_by").at("name") == "Anna Ferri");
    CHECK(world.agent("lucia").post("/v1/calls/T-1/release").status == 204);
    CHECK(world.agent("marco").get("/v1/calls/T-1").body().at("claim").is_null());
    const Reply lost = world.agent("anna").post("/v1/calls/T-1/renew", "", "anna-renews-1");
    CHECK(lost.word() == "claim_lost");
    CHECK(lost.body().at("claimed_by").is_null());
}

TEST_CASE("who signs out gives back what they have", "[desk]") {
    DeskWorld world;
    world.raise(task(1));
    REQUIRE(world.agent("anna").post("/v1/calls/T-1/claim").status == 200);
    world.routes->give_back(*world.sessions.sessions.at("anna"));
    Reply claimed;
    for (int i = 0; i < 200 && claimed.status != 200; ++i) {
        claimed = world.agent("marco").post("/v1/calls/T-1/claim", "", "marco-tries-" + std::to_string(i));
        std::this_thread::sleep_for(Milliseconds{10});
    }
    CHECK(claimed.status == 200);
}

TEST_CASE("tenants do not see each other, and nobody sees anything without a session", "[desk]") {
    DeskWorld world;
    world.raise(task(1));
    Agent nora = world.agent("nora");
    CHECK(tasks_of(nora.get("/v1/calls")).empty());
    CHECK(nora.get("/v1/calls/T-1").status == 404);
    CHECK(nora.post("/v1/calls/T-1/claim").word() == "not_found");
    CHECK(nora.get("/v1/calls?tenant=acme-it").word() == "invalid_request");
    CHECK(nora.post("/v1/calls/next", R"({"tenant":"acme-it"})").word() == "invalid_request");
    CHECK(world.agent("nobody").get("/v1/calls").word() == "not_signed_in");
    CHECK(world.agent("nobody").get("/v1/desk/stream").status == 401);
    const Reply forged = world.agent("anna").ask("POST", "/v1/calls/T-1/claim", "", "X-Premura-CSRF: guess\r\nIdempotency-Key: 12345678\r\n");
    CHECK(forged.status == 403);
    CHECK(forged.word() == "wrong_csrf_token");
}

TEST_CASE("bodies that are not as documented are refused with the member, before anybody is asked", "[desk]") {
    DeskWorld world{false, Milliseconds{50}};
    world.raise(claimed(task(1), anna));
    Agent agent = world.agent("anna");
    const auto field = [&agent](const std::string& act, const std::string& body) {
        const Reply reply = agent.post("/v1/calls/T-1/" + act, body);
        CHECK(reply.status == 400);
        return std::string{reply.body().at("field").as_string()};
    };
    CHECK(field("outcome", "[]") == "/");
    CHECK(field("outcome", R"({"outcome":"bored"})") == "/outcome");
    CHECK(field("outcome", R"({"outcome":"reached_call_back"})") == "/call_back_at");
    CHECK(field("outcome", R"({"outcome":"busy","call_back_at":"2026-06-09T12:00:00Z"})") == "/call_back_at");
    CHECK(field("outcome", R"({"outcome":"busy","note":")" + std::string(1'001, 'x') + R"("})") == "/note");
    CHECK(field("promises", R"({"kind":"update","channel":"pigeon"})") == "/channel");
    CHECK(field("promises", R"({"kind":"update","channel":"email","within_seconds":59})") == "/within_seconds");
    CHECK(field("gestures", R"({"kind":"voucher","amount":{"amount":"ten","currency":"EUR"}})") == "/amount");
    CHECK(field("gestures", R"({"kind":"voucher","amount":{"amount":"-5","currency":"EUR"}})") == "/amount");
    CHECK(field("do-not-contact", R"({"scope":"some"})") == "/scope");
}

TEST_CASE("when the owner does not answer, nothing is known to have happened, and the same may be asked again", "[desk]") {
    DeskWorld world{false, Milliseconds{50}};
    world.raise(task(1));
    Agent anna = world.agent("anna");
    const Reply first = anna.post("/v1/calls/T-1/claim", "", "key-of-patience");
    CHECK(first.status == 503);
    CHECK(first.word() == "unavailable");
    CHECK(first.head.find("Retry-After: 1") != std::string::npos);
    world.start_owner();
    Reply again;
    for (int i = 0; i < 100 && again.status != 200; ++i) again = anna.post("/v1/calls/T-1/claim", "", "key-of-patience");
    CHECK(again.status == 200);
    CHECK(again.body().at("claim").at("claimed_by").at("user") == "anna");
}

TEST_CASE("the stream tells what happens in order, to those whose tenant it is, from where a list ends", "[desk]") {
    DeskWorld world;
    world.raise(task(1));
    const std::string event = world.agent("anna").get("/v1/calls").body().at("event").as_string().c_str();
    const auto listen = [&world](const std::string& user, const std::string& from) {
        auto client = std::make_unique<HttpClient>(world.server->port());
        client->send("GET /v1/desk/stream?last_event_id=" + from + " HTTP/1.1\r\nHost: localhost\r\nCookie: premura_session=" + user + "\r\n\r\n");
        client->read_until("\r\n\r\n");
        return client;
    };
    TaskStory elsewhere = task(9);
    elsewhere.tenant = "nord-de";
    REQUIRE(world.agent("marco").post("/v1/calls/T-1/claim").status == 200);
    world.raise(elsewhere);
    world.raise(task(2));
    const auto anna = listen("anna", event);
    const std::string told = anna->read_until("\"task\":\"T-2\"");
    CHECK(told.find("event: call.claimed") < told.find("event: call.opened"));
    CHECK(told.find("T-9") == std::string::npos);
    CHECK(told.find("Marco Bassi") != std::string::npos);

    REQUIRE(world.agent("marco").post("/v1/calls/T-1/outcome", R"({"outcome":"reached_resolved"})", "marco-is-done").status == 200);
    anna->read_until("event: call.withdrawn\n");
    const json::value withdrawn = json::parse(anna->read_until("\n").substr(6));
    CHECK(withdrawn.at("task") == "T-1");
    CHECK(withdrawn.at("reason") == "done");
    CHECK(withdrawn.at("by").at("user") == "marco");

    const auto stranger = listen("anna", "another-run-7");
    CHECK(stranger->read_until("\n\n").find("event: missed") != std::string::npos);
}

TEST_CASE("when the session is over, the stream says so and ends", "[desk]") {
    DeskWorld world;
    HttpClient client{world.server->port()};
    client.send("GET /v1/desk/stream HTTP/1.1\r\nHost: localhost\r\nCookie: premura_session=anna\r\n\r\n");
    client.read_until("\r\n\r\n");
    world.sessions.ended = true;
    CHECK(client.read_to_end().find("event: session.ended\ndata: {}\n\n") != std::string::npos);
}

}  // namespace premura
