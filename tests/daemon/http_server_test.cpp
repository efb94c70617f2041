#include "daemon/http/http_server.h"

#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "tests/daemon/http_client.h"

using namespace premura;
using namespace std::chrono_literals;

namespace {

// A server on a free port of the loopback, impatient so that tests are quick, with a few paths.
struct Served {
    HttpServerOptions options;
    std::shared_ptr<StreamHub> hub;
    std::promise<HttpServer::Answer> asked;  // for /later
    std::vector<std::string> observed;
    std::unique_ptr<HttpServer> server;  // last, so that its thread ends before what it writes to

    explicit Served(HttpServerOptions given = {}, StreamHubOptions stream = {})
        : options{given}, hub{std::make_shared<StreamHub>(stream, "run")} {
        options.port = 0;
        server = std::make_unique<HttpServer>(options);
        server->handle("GET", "/hello", [](HttpRequest request, HttpServer::Answer answer) {
            answer({200, {{"Content-Type", "text/plain"}}, "hello " + request.query["name"]});
        });
        server->handle("POST", "/echo", [](HttpRequest request, HttpServer::Answer answer) {
            answer({200, {}, std::move(request.body)});
        });
        server->handle("GET", "/later", [this](HttpRequest, HttpServer::Answer answer) {
            asked.set_value(std::move(answer));
        });
        server->handle("GET", "/forgotten", [](HttpRequest, HttpServer::Answer) {});
        server->stream("/stream", hub);
        server->observe([this](std::string_view route, int status) {
            observed.push_back(std::string{route} + " " + std::to_string(status));
        });
    }
    std::uint16_t start() {
        server->start();
        return server->port();
    }
};

const std::string stream_request = "GET /stream HTTP/1.1\r\nHost: localhost\r\n";

}  // namespace

TEST_CASE("one connection serves many requests, also when they come together", "[http]") {
    Served served;
    HttpClient client{served.start()};

    CHECK(client.get("/hello?name=Anna+R%2e").body == "hello Anna R.");
    CHECK(client.post("/echo", "", "four words of text").body == "four words of text");
    client.send(
        "GET /hello?name=1 HTTP/1.1\r\nHost: a\r\n\r\nGET /hello?name=2 HTTP/1.1\r\nHost: "
        "a\r\n\r\n");
    CHECK(client.receive().body == "hello 1");
    CHECK(client.receive().body == "hello 2");
}

TEST_CASE("every response carries what keeps browsers from doing more than asked", "[http]") {
    Served served;
    HttpClient client{served.start()};

    const auto response = client.get("/hello");
    CHECK(response.headers.at("x-content-type-options") == "nosniff");
    CHECK(response.headers.at("cache-control") == "no-store");
    CHECK(response.headers.at("content-security-policy") ==
          "default-src 'none'; frame-ancestors 'none'");
}

