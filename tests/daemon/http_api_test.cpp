#include "daemon/api/http_api.h"

#include <catch2/catch.hpp>
#include <mutex>
#include <thread>

#include "tests/daemon/http_client.h"

using namespace premura;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const Instant now = *parse_rfc3339("2026-06-01T09:00:00Z");

// Keeps what is appended, and answers when the test says so, or at once.
class KeptLog : public LogWriter {
 public:
    void append(std::vector<Output> records, std::function<void(std::string)> done) override {
        std::unique_lock lock{mutex_};
        if (!failure.empty()) {
            lock.unlock();
            return done(failure);
        }
        for (Output& record : records) records_.push_back(std::move(record));
        if (hold) {
            held_.push_back(std::move(done));
            return;
        }
        lock.unlock();
        done("");
    }
    int partitions(const std::string&) override { return 3; }

    std::vector<Output> records() {
        const std::lock_guard lock{mutex_};
        return records_;
    }
    std::size_t held() {
        const std::lock_guard lock{mutex_};
        return held_.size();
    }
    void release() {
        const std::lock_guard lock{mutex_};
        for (const auto& done : held_) done("");
        held_.clear();
    }

    // Set before requests come.
    std::string failure;
    bool hold = false;

 private:
    std::mutex mutex_;
    std::vector<Output> records_;
    std::vector<std::function<void(std::string)>> held_;
};

ValuePath at(ValuePath::Root root, std::string path) {
    return {root, std::move(path)};
}
ValueExpression value_of(ValuePath path) {
    ValueExpression value;
    value.first_of = {std::move(path)};
    return value;
}

// One brand, and a mapping for its shop.
std::shared_ptr<const RuleSet> rule_set() {
    auto rules = std::make_shared<RuleSet>();
    Tenant acme;
    acme.id = "acme-it";
    acme.timezone = "Europe/Rome";
    acme.topics = {"premura.events.v1", "shop.webhooks"};
    rules->tenants.emplace(acme.id, acme);
    Mapping mapping;
    mapping.name = "shop";
    mapping.topics = {"shop.webhooks"};
    mapping.match = {{at(ValuePath::Root::header, "x-shop-topic"), {"orders/paid"}}};
    mapping.type = value_of(at(ValuePath::Root::constant, "order.paid"));
    mapping.id = value_of(at(ValuePath::Root::header, "x-shop-id"));
    mapping.facts = {
        {fact_named("order.id")->number, value_of(at(ValuePath::Root::body, "/number"))}};
    rules->mappings.push_back(std::move(mapping));
    rules->digest = "0123";
    return rules;
}

struct Api {
    HttpApiOptions options;
    KeptLog log;
    std::shared_ptr<StreamHub> hub = std::make_shared<StreamHub>(StreamHubOptions{}, "run");
    std::shared_ptr<const RuleSet> rules = rule_set();
    HealthReport health;
    std::mutex mutex;
    std::vector<std::string> counted;
    std::vector<OrderQuestions::Question> asked;
    std::unique_ptr<HttpApi> api;
    std::unique_ptr<HttpServer> server;

    std::uint16_t start() {
        HttpServerOptions http;
        http.port = 0;
        HttpApiCallbacks callbacks;
        callbacks.rules = [this] { return rules; };
        callbacks.now = [] { return now; };
        callbacks.health = [this] { return health; };
        callbacks.metrics = [] { return std::string{"premura_up 1\n"}; };
        callbacks.count = [this](std::string_view name, std::string_view label, std::int64_t by) {
            const std::lock_guard lock{mutex};
            counted.push_back(std::string{name} + " " + std::string{label} + " " +
                              std::to_string(by));
        };
        callbacks.explain = [this](OrderQuestions::Question question, OrderQuestions::Answer answer) {
            const std::lock_guard lock{mutex};
            asked.push_back(std::move(question));
            answer({200, {}, "because"});
        };
        api = std::make_unique<HttpApi>(
            options,
            EventIntake::Options{"premura.events.v1", {"premura.events.v1", "shop.webhooks"}, {}},
            callbacks, log, hub);
        server = std::make_unique<HttpServer>(http);
        api->install(*server, true);
        server->start();
        return server->port();
    }
    ~Api() { server.reset(); }
};

const std::string structured = "Content-Type: application/cloudevents+json\r\n";
const std::string batch = "Content-Type: application/cloudevents-batch+json; charset=utf-8\r\n";

std::string event(const std::string& id, const std::string& order) {
    return R"({"specversion":"1.0","id":")" + id + R"(","source":"shop","type":"order.paid",)" +
           R"("time":"2026-06-01T08:59:00Z","data":{"order.id":")" + order + R"("}})";
}

