#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace premura {

// What a feeder must know of one line. The texts are views into the line and the reader: valid until the next read.
struct FeedEvent {
    // Why Premura will put it into quarantine; empty: nothing wrong that can be seen without rules.
    std::string problem;
    bool json_object = false;     // else it cannot be a member of a JSON array
    bool clock = false;           // it says where a recorded clock stood
    std::optional<Instant> time;
    // The record's key: the order it is about, else the most particular thing it names. As the orders stage
    // wants it, so that records need not be sent on from one partition to another.
    std::string_view key;
};

// Looks at CloudEvents in structured mode, one after the other. For one thread.
class FeedEventReader {
 public:
    FeedEventReader();
    ~FeedEventReader();

    // The line must have EventLines::padding readable bytes behind it.
    const FeedEvent& read(std::string_view line);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace premura
