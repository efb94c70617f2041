#pragma once

#include <string_view>

#include "core/base/time.h"

namespace premura {

// When what did not go through is tried again, and when no more.
struct RetryPolicy {
    Milliseconds first = std::chrono::seconds{30};
    Milliseconds longest = std::chrono::minutes{15};
    int attempts_max = 8;  // of one channel

    // The pause after so many tries that did not get through, from 1: doubled each time up to `longest`, of which the
    // second half is spread by the id, so that a gateway that comes back is not hit by all at once. The same id waits
    // the same: nothing here is random.
    Milliseconds pause_after(int tries, std::string_view id) const;
};

}  // namespace premura
