#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_wake.h"

namespace premura {

// Asks the cluster without waiting. Answers come from inside `serve`, each once, on the same
// thread.
class KafkaQuestions {
 public:
    struct Answer {
        KafkaOffsets offsets;  // of the partitions that were answered for
        std::string error;     // the first thing that went wrong; empty: nothing did
    };
    using Asker = std::function<void(const Answer&)>;

    // The client outlives this.
    KafkaQuestions(const KafkaClient& client, const KafkaOptions& options,
                   const std::shared_ptr<KafkaWake>& wake);
    ~KafkaQuestions();

    // The committed positions of a group; `none_committed` where there are none. A partition that a
    // transaction is about to move is answered with an error: ask again.
    void committed(const std::string& group, const std::vector<TopicPartition>& partitions,
                   Asker asker);
    static constexpr std::int64_t none_committed = RD_KAFKA_OFFSET_INVALID;

    // One past the last record of each, be it committed, aborted or neither yet.
    void ends(const std::vector<TopicPartition>& partitions, Asker asker);

    void serve();

 private:
    KafkaAdminOptions admin_options(rd_kafka_admin_op_t operation, std::uint64_t id) const;
    void answer(rd_kafka_event_t* event);

    const KafkaClient& client_;
    const KafkaOptions& options_;
    const std::shared_ptr<KafkaWake> wake_;
    KafkaWatchedQueue queue_;
    std::map<std::uint64_t, Asker> askers_;
    std::uint64_t last_id_ = 0;

    // For a librdkafka that cannot ask for ends without waiting.
    struct Waiting;
    std::unique_ptr<Waiting> waiting_;
};

}  // namespace premura
