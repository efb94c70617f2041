#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cli/feed_sink.h"

namespace premura {

struct KafkaFeedOptions {
    std::string bootstrap;  // host:port, several with commas
    std::string topic;      // full name; it must exist
    std::map<std::string, std::string> properties;  // of librdkafka, over what is chosen here
    // Hears sentences for people. On the feeding thread and librdkafka's.
    std::function<void(const std::string&)> say;
};

// Sends events to a Kafka topic: keyed and partitioned as Java producers do, dated by their own time, idempotent,
// so that nothing is repeated or reordered. A broker that is away is waited for as long as librdkafka's
// message.timeout.ms says. Needs librdkafka's threads beside the caller's.
std::unique_ptr<FeedSink> make_kafka_feed(const KafkaFeedOptions& options, std::string& error);

}  // namespace premura
