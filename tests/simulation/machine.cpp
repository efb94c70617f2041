#include "tests/simulation/machine.h"

#include "core/contacts/contacts_stage.h"
#include "core/incidents/incidents_stage.h"
#include "core/orders/orders_stage.h"

namespace premura {
namespace {

const TopicNames names{"sim"};
// Told with every round in which time went on.
constexpr Milliseconds progress_interval{1};
constexpr int rounds_max = 1000;

}  // namespace

// A stage whose alarm clock the simulation can read.
class Machine::Watched final : public Stage {
 public:
    Watched(Machine& machine, std::unique_ptr<Stage> real) : machine_{machine}, real_{std::move(real)} {
        machine_.stages_.insert(this);
    }
    ~Watched() override { machine_.stages_.erase(this); }

    void restore(std::string_view key, std::string_view value) override { real_->restore(key, value); }
    void apply(const Record& record, Instant arrival, Effects& effects) override {
        machine_.busy_ = true;
        if (record.topic == SimulationRules::source_topic) machine_.was_read_(record, arrival);
        real_->apply(record, arrival, effects);
    }
    void fire(const Horizon& horizon, Effects& effects) override { real_->fire(horizon, effects); }
    std::optional<Instant> next_due() const override { return real_->next_due(); }
    void collect_state(Effects& effects) override { real_->collect_state(effects); }
    void use(std::shared_ptr<const RuleSet> rules) override { real_->use(std::move(rules)); }
    Instant decided_until() const override { return real_->decided_until(); }
    std::size_t size() const override { return real_->size(); }

