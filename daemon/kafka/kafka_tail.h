#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_options.h"
#include "daemon/log/log_tail.h"

namespace premura {

// Follows topics on Kafka with a consumer that joins no group and commits nothing: the partitions are those there are
// now, read from their beginning. The topics must be there; asking for them blocks, at most `request_timeout` each.
// `executor` is of the thread that reads. Throws LogError.
std::unique_ptr<LogTail> make_kafka_tail(KafkaOptions options, std::vector<std::string> topics,
                                         boost::asio::any_io_executor executor);

}  // namespace premura
