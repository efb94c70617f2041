#include "daemon/kafka/kafka_options.h"

#include <array>
#include <string_view>

#include "daemon/kafka/kafka_client.h"

namespace premura {
namespace {

struct OwnProperty {
    std::string_view name;
    std::string_view why;
};

// What a user may not set. All else is handed to librdkafka as it is.
constexpr std::array own_properties{
    OwnProperty{"acks", "a commit must be on every replica in sync"},
    OwnProperty{"request.required.acks", "a commit must be on every replica in sync"},
    OwnProperty{"auto.offset.reset", "a new reader begins with the oldest record"},
    OwnProperty{"enable.auto.commit", "positions are committed with what followed from them"},
    OwnProperty{"auto.commit.enable", "positions are committed with what followed from them"},
    OwnProperty{"enable.auto.offset.store", "positions are committed with what followed from them"},
    OwnProperty{"enable.idempotence", "without it records are written twice"},
    OwnProperty{"enable.partition.eof", "positions count what no record stands for"},
    OwnProperty{"group.id", "it is made of the topic prefix and the stage"},
    OwnProperty{"group.instance.id", "it is made of the instance's name"},
    OwnProperty{"group.protocol", "exactly-once was proved with 'classic' only"},
    OwnProperty{"isolation.level", "what was not committed must not be read"},
    OwnProperty{"partition.assignment.strategy",
                "the same partition of all inputs must go to one reader, which 'range' does"},
    OwnProperty{"transactional.id", "it is made of the topic prefix, the stage and the instance"},
};

}  // namespace

std::vector<std::string> faults_of(const KafkaOptions& options) {
    std::vector<std::string> faults;
    if (!options.properties.contains("bootstrap.servers") &&
        !options.properties.contains("metadata.broker.list")) {
        faults.push_back(
            "no Kafka broker is named; hint: set bootstrap.servers, for example to kafka-1:9092");
    }
    const KafkaOwned<rd_kafka_conf_t, rd_kafka_conf_destroy> scratch{rd_kafka_conf_new()};
    for (const auto& [name, value] : options.properties) {
        bool own = false;
        for (const OwnProperty& property : own_properties) {
            if (name != property.name) continue;
            own = true;
            faults.push_back("Kafka property '" + name + "' is Premura's own: " +
                             std::string{property.why} + "; hint: leave it out");
        }
        if (own) continue;
        char text[512];
        const rd_kafka_conf_res_t result =
            rd_kafka_conf_set(scratch.get(), name.c_str(), value.c_str(), text, sizeof text);
        if (result == RD_KAFKA_CONF_UNKNOWN) {
            faults.push_back("'" + name + "' is no property of librdkafka " +
                             rd_kafka_version_str() +
                             "; hint: its CONFIGURATION.md lists them all");
        } else if (result != RD_KAFKA_CONF_OK) {
            faults.push_back("Kafka property '" + name + "' was refused: " + text);
        }
    }
    return faults;
}

}  // namespace premura
