#pragma once

#include <functional>
#include <memory>
#include <mutex>

namespace premura {

// What StageLog::wait hangs on: remembers that something happened since the last read, and calls
// the one waiting callback through `post`, never from inside raise() or wait(). Raised from any
// thread; the rest belongs to the reader's thread, and so does what `post` runs.
class ReadySignal : public std::enable_shared_from_this<ReadySignal> {
 public:
    using Post = std::function<void(std::function<void()>)>;

    explicit ReadySignal(Post post) : post_{std::move(post)} {}

    // A read may find something from now on.
    void raise();
    // A read begins: what happened before is its business.
    void lower();
    // Takes the place of a callback that still waits.
    void wait(std::function<void()> ready);
    // Nobody waits any more; a call that is already posted comes to nothing.
    void cancel();

 private:
    void post_locked();
    void call();

    const Post post_;
    std::mutex mutex_;
    std::function<void()> ready_;
    bool raised_ = false;
    bool posted_ = false;
};

}  // namespace premura
