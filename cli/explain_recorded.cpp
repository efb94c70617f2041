#include "cli/explain_recorded.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/backtest_source.h"
#include "cli/interrupt.h"
#include "cli/moment.h"
#include "core/backtest/virtual_stages.h"
#include "core/explain/lookup.h"

namespace premura {
namespace {

// What the engine decides can be asked of it afterwards.
class Deaf final : public DecisionListener {
 public:
    bool finding(const Finding&) override { return true; }
    void output(const Output&) override {}
    void decision(const Customer&, const Customer::Decision&) override {}
    void count(const Effects::Count&) override {}
};

struct Kept {
    Instant at;
    Record record;
};

std::string topic_of_files(const ExplainOptions& options, const RuleSet& rules) {
    if (!options.topic.empty()) return options.topic;
    for (const Mapping& mapping : rules.mappings) {
        if (!mapping.topics.empty()) return mapping.topics.front();
    }
    return {};
}

// All events of the files, with the moment at which each happened.
std::vector<Kept> read_all(const ExplainOptions& options, const RuleSet& rules, RecordedExplanation& result) {
    std::vector<Kept> kept;
    Decoder decoder;
    for (const std::string& path : options.events) {
        FileSourceOptions file;
        file.path = path;
        file.topic = topic_of_files(options, rules);
        const bool csv = path.ends_with(".csv") || path.ends_with(".csv.zst");
        const auto source = csv ? make_csv_source(file) : make_lines_source(file);
        RecordedRecord recorded;
        Instant before{};
        while (source->error().empty() && source->next(recorded)) {
            Record& record = recorded.record;
            // What has no time of its own came with what stands before it.
            record.timestamp = recorded.arrival.value_or(before);
            const DecodeResult decoded = decoder.decode(record, rules, far_future);
            if (decoded.outcome == DecodeResult::Outcome::rejected) {
                if (++result.unread == 1) {
                    result.first_unread = fmt::format("{}: {}", recorded.place, decoded.rejection.message);
                }
                continue;
            }
            if (decoded.outcome != DecodeResult::Outcome::events) continue;
            Instant happened = instant_max;
            for (const Event& event : decoded.events) happened = std::min(happened, event.time);
            before = recorded.arrival.value_or(happened);
            kept.push_back({happened, std::move(record)});
        }
        if (!source->error().empty()) {
            result.error = source->error();
            result.is_wrong_use = true;
            return {};
        }
    }
    std::stable_sort(kept.begin(), kept.end(), [](const Kept& one, const Kept& other) { return one.at < other.at; });
    return kept;
}

}  // namespace

RecordedExplanation explain_recorded(const ExplainOptions& options, std::shared_ptr<const RuleSet> rules) {
    RecordedExplanation result;
    const auto refuse = [&result](std::string error) {
        result.error = std::move(error);
        result.is_wrong_use = true;
        return result;
    };
    if (!options.tenant.empty() && rules->tenant(options.tenant) == nullptr) {
        return refuse("--tenant: there is no tenant " + options.tenant);
    }
    std::optional<Instant> at;
    if (!options.at.empty()) {
        at = moment_on_clock(options.at, *rules, options.tenant);
        if (!at) return refuse("--at: write for example 2026-06-04T12:00:00+02:00, or '2026-06-04 12:00'");
    }
    const std::vector<Kept> kept = read_all(options, *rules, result);
    if (!result.error.empty() || interrupted()) return result;
    if (kept.empty()) {
        result.error = "there is no event to play";
        return result;
    }
    const Instant until = at.value_or(kept.back().at);
    Deaf listener;
    VirtualStages stages{TimeOrder::event_time, rules, listener};
    for (const Kept& each : kept) {
        if (each.at > until || interrupted()) break;
        stages.take(each.record, each.at);
    }
    stages.run_on(until + Milliseconds{1});

    OrderQuestion question{options.order, options.tenant};
    const OrdersStage& orders = stages.orders();
    Entity entity;
    std::string_view bytes = find_by_id(orders, question);
    if (!bytes.empty() && decode(bytes, entity) && is_signpost(entity)) {
        question = {order_of_signpost(entity), std::string{entity.tenant}};
        bytes = find_by_id(orders, question);
    }
    if (bytes.empty()) {
        KeyedStore::Walk walk{orders.store()};
        walk.step(orders.store(), orders.size(), [&](std::string_view each) {
            if (bytes.empty() && is_meant(each, question, entity)) bytes = each;
        });
    }
    if (bytes.empty() || !decode(bytes, entity)) {
        result.error = fmt::format("no order, parcel or shipment {} is known up to then", options.order);
        return result;
    }
    std::vector<Customer> customers;
    find_customers(stages.contacts(), entity.tenant, customers_of(entity), customers);
    result.explanation = explain(*rules, entity, customers, {until, instant_max, Milliseconds{0}, true, {}});
    return result;
}

}  // namespace premura
