#include "cli/watch.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "cli/interrupt.h"
#include "cli/sse_reader.h"
#include "cli/watch_line.h"
#include "tests/cli/loopback_server.h"

using namespace premura;

namespace {

const std::string call = R"({"tenant":"acme-it","time_zone":"Europe/Rome","customer":"C1","priority":"high",)"
                         R"("decided_at":"2026-06-04T08:30:00Z","why":"Anna Rossi, order 100045: not packed.",)"
                         R"("task":"t1","version":1,"state":"open","reason":"","script":"packing-delay"})";

}  // namespace

TEST_CASE("a call is one line with the brand's time, the reason and the request", "[watch]") {
    CHECK(watch_line("call-task.open", call, {}) ==
          "Thu 2026-06-04 10:30  CALL      Anna Rossi, order 100045: not packed. [high priority, script "
          "packing-delay]");
    CHECK(watch_line("call-task.open", call, {.colour = false, .zone = "Europe/London"})->substr(0, 20) ==
          "Thu 2026-06-04 09:30");
    CHECK_THAT(*watch_line("call-task.open", call, {.colour = true, .zone = ""}),
               Catch::Contains("\x1b[1;31mCALL    \x1b[0m"));
}

TEST_CASE("what is taken back, written, told and asked for looks different", "[watch]") {
    CHECK_THAT(*watch_line("call-task.withdrawn",
                           R"({"decided_at":"2026-06-04T09:00:00Z","reason":"done_late","why":"Anna."})", {}),
               Catch::StartsWith("Thu 2026-06-04 09:00 UTC  NO CALL   no need to call any more (done late): Anna."));
    CHECK_THAT(*watch_line("notification", R"({"message":"parcel-silent","why":"Anna."})", {}),
               Catch::Contains("WRITE     Anna. [message parcel-silent]"));
    CHECK_THAT(*watch_line("escalation", R"({"team":"finance","why":"Anna."})", {}),
               Catch::Contains("TELL      Anna. [team finance]"));
    CHECK_THAT(*watch_line("expedite", R"({"system":"courier","request":"locate_parcel","why":"Anna."})", {}),
               Catch::Contains("PRESS     Anna. [courier: locate_parcel]"));
    CHECK_THAT(*watch_line("incident.open", R"({"about":"acme.orders.v1","reason":"It stopped."})", {}),
               Catch::Contains("INCIDENT  It stopped. [acme.orders.v1]"));
}

TEST_CASE("findings and what is no JSON are not for people", "[watch]") {
    CHECK_FALSE(watch_line("finding.late", "{}", {}));
    CHECK_FALSE(watch_line("call-task.open", "{", {}));
    CHECK_FALSE(watch_line("call-task.open", "[]", {}));
}

TEST_CASE("server-sent events are read wherever the stream is cut", "[watch]") {
    const std::string stream =
        ":comment\nid: r-1\nevent: expedite\ndata: {\"a\":\ndata: 1}\n\n\n"
        "data: plain\r\n\r\nid: r-2\nevent: x\n\n";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        SseReader reader;
        std::vector<std::string> heard;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.read(std::string_view{stream}.substr(at, piece), [&heard](const SseReader::Event& event) {
                heard.push_back(event.type + "|" + event.data);
            });
        }
        CHECK(heard == std::vector<std::string>{"expedite|{\"a\":\n1}", "message|plain"});
        CHECK(reader.last_id() == "r-2");
    }
}

TEST_CASE("a watcher that lost its connection goes on where it was", "[watch]") {
    int connections = 0;
    LoopbackServer server{[&connections](const LoopbackServer::Request&) {
        LoopbackServer::Answer answer;
        ++connections;
        const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        answer.raw = head + "id: r-" + std::to_string(connections) + "\nevent: call-task.open\ndata: " + call + "\n\n";
        if (connections == 2) set_interrupted(true);
        return answer;
    }};
    WatchOptions options;
    options.url = server.url();
    options.token = "secret";
    options.from_start = true;
    std::ostringstream out;
    std::ostringstream messages;
    const int code = run_watch(options, out, messages);
    set_interrupted(false);

    CHECK(code == 0);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].method == "GET");
    CHECK(requests[0].target == "/v1/stream");
    CHECK(requests[0].authorization == "Bearer secret");
    CHECK(requests[0].last_event_id == "0");
    CHECK(requests[1].last_event_id == "r-1");
    CHECK_THAT(out.str(), Catch::StartsWith("Thu 2026-06-04 10:30  CALL      Anna Rossi"));
    CHECK_THAT(messages.str(), Catch::Contains("trying again until Ctrl-C"));
}

TEST_CASE("a watcher that is refused says so and ends", "[watch]") {
    LoopbackServer server{[](const LoopbackServer::Request&) {
        LoopbackServer::Answer answer;
        answer.status = 401;
        answer.body = "a token is needed";
        return answer;
    }};
    WatchOptions options;
    options.url = server.url();
    std::ostringstream out;
    std::ostringstream messages;
    CHECK(run_watch(options, out, messages) == 1);
    CHECK_THAT(messages.str(), Catch::Contains("answers 401: a token is needed"));
}
