#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_wake.h"

namespace premura {

// Reads the state of partitions back from their compacted topic: committed records only, up to the
// end that counts uncommitted ones too. The last transaction of the previous owner may be committed
// and yet lie beyond what a reader of committed records is shown, because its markers are still
// being written; a restore that ended there would lose it.
class KafkaRestore {
 public:
    using State = boost::unordered_flat_map<std::string, std::string>;
    using Done = std::function<void(int partition, const State& state)>;
    using Clock = std::chrono::steady_clock;

    // The client is a consumer that nobody else consumes with; it outlives this, as the options do.
    KafkaRestore(const KafkaClient& client, const KafkaOptions& options, std::string topic,
                 const std::shared_ptr<KafkaWake>& wake);

    // Begins with a partition: everything before `end` counts.
    void start(int partition, std::int64_t end);
    void stop_all();
    bool active() const { return !waiting_.empty() || !running_.empty(); }

    // Takes what has come, without waiting, and calls `done` for each partition that is complete.
    // True when there is more to be had at once. Throws LogError when a partition makes no headway
    // for too long.
    bool pump(const Done& done);

 private:
    struct Running {
        std::int64_t end = 0;
        std::int64_t next = 0;
        State state;
        Clock::time_point moved;
        bool stall_told = false;
    };

    void begin_waiting();
    void take(const rd_kafka_message_t& message);
    void finish(const Done& done);
    void watch();

    const KafkaClient& client_;
    const KafkaOptions& options_;
    const std::string topic_;
    KafkaWatchedQueue queue_;
    std::deque<std::pair<int, std::int64_t>> waiting_;  // partition and end
    std::map<int, Running> running_;
};

}  // namespace premura