std::string header(const Output& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace

TEST_CASE("an event in structured mode is a record under its order", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const auto response = client.post("/v1/events", structured, event("1", "A1"));
    CHECK(response.status == 202);
    CHECK(response.body == "{\"accepted\":1}\n");

    const auto records = api.log.records();
    REQUIRE(records.size() == 1);
    CHECK(records[0].topic == "premura.events.v1");
    CHECK(records[0].key == "A1");
    CHECK(records[0].partition_key == "A1");
    CHECK(records[0].value == event("1", "A1"));
    CHECK(records[0].headers == Headers{{"content-type", "application/cloudevents+json"}});
    CHECK(records[0].timestamp == now);
}

TEST_CASE("an event in binary mode keeps its attributes as headers", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const auto response = client.post("/v1/events",
                                      "ce-specversion: 1.0\r\nce-type: order.paid\r\n"
                                      "CE-Source: shop%20one\r\nce-id: 1\r\n"
                                      "Content-Type: application/json\r\nX-Other: left out\r\n",
                                      R"({"order.id":"A2"})");
    CHECK(response.status == 202);
    const auto records = api.log.records();
    REQUIRE(records.size() == 1);
    CHECK(records[0].key == "A2");
    CHECK(header(records[0], "ce_source") == "shop one");
    CHECK(header(records[0], "ce_specversion") == "1.0");
    CHECK(header(records[0], "content-type") == "application/json");
    CHECK(header(records[0], "x-other").empty());

    const auto incomplete = client.post("/v1/events", "ce-type: order.paid\r\nce-id: 2\r\n", "{}");
    CHECK(incomplete.status == 400);
    CHECK_THAT(incomplete.body, Contains("the header ce-specversion is missing"));
}

TEST_CASE("the events of a batch are records of their own, all or none", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const auto response = client.post("/v1/events", batch,
                                      "[" + event("1", "A1") + " ,\n" + event("2", "B2") + " ]\n");
    CHECK(response.status == 202);
    CHECK(response.body == "{\"accepted\":2}\n");
    const auto records = api.log.records();
    REQUIRE(records.size() == 2);
    CHECK(records[0].key == "A1");
    CHECK(records[1].key == "B2");
    CHECK(header(records[1], "content-type") == "application/cloudevents+json");

    for (const std::string& wrong :
         {std::string{"{}"}, "[" + event("3", "C3") + ",7]", "[" + event("3", "C3"),
          "[" + event("3", "C3") + "] []", std::string{"nonsense"}, std::string{}}) {
        INFO(wrong);
        CHECK(client.post("/v1/events", batch, wrong).status == 400);
    }
    std::string many = "[" + event("0", "A");
    for (int i = 0; i < 1000; ++i) many += "," + event("x", "A");
    CHECK(client.post("/v1/events", batch, many + "]").status == 413);
    CHECK(client.post("/v1/events", batch, "[]").body == "{\"accepted\":0}\n");
    CHECK(api.log.records().size() == 2);
}

TEST_CASE("any other body needs a topic whose mapping knows it", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const std::string headers =
        "Content-Type: application/json\r\nX-Shop-Topic: orders/paid\r\nX-Shop-Id: 77\r\n"
        "X-Forwarded-For: 192.0.2.7\r\nAuthorization: Bearer abc\r\n";
    const std::string body = R"({"number":"A5"})";

    const auto nowhere = client.post("/v1/events", headers, body);
    CHECK(nowhere.status == 415);
    CHECK_THAT(nowhere.body, Contains("application/cloudevents+json"));
    const auto unknown = client.post("/v1/events?topic=shop.webhook", headers, body);
    CHECK(unknown.status == 400);
    CHECK_THAT(unknown.body, Contains("premura.events.v1, shop.webhooks"));

    CHECK(client.post("/v1/events?topic=shop.webhooks", headers, body).status == 202);
    CHECK(client.post("/v1/events", headers + "X-Premura-Topic: shop.webhooks\r\n", body).status ==
          202);
    const auto records = api.log.records();
    REQUIRE(records.size() == 2);
    for (const Output& record : records) {
        CHECK(record.topic == "shop.webhooks");
        CHECK(record.key == "A5");
        CHECK(record.headers == Headers{{"content-type", "application/json"},
                                        {"x-shop-topic", "orders/paid"},
                                        {"x-shop-id", "77"}});
    }
}

TEST_CASE("what cannot be decoded is taken without a key, for the quarantine", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    CHECK(client.post("/v1/events", structured, R"({"specversion":"1.0"})").status == 202);
    CHECK(client.post("/v1/events", structured, "no JSON").status == 202);
    const auto records = api.log.records();
    REQUIRE(records.size() == 2);
    CHECK(records[0].key.empty());
    CHECK(records[1].value == "no JSON");
    CHECK(client.post("/v1/events", structured, "").status == 400);
}

TEST_CASE("a record over the bound of a record is refused", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const std::string body = R"({"x":")" + std::string(1 << 20, 'x') + R"("})";
    CHECK(client.post("/v1/events", structured, body).status == 413);
    CHECK(client.post("/v1/events", batch, "[" + body + "]").status == 413);
    CHECK(api.log.records().empty());
}

TEST_CASE("the clock of a replay goes to every partition", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const auto response =
        client.post("/v1/events", structured,
                    R"({"specversion":"1.0","id":"c","source":"feed","type":"premura.clock",)"
                    R"("time":"2026-06-01T00:00:00Z"})");
    CHECK(response.body == "{\"accepted\":1}\n");
    const auto records = api.log.records();
    REQUIRE(records.size() == 3);
    for (int partition = 0; partition < 3; ++partition) {
        CHECK(records[static_cast<std::size_t>(partition)].partition == partition);
    }
}

TEST_CASE("nothing is accepted before it is durable, and what failed is said", "[http_api]") {
    Api api;
    api.log.failure = "the disk is full";
    HttpClient client{api.start()};
    const auto response = client.post("/v1/events", structured, event("1", "A1"));
    CHECK(response.status == 503);
    CHECK(response.headers.at("retry-after") == "1");
    CHECK_THAT(response.body, Contains("the log did not take it: the disk is full"));
}

TEST_CASE("requests that wait for the log are bounded", "[http_api]") {
    Api api;
    api.options.appends_max = 2;
    api.log.hold = true;
    const std::uint16_t port = api.start();
    HttpClient first{port};
    HttpClient second{port};
    HttpClient third{port};
    const std::string body = event("1", "A1");
    const std::string request = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n" + structured +
                                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                                body;
    first.send(request);
    second.send(request);
    while (api.log.held() < 2) std::this_thread::sleep_for(1ms);

    third.send(request);
    CHECK(third.receive().status == 503);
    api.log.release();
    CHECK(first.receive().status == 202);
    CHECK(second.receive().status == 202);
    third.send(request);
    while (api.log.held() < 1) std::this_thread::sleep_for(1ms);
    api.log.release();
    CHECK(third.receive().status == 202);
}

TEST_CASE("while there are no rules, nobody can say where events belong", "[http_api]") {
    Api api;
    api.rules = nullptr;
    HttpClient client{api.start()};
    CHECK(client.post("/v1/events", structured, event("1", "A1")).status == 503);
}

TEST_CASE("with a token, events and the stream are for those who have it", "[http_api]") {
    Api api;
    api.options.token = "0123456789abcdef";
    const std::uint16_t port = api.start();
    const std::string right = "Authorization: bearer 0123456789abcdef\r\n";
    for (const char* wrong : {"", "Authorization: Bearer 0123456789abcdeF\r\n",
                              "Authorization: Bearer 0123456789abcde\r\n",
                              "Authorization: Basic 0123456789abcdef\r\n"}) {
        INFO(wrong);
        const auto refused =
            HttpClient{port}.post("/v1/events", structured + wrong, event("1", "A1"));
        CHECK(refused.status == 401);
        CHECK(refused.headers.at("www-authenticate") == "Bearer");
        CHECK(HttpClient{port}.get("/v1/stream", wrong).status == 401);
    }
    CHECK(HttpClient{port}.post("/v1/events", structured + right, event("1", "A1")).status == 202);
    CHECK(HttpClient{port}.get("/metrics").status == 200);
    HttpClient listener{port};
    listener.send("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n" + right + "\r\n");
    CHECK_THAT(listener.read_until("\r\n\r\n"), Contains("200 OK"));
}

TEST_CASE("pages of other sites can neither send nor read", "[http_api]") {
    Api api;
    api.options.host_names = {"premura.example.org"};
    HttpClient client{api.start()};
    CHECK(client.post("/v1/events", structured, event("1", "A1")).status == 202);
    CHECK(client.post("/v1/events", structured + "Origin: http://localhost\r\n", event("1", "A1"))
              .status == 202);

    const auto as = [&client](const std::string& host) {
        client.send("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        return client.receive().status;
    };
    CHECK(as("127.0.0.1:8470") == 200);
    CHECK(as("[::1]:8470") == 200);
    CHECK(as("Premura.Example.org") == 200);
    CHECK(as("rebound.example.com:8470") == 421);
    CHECK(
        client.post("/v1/events", structured + "Origin: https://example.com\r\n", event("1", "A1"))
            .status == 403);
}

TEST_CASE("health is for machines: a status code, and why", "[http_api]") {
    Api api;
    api.health.status = HealthReport::Status::degraded;
    api.health.reasons = {"the last reload was refused"};
    api.health.version = "0.1.0";
    api.health.instance = "blue-1";
    api.health.log_kind = "sqlite";
    api.health.started_at = now - 1h;
    api.health.rules_digest = "0123";
    api.health.rule_count = 9;
    api.health.rules_loaded_at = now - 1h;
    api.health.last_reload_ok = false;
    api.health.last_reload_problem = "rules/late.yaml:3:12";
    Pipeline::Status status;
    status.partitions = 6;
    status.complete_until = instant_min;
    status.records = 12;
    api.health.pipelines = {{"orders", 1, status}};
    HttpClient client{api.start()};

    const auto response = client.get("/health");
    CHECK(response.status == 200);
    CHECK(response.headers.at("content-type") == "application/json");
    CHECK(response.body ==
          R"({"status":"degraded","reasons":["the last reload was refused"],"version":"0.1.0",)"
          R"("instance":"blue-1","log":"sqlite","started_at":"2026-06-01T08:00:00Z",)"
          R"("rule_set":{"digest":"0123","rules":9,"loaded_at":"2026-06-01T08:00:00Z",)"
          R"("last_reload_ok":false,"last_reload_problem":"rules/late.yaml:3:12"},)"
          R"("pipelines":[{"stage":"orders","worker":1,"partitions":6,"keys":0,)"
          R"("complete_until":null,"records":12,"commits":0,"commits_lost":0,"stalled":false}]})"
          "\n");
}

TEST_CASE("health is 503 while the daemon starts or stops", "[http_api]") {
    HealthReport report;
    CHECK(http_status(report) == 503);
    report.status = HealthReport::Status::ok;
    CHECK(http_status(report) == 200);
    report.status = HealthReport::Status::stopping;
    CHECK(http_status(report) == 503);
}

TEST_CASE("metrics, the stream and a page that says where to look", "[http_api]") {
    Api api;
    const std::uint16_t port = api.start();
    HttpClient client{port};
    const auto metrics = client.get("/metrics");
    CHECK(metrics.body == "premura_up 1\n");
    CHECK(metrics.headers.at("content-type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK_THAT(client.get("/").body,
               Contains("GET  /health") && Contains("curl -N http://localhost/v1/stream"));

    HttpClient listener{port};
    listener.send("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n");
    listener.read_until("\r\n\r\n");
    api.hub->publish("call-task", "{}");
    CHECK_THAT(listener.read_until("\n\n"), Contains("event: call-task"));
}

TEST_CASE("responses and accepted events are counted", "[http_api]") {
    Api api;
    {
        HttpClient client{api.start()};
        client.post("/v1/events", batch, "[" + event("1", "A1") + "," + event("2", "A2") + "]");
        client.get("/nowhere");
    }
    api.server->stop();
    CHECK(api.counted == std::vector<std::string>{"http_events  2",
                                                  "http_responses 202//v1/events 1",
                                                  "http_responses 404/other 1"});
}

TEST_CASE("an explanation is asked for by a path and its query", "[http_api]") {
    Api api;
    HttpClient client{api.start()};
    const auto response = client.get("/v1/orders/A%2F1%20b/explanation?tenant=acme-it&lang=it-IT&format=text");
    CHECK(response.status == 200);
    CHECK(response.body == "because");
    REQUIRE(api.asked.size() == 1);
    CHECK(api.asked[0].typed == "A/1 b");
    CHECK(api.asked[0].tenant == "acme-it");
    CHECK(api.asked[0].language == Language::italian);
    CHECK_FALSE(api.asked[0].as_json);
    CHECK(client.get("/v1/orders/A1/explanation").status == 200);
    CHECK(api.asked.at(1).language == Language::english);
    CHECK(api.asked.at(1).as_json);

    CHECK(client.get("/v1/orders/A1/explanation?lang=de").status == 400);
    CHECK(client.get("/v1/orders/A1/explanation?format=html").status == 400);
    for (const std::string path : {"/v1/orders/A1", "/v1/orders//explanation", "/v1/orders/A/1/explanation"}) {
        CHECK(client.get(path).status == 404);
    }
    CHECK(client.post("/v1/orders/A1/explanation", "", "").status == 405);
    CHECK(api.asked.size() == 2);
}

TEST_CASE("what was decided about an order is told to those who have the token", "[http_api]") {
    Api api;
    api.options.token = "secret";
    HttpClient client{api.start()};
    CHECK(client.get("/v1/orders/A1/explanation").status == 401);
    CHECK(api.asked.empty());
    CHECK(client.get("/v1/orders/A1/explanation", "Authorization: Bearer secret\r\n").status == 200);
    CHECK(api.asked.size() == 1);
}
