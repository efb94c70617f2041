#include "daemon/pipeline/pipeline.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "daemon/log/memory_log.h"
#include "tests/core/stage_story.h"

// What the pipeline adds to a stage: absence counts only from complete input, and ops hear once when it is not.

namespace premura {
namespace {

using namespace stage_story;

const std::string orders_topic = "acme.orders.v1";
const std::string scans_topic = "acme.shipments.v1";

// Monday 09:00 in Rome; the warehouse's 24 business hours end on Wednesday at 16:00.
const std::string paid_at = "2026-06-08T09:00:00+02:00";
const Instant deadline = at("2026-06-10T16:00:00+02:00");

struct World {
    explicit World(PipelineOptions given = {}) : options{std::move(given)} {
        options.stage = "orders";
        start();
    }

    void start() {
        log = broker.reader({"orders", {orders_topic, scans_topic}, {orders_topic, scans_topic},
                             "premura.order-state.v1"});
        PipelineObserver observer;
        observer.committed = [](const Effects&) {};
        observer.log = [](std::string_view, const std::string&) {};
        pipeline = std::make_unique<Pipeline>(
            options, TopicNames{"premura"}, *log,
            [](int) { return std::make_unique<OrdersStage>(OrdersOptions{}, shipped_rules()); },
            observer);
        pipeline->open();
    }

    void append(const std::string& topic, const Record& record) {
        Output output;
        output.topic = topic;
        output.key = record.key;
        output.partition = 0;
        output.value = record.value;
        output.headers = record.headers;
        output.timestamp = record.timestamp;
        broker.writer().append({output}, [](const std::string& error) { REQUIRE(error.empty()); });
    }
    void place_and_pay() {
        append(orders_topic, record_of("A1", "1", "order.placed", paid_at,
                                       R"({"order":{"id":"A1","fulfilment":"warehouse","warehouse":"MI1"}})"));
        append(orders_topic, record_of("A1", "2", "order.paid", paid_at, R"({"order":{"id":"A1"}})"));
    }
    void scan(Instant time) {
        append(scans_topic, record_of("S9", "scan-" + format_utc(time), "shipment.scanned", format_utc(time),
                                      R"({"shipment":{"id":"S9"}})"));
    }
    void run(Instant now) {
        while (pipeline->run_once(now)) {
        }
    }
    Texts incidents() const {
        Texts lines;
        for (const Record& record : broker.records("premura.incidents.v1")) {
            for (const auto& [name, value] : record.headers) {
                if (name == "ce_type") lines.push_back(value);
            }
        }
        return lines;
    }
    std::set<std::string> incident_ids() const { return members("incident"); }
    std::set<std::string> incident_kinds() const { return members("kind"); }
    std::set<std::string> members(const char* name) const {
        std::set<std::string> all;
        for (const Record& record : broker.records("premura.incidents.v1")) {
            all.emplace(boost::json::parse(record.value).at(name).as_string());
        }
        return all;
    }
    std::size_t findings() const { return broker.records("premura.findings.v1").size(); }

    void restart() {
        pipeline->close();
        pipeline.reset();
        start();
    }

