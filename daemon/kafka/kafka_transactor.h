#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_record.h"

namespace premura {

// The transactional producer of one reader: writes one transaction at a time, whole or not at all,
// and makes itself anew where librdkafka's producer is beyond repair.
class KafkaTransactor {
 public:
    using Clock = std::chrono::steady_clock;

    // `id` is the transactional id. The options outlive this.
    KafkaTransactor(const KafkaOptions& options, std::string id);

    // True when transactions can be written. Ends what an earlier producer of the same id left
    // open, and shuts that one out. Blocks, at most `commit_timeout`. False when another of the
    // same id has shut this one out a moment ago: ask again a little later. Throws LogError when it
    // can never be.
    bool ready();

    enum class Result {
        committed,
        lost,         // nothing was written, or nobody knows: the state must be rebuilt
        lost_member,  // the same, because the group no longer takes this reader for a member
    };
    struct Outcome {
        Result result;
        std::string why;
        bool shut_out = false;  // see `shut_out`
    };
    // Writes outputs, state and positions. `positions` must not be empty: the broker checks the
    // membership that `group` tells of with them, and that is what keeps a reader that lost its
    // partitions from writing. Throws LogError for what would fail again in the same way.
    Outcome write(const Transaction& transaction, const std::string& state_topic,
                  const KafkaOffsets& positions, const rd_kafka_consumer_group_metadata_t& group);

    // Lets go of the producer, because its transaction was open for too long or another process
    // goes by the same name. Which of the two it is, the group tells with the next heartbeats; to
    // shut the other one out at once would make the two take turns. So it is not `ready` for a
    // while.
    void shut_out();

    // Lets librdkafka tell what it has to tell.
    void serve();

 private:
    struct Failure {
        enum class Kind { again, abort, fatal };
        Kind kind;
        rd_kafka_resp_err_t code;
        std::string text;
    };

    template <typename Call>
    std::optional<Failure> repeat(const char* what, const Call& call);
    std::optional<Failure> send(const Transaction& transaction, const std::string& state_topic);
    std::optional<Failure> send_one(const Output& output, int partition,
                                    const KafkaTargets::Target& target);
    Outcome give_up(Failure failure);
    void discard();

    const KafkaOptions& options_;
    const std::string id_;
    std::unique_ptr<KafkaClient> client_;
    std::unique_ptr<KafkaTargets> targets_;
    Clock::time_point not_before_{};
    std::string delivery_error_;  // the first of the transaction at hand
};

}  // namespace premura
