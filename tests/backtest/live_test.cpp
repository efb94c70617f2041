#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "core/backtest/contact_book.h"
#include "core/contacts/contacts_stage.h"
#include "core/orders/orders_stage.h"
#include "daemon/log/memory_log.h"
#include "daemon/pipeline/pipeline.h"
#include "tests/backtest/backtest_story.h"

// A day as the daemon lived it and as a backtest by arrival tells it: the same, id for id.

namespace premura {
namespace {

using namespace backtest_story;

const TopicNames names{"live"};
const std::string source = "events";
using Decided = std::multiset<std::string>;

// Both pipelines of the daemon on a wall clock that stands where the test says.
class Live {
 public:
    explicit Live(const std::shared_ptr<const RuleSet>& rules) {
        start(0, {"orders", {source, topic("intake")}, {source}, topic("order-state")},
              [this, rules](int) {
                  return keep(0, std::make_unique<OrdersStage>(OrdersOptions{}, rules));
              });
        start(1, {"contacts", {topic("findings")}, {topic("findings")}, topic("contact-state")},
              [this, rules](int) {
                  return keep(1, std::make_unique<ContactsStage>(ContactsOptions{}, rules));
              });
        pump(Instant{});
    }

    // Wakes up at every moment at which something is due, as a daemon does.
    void sleep_until(Instant until) {
        Instant now = now_;
        for (;;) {
            Instant next = until;
            for (const Stage* stage : stages_)
                next = std::min(next, stage->next_due().value_or(until));
            now = next > now ? next : now + Milliseconds{1};
            if (now >= until) break;
            pump(now);
        }
        now_ = until;
    }
    void take(const Record& record, Instant arrival) {
        sleep_until(arrival);
        Output output;
        output.topic = source;
        output.partition = 0;
        output.value = record.value;
        output.headers = record.headers;
        output.timestamp = arrival;
        broker_.writer().append({output}, [](const std::string& error) { REQUIRE(error.empty()); });
        pump(arrival);
    }
    const Decided& decided() const { return decided_; }

 private:
    static std::string topic(std::string_view name) { return names.full(std::string{name}); }

    std::unique_ptr<Stage> keep(std::size_t index, std::unique_ptr<Stage> stage) {
        stages_[index] = stage.get();
        return stage;
    }
    void start(std::size_t index, StageTopics topics, Pipeline::StageFactory make) {
        PipelineOptions options;
        options.stage = topics.stage;
        options.progress_interval = Milliseconds{1};
        options.progress_from = index == 0 ? topic("intake") : topic("findings");
        options.producers = 1;
        if (index == 0) options.progress_to = {{"intake", 1}, {"findings", 1}};
        PipelineObserver observer;
        observer.log = [](std::string_view, const std::string&) {};
        observer.committed = [this](const Effects& effects) {
            for (Output output : effects.outputs) {
                const auto action = action_of(output);
                if (action) decided_.insert(std::string{name_of(action->kind)} + " " + action->id);
            }
        };
        logs_[index] = broker_.reader(std::move(topics));
        pipelines_[index] = std::make_unique<Pipeline>(std::move(options), names, *logs_[index],
                                                       std::move(make), observer);
        pipelines_[index]->open();
    }
    void pump(Instant now) {
        now_ = now;
        for (int round = 0; round < 3; ++round) {
            for (const auto& pipeline : pipelines_) {
                while (pipeline->run_once(now)) {
                }
            }
        }
    }

    MemoryLogBroker broker_;
    std::unique_ptr<StageLog> logs_[2];
    Stage* stages_[2] = {};
    std::unique_ptr<Pipeline> pipelines_[2];
    Decided decided_;
    Instant now_;
};

// Orders of a week, most of which go wrong somewhere; events come in up to three hours late.
std::vector<Told> a_week() {
    std::vector<Told> lines;
    std::uint64_t seed = 7;
    const auto chance = [&seed](std::uint64_t below) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        return (seed >> 33) % below;
    };
    const Instant monday = at("2026-06-08T06:00:00Z");
    const auto tell = [&](Instant time, const char* event, const std::string& order,
                          const std::string& promised = {}) {
        const Instant arrival = time + std::chrono::minutes{chance(4) == 0 ? chance(180) : 0};
        lines.push_back({format_utc(time), event, order, "", promised, format_utc(arrival)});
    };
    for (int i = 0; i < 150; ++i) {
        const std::string order = "A" + std::to_string(i);
        Instant time = monday + std::chrono::minutes{chance(5 * 24 * 60)};
        tell(time, "order.paid", order, format_utc(time + std::chrono::hours{24 + chance(48)}));
        if (chance(10) == 0) continue;
        time += std::chrono::minutes{chance(8 * 60)};
        tell(time, chance(12) == 0 ? "order.cancelled" : "parcel.packed", order);
        if (chance(10) == 0) continue;
        time += std::chrono::minutes{chance(72 * 60)};
        tell(time, "shipment.delivered", order);
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Told& one, const Told& other) {
        return at(one.arrival) < at(other.arrival);
    });
    return lines;
}

}  // namespace

TEST_CASE("a backtest by arrival decides what the daemon decided, id for id", "[backtest][live]") {
    const auto rules = rule_set();
    const std::vector<Told> lines = a_week();
    const std::string end = "2026-06-20T00:00:00Z";

    Live live{rules};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        live.take(record_of(lines[i], i), at(lines[i].arrival));
    }
    live.sleep_until(at(end));

    Decided decided;
    BacktestOptions options;
    options.order = TimeOrder::arrival;
    options.action = [&decided](const BacktestAction& action) {
        decided.insert(std::string{name_of(action.kind)} + " " + action.id);
    };
    const BacktestResult result = play(options, lines, end, rules);
    CHECK(result.total.calls > 20);
    CHECK(result.total.withdrawn > 5);
    CHECK(result.rule("not-packed")->closed_by.at("false_alarm_late_data") > 2);
    CHECK(decided.size() > 100);
    CHECK(decided == live.decided());
}

}  // namespace premura