    PipelineOptions options;
    MemoryLogBroker broker;
    std::unique_ptr<StageLog> log;
    std::unique_ptr<Pipeline> pipeline;
};

}  // namespace

TEST_CASE("a feed that stopped speaking is one incident and nobody's call", "[pipeline]") {
    PipelineOptions options;
    options.silent_after = {{scans_topic, std::chrono::hours{6}}};
    World world{options};
    const Instant last_scan = deadline - std::chrono::hours{2};
    world.place_and_pay();
    world.scan(last_scan);
    world.run(last_scan);
    CHECK(world.incidents().empty());

    // The deadline passes while the feed is silent for two hours only: that is how it speaks.
    // Seven hours of silence are too many, but by then the case is told.
    world.run(deadline + std::chrono::hours{1});
    const std::size_t told = world.findings();
    CHECK(told > 0);
    world.run(last_scan + std::chrono::hours{7});
    world.run(last_scan + std::chrono::hours{8});
    CHECK(world.incidents() == Texts{"premura.incident.open.v1"});

    world.scan(last_scan + std::chrono::hours{9});
    world.run(last_scan + std::chrono::hours{9});
    CHECK(world.incidents() == Texts{"premura.incident.open.v1", "premura.incident.closed.v1"});
}

TEST_CASE("while a feed is silent no deadline behind its last word fires", "[pipeline]") {
    PipelineOptions options;
    options.silent_after = {{scans_topic, std::chrono::hours{1}}};
    World world{options};
    world.place_and_pay();
    const Instant last_scan = deadline - std::chrono::hours{2};
    world.scan(last_scan);
    world.run(last_scan);

    world.run(deadline + std::chrono::hours{1});
    CHECK(world.findings() == 0);
    CHECK(world.incidents() == Texts{"premura.incident.open.v1"});  // not a second one because deadlines wait
    CHECK(world.pipeline->status().stalled);

    // It speaks again, of a moment past the deadline: what it did not say did not happen.
    world.scan(deadline + std::chrono::hours{1});
    world.run(deadline + std::chrono::hours{1} + std::chrono::minutes{1});
    CHECK(world.findings() > 0);
    CHECK(world.incidents() == Texts{"premura.incident.open.v1", "premura.incident.closed.v1"});
    CHECK_FALSE(world.pipeline->status().stalled);
}

TEST_CASE("an incident of the input ends though the daemon was started anew meanwhile", "[pipeline]") {
    PipelineOptions options;
    options.silent_after = {{scans_topic, std::chrono::hours{1}}};
    World world{options};
    world.place_and_pay();
    const Instant last_scan = deadline - std::chrono::hours{2};
    world.scan(last_scan);
    world.run(last_scan);
    world.run(last_scan + std::chrono::hours{2});
    REQUIRE(world.incidents() == Texts{"premura.incident.open.v1"});

    // Told once, whoever reads on; and it speaks again before anybody has looked.
    world.restart();
    world.run(last_scan + std::chrono::hours{3});
    CHECK(world.incidents() == Texts{"premura.incident.open.v1"});
    world.restart();
    world.scan(last_scan + std::chrono::hours{4});
    world.run(last_scan + std::chrono::hours{4});
    CHECK(world.incidents() == Texts{"premura.incident.open.v1", "premura.incident.closed.v1"});
    CHECK(world.incident_ids().size() == 1);
    world.restart();
    world.run(last_scan + std::chrono::hours{4} + std::chrono::minutes{1});
    CHECK(world.incidents().size() == 2);
}

TEST_CASE("a reader that does not get to the end of its input is one incident", "[pipeline]") {
    PipelineOptions options;
    options.batch_records_max = 1;
    World world{options};
    world.place_and_pay();
    const Instant begin = deadline - std::chrono::hours{2};
    for (int i = 0; i < 5; ++i) world.scan(begin + std::chrono::minutes{i});

    // Each round reads one record and leaves more, for longer than five minutes.
    REQUIRE(world.pipeline->run_once(begin));
    REQUIRE(world.pipeline->run_once(begin + std::chrono::minutes{5}));
    CHECK(world.incidents().empty());
    REQUIRE(world.pipeline->run_once(begin + std::chrono::minutes{6}));
    REQUIRE(world.pipeline->run_once(begin + std::chrono::minutes{7}));
    CHECK(world.incidents() == Texts{"premura.incident.open.v1"});
    world.run(begin + std::chrono::minutes{8});
    CHECK(world.incidents() == Texts{"premura.incident.open.v1", "premura.incident.closed.v1"});
    CHECK(world.incident_kinds() == std::set<std::string>{"reader_lagging"});

    // A burst that is read in a moment is none.
    for (int i = 0; i < 5; ++i) world.scan(begin + std::chrono::minutes{20 + i});
    world.run(begin + std::chrono::minutes{30});
    CHECK(world.incidents().size() == 2);
}

TEST_CASE("a feed that never spoke holds nothing up", "[pipeline]") {
    PipelineOptions options;
    options.silent_after = {{scans_topic, std::chrono::hours{1}}};
    World world{options};
    world.place_and_pay();
    world.run(at(paid_at));
    world.run(deadline + std::chrono::hours{1});
    CHECK(world.findings() > 0);
    CHECK(world.incidents().empty());
}

TEST_CASE("what one silent feed was told to be survives a restart", "[pipeline]") {
    PipelineOptions options;
    options.silent_after = {{scans_topic, std::chrono::hours{1}}};
    World world{options};
    world.place_and_pay();
    const Instant last_scan = deadline - std::chrono::hours{2};
    world.scan(last_scan);
    world.run(last_scan);
    world.restart();
    world.run(deadline + std::chrono::hours{1});
    CHECK(world.findings() == 0);
    CHECK(world.incidents() == Texts{"premura.incident.open.v1"});
}

TEST_CASE("input that is not complete past a due deadline is one incident until it is", "[pipeline]") {
    // The intake is complete as far as all of its producers have said, and one of the two says nothing.
    PipelineOptions options;
    options.progress_from = scans_topic;
    options.producers = 2;
    World world{options};
    const auto say = [&world](const std::string& producer, Instant until) {
        Record word;
        word.key = "progress/" + producer;
        word.value = "{}";
        word.timestamp = until;
        word.headers = {{"ce_type", "premura.progress"},
                        {"premura-producer", producer},
                        {"premura-until", std::to_string(milliseconds_of(until))}};
        world.append(scans_topic, word);
    };
    world.place_and_pay();
    say("orders/0", deadline - std::chrono::hours{1});
    world.run(deadline + std::chrono::hours{1});
    say("orders/0", deadline + std::chrono::hours{1});
    world.run(deadline + std::chrono::hours{2});
    CHECK(world.findings() == 0);
    CHECK(world.incidents() == Texts{"premura.incident.open.v1"});
    CHECK(world.pipeline->status().stalled);

    say("orders/1", deadline + std::chrono::hours{2});
    world.run(deadline + std::chrono::hours{2} + std::chrono::minutes{1});
    CHECK(world.findings() > 0);
    CHECK(world.incidents() == Texts{"premura.incident.open.v1", "premura.incident.closed.v1"});
}

TEST_CASE("a lost commit writes nothing, and the next round does it again", "[pipeline]") {
    World world;
    world.place_and_pay();
    world.run(at(paid_at));
    world.broker.lose_next_commit(*world.log);
    world.run(deadline + std::chrono::hours{1});
    // Told once, by the round after the lost one.
    const std::size_t told = world.findings();
    CHECK(told > 0);
    CHECK(world.pipeline->status().commits_lost == 1);
    world.run(deadline + std::chrono::hours{2});
    CHECK(world.findings() == told);
}

}  // namespace premura
