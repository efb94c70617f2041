#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "cli/backtest.h"
#include "cli/backtest_kafka.h"
#include "tests/backtest/backtest_story.h"
#include "tests/daemon/temporary_folder.h"

namespace premura {
namespace {

using namespace backtest_story;

std::string written(const TemporaryFolder& folder, const std::string& name,
                    const std::string& text) {
    const std::string path = folder.file(name);
    std::ofstream{path, std::ios::binary} << text;
    return path;
}

std::vector<RecordedRecord> all_of(RecordSource& source) {
    std::vector<RecordedRecord> records;
    RecordedRecord record;
    while (source.next(record)) records.push_back(record);
    return records;
}

BacktestOutcome run(BacktestRun run, std::vector<std::unique_ptr<RecordSource>> sources) {
    std::ostringstream out;
    Progress progress{Progress::Style::none, out, Progress::WallClock::now()};
    return run_backtest(run, sources, progress);
}

BacktestRun run_of(TimeOrder order) {
    BacktestRun result;
    result.options.emplace_back().order = order;
    result.rules.push_back(rule_set());
    return result;
}

std::string line(const Told& told, std::size_t number) {
    return record_of(told, number).value;
}

}  // namespace

TEST_CASE("a CSV row is a JSON object with the header's names", "[backtest][csv]") {
    const TemporaryFolder folder;
    const std::string path = written(folder, "a.csv",
                                     "\xef\xbb\xbforder,\"what, and when\",note\r\n"
                                     "A1,\"paid, \"\"at once\"\"\",\r\n"
                                     "\r\n"
                                     "A2,\"two\r\n\r\nlines\",\"\"\r\n");
    const auto source = make_csv_source({path, "shop", ""});
    const auto records = all_of(*source);
    CHECK(source->error() == "");
    REQUIRE(records.size() == 2);
    CHECK(records[0].record.value == R"({"order":"A1","what, and when":"paid, \"at once\""})");
    CHECK(records[0].record.topic == "shop");
    CHECK(records[0].place == path + ":2");
    CHECK(records[1].record.value == R"({"order":"A2","what, and when":"two\n\nlines","note":""})");
    CHECK(records[1].place == path + ":4");
}

TEST_CASE("what is wrong with a CSV file is told with its line", "[backtest][csv]") {
    const TemporaryFolder folder;
    const auto error_of = [&folder](const std::string& text) {
        const auto source = make_csv_source({written(folder, "x.csv", text), "", ""});
        all_of(*source);
        return source->error().substr(source->error().find("x.csv") + 5);
    };
    CHECK(error_of("a,b\n1,2\n1,2,3\n") == ":3: has 3 fields, the header has 2");
    CHECK(error_of("a,b\n1,\"2\n\n") == ":2: a quoted field has no end");
    CHECK(error_of("a,b\n1,2\"2\n") ==
          ":2: a quote stands inside a field that does not begin with one");
    CHECK(error_of("a,b\n\"1\"x,2\n") == ":2: text stands behind the closing quote of a field");
    CHECK(error_of("a,a\n") == ":1: each column needs a name of its own in the header");
    CHECK(error_of("") == ":0: has no header");
}

