#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace premura {

struct StreamHubOptions {
    // What is kept for readers that come back, and so how far a slow one may fall behind.
    std::size_t lines_max = 10'000;
    std::size_t bytes_max = std::size_t{16} << 20;
    std::size_t clients_max = 64;
};

// What the daemon tells everyone who listens, as server-sent events: a ring of the last lines, each
// with an id. Readers pull from the ring, so nobody's queue grows; who falls out of the ring has
// missed something and is told so. Any thread.
class StreamHub {
 public:
    // `run` is part of every id and must differ from one run of the daemon to the next.
    StreamHub(StreamHubOptions options, std::string run);

    // Adds a line. `event` is a short constant such as "call-task"; `data` is text, mostly JSON.
    void publish(std::string_view event, std::string_view data);

    // Where a reader stands.
    struct Cursor {
        std::uint64_t next = 0;
    };
    // Where a reader begins that has seen everything up to `last_event_id`. Empty: with what comes
    // from now on; "0": with all that is kept. When lines in between are gone, or the id is of
    // another run, `greeting` is an event `missed`, and the reader begins with all that is kept.
    Cursor start(std::string_view last_event_id, std::string& greeting) const;
    // Appends what follows, about `bytes_max` at most, and moves on. False when the next line is
    // gone.
    bool read(Cursor& cursor, std::size_t bytes_max, std::string& text) const;

    using Subscription = std::uint64_t;
    // `changed` is called on the publisher's thread with every line, under this object's lock: it
    // must only pass that on. Nothing (0) when `clients_max` have subscribed.
    Subscription subscribe(std::function<void()> changed);
    void unsubscribe(Subscription subscription);

 private:
    std::uint64_t oldest() const { return next_ - lines_.size(); }

    const StreamHubOptions options_;
    const std::string run_;
    mutable std::mutex mutex_;
    std::deque<std::string> lines_;  // rendered; the last one has the id next_ - 1
    std::size_t bytes_ = 0;
    std::uint64_t next_ = 1;
    Subscription last_subscription_ = 0;
    std::map<Subscription, std::function<void()>> subscriptions_;
};

}  // namespace premura
