#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "daemon/log/memory_log.h"
#include "daemon/pipeline/pipeline.h"
#include "tests/simulation/rules.h"
#include "tests/simulation/tally.h"

namespace premura {

// The log and the workers on it: the daemon without its threads, sockets and clock. Workers stand in for
// processes; a crash destroys them as they are.
class Machine {
 public:
    static constexpr int orders = 0;
    static constexpr int contacts = 1;
    static constexpr int incidents = 2;  // only with a house

    struct Options {
        int partitions = 1;
        int workers = 1;
        std::size_t batch_records_max = 5000;
        bool has_house = false;  // and agents
    };
    // Hears of every record that was committed, but for the marks by which stages tell how far they are.
    using Heard = std::function<void(const Output& output)>;

    // Hears of every record of the shop that a worker reads, with the clock on the wall. When it is read again, the
    // time before led to nothing.
    using WasRead = std::function<void(const Record& record, Instant wall)>;

    // The rules that all its stages begin with.
    Machine(Options options, std::shared_ptr<const RuleSet> rules, Heard heard, WasRead was_read);
    ~Machine();

    MemoryLogBroker& broker() { return broker_; }
    const Options& options() const { return options_; }
    int stages() const { return options_.has_house ? 3 : 2; }
    static std::string topic(std::string_view name);

    void start(int worker);
    void stop(int worker);
    void crash(int worker);
    // All workers go on by other rules, as after a reload.
    void use(std::shared_ptr<const RuleSet> rules);
    bool is_up(int worker) const { return workers_[static_cast<std::size_t>(worker)] != nullptr; }
    // Runs a pipeline until it has nothing to do at that time. Nothing happens when the worker is down.
    void pump(int worker, int stage, Instant wall);
    // One round only.
    void pump_once(int worker, int stage, Instant wall);
    // The reader of a worker that is up.
    StageLog& log(int worker, int stage);

    // The earliest moment after `wall` at which a stage wants to be looked at.
    std::optional<Instant> next_due(Instant wall) const;
    // Has a stage something due at `wall` or before, which it could not do yet?
    bool is_waiting(Instant wall) const;
    // Did a stage get a record, or lose a partition, since the last time somebody asked?
    bool was_busy() { return std::exchange(busy_, false); }
    const Tally& tally() const { return tally_; }

 private:
    class Watched;
    struct Worker;

    std::unique_ptr<Stage> make_stage(int stage);
    PipelineOptions pipeline_options(int stage) const;
    StageTopics stage_topics(int stage) const;

    const Options options_;
    std::shared_ptr<const RuleSet> rules_;
    const Heard heard_;
    const WasRead was_read_;
    std::set<const Watched*> stages_;
    bool busy_ = false;
    Tally tally_;
    std::map<std::string, int> last_owner_;  // the worker, by stage and partition
    MemoryLogBroker broker_;
    std::array<std::unique_ptr<Worker>, 2> workers_;
};

}  // namespace premura
