#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/stage.h"

namespace premura {

// Follows topics from their oldest record on, over all partitions, with every daemon that wants to: for views that are
// built of what the stages say. Shows committed records only; belongs to no stage, and nothing is kept of how far it
// got. Every call on one thread. Errors that cannot be mended by retrying end in LogError.
// tests/daemon/log_contract_tail_test.cpp says what all engines promise.
class LogTail {
 public:
    struct Batch {
        // In the order of each topic and partition. Of compacted topics, what newer records of the same key have
        // replaced may be missing.
        std::vector<Record> records;
        // Everything that was committed when the tail was opened has been shown, in this batch or before.
        bool caught_up = false;
        // There is more to be had at once: read again without waiting.
        bool more = false;
    };

    virtual ~LogTail() = default;

    // Takes what is there, at most `records_max`, without waiting.
    virtual Batch read(std::size_t records_max) = 0;

    // Calls `ready` once, on the thread of the executor that the tail was made with, when `read` may have something;
    // now and then there is nothing after all. Never from inside `wait` itself. A later `wait` takes the place of one
    // that has not called yet; none calls when the tail is gone.
    virtual void wait(std::function<void()> ready) = 0;
};

}  // namespace premura
