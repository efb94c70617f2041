#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/desk/desk_change.h"

namespace premura {

struct StreamHubOptions {
    // What is kept for readers that come back, and so how far a slow one may fall behind.
    std::size_t lines_max = 10'000;
    std::size_t bytes_max = std::size_t{16} << 20;
    std::size_t clients_max = 64;
    // Who has missed something goes on with all that is kept; else with what comes from now on, having read the rest anew.
    bool replay_after_missed = true;
};

// Whom a line is for.
struct StreamAudience {
    std::string tenant;  // empty: of any
    DeskAudience who = DeskAudience::everybody;
};

// Somebody who listens. Both may be empty: everything is heard, for ever.
struct StreamListener {
    std::function<bool(const StreamAudience&)> hears;
    // False: this listener may hear no more. Asked before each write, at the latest with a heartbeat.
    std::function<bool()> goes_on;
};

// What the daemon tells everyone who listens, as server-sent events: a ring of the last lines, each
// with an id. Readers pull from the ring, so nobody's queue grows; who falls out of the ring has
// missed something and is told so. Any thread.
class StreamHub {
 public:
    // `run` is part of every id and must differ from one run of the daemon to the next.
    StreamHub(StreamHubOptions options, std::string run);

    // Adds a line. `event` is a short constant such as "call-task"; `data` is text, mostly JSON.
    void publish(std::string_view event, std::string_view data, StreamAudience audience = {});
    // The id of the last line; `<run>-0` before the first.
    std::string last_id() const;

    // Where a reader stands.
    struct Cursor {
        std::uint64_t next = 0;
    };
    // Where a reader begins that has seen everything up to `last_event_id`. Empty: with what comes
    // from now on; "0": with all that is kept. When lines in between are gone, or the id is of
    // another run, `greeting` is an event `missed`, and the reader begins with all that is kept.
    Cursor start(std::string_view last_event_id, std::string& greeting) const;
    // Appends what follows and is for that listener, about `bytes_max` at most, and moves on. False when the next line
    // is gone.
    bool read(Cursor& cursor, std::size_t bytes_max, std::string& text, const StreamListener& listener = {}) const;

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
    struct Line {
        std::string text;  // rendered
        StreamAudience audience;
    };
    std::deque<Line> lines_;  // the last one has the id next_ - 1
    std::size_t bytes_ = 0;
    std::uint64_t next_ = 1;
    Subscription last_subscription_ = 0;
    std::map<Subscription, std::function<void()>> subscriptions_;
};

}  // namespace premura
