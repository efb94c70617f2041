// How fast one core takes events through decoding and the orders stage with many open orders and the shipped
// rules, beside the floor: simdjson parsing of the same bytes alone. Also the memory of an open order.
//
//   engine_bench [ORDERS]      default 1,000,000

#include <fmt/format.h>
#include <malloc.h>
#include <simdjson.h>

#include <chrono>
#include <fstream>
#include <random>

#include "core/orders/orders_stage.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace {

using namespace premura;

constexpr std::size_t batch = 5000;  // as the pipeline commits

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::size_t resident_bytes() {
    std::ifstream status{"/proc/self/statm"};
    std::size_t total = 0;
    std::size_t resident = 0;
    status >> total >> resident;
    return resident * 4096;
}

std::string event_text(std::size_t order, std::size_t step, Instant time) {
    static constexpr const char* types[] = {"order.placed", "order.paid", "parcel.packed",
                                            "shipment.handed_over", "shipment.scanned",
                                            "shipment.scanned"};
    std::string data;
    if (step == 0) {
        data = fmt::format(
            R"("order":{{"id":"ORD-{0:08}","number":"{0:08}","currency":"EUR","fulfilment":"warehouse",)"
            R"("channel":"web","total":{1}.90,"items":2,"promised_by":"{2}","warehouse":"MI1"}},)"
            R"("customer":{{"id":"C{3:07}","name":"Mario Rossi","phone":"+390255501234","city":"Milano",)"
            R"("postal_code":"20121","country":"IT","language":"it","loyalty_member":false}})",
            order, 20 + order % 200, format_utc(time + std::chrono::days{6}), order / 3);
    } else if (step == 1) {
        data = fmt::format(R"("order":{{"id":"ORD-{:08}"}})", order);
    } else {
        data = fmt::format(
            R"("order":{{"id":"ORD-{0:08}"}},"shipment":{{"id":"1Z{0:010}","courier":"corriere-a",)"
            R"("location":"Bologna","eta":"{1}"}})",
            order, format_utc(time + std::chrono::days{2}));
    }
    return fmt::format(
        R"({{"specversion":"1.0","id":"e-{0}-{1}","source":"/bench/shop","type":"{2}",)"
        R"("subject":"ORD-{0:08}","time":"{3}","datacontenttype":"application/json","data":{{{4}}}}})",
        order, step, types[step], format_utc(time), data);
}

// Orders stand at every point of their way when the measuring begins.
std::size_t steps_of_filling(std::size_t order) { return 2 + order % 4; }

struct Phase {
    std::vector<Record> records;
    std::size_t bytes = 0;
};

void add(Phase& phase, std::size_t order, std::size_t step, Instant time) {
    Record record;
    record.topic = "premura.events.v1";
    record.key = fmt::format("ORD-{:08}", order);
    record.value = event_text(order, step, time);
    record.headers = {{"content-type", "application/cloudevents+json"}};
    record.timestamp = time;
    phase.bytes += record.value.size();
    phase.records.push_back(std::move(record));
}

double parse_floor(const Phase& phase) {
    simdjson::dom::parser parser;
    std::string padded(1 << 16, ' ');
    std::size_t found = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const Record& record : phase.records) {
        padded.replace(0, record.value.size(), record.value);
        simdjson::dom::element root;
        const auto error =
            parser.parse(padded.data(), record.value.size(), false).get(root);
        found += error == simdjson::SUCCESS ? 1 : 0;
    }
    const double seconds = seconds_since(start);
    if (found != phase.records.size()) fmt::print("the floor could not parse everything\n");
    return static_cast<double>(phase.records.size()) / seconds;
}

double run(OrdersStage& stage, const Phase& phase, std::size_t& findings) {
    Effects effects;
    const auto start = std::chrono::steady_clock::now();
    std::size_t in_batch = 0;
    for (const Record& record : phase.records) {
        stage.apply(record, record.timestamp, effects);
        if (++in_batch < batch) continue;
        in_batch = 0;
        stage.fire({record.timestamp, record.timestamp, false}, effects);
        stage.collect_state(effects);
        findings += effects.outputs.size();
        effects.clear();
    }
    stage.collect_state(effects);
    return static_cast<double>(phase.records.size()) / seconds_since(start);
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t orders = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
    const ReadFiles files = read_files({PREMURA_SOURCE_DIR "/rules", PREMURA_SOURCE_DIR "/config/calendars",
                                        PREMURA_SOURCE_DIR "/config/tenants",
                                        PREMURA_SOURCE_DIR "/config/messages"});
    const Loaded loaded = load_rule_set(files.texts);
    if (!loaded.rule_set) {
        for (const Diagnostic& diagnostic : loaded.diagnostics.all()) {
            fmt::print("{}\n", format_text(diagnostic, false));
        }
        return 1;
    }
    OrdersStage stage{{}, loaded.rule_set};
    const std::size_t before = resident_bytes();
    const Instant begin = *parse_rfc3339("2026-06-01T06:00:00Z");
    std::size_t findings = 0;
    double filling = 0;
    std::size_t filled = 0;
    constexpr std::size_t chunk = 100'000;
    const auto spread = std::chrono::hours{8};
    for (std::size_t first = 0; first < orders; first += chunk) {
        Phase phase;
        for (std::size_t order = first; order < std::min(orders, first + chunk); ++order) {
            const Instant time =
                begin + Milliseconds{static_cast<std::int64_t>(order) *
                                     Milliseconds{spread}.count() / static_cast<std::int64_t>(orders)};
            for (std::size_t step = 0; step < steps_of_filling(order); ++step) {
                add(phase, order, step, time + std::chrono::minutes{step});
            }
        }
        filled += phase.records.size();
        filling += static_cast<double>(phase.records.size()) / run(stage, phase, findings);
    }
    malloc_trim(0);
    const std::size_t resident = resident_bytes() - before;
    fmt::print("{} open orders after {:.0f} events/s; {} bytes an order resident, {} by its own count\n",
               stage.size(), static_cast<double>(filled) / filling, resident / stage.size(),
               stage.store().memory_bytes() / stage.size());

    std::mt19937_64 random{42};
    std::vector<std::uint8_t> step(orders);
    for (std::size_t order = 0; order < orders; ++order) {
        step[order] = static_cast<std::uint8_t>(steps_of_filling(order));
    }
    Instant time = begin + spread;
    for (int round = 0; round < 3; ++round) {
        Phase phase;
        for (std::size_t i = 0; i < 200'000; ++i) {
            const std::size_t order = random() % orders;
            time += Milliseconds{20};
            add(phase, order, std::min<std::size_t>(step[order]++, 5), time);
        }
        const double floor = parse_floor(phase);
        const double engine = run(stage, phase, findings);
        fmt::print("round {}: parse floor {:.0f}/s, decode + engine {:.0f}/s, ratio {:.2f}, {} B/event\n",
                   round + 1, floor, engine, engine / floor, phase.bytes / phase.records.size());
    }
    fmt::print("findings on the way: {}\n", findings);
    return 0;
}
