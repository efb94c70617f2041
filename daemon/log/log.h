#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/stage.h"

namespace premura {

// The one hole in the wall for data: read records, and commit what followed from them, all or nothing.
// Three engines stand behind it: memory (tests, simulation), SQLite (embedded), Kafka (production).
// tests/daemon/log_contract_test.cpp says what all three promise.

// Hears which partitions of the stage this reader owns. Called from inside `read` and `close` only, on the
// reader's thread.
class LogListener {
 public:
    virtual ~LogListener() = default;
    // The partition is ours from now on; its state follows through `state_restored`, then its records.
    virtual void partition_assigned(int partition) = 0;
    // One key of the state as it was last committed.
    virtual void state_restored(int partition, std::string_view key, std::string_view value) = 0;
    // The partition is somebody else's, or must be rebuilt after a failed commit: forget its state.
    virtual void partition_revoked(int partition) = 0;
};

struct Batch {
    // In the order of each topic and partition. A record is delivered until it is committed, never after.
    std::vector<Record> records;
    // By partition: every record that was appended to one of the stage's `probed` topics before this time has
    // been delivered, in this batch or before. A partition that is not listed has no such time yet.
    std::map<int, Instant> complete_until;
    // There is more to be had at once: read again without waiting.
    bool more = false;
};

struct Transaction {
    std::vector<Output> outputs;  // their topics are full names here
    std::vector<std::pair<int, StateRecord>> state;  // by the stage's partition
};

enum class Commit {
    done,  // outputs, state and positions are durable
    lost,  // nothing was written. The reader revokes and assigns anew with the next `read`: state is rebuilt
};

// The name and topics of one stage. Topics are full names ("premura.findings.v1").
struct StageTopics {
    std::string stage;                // "orders": names the consumer group and the positions
    std::vector<std::string> inputs;  // partition p of each belongs to partition p of the stage
    std::vector<std::string> probed;  // those of `inputs` whose end must be watched for `complete_until`
    std::string state;                // compacted topic, one record per key
};

// One reader of one stage. Owned by a pipeline; every call on its thread. Blocking calls are bounded by
// `commit_timeout` of the settings. Errors that cannot be mended by retrying end in LogError.
class StageLog {
 public:
    virtual ~StageLog() = default;

    // Must be called first, once. The listener outlives the log.
    virtual void open(LogListener& listener) = 0;

    // Takes what is there, at most `records_max`, without waiting. `now` is the wall clock; it dates
    // `complete_until` of logs that have no broker to ask: on those it moves on with each `read`
    // and by nothing else, so whoever has something due reads first, called by `wait` or not.
    // Partitions come and go in here. One with records that were read and not committed leaves only
    // when the world takes it away; the next commit is then lost.
    virtual Batch read(std::size_t records_max, Instant now) = 0;

    // Writes the transaction and the positions of everything read so far. After `lost` only `read` helps.
    virtual Commit commit(const Transaction& transaction) = 0;

    // Calls `ready` once, on the reader's thread, when `read` may have something: records, a partition, a new
    // `complete_until`; now and then there is nothing after all. Never calls it from inside `wait`
    // itself. A later `wait` takes the place of one that has not called yet; none calls after `close`.
    virtual void wait(std::function<void()> ready) = 0;

    // Gives all partitions back; the listener hears so. What was read and not committed is
    // delivered again to the next reader. A reader that is destroyed without it has crashed: the
    // same end, but nobody hears.
    virtual void close() = 0;
};

// Appends records from outside (HTTP, feed) to a source topic. Any thread.
class LogWriter {
 public:
    virtual ~LogWriter() = default;
    // All or none of them is durable when `done` is called, with an empty text, or with what went
    // wrong. It is called once, from any thread or from inside `append`: it should only pass it on.
    // The topic of an Output is a full name here.
    virtual void append(std::vector<Output> records, std::function<void(std::string error)> done) = 0;
    // The partition count of a topic.
    virtual int partitions(const std::string& topic) = 0;
};

// The world failed in a way that retrying inside the adapter did not mend.
class LogError : public std::exception {
 public:
    explicit LogError(std::string message) : message_{std::move(message)} {}
    const char* what() const noexcept override { return message_.c_str(); }

 private:
    std::string message_;
};

}  // namespace premura
