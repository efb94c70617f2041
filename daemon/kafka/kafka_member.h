#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_wake.h"

namespace premura {

// One member of the consumer group of a stage. Rebalances are noted while polling and acted upon by
// the owner between two polls; librdkafka waits for that.
class KafkaMember {
 public:
    struct Rebalance {
        bool assigned = false;  // else: everything is revoked
        bool lost = false;      // revoked after the fact: others may own it already
        std::vector<TopicPartition> partitions;  // of an assignment
        int generation = -1;
        KafkaGroupMetadata group;  // of an assignment; null: the group has let go of us already
    };

    // Joins the group. The options outlive this. Throws LogError.
    KafkaMember(const KafkaOptions& options, const StageTopics& topics,
                const std::shared_ptr<KafkaWake>& wake);
    ~KafkaMember();

    // Takes at most `messages_max` messages without waiting and shows each, also errors and ends of
    // partitions. Returns how many there were.
    // Throws LogError when the group has shut this member out for good.
    std::size_t consume(std::size_t messages_max,
                        const std::function<void(const rd_kafka_message_t&)>& take);

    // The next rebalance to act upon. An assignment must be answered with `assign`, a revocation
    // with `unassign`.
    std::optional<Rebalance> take_rebalance();

    // Reads these partitions from these offsets on, and no others. Also in between rebalances.
    void assign(const KafkaOffsets& offsets);
    void unassign();
    void pause(const KafkaOffsets& partitions);
    void resume(const KafkaOffsets& partitions);

    // Leaves. A member with a name keeps its place until the session ends, so that it may come back
    // to it.
    void close();

    const KafkaClient& client() const { return client_; }
    const std::string& group() const { return group_; }

 private:
    void note_rebalance(rd_kafka_resp_err_t what,
                        const rd_kafka_topic_partition_list_t* partitions);
    void throw_if_shut_out() const;

    const std::string group_;
    const std::string instance_;
    std::deque<Rebalance> rebalances_;
    bool closing_ = false;
    KafkaClient client_;
    KafkaWatchedQueue queue_;
    std::array<rd_kafka_message_t*, 500> messages_;
};

}  // namespace premura
