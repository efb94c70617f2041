#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/stage.h"
#include "daemon/log/log.h"
#include "daemon/log/topics.h"

namespace premura {

struct PipelineOptions {
    std::string stage;                     // "orders" or "contacts", for logs and metrics
    std::size_t batch_records_max = 5000;  // read, and so committed, at once
    // The time of a replay is the recorded one; else the wall clock's.
    bool replay = false;
    // The input whose records come from other partitions of Premura (intake, findings): complete only as far as
    // each of `producers` partitions of stages has said.
    std::string progress_from;             // full topic name; empty: none
    int producers = 0;
    // Short name of the input that the stage itself writes to, when its end is watched in place of progress: with
    // one partition. Empty: none.
    std::string loop;
    // Where this stage tells how far it is: short topic names, and the partition count of each.
    std::map<std::string, int> progress_to;
    Milliseconds progress_interval = std::chrono::seconds{1};
    // How long input may be incomplete past a due deadline, or there may be more to read than is read, before ops are told,
    // once.
    Milliseconds stalled_after = std::chrono::minutes{5};
    // A source topic that said nothing for this long has stopped speaking: what it last said is as far as it is
    // complete. Full topic names; a topic that is not listed may be silent for ever.
    std::map<std::string, Milliseconds> silent_after;
};

// What a pipeline tells the outside; all functions are called on its thread, after the commit.
struct PipelineObserver {
    // Counts and outputs, now durable; the outputs' topics are full names.
    std::function<void(const Effects&)> committed;
    std::function<void(std::string_view event, std::string text)> log;  // one line per fact
};

// Drives the partitions of one stage that a log assigns to it: read, apply, fire, commit, in this order, one
// transaction at a time. The only thing that touches a stage. Owned by a worker, on the worker's thread.
class Pipeline final : private LogListener {
 public:
    using StageFactory = std::function<std::unique_ptr<Stage>(int partition)>;

    Pipeline(PipelineOptions options, TopicNames names, StageLog& log, StageFactory make_stage,
             PipelineObserver observer);
    ~Pipeline() override;

    void open();
    // One round. Returns true when there is more to do at once.
    bool run_once(Instant now);
    // When to run again though nothing is read; nothing: only when the log says so.
    std::optional<Instant> next_due() const;
    // The stages go over to another rule set with the next round.
    void use(std::shared_ptr<const RuleSet> rules);
    void close();

    // For status pages and metrics.
    struct Status {
        std::string stage;
        int partitions = 0;
        std::size_t keys = 0;
        Instant complete_until = instant_max;  // the least of the partitions
        std::uint64_t records = 0;
        std::uint64_t commits = 0;
        std::uint64_t commits_lost = 0;
        bool stalled = false;
    };
    Status status() const;

    // For who asks between two rounds: what stage it is, and that stage's partition; null when it is not here.
    const std::string& name() const { return options_.stage; }
    std::vector<int> partitions() const;
    const Stage* stage(int partition) const;
    // How far that partition's input is complete, as of the last round; instant_min when it is not here.
    Instant complete_until(int partition) const;
    // By full topic name, the log's time of the last record that was read of it here. Words of other partitions of ours
    // do not count.
    const std::map<std::string, Instant>& last_records() const { return last_records_; }

 private:
    struct Partition;

    void partition_assigned(int partition) override;
    void state_restored(int partition, std::string_view key, std::string_view value) override;
    void partition_revoked(int partition) override;

    void apply(const Record& record, Instant now);
    bool take_progress(const Record& record);
    void fire(Instant now);
    void tell_progress(Instant now);
    Instant sources_complete(const Partition& partition, Instant now) const;
    Instant complete_until(const Partition& partition, Instant now) const;
    std::string word_to_own_stage(const Partition& partition, Instant now) const;
    void watch_input(Instant now);
    void watch_anywhere(std::string_view kind, const std::string& about, bool holds, Instant since, Instant now);
    void watch(Partition& keeper, std::string_view kind, const std::string& about, bool holds, Instant since, Instant now);
    void report(std::string_view kind, const std::string& about, bool open, Instant since,
                Instant now);
    void collect();
    Commit commit();

    PipelineOptions options_;
    TopicNames names_;
    StageLog& log_;
    StageFactory make_stage_;
    PipelineObserver observer_;
    std::map<int, Partition> partitions_;
    std::map<std::string, Instant> last_heard_;  // by source topic, the log's time of its last record
    std::map<std::string, Instant> last_records_;
    std::optional<Instant> behind_since_;        // since when there was always more to read
    Instant last_progress_ = instant_min;
    Instant last_run_ = instant_min;
    bool busy_ = false;                          // something was read since progress was last told
    std::shared_ptr<const RuleSet> next_rules_;
    Effects effects_;
    Transaction transaction_;
    Status totals_;
};

}  // namespace premura