TEST_CASE("CSV becomes events by a mapping", "[backtest][csv]") {
    const TemporaryFolder folder;
    const std::string path = written(folder, "orders.csv",
                                     "number,status,changed,total\n"
                                     "A1,paid,2026-06-08T10:00:00+02:00,12.5\n"
                                     "A2,strange,2026-06-08T10:00:00+02:00,1\n");
    const Loaded loaded =
        load_rule_set({{"brand.yaml", brand()}, {"rules.yaml", rules()}, {"map.yaml", R"(version: 1
mappings:
  - name: Export of the shop
    topics: [shop.export]
    event:
      type: { from: /status, map: { paid: order.paid }, otherwise: ignore }
      id: { text: "{/number}:{/status}" }
      time: /changed
      tenant: { text: shop }
    facts:
      order.id: { from: /number, as: text }
      order.total: { from: /total, as: number }
)"}});
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set);
    BacktestRun wanted = run_of(TimeOrder::event_time);
    wanted.rules = {loaded.rule_set};
    wanted.until = at("2026-06-09T00:00:00+02:00");
    std::vector<std::unique_ptr<RecordSource>> sources;
    sources.push_back(make_csv_source({path, "shop.export", ""}));
    const BacktestOutcome outcome = run(wanted, std::move(sources));
    REQUIRE(outcome.error == "");
    REQUIRE(outcome.results.size() == 1);
    CHECK(outcome.results[0].input.events == 1);
    CHECK(outcome.results[0].input.left_out.size() == 1);
    CHECK(outcome.results[0].total.opened == 1);
}

TEST_CASE("lines of several files are read side by side, and say when they came in", "[backtest]") {
    const TemporaryFolder folder;
    const Told paid{"2026-06-08T10:00:00+02:00", "order.paid", "A1"};
    std::string packed = line({"2026-06-08T13:00:00+02:00", "parcel.packed", "A1"}, 2);
    packed.insert(packed.size() - 1, R"(,"recordedtime":"2026-06-08T15:00:00+02:00")");
    const std::string shop = written(folder, "shop.jsonl", line(paid, 1) + "\n{nothing\n");
    const std::string warehouse = written(folder, "warehouse.jsonl", packed + "\n");
    for (const TimeOrder order : {TimeOrder::arrival, TimeOrder::event_time}) {
        std::vector<std::unique_ptr<RecordSource>> sources;
        sources.push_back(make_lines_source({warehouse, "", ""}));
        sources.push_back(make_lines_source({shop, "", ""}));
        const BacktestOutcome outcome = run(run_of(order), std::move(sources));
        REQUIRE(outcome.results.size() == 1);
        const BacktestResult& result = outcome.results[0];
        CHECK(result.total.opened == (order == TimeOrder::arrival ? 1 : 0));
        REQUIRE(result.input.examples.size() == 1);
        CHECK(result.input.examples[0].place == shop + ":2");
        CHECK(result.input.examples[0].reason == "not_json");
    }
}

TEST_CASE("two sets of rules see the same events", "[backtest]") {
    const TemporaryFolder folder;
    const std::string path =
        written(folder, "a.jsonl",
                line({"2026-06-08T10:00:00+02:00", "order.paid", "A1"}, 1) + "\n" +
                    line({"2026-06-08T13:00:00+02:00", "parcel.packed", "A1"}, 2) + "\n");
    BacktestRun wanted = run_of(TimeOrder::event_time);
    wanted.options.emplace_back();
    wanted.rules.push_back(rule_set(rules("2 hours")));
    std::vector<std::unique_ptr<RecordSource>> sources;
    sources.push_back(make_lines_source({path, "", ""}));
    const BacktestOutcome outcome = run(wanted, std::move(sources));
    REQUIRE(outcome.results.size() == 2);
    CHECK(outcome.results[0].total.opened == 0);
    CHECK(outcome.results[1].total.opened == 1);
}

TEST_CASE("Kafka's topics are read from moment to moment, and nothing is committed",
          "[backtest][kafka]") {
    char error[256];
    rd_kafka_t* producer = nullptr;
    rd_kafka_t* host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof error);
    rd_kafka_mock_cluster_t* cluster = rd_kafka_mock_cluster_new(host, 1);
    rd_kafka_mock_topic_create(cluster, "events", 3, 1);
    const std::string bootstrap = rd_kafka_mock_cluster_bootstraps(cluster);
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), error, sizeof error);
    producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    for (int i = 0; i < 30; ++i) {
        const Told told{"2026-06-08T10:00:00+02:00", "order.paid", "A" + std::to_string(i)};
        const std::string value = line(told, static_cast<std::size_t>(i));
        const Instant arrival = at(told.time) + std::chrono::minutes{i};
        const rd_kafka_resp_err_t refused = rd_kafka_producev(
            producer, RD_KAFKA_V_TOPIC("events"), RD_KAFKA_V_PARTITION(i % 3),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
            RD_KAFKA_V_TIMESTAMP(milliseconds_of(arrival)),
            RD_KAFKA_V_HEADER("content-type", "application/cloudevents+json", 28), RD_KAFKA_V_END);
        REQUIRE(refused == RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    rd_kafka_flush(producer, 10'000);

    KafkaSourceOptions options;
    options.bootstrap = bootstrap;
    options.topics = {"events"};
    std::string wrong;
    auto sources = make_kafka_sources(options, wrong);
    REQUIRE(wrong == "");
    CHECK(sources.size() == 3);
    BacktestRun wanted = run_of(TimeOrder::arrival);
    wanted.until = at("2026-06-09T00:00:00+02:00");
    const BacktestOutcome outcome = run(wanted, std::move(sources));
    CHECK(outcome.error == "");
    REQUIRE(outcome.results.size() == 1);
    CHECK(outcome.results[0].input.events == 30);
    CHECK(outcome.results[0].total.opened == 30);

    options.topics = {"nowhere"};
    CHECK(make_kafka_sources(options, wrong).empty());
    CHECK_THAT(wrong, Catch::Contains("nowhere"));
    rd_kafka_destroy(producer);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(host);
}

}  // namespace premura
