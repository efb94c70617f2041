#include "daemon/service/metrics.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <thread>

using namespace premura;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const Metrics::Build build{"0.1.0", "2.15.1", "static"};
const Instant noon = *parse_rfc3339("2026-06-01T12:00:00Z");

// The lines of one metric, without its help.
std::vector<std::string> samples(const Metrics& metrics, const std::string& name) {
    std::istringstream text{metrics.text()};
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with(name + "{") || line.starts_with(name + " ")) lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what a transaction counted becomes counters with the right labels", "[metrics]") {
    Metrics metrics{build};
    Effects effects;
    effects.count("events", "order.paid", 3);
    effects.count("events", "order.paid", 2);
    effects.count("cases_closed", "late-shipment/met");
    effects.count("contacts", "call/held/quiet_hours");
    effects.count("contacts", "call/raised");
    effects.count("events_repeated", {}, 7);
    metrics.count(effects);

    CHECK(samples(metrics, "premura_events_total") ==
          Lines{"premura_events_total{type=\"order.paid\"} 5"});
    CHECK(samples(metrics, "premura_cases_closed_total") ==
          Lines{"premura_cases_closed_total{reason=\"met\",rule=\"late-shipment\"} 1"});
    CHECK(samples(metrics, "premura_contacts_total") ==
          Lines{"premura_contacts_total{outcome=\"held\",reason=\"quiet_hours\",verb=\"call\"} 1",
                "premura_contacts_total{outcome=\"raised\",verb=\"call\"} 1"});
    CHECK(samples(metrics, "premura_events_repeated_total") ==
          Lines{"premura_events_repeated_total 7"});
}

TEST_CASE("counters without labels are there from the start", "[metrics]") {
    Metrics metrics{build};
    CHECK(samples(metrics, "premura_history_dropped_total") ==
          Lines{"premura_history_dropped_total 0"});
}

TEST_CASE("a name that nobody described is counted all the same", "[metrics]") {
    Metrics metrics{build};
    metrics.count("novelties", "a/b", 2);
    CHECK(samples(metrics, "premura_novelties_total") ==
          Lines{"premura_novelties_total{label=\"a/b\"} 2"});
}

TEST_CASE("labels without end are counted together", "[metrics]") {
    Metrics metrics{build};
    for (std::size_t i = 0; i < Metrics::series_max + 50; ++i) {
        metrics.count("warnings", "rule-" + std::to_string(i));
    }
    CHECK(samples(metrics, "premura_warnings_total").size() == Metrics::series_max + 1);
    CHECK_THAT(metrics.text(), Contains("premura_warnings_total{rule=\"other\"} 50"));
}

TEST_CASE("pipelines show what they own, how far behind they are and what they did", "[metrics]") {
    Metrics metrics{build};
    Pipeline::Status status;
    status.partitions = 3;
    status.keys = 1000;
    status.complete_until = noon - 1500ms;
    status.records = 10;
    status.commits = 4;
    metrics.set_pipelines({{"orders", 0, status}}, noon);
    status.records = 25;
    status.stalled = true;
    metrics.set_pipelines({{"orders", 0, status}}, noon);

    const std::string labels = "{stage=\"orders\",worker=\"0\"} ";
    CHECK(samples(metrics, "premura_pipeline_partitions") ==
          Lines{"premura_pipeline_partitions" + labels + "3"});
    CHECK(samples(metrics, "premura_pipeline_keys") ==
          Lines{"premura_pipeline_keys" + labels + "1000"});
    CHECK(samples(metrics, "premura_pipeline_input_lag_seconds") ==
          Lines{"premura_pipeline_input_lag_seconds" + labels + "1.5"});
    CHECK(samples(metrics, "premura_pipeline_stalled") ==
          Lines{"premura_pipeline_stalled" + labels + "1"});
    CHECK(samples(metrics, "premura_pipeline_records_total") ==
          Lines{"premura_pipeline_records_total" + labels + "25"});

    SECTION("one that was made anew counts on") {
        status.records = 5;
        metrics.set_pipelines({{"orders", 0, status}}, noon);
        CHECK(samples(metrics, "premura_pipeline_records_total") ==
              Lines{"premura_pipeline_records_total" + labels + "30"});
    }
    SECTION("one that is gone is not shown") {
        metrics.set_pipelines({}, noon);
        CHECK(samples(metrics, "premura_pipeline_keys").empty());
        CHECK(samples(metrics, "premura_pipeline_records_total").empty());
    }
    SECTION("one that knows nothing of its input yet is infinitely far behind") {
        status.complete_until = instant_min;
        metrics.set_pipelines({{"orders", 0, status}}, noon);
        CHECK(samples(metrics, "premura_pipeline_input_lag_seconds") ==
              Lines{"premura_pipeline_input_lag_seconds" + labels + "+Inf"});
    }
    SECTION("one without partitions is not behind") {
        status.partitions = 0;
        status.complete_until = instant_max;
        metrics.set_pipelines({{"orders", 0, status}}, noon);
        CHECK(samples(metrics, "premura_pipeline_input_lag_seconds") ==
              Lines{"premura_pipeline_input_lag_seconds" + labels + "0"});
    }
}

