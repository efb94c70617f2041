#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/backtest/backtest.h"
#include "core/rules/rule_set_loader.h"

// Words for tests of backtests: a small brand with two rules, and a recording that is written line
// by line.
namespace premura::backtest_story {

inline std::string brand() {
    return R"(version: 1
calendars:
  house:
    name: The house
    timezone: Europe/Rome
    open: { monday-friday: 08:00-18:00 }
tenants:
  shop:
    brand: Shop
    timezone: Europe/Rome
    languages: [en]
    calendars: { care: house }
    contact: { calls: { hours: { monday-sunday: 09:00-20:00 } } }
    teams: { boss: { email: boss@shop.example } }
messages:
  sorry: { en: { script: "Say sorry." } }
)";
}

inline std::string rules(const std::string& packed_within = "4 hours") {
    return R"(version: 1
rules:
  - id: not-packed
    name: Not packed in time
    owner: test
    subject: order
    when: order.paid
    expect: parcel.packed
    within: )" +
           packed_within + R"(
    unless: order.cancelled
    if_late:
      - { expedite: warehouse, request: pack_first }
      - { after: 1 hour, call: customer, script: sorry }
  - id: promise
    name: Not delivered when promised
    owner: test
    subject: order
    when: order.paid
    where: { order.promised_by: { present: true } }
    expect: shipment.delivered
    by: order.promised_by
    unless: order.cancelled
    early_warning:
      - { before: 6 hours, escalate: boss }
    if_late:
      - escalate: boss
)";
}

inline std::shared_ptr<const RuleSet> rule_set(const std::string& rule_text = rules()) {
    const Loaded loaded = load_rule_set({{"brand.yaml", brand()}, {"rules.yaml", rule_text}});
    for (const Diagnostic& each : loaded.diagnostics.all()) INFO(format_text(each, false));
    REQUIRE(loaded.rule_set);
    return loaded.rule_set;
}

inline Instant at(std::string_view text) {
    return parse_rfc3339(text).value();
}

struct Told {
    std::string time;
    std::string event;
    std::string order;
    std::string more = {};  // members of data beside the order, each with a comma before it
    std::string promised = {};
    std::string arrival = {};  // the time of the event when it is empty
};

inline Record record_of(const Told& told, std::size_t number) {
    Record record;
    record.topic = "events";
    record.headers = {{"content-type", "application/cloudevents+json"}};
    const std::string promise =
        told.promised.empty() ? "" : R"(,"promised_by":")" + told.promised + "\"";
    record.value = R"({"specversion":"1.0","id":")" + std::to_string(number) +
                   R"(","source":"/s","type":")" + told.event + R"(","time":")" + told.time +
                   R"(","data":{"order":{"id":")" + told.order + "\"" + promise +
                   R"(},"customer":{"id":"C-)" + told.order + "\"}" + told.more + "}}";
    record.timestamp = at(told.arrival.empty() ? told.time : told.arrival);
    return record;
}

// What comes of the lines, played in the order that the options say.
inline BacktestResult play(BacktestOptions options, const std::vector<Told>& lines,
                           std::string_view end,
                           std::shared_ptr<const RuleSet> rules = rule_set()) {
    const bool by_arrival = options.order == TimeOrder::arrival;
    Backtest backtest{std::move(options), std::move(rules)};
    struct Turn {
        Instant at;
        Record record;
    };
    std::vector<Turn> turns;
    for (const Told& told : lines) {
        Record record = record_of(told, turns.size());
        const auto happened = backtest.look(record, "line " + std::to_string(turns.size() + 1));
        if (happened)
            turns.push_back({by_arrival ? record.timestamp : *happened, std::move(record)});
    }
    std::stable_sort(turns.begin(), turns.end(),
                     [](const Turn& one, const Turn& other) { return one.at < other.at; });
    for (const Turn& turn : turns) backtest.take(turn.record, turn.at);
    return backtest.finish(at(end));
}

}  // namespace premura::backtest_story
