#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/log/log.h"
#include "daemon/log/log_tail.h"

namespace premura {

// What every engine behind daemon/log/log.h promises, told as stories against the interface. An engine
// joins by making a LogWorld of it and calling `check_promises` from a test case of its own: memory
// and SQLite do so in log_contract_engines_test.cpp, Kafka in the test file that starts a broker.

// One engine with an empty log. Used on one thread.
class LogWorld {
 public:
    virtual ~LogWorld() = default;

    // A topic nobody else uses; the full name. All topics are made before the first reader or
    // append.
    virtual std::string create_topic(const std::string& name, int partitions) = 0;
    // The same for the state of a stage.
    virtual std::string create_state_topic(const std::string& name, int partitions) = 0;
    virtual std::unique_ptr<StageLog> reader(const StageTopics& topics) = 0;
    virtual std::unique_ptr<LogTail> tail(std::vector<std::string> topics) = 0;
    virtual LogWriter& writer() = 0;
    // What a read_committed reader finds in the topic, by partition and then in order.
    virtual std::vector<Record> committed(const std::string& topic) = 0;

    // As when the process of the reader is killed.
    virtual void crash(std::unique_ptr<StageLog> reader) { reader.reset(); }
    // The reader's commits are lost from now on, until `mend`. False: this engine cannot be made
    // to.
    virtual bool lose_commits(StageLog& reader) = 0;
    virtual void mend() = 0;

    // The clock that `read` is given. Each call is later than the one before.
    virtual Instant now() = 0;
    // Calls what is due, and lets a moment pass where things happen on their own.
    virtual void run() = 0;
    // How long to wait for what must come.
    virtual std::chrono::milliseconds patience() const { return std::chrono::seconds{10}; }
};

using LogWorldFactory = std::function<std::unique_ptr<LogWorld>()>;

// Runs every story in a world of its own, each as a section of the calling test case.
void check_promises(const LogWorldFactory& make_world);

struct Promise {
    std::string_view text;
    void (*check)(LogWorld& world);
};
std::vector<Promise> delivery_promises();
std::vector<Promise> commit_promises();
std::vector<Promise> tail_promises();

// Below: what the stories are written with.

// The stage `name` over these topics, all probed.
StageTopics make_stage(LogWorld& world, const std::string& name, std::vector<std::string> inputs,
                       int partitions);

// Runs the world until it is so; false when patience ends first.
bool run_until(LogWorld& world, const std::function<bool()>& is_so);

// A record with a value made of its key; the key chooses the partition.
Output record(const std::string& topic, const std::string& key);
Output record(const std::string& topic, int partition, const std::string& key);

// Appends and waits; the error text.
std::string append(LogWorld& world, std::vector<Output> records);

std::vector<std::string> keys_of(const std::vector<Record>& records);
std::multiset<std::string> key_set_of(const std::vector<Record>& records);

// A reader with a listener that remembers what it heard, and checks what must hold at any time.
class StoryReader : private LogListener {
 public:
    StoryReader(LogWorld& world, const StageTopics& topics);

    // One read.
    Batch read(std::size_t records_max = 1'000);
    // Reads until that many records came, or patience ends.
    std::vector<Record> take(std::size_t count);
    // Reads until the partitions are complete up to the time of the call: everything there is.
    std::vector<Record> drain(const std::set<int>& partitions);
    // Reads until exactly these partitions are owned. Nothing may have been appended.
    bool settle(const std::set<int>& partitions);
    Commit commit(const Transaction& transaction = {});
    void close();
    void crash();

    StageLog& log() { return *log_; }
    const std::set<int>& owned() const { return owned_; }
    // The state as restored, by partition.
    const std::map<int, std::map<std::string, std::string>>& state() const { return state_; }
    // "assigned 0", "revoked 0", in order.
    const std::vector<std::string>& heard() const { return heard_; }

 private:
    void partition_assigned(int partition) override;
    void state_restored(int partition, std::string_view key, std::string_view value) override;
    void partition_revoked(int partition) override;

    LogWorld& world_;
    std::unique_ptr<StageLog> log_;
    std::set<int> owned_;
    std::set<int> delivering_;
    std::map<int, std::map<std::string, std::string>> state_;
    std::vector<std::string> heard_;
};

}  // namespace premura