TEST_CASE("the rules in use and the outcome of the last reload are shown", "[metrics]") {
    Metrics metrics{build};
    metrics.set_rules("aaa", 9, true, noon);
    metrics.set_rules("aaa", 9, false, noon + 1h);
    CHECK(samples(metrics, "premura_rule_set_info") ==
          Lines{"premura_rule_set_info{digest=\"aaa\"} 1"});
    CHECK(samples(metrics, "premura_config_last_reload_successful") ==
          Lines{"premura_config_last_reload_successful 0"});
    CHECK(samples(metrics, "premura_config_last_reload_success_timestamp_seconds") ==
          Lines{"premura_config_last_reload_success_timestamp_seconds 1780315200"});

    metrics.set_rules("bbb", 10, true, noon + 2h);
    CHECK(samples(metrics, "premura_rule_set_info") ==
          Lines{"premura_rule_set_info{digest=\"bbb\"} 1"});
    CHECK(samples(metrics, "premura_rules") == Lines{"premura_rules 10"});
}

TEST_CASE("the call list and the open incidents are shown, and what is gone is zero", "[metrics]") {
    Metrics metrics{build};
    metrics.set_desk({{"acme-it", {12, 3, 90s}}, {"nord-de", {}}}, {{"mass_delay", 1}});
    CHECK(samples(metrics, "premura_desk_open_calls") ==
          Lines{R"(premura_desk_open_calls{tenant="acme-it"} 12)", R"(premura_desk_open_calls{tenant="nord-de"} 0)"});
    CHECK(samples(metrics, "premura_desk_claimed_calls").front() == R"(premura_desk_claimed_calls{tenant="acme-it"} 3)");
    CHECK(samples(metrics, "premura_desk_oldest_unclaimed_seconds").front() ==
          R"(premura_desk_oldest_unclaimed_seconds{tenant="acme-it"} 90)");
    CHECK(samples(metrics, "premura_incidents_open") == Lines{R"(premura_incidents_open{kind="mass_delay"} 1)"});
    metrics.set_desk({}, {});
    CHECK(samples(metrics, "premura_desk_open_calls").front() == R"(premura_desk_open_calls{tenant="acme-it"} 0)");
    CHECK(samples(metrics, "premura_incidents_open") == Lines{R"(premura_incidents_open{kind="mass_delay"} 0)"});
}

TEST_CASE("what is running is shown", "[metrics]") {
    CHECK(samples(Metrics{build}, "premura_build_info") ==
          Lines{"premura_build_info{librdkafka=\"2.15.1\",librdkafka_kind=\"static\","
                "version=\"0.1.0\"} 1"});
}

TEST_CASE("several threads may count at once", "[metrics]") {
    Metrics metrics{build};
    const auto count = [&metrics] {
        for (int i = 0; i < 1000; ++i) metrics.count("warnings", "rule-" + std::to_string(i % 7));
    };
    std::thread one{count};
    std::thread two{count};
    one.join();
    two.join();
    CHECK_THAT(metrics.text(), Contains("premura_warnings_total{rule=\"rule-0\"} 286"));
}

TEST_CASE("docs/METRICS.md describes every metric", "[metrics]") {
    Metrics metrics{build};
    metrics.set_rules("aaa", 1, true, noon);
    metrics.set_pipelines({{"orders", 0, {}}}, noon);
    metrics.set_desk({{"acme-it", {}}}, {{"surge", 1}});
    for (const CounterRow& row : counter_table()) metrics.count(row.name, "a/b/c");
    std::ifstream file{PREMURA_SOURCE_DIR "/docs/METRICS.md"};
    REQUIRE(file);
    std::stringstream document;
    document << file.rdbuf();

    std::istringstream text{metrics.text()};
    int found = 0;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("# TYPE ")) continue;
        const std::string name = line.substr(7, line.find(' ', 7) - 7);
        CHECK_THAT(document.str(), Contains("`" + name + "`"));
        ++found;
    }
    CHECK(found > 20);
    for (const CounterRow& row : counter_table()) {
        for (const std::string_view label : row.labels) {
            INFO(row.name);
            const std::size_t line =
                document.str().find("premura_" + std::string{row.name} + "_total`");
            const std::size_t end = document.str().find('\n', line);
            CHECK_THAT(document.str().substr(line, end - line),
                       Contains("`" + std::string{label} + "`"));
        }
    }
}
