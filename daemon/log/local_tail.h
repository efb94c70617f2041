#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "daemon/log/local_reader.h"
#include "daemon/log/log_tail.h"

namespace premura {

// The tail of a log that lives in this process. Memory and SQLite differ in their stores only.
class LocalTail final : public LogTail {
 public:
    // `partitions`: of each of the store's inputs. `signal` is shared with whoever appends.
    LocalTail(std::unique_ptr<StageStore> store, const std::vector<int>& partitions, std::shared_ptr<ReadySignal> signal);
    ~LocalTail() override;

    Batch read(std::size_t records_max) override;
    void wait(std::function<void()> ready) override;

 private:
    struct Place {
        std::size_t input = 0;
        int partition = 0;
        std::int64_t next = 0;
        std::int64_t end_at_first = 0;
    };

    void see_ends();
    // Whether more is to be had of it at once.
    bool fetch(Place& place, std::size_t records_max, std::vector<Record>& records);

    const std::unique_ptr<StageStore> store_;
    const std::shared_ptr<ReadySignal> signal_;
    std::vector<Place> places_;
    std::size_t turn_ = 0;  // which place is first in line for the next batch
    bool opened_ = false;
};

}  // namespace premura
