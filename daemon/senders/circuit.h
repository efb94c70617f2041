#pragma once

#include "core/base/time.h"

namespace premura {

// Keeps a gateway that is down from being asked by everybody: after some failures in a row nothing is tried for a
// while, then one request alone; when that gets through, all do. Not thread-safe; time is an argument.
class Circuit {
 public:
    Circuit(int failures_max, Milliseconds pause) : failures_max_{failures_max}, pause_{pause} {}

    // May a request be tried now? The one that is let through on trial must be answered by `succeeded` or `failed`.
    bool let_through(Instant now);
    // Both return true when the gateway's state changed by it.
    bool succeeded();
    bool failed(Instant now);
    bool is_open() const { return open_; }

 private:
    const int failures_max_;
    const Milliseconds pause_;
    int failures_ = 0;
    bool open_ = false;
    bool on_trial_ = false;
    Instant until_ = instant_min;
};

}  // namespace premura
