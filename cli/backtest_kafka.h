#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/backtest_source.h"

namespace premura {

struct KafkaSourceOptions {
    std::string bootstrap;            // host:port, several with commas
    std::vector<std::string> topics;  // full names; they must exist
    std::optional<Instant>
        from;  // by the log's time; nothing: from the beginning, to what is there now
    std::optional<Instant> to;
    std::map<std::string, std::string> properties;  // of librdkafka
    std::function<void(const std::string&)> say;    // hears sentences for people, on any thread
};

// One source for each partition. Partitions are assigned, not subscribed to: no group is joined and
// no position is committed, so that whoever reads these topics for good does not notice. A record's
// arrival is the log's time. Empty with `error` when Kafka cannot be asked.
std::vector<std::unique_ptr<RecordSource>> make_kafka_sources(const KafkaSourceOptions& options,
                                                              std::string& error);

}  // namespace premura
