#pragma once

#include <map>
#include <string>

#include "core/stage.h"
#include "daemon/kafka/kafka_client.h"

namespace premura {

// A message as a record; `topic` is its topic's name. Header names go to lower case. A message
// without a time gets 1970-01-01T00:00:00Z.
Record record_of(const rd_kafka_message_t& message, const std::string& topic);

// The topics a producer writes to, with their partition counts, each asked for once.
class KafkaTargets {
 public:
    struct Target {
        KafkaTopic topic;
        int partitions = 0;
    };

    // The client outlives this.
    KafkaTargets(const KafkaClient& client, Milliseconds request_timeout)
        : client_{client}, request_timeout_{request_timeout} {}

    // Blocks for the first record to a topic. Throws LogError when there is no such topic.
    const Target& find(const std::string& topic);

 private:
    const KafkaClient& client_;
    const Milliseconds request_timeout_;
    std::map<std::string, Target, std::less<>> targets_;
};

// The partition a record goes to. Throws LogError when it asks for one that is not there.
int partition_for(const Output& output, const KafkaTargets::Target& target);

// Hands a record to the producer; `opaque` comes back with its delivery report. The bytes are
// copied. A time later than now is left out, because brokers refuse the future, and with it the
// whole transaction.
rd_kafka_resp_err_t produce(const KafkaClient& producer, const KafkaTargets::Target& target,
                            int partition, const Output& output, void* opaque);

}  // namespace premura
