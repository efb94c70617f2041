#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/log/log.h"
#include "daemon/log/partition_owners.h"
#include "daemon/log/ready_signal.h"

namespace premura {

// Where one reader has got to in one input topic of one partition.
struct PositionMove {
    std::size_t input = 0;  // index into StageTopics::inputs
    int partition = 0;
    std::int64_t position = 0;  // the offset of the next record to read
};

// What LocalReader needs of a log that lives in its own process. One store per reader, used on the
// reader's thread only. Calls throw LogError.
class StageStore {
 public:
    using StateVisitor = std::function<void(std::string_view key, std::string_view value)>;

    virtual ~StageStore() = default;

    // Shows the committed state of a partition that this reader has just taken, each key once, and
    // returns the committed positions, one per input.
    virtual std::vector<std::int64_t> restore(int partition, const StateVisitor& visitor) = 0;
    // The partition is no longer this reader's.
    virtual void forget(int partition) = 0;

    // Between these two calls `end` and `fetch` see one and the same moment.
    virtual void begin_read() = 0;
    virtual void end_read() noexcept = 0;
    // One past the offset of the last record.
    virtual std::int64_t end(std::size_t input, int partition) = 0;
    // Appends at most `records_max` records from `position` on to `records` and returns the
    // position behind them. It may stop early to bound the memory a batch takes.
    virtual std::int64_t fetch(std::size_t input, int partition, std::int64_t position,
                               std::size_t records_max, std::vector<Record>& records) = 0;

    // Writes all of it, or nothing: false when nothing was written and trying anew makes sense.
    virtual bool write(const Transaction& transaction, const std::vector<PositionMove>& moves) = 0;
};

// One look at a store.
class ReadScope {
 public:
    explicit ReadScope(StageStore& store) : store_{store} { store_.begin_read(); }
    ~ReadScope() { store_.end_read(); }
    ReadScope(const ReadScope&) = delete;
    ReadScope& operator=(const ReadScope&) = delete;

 private:
    StageStore& store_;
};

// The reader of a log that lives in this process: who owns what, where it has got to, how far the
// input is complete. Memory and SQLite differ in their stores only.
class LocalReader : public StageLog {
 public:
    // `owners` and `signal` are shared with whoever moves partitions and appends records.
    LocalReader(StageTopics topics, std::unique_ptr<StageStore> store,
                std::shared_ptr<PartitionOwners> owners, std::shared_ptr<ReadySignal> signal);
    // Without `close` before, it is gone as a killed process is: the listener hears nothing.
    ~LocalReader() override;

    void open(LogListener& listener) override;
    Batch read(std::size_t records_max, Instant now) override;
    Commit commit(const Transaction& transaction) override;
    void wait(std::function<void()> ready) override;
    void close() override;

    const StageTopics& topics() const { return topics_; }
    StageStore& store() { return *store_; }
    PartitionOwners& owners() { return *owners_; }
    PartitionOwners::Member member() const { return member_; }

 private:
    struct Owned {
        std::vector<std::int64_t> committed;  // by input
        std::vector<std::int64_t> next;       // by input; what was read reaches up to here
        // The ends of the probed topics as somebody saw them at a moment, until they are reached.
        struct Probe {
            Instant asked;
            std::vector<std::int64_t> ends;
        };
        std::optional<Probe> probe;
        std::optional<Instant> complete_until;
    };

    void settle_ownership();
    void revoke(int partition);
    void take(int partition);
    void fetch(std::size_t records_max, Batch& batch);
    void probe(Owned& owned, int partition, Instant now);
    void learn_completeness(Owned& owned, int partition, Instant now) const;
    std::vector<PositionMove> moves() const;
    bool owns_all(const Transaction& transaction) const;
    Commit lose();

    const StageTopics topics_;
    std::vector<std::size_t> probed_;  // indices into topics_.inputs
    const std::unique_ptr<StageStore> store_;
    const std::shared_ptr<PartitionOwners> owners_;
    const std::shared_ptr<ReadySignal> signal_;
    LogListener* listener_ = nullptr;
    PartitionOwners::Member member_ = 0;
    std::map<int, Owned> owned_;
    std::size_t turn_ = 0;  // which source is first in line for the next batch
    bool lost_ = false;
};

}  // namespace premura
