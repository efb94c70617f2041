#include "daemon/senders/circuit.h"

namespace premura {

bool Circuit::let_through(Instant now) {
    if (!open_) return true;
    if (now < until_ || on_trial_) return false;
    on_trial_ = true;
    return true;
}

bool Circuit::succeeded() {
    const bool was_open = open_;
    failures_ = 0;
    open_ = false;
    on_trial_ = false;
    return was_open;
}

bool Circuit::failed(Instant now) {
    on_trial_ = false;
    if (++failures_ < failures_max_ && !open_) return false;
    const bool was_open = open_;
    open_ = true;
    until_ = now + pause_;
    return !was_open;
}

}  // namespace premura
