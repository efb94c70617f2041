// How long the board takes with many open calls: reading them all, a list, the next call, a claim and its release.
// desk_bench [CALLS]
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <random>

#include "core/desk/board.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

using namespace premura;
namespace json = boost::json;

namespace {

Record call_task(int number, int version, std::mt19937& random, bool claimed, Instant now) {
    const Instant raised = now - std::chrono::minutes{random() % 2'880};
    const Instant due = raised - std::chrono::minutes{random() % 2'880};
    const char* const priorities[] = {"normal", "high", "urgent"};
    const std::string id = std::to_string(100'000 + number);
    json::array history;
    for (int i = 0; i < 8; ++i) history.push_back(json::object{{"event", "shipment.scanned"}, {"time", format_utc(raised)}});
    json::object body{
        {"task", "T-" + id}, {"version", version}, {"state", "open"}, {"tenant", "acme-it"}, {"customer", "C" + id},
        {"priority", priorities[random() % 3]}, {"why", "Giulia Conti, order " + id + ": Paid order not packed; it was due."},
        {"script", "packing-delay"}, {"raised_at", format_utc(raised)}, {"decided_at", format_utc(now)},
        {"zones", json::array{"Europe/Rome"}},
        {"cases", json::array{json::object{
            {"case", "case-" + id}, {"rule", "order-not-packed"}, {"rule_name", "Paid order not packed"}, {"order", "A" + id},
            {"subject_type", "order"}, {"subject", "A" + id}, {"started_at", format_utc(due)}, {"deadline", format_utc(due)},
            {"late", true}, {"history", history},
            {"facts", json::object{
                {"order", json::object{{"id", "A" + id}, {"number", id}, {"total", 20 + random() % 400}, {"currency", "EUR"}}},
                {"customer", json::object{{"id", "C" + id}, {"name", "Giulia Conti"}, {"phone", "+390255500101"}, {"language", "it"}}}}}}}}};
    if (claimed) {
        body["claim"] = json::object{{"claimed_by", json::object{{"user", "agent" + id}, {"name", "Agent"}}},
                                     {"since", format_utc(now)}, {"expires_at", format_utc(now + std::chrono::minutes{10})}};
    }
    Record record;
    record.key = "T-" + id;
    record.value = json::serialize(body);
    return record;
}

template <typename Work>
void measure(std::string_view what, int times, Work work) {
    std::vector<double> took;
    for (int i = 0; i < times; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work(i);
        took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(took.begin(), took.end());
    fmt::print("{:40} p50 {:9.1f} us   p99 {:9.1f} us   ({} times)\n", what, took[took.size() / 2],
               took[took.size() * 99 / 100], times);
}

}  // namespace

int main(int count, char** arguments) {
    const int calls = count > 1 ? std::atoi(arguments[1]) : 20'000;
    const std::string root = PREMURA_SOURCE_DIR;
    const Loaded loaded = load_rule_set(read_files({root + "/rules", root + "/config/calendars", root + "/config/tenants",
                                                    root + "/config/messages"}).texts);
    if (!loaded.rule_set) return 1;
    const Instant now = *parse_rfc3339("2026-06-09T10:00:00+02:00");
    Board board{loaded.rule_set};
    std::vector<DeskChange> changes;
    std::mt19937 random{7};
    std::vector<Record> open;
    std::vector<Record> claimed;
    for (int i = 0; i < calls; ++i) open.push_back(call_task(i, 1, random, false, now));
    for (int i = 0; i < 1'000 && i < calls; ++i) claimed.push_back(call_task(i, 2, random, true, now));
    const auto begin = std::chrono::steady_clock::now();
    for (const Record& record : open) {
        board.apply(record, now, changes);
        changes.clear();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{} calls read in {:.2f} s, {:.1f} us each\n", calls, seconds, seconds / calls * 1e6);
    const std::vector<std::string> tenants{"acme-it"};
    std::size_t bytes = 0;
    measure("a list of 100", 1'000, [&](int) { bytes += board.list(tenants, 100).calls.size(); });
    measure("a list of 500", 200, [&](int) { bytes += board.list(tenants, 500).calls.size(); });
    measure("the next call", 1'000, [&](int) { bytes += board.next_for({"anna", tenants, {}}, {})->task.size(); });
    measure("one call with its story", 1'000, [&](int i) {
        bytes += json::serialize(board.story_of(*board.find(open[static_cast<std::size_t>(i)].key), {"anna", "Anna"})).size();
    });
    measure("a claim", static_cast<int>(claimed.size()), [&](int i) {
        board.apply(claimed[static_cast<std::size_t>(i)], now, changes);
        changes.clear();
    });
    measure("the next call, 1,000 being claimed", 1'000, [&](int) { bytes += board.next_for({"anna", tenants, {}}, {})->task.size(); });
    return bytes == 0 ? 1 : 0;
}
