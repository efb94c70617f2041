// What decoding costs beside parsing: structured CloudEvents of about 400 bytes through the
// decoder, and the same bytes through simdjson alone (the floor): its DOM, and an On-Demand walk
// that reads every value.
//
// usage: decode_bench [FILE.jsonl]    one CloudEvent a line; without a file, events made here

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "core/events/decoder.h"
#include "core/rules/rule_set.h"

namespace {

using namespace premura;

std::vector<std::string> made_events(int count) {
    std::vector<std::string> events;
    for (int i = 0; i < count; ++i) {
        events.push_back(fmt::format(
            R"({{"specversion":"1.0","id":"{0:08x}-order.placed","source":"/shop/orders",)"
            R"("type":"order.placed","subject":"A{0:07}","time":"2026-06-{1:02}T1{2}:56:06+02:00",)"
            R"("datacontenttype":"application/json","data":{{"order":{{"id":"A{0:07}",)"
            R"("number":"{0}","total":{3}.62,"currency":"EUR","items":{2},)"
            R"("promised_by":"2026-07-{1:02}T18:00:00+02:00","warehouse":"MI1"}},)"
            R"("customer":{{"id":"C{0:06}","city":"Torino","language":"it",)"
            R"("time_zone":"Europe/Rome"}}}}}})",
            i, 1 + i % 28, i % 10, i % 300));
    }
    return events;
}

std::vector<std::string> read_lines(const char* path) {
    std::vector<std::string> lines;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

// What one way costs, in nanoseconds an event: the best of several rounds.
struct Way {
    const char* name;
    std::function<void(std::size_t)> each;
    double best = 1e18;
};

// The ways take turns, so that a busy moment of the machine hits all of them.
void measure(std::vector<Way>& ways, std::size_t count) {
    constexpr int rounds = 400;
    for (int round = 0; round < rounds; ++round) {
        for (Way& way : ways) {
            const auto start = std::chrono::steady_clock::now();
            for (std::size_t i = 0; i < count; ++i) way.each(i);
            const std::chrono::duration<double, std::nano> took =
                std::chrono::steady_clock::now() - start;
            way.best = std::min(way.best, took.count() / static_cast<double>(count));
        }
    }
}

std::uint64_t walk(simdjson::ondemand::value value) {
    std::uint64_t sum = 0;
    switch (value.type().value()) {
        case simdjson::ondemand::json_type::object:
            for (auto field : value.get_object()) {
                sum += field.unescaped_key().value().size();
                sum += walk(field.value());
            }
            break;
        case simdjson::ondemand::json_type::array:
            for (auto member : value.get_array()) sum += walk(member.value());
            break;
        case simdjson::ondemand::json_type::string:
            sum += value.get_string().value().size();
            break;
        case simdjson::ondemand::json_type::number:
            sum += static_cast<std::uint64_t>(value.get_double().value());
            break;
        case simdjson::ondemand::json_type::boolean:
            sum += value.get_bool().value() ? 1 : 0;
            break;
        case simdjson::ondemand::json_type::null:
            break;
    }
    return sum;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> texts = argc > 1 ? read_lines(argv[1]) : made_events(500);
    if (texts.empty()) {
        fmt::print(stderr, "decode_bench: no events in {}\n", argv[1]);
        return 2;
    }
    std::vector<simdjson::padded_string> padded(texts.begin(), texts.end());
    std::vector<Record> records;
    std::size_t bytes = 0;
    for (const std::string& text : texts) {
        Record record;
        record.topic = "shop.orders.v1";
        record.value = text;
        record.headers = {{"content-type", "application/cloudevents+json"}};
        records.push_back(record);
        bytes += text.size();
    }
    RuleSet rules;
    rules.digest = "bench";
    Tenant tenant;
    tenant.id = "shop";
    tenant.timezone = "Europe/Rome";
    rules.tenants.emplace(tenant.id, tenant);

    std::uint64_t sum = 0;
    std::size_t decoded = 0;
    simdjson::dom::parser dom;
    simdjson::ondemand::parser ondemand;
    Decoder decoder;
    const Instant arrival{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}};
    std::vector<Way> ways;
    ways.push_back({"simdjson DOM, parse only", [&dom, &padded, &sum](std::size_t i) {
                        sum += dom.parse(padded[i]).value().is_object();
                    }});
    ways.push_back({"simdjson On-Demand, every value", [&ondemand, &padded, &sum](std::size_t i) {
                        auto document = ondemand.iterate(padded[i]);
                        for (auto field : document.get_object()) {
                            sum += field.unescaped_key().value().size() + walk(field.value());
                        }
                    }});
    ways.push_back({"decode", [&decoder, &records, &rules, &decoded, arrival](std::size_t i) {
                        decoded += decoder.decode(records[i], rules, arrival).events.size();
                    }});
    measure(ways, texts.size());

    const double average = static_cast<double>(bytes) / static_cast<double>(texts.size());
    fmt::print("{} events of {:.0f} bytes on average (checksum {})\n", texts.size(), average, sum);
    for (const Way& way : ways) {
        fmt::print("{:<34}{:>8.0f} ns{:>12.0f} events/s{:>8.2f} GB/s{:>7.2f} x DOM\n", way.name,
                   way.best, 1e9 / way.best, average / way.best, way.best / ways.front().best);
    }
    if (decoded == 0) {
        fmt::print(stderr, "decode_bench: nothing was decoded\n");
        return 1;
    }
    return 0;
}