TEST_CASE("a handler may answer later, from another thread", "[http]") {
    Served served;
    HttpClient client{served.start()};
    client.send("GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");

    std::thread other{[answer = served.asked.get_future().get()] {
        answer({202, {}, "at last"});
        answer({500, {}, "only the first answer counts"});
    }};
    const auto response = client.receive();
    other.join();
    CHECK(response.status == 202);
    CHECK(response.body == "at last");
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("a handler that forgets to answer answers 500, one that takes too long 504", "[http]") {
    HttpServerOptions options;
    options.answer_timeout = 100ms;
    Served served{options};
    const std::uint16_t port = served.start();

    CHECK(HttpClient{port}.get("/forgotten").status == 500);
    HttpClient waiting{port};
    CHECK(waiting.get("/later").status == 504);
    CHECK(waiting.closed());
    served.asked.get_future().get()({200, {}, "too late"});
    CHECK(HttpClient{port}.get("/hello").status == 200);
}

TEST_CASE("unknown paths and wrong methods are told so in JSON", "[http]") {
    Served served;
    HttpClient client{served.start()};

    const auto unknown = client.get("/nowhere");
    CHECK(unknown.status == 404);
    CHECK(unknown.headers.at("content-type") == "application/problem+json");
    CHECK(unknown.body == R"({"type":"about:blank","title":"Not Found","status":404,)"
                          R"("detail":"there is nothing here; GET / says what there is"})"
                          "\n");

    client.send("DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto wrong = client.receive();
    CHECK(wrong.status == 405);
    CHECK(wrong.headers.at("allow") == "GET, HEAD");

    client.send("HEAD /hello?name=x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = client.receive(false);
    CHECK(head.status == 200);
    CHECK(head.headers.at("content-length") == "7");
    CHECK(client.get("/hello").status == 200);
    served.server->stop();
    CHECK(served.observed ==
          std::vector<std::string>{"other 404", "/hello 405", "/hello 200", "/hello 200"});
}

TEST_CASE("a body over the bound is refused, announced or not", "[http]") {
    HttpServerOptions options;
    options.body_bytes_max = 1000;
    Served served{options};
    const std::uint16_t port = served.start();

    CHECK(HttpClient{port}.post("/echo", "", std::string(1000, 'x')).status == 200);
    HttpClient announced{port};
    const auto response = announced.post("/echo", "", std::string(1001, 'x'));
    CHECK(response.status == 413);
    CHECK(response.headers.at("connection") == "close");
    HttpClient chunked{port};
    chunked.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                 std::string(1001, 'x') + "\r\n0\r\n\r\n");
    CHECK(chunked.receive().status == 413);
}

TEST_CASE("what is no HTTP, or has endless headers, is refused", "[http]") {
    Served served;
    const std::uint16_t port = served.start();

    HttpClient nonsense{port};
    nonsense.send("\x16\x03\x01 tls or what\r\n\r\n");
    CHECK(nonsense.receive().status == 400);
    HttpClient endless{port};
    endless.send("GET /hello HTTP/1.1\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n");
    CHECK(endless.receive().status == 431);
}

TEST_CASE("connections over the bound are turned away until there is room", "[http]") {
    HttpServerOptions options;
    options.connections_max = 2;
    Served served{options};
    const std::uint16_t port = served.start();
    auto first = std::make_unique<HttpClient>(port);
    HttpClient second{port};
    CHECK(first->get("/hello").status == 200);
    CHECK(second.get("/hello").status == 200);

    HttpClient third{port};
    const auto refused = third.get("/hello");
    CHECK(refused.status == 503);
    CHECK(refused.headers.at("retry-after") == "1");
    CHECK(third.closed());

    first.reset();
    int status = 0;
    for (int i = 0; i < 500 && status != 200; ++i) {
        std::this_thread::sleep_for(10ms);
        status = HttpClient{port}.get("/hello").status;
    }
    CHECK(status == 200);
}

TEST_CASE("who is slow with a request, or rests too long, is dropped", "[http]") {
    HttpServerOptions options;
    options.request_timeout = 150ms;
    options.idle_timeout = 150ms;
    Served served{options};
    const std::uint16_t port = served.start();

    HttpClient silent{port};
    HttpClient slow{port};
    slow.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nfour");
    CHECK(silent.closed());
    CHECK(slow.closed());
}

TEST_CASE("a request is admitted or turned away before its body is read", "[http]") {
    Served served;
    served.server->admit([](const HttpRequest& request) -> std::optional<HttpResponse> {
        if (request.header("authorization") == "Bearer right") return std::nullopt;
        return problem(401, "who are you?");
    });
    const std::uint16_t port = served.start();
    const std::string head =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
        "Expect: 100-continue\r\nAuthorization: Bearer ";

    HttpClient stranger{port};
    stranger.send(head + "wrong\r\n\r\n");
    CHECK(stranger.receive().status == 401);
    CHECK(stranger.closed());

    HttpClient friendly{port};
    friendly.send(head + "right\r\n\r\n");
    CHECK(friendly.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    friendly.send("body");
    CHECK(friendly.receive().body == "body");
}

TEST_CASE("a listener hears what is published, and what it missed while away", "[http][stream]") {
    Served served;
    const std::uint16_t port = served.start();
    served.hub->publish("call-task", "before anybody listened");
    {
        HttpClient listener{port};
        listener.send(stream_request + "\r\n");
        CHECK_THAT(listener.read_until("\r\n\r\n"),
                   Catch::Contains("HTTP/1.1 200 OK") &&
                       Catch::Contains("Content-Type: text/event-stream"));
        served.hub->publish("call-task", R"({"task":1})");
        CHECK(listener.read_until("\n\n") == "id: run-2\nevent: call-task\ndata: {\"task\":1}\n\n");
    }
    served.hub->publish("notification", "while away");

    HttpClient again{port};
    again.send(stream_request + "Last-Event-ID: run-2\r\n\r\n");
    again.read_until("\r\n\r\n");
    CHECK(again.read_until("\n\n") == "id: run-3\nevent: notification\ndata: while away\n\n");

    HttpClient all{port};
    all.send("GET /stream?last_event_id=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    all.read_until("\r\n\r\n");
    CHECK_THAT(all.read_until("\n\n"), Catch::Contains("before anybody listened"));
}

TEST_CASE("a silent stream shows that it lives", "[http][stream]") {
    HttpServerOptions options;
    options.heartbeat_interval = 50ms;
    Served served{options};
    HttpClient listener{served.start()};
    listener.send(stream_request + "\r\n");
    listener.read_until("\r\n\r\n");
    CHECK(listener.read_until("\n\n") == ":\n\n");
    CHECK(listener.read_until("\n\n") == ":\n\n");
}

TEST_CASE("a listener that reads too slowly is told and dropped", "[http][stream]") {
    Served served{{}, {.lines_max = 10}};
    HttpClient listener{served.start()};
    listener.send(stream_request + "\r\n");
    listener.read_until("\r\n\r\n");

    // More than the sockets between us hold.
    const std::string line(200'000, 'x');
    for (int i = 0; i < 200; ++i) served.hub->publish("noise", line);
    CHECK_THAT(
        listener.read_to_end(),
        Catch::EndsWith(": too slow, lines were missed: connect again with Last-Event-ID\n\n"));
}

TEST_CASE("there is an end to the number of listeners", "[http][stream]") {
    Served served{{}, {.clients_max = 1}};
    const std::uint16_t port = served.start();
    {
        HttpClient first{port};
        first.send(stream_request + "\r\n");
        first.read_until("\r\n\r\n");
        HttpClient second{port};
        CHECK(second.get("/stream").status == 503);
    }
    int status = 0;
    for (int i = 0; i < 500 && status != 200; ++i) {
        std::this_thread::sleep_for(10ms);
        HttpClient third{port};
        third.send(stream_request + "\r\n");
        status = std::stoi(third.read_until("\r\n\r\n").substr(9, 3));
    }
    CHECK(status == 200);
}

TEST_CASE("the server ends with a word to its listeners and its requests answered", "[http]") {
    Served served;
    const std::uint16_t port = served.start();
    HttpClient resting{port};
    CHECK(resting.get("/hello").status == 200);
    HttpClient listener{port};
    listener.send(stream_request + "\r\n");
    listener.read_until("\r\n\r\n");
    HttpClient waiting{port};
    waiting.send("GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const HttpServer::Answer answer = served.asked.get_future().get();

    std::thread late{[answer] {
        std::this_thread::sleep_for(100ms);
        answer({200, {}, "done"});
    }};
    served.server->stop();
    late.join();
    CHECK(waiting.receive().body == "done");
    CHECK(listener.read_to_end() == ": the daemon stops\n\n");
    CHECK(resting.closed());
    CHECK_THROWS(HttpClient{port});
}

TEST_CASE("an answer that comes after the server is gone does nothing", "[http]") {
    HttpServerOptions options;
    options.stop_timeout = 50ms;
    auto served = std::make_unique<Served>(options);
    HttpClient client{served->start()};
    client.send("GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const HttpServer::Answer answer = served->asked.get_future().get();
    served->server->stop();
    answer({200, {}, "after the end"});
    const auto hub = served->hub;
    served.reset();
    answer({200, {}, "long after the end"});
    hub->publish("call-task", "to nobody");
    CHECK(client.closed());
}

TEST_CASE("a port that is taken is an error that says so", "[http]") {
    Served served;
    HttpServerOptions options;
    options.port = served.start();
    HttpServer second{options};
    CHECK_THROWS_WITH(second.start(), "cannot listen on 127.0.0.1 port " +
                                          std::to_string(options.port) +
                                          ": Address already in use");
}
