#include "daemon/log/ready_signal.h"

#include <utility>

namespace premura {

void ReadySignal::raise() {
    const std::scoped_lock lock{mutex_};
    raised_ = true;
    post_locked();
}

void ReadySignal::lower() {
    const std::scoped_lock lock{mutex_};
    raised_ = false;
}

void ReadySignal::wait(std::function<void()> ready) {
    const std::scoped_lock lock{mutex_};
    ready_ = std::move(ready);
    post_locked();
}

void ReadySignal::cancel() {
    const std::scoped_lock lock{mutex_};
    ready_ = nullptr;
}

void ReadySignal::post_locked() {
    if (!raised_ || !ready_ || posted_) return;
    posted_ = true;
    post_([weak = weak_from_this()] {
        if (const auto signal = weak.lock()) signal->call();
    });
}

void ReadySignal::call() {
    std::function<void()> ready;
    {
        const std::scoped_lock lock{mutex_};
        posted_ = false;
        // A read may have come in between and a new wait begun: that one waits for its own
        // occasion.
        if (!raised_) return;
        ready = std::exchange(ready_, nullptr);
    }
    if (ready) ready();
}

}  // namespace premura