 private:
    Machine& machine_;
    std::unique_ptr<Stage> real_;
};

struct Machine::Worker {
    std::array<std::unique_ptr<StageLog>, 3> logs;
    std::array<std::unique_ptr<Pipeline>, 3> pipelines;  // gone before their logs
};

Machine::Machine(Options options, std::shared_ptr<const RuleSet> rules, Heard heard, WasRead was_read)
    : options_{options},
      rules_{std::move(rules)},
      heard_{std::move(heard)},
      was_read_{std::move(was_read)},
      broker_{options.partitions} {
    for (int worker = 0; worker < options_.workers; ++worker) start(worker);
}

Machine::~Machine() {
    for (auto& worker : workers_) worker.reset();
}

std::string Machine::topic(std::string_view name) { return names.full(name); }

std::unique_ptr<Stage> Machine::make_stage(int stage) {
    std::unique_ptr<Stage> real;
    if (stage == orders) {
        OrdersOptions options;
        options.partitions = options_.partitions;
        real = std::make_unique<OrdersStage>(options, rules_);
    } else if (stage == incidents) {
        real = std::make_unique<IncidentsStage>(IncidentsOptions{.partitions = options_.partitions}, rules_);
    } else {
        real = std::make_unique<ContactsStage>(ContactsOptions{}, rules_);
    }
    return std::make_unique<Watched>(*this, std::move(real));
}

StageTopics Machine::stage_topics(int stage) const {
    if (stage == orders) {
        StageTopics topics{"orders",
                           {SimulationRules::source_topic, topic(topic::intake)},
                           {SimulationRules::source_topic},
                           topic(topic::order_state)};
        if (options_.partitions == 1) topics.probed.push_back(topic(topic::intake));
        return topics;
    }
    if (stage == incidents) {
        return {"incidents", {topic(topic::house)}, {topic(topic::house)}, topic(topic::house_state)};
    }
    if (options_.has_house) {
        return {"contacts",
                {topic(topic::findings), topic(topic::house_words), topic(topic::agent_actions)},
                {topic(topic::findings)},
                topic(topic::contact_state)};
    }
    return {"contacts", {topic(topic::findings)}, {topic(topic::findings)}, topic(topic::contact_state)};
}

PipelineOptions Machine::pipeline_options(int stage) const {
    PipelineOptions options;
    options.stage = stage == orders ? "orders" : stage == contacts ? "contacts" : "incidents";
    options.batch_records_max = options_.batch_records_max;
    options.progress_interval = progress_interval;
    if (stage == incidents) return options;
    if (stage == contacts) {
        options.progress_from = topic(topic::findings);
        options.producers = options_.partitions;
        return options;
    }
    // As daemon/stages.cpp does it: one partition watches the end of its intake, several tell each other.
    options.progress_to = {{std::string{topic::findings}, options_.partitions}};
    if (options_.partitions == 1) {
        options.loop = topic::intake;
    } else {
        options.progress_from = topic(topic::intake);
        options.producers = options_.partitions;
        options.progress_to[std::string{topic::intake}] = options_.partitions;
    }
    return options;
}

void Machine::start(int worker) {
    auto fresh = std::make_unique<Worker>();
    PipelineObserver observer;
    observer.log = [this, worker](std::string_view event, const std::string& about) {
        if (event == "commit_lost") ++tally_["commit lost"];
        // Whoever is to have it next takes it with its next read.
        if (event == "partition_revoked") busy_ = true;
        if (event != "partition_assigned") return;
        const auto [owner, is_first] = last_owner_.try_emplace(about, worker);
        if (!is_first) ++tally_[owner->second == worker ? "state rebuilt" : "partition moved to another worker"];
        owner->second = worker;
    };
    observer.committed = [this](const Effects& effects) {
        for (const Output& output : effects.outputs) {
            if (!output.key.starts_with("progress/")) heard_(output);
        }
    };
    for (int stage = 0; stage < stages(); ++stage) {
        const auto at = static_cast<std::size_t>(stage);
        fresh->logs[at] = broker_.reader(stage_topics(stage));
        fresh->pipelines[at] = std::make_unique<Pipeline>(
            pipeline_options(stage), names, *fresh->logs[at], [this, stage](int) { return make_stage(stage); },
            observer);
        fresh->pipelines[at]->open();
    }
    workers_[static_cast<std::size_t>(worker)] = std::move(fresh);
}

void Machine::stop(int worker) {
    auto& leaving = workers_[static_cast<std::size_t>(worker)];
    for (auto& pipeline : leaving->pipelines) {
        if (pipeline) pipeline->close();
    }
    leaving.reset();
}

void Machine::use(std::shared_ptr<const RuleSet> rules) {
    rules_ = std::move(rules);
    for (auto& worker : workers_) {
        if (!worker) continue;
        for (auto& pipeline : worker->pipelines) {
            if (pipeline) pipeline->use(rules_);
        }
    }
    busy_ = true;
}

void Machine::crash(int worker) { workers_[static_cast<std::size_t>(worker)].reset(); }

void Machine::pump(int worker, int stage, Instant wall) {
    if (!is_up(worker)) return;
    Pipeline& pipeline =
        *workers_[static_cast<std::size_t>(worker)]->pipelines[static_cast<std::size_t>(stage)];
    for (int round = 0; round < rounds_max && pipeline.run_once(wall); ++round) {
    }
}

void Machine::pump_once(int worker, int stage, Instant wall) {
    if (!is_up(worker)) return;
    workers_[static_cast<std::size_t>(worker)]->pipelines[static_cast<std::size_t>(stage)]->run_once(wall);
}

StageLog& Machine::log(int worker, int stage) {
    return *workers_[static_cast<std::size_t>(worker)]->logs[static_cast<std::size_t>(stage)];
}

std::optional<Instant> Machine::next_due(Instant wall) const {
    std::optional<Instant> next;
    for (const Watched* stage : stages_) {
        const auto due = stage->next_due();
        if (due && *due > wall && (!next || *due < *next)) next = due;
    }
    return next;
}

bool Machine::is_waiting(Instant wall) const {
    for (const Watched* stage : stages_) {
        const auto due = stage->next_due();
        if (due && *due <= wall) return true;
    }
    return false;
}

}  // namespace premura
