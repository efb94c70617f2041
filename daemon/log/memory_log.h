#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "daemon/log/local_reader.h"
#include "daemon/log/log.h"
#include "daemon/log/log_tail.h"

namespace premura {

// A log in memory, for tests and the simulation: topics, committed positions and states, shared by
// any number of readers. One thread, no clock, no chance: the same calls in the same order give the
// same results. Readers must not outlive it.
class MemoryLogBroker {
 public:
    // Topics that nobody created get `partitions` partitions when they are first used.
    explicit MemoryLogBroker(int partitions = 1);
    ~MemoryLogBroker();
    MemoryLogBroker(const MemoryLogBroker&) = delete;
    MemoryLogBroker& operator=(const MemoryLogBroker&) = delete;

    // A topic that is there already keeps its records and must have that many partitions.
    void create_topic(const std::string& topic, int partitions);

    // A reader joins its stage when it is opened; partitions are then dealt out evenly. Destroyed
    // without `close` it has crashed. All inputs of a stage must have the same partition count.
    std::unique_ptr<StageLog> reader(StageTopics topics);
    // Follows topics, which may have any partition counts.
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics);

    // Calls `done` from inside `append`.
    LogWriter& writer() { return writer_; }

    // Calls every `ready` that is due by now, in the order it fell due, and returns how many. What
    // falls due meanwhile waits for the next call.
    std::size_t run_ready();

    // All committed records of a topic, by partition and then in order.
    std::vector<Record> records(const std::string& topic) const;
    // The committed state of one partition, by the full name of the state topic.
    const std::map<std::string, std::string>& state(const std::string& topic, int partition) const;
    // The committed position: the offset of the next record that the stage has not dealt with.
    std::int64_t position(const std::string& stage, const std::string& topic, int partition) const;

    // Means these partitions for that open reader, until a reader of the stage comes or goes. They
    // pass over as each reader reads: the old owner gives up what it has committed, then the new
    // one takes it.
    void assign(StageLog& reader, const std::vector<int>& partitions);
    // The reader's next commit that has something to write is lost, whatever it holds.
    void lose_next_commit(StageLog& reader);
    // The group has given the reader up, as a broker does with one that was silent for too long:
    // its partitions go to the others at once, its next commit is lost, its next read joins again.
    void expel(StageLog& reader);

 private:
    friend class MemoryStore;

    class Writer : public LogWriter {
     public:
        explicit Writer(MemoryLogBroker& broker) : broker_{broker} {}
        void append(std::vector<Output> records,
                    std::function<void(std::string error)> done) override;
        int partitions(const std::string& topic) override;

     private:
        MemoryLogBroker& broker_;
    };

    using Partition = std::vector<Record>;  // the index is the offset
    using Topic = std::vector<Partition>;

    Topic& topic(const std::string& name);
    // Nothing, or what is wrong with the record.
    std::string fault(const Output& output);
    void append(const Output& output);
    void raise(const std::string& topic);
    std::shared_ptr<ReadySignal> listen(const std::vector<std::string>& topics);
    LocalReader& local(StageLog& reader) const;

    const int partitions_;
    Writer writer_{*this};
    std::map<std::string, Topic> topics_;
    std::map<std::pair<std::string, int>, std::map<std::string, std::string>> states_;
    std::map<std::tuple<std::string, std::string, int>, std::int64_t> positions_;
    std::map<std::string, std::shared_ptr<PartitionOwners>> owners_;  // by stage
    std::map<std::string, std::vector<std::weak_ptr<ReadySignal>>> signals_;  // by input topic
    std::deque<std::function<void()>> due_;
};

}  // namespace premura
