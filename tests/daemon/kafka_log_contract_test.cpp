#include <catch2/catch.hpp>

#include "tests/daemon/log_contract.h"
#include "tests/kafka/kafka_world.h"

// The log on a real Kafka keeps the promises of log_contract.h.

namespace premura {

TEST_CASE("the Kafka log keeps every promise", "[log][kafka]") {
    if (!has_kafka()) return;
    check_promises([] { return std::make_unique<KafkaWorld>(); });
}

}  // namespace premura
