#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "daemon/kafka/kafka_options.h"
#include "daemon/log/log.h"

namespace premura {

// The log on Kafka. Any number of processes share the partitions of a stage through a consumer
// group; outputs, state and positions of a commit are one Kafka transaction. Topics must be there:
// see kafka_topics.h.

// A reader of a stage. `executor` is of the reader's thread, and `ready` is called there. All
// inputs and the state topic must have equal partition counts. Throws LogError.
std::unique_ptr<StageLog> make_kafka_reader(KafkaOptions options, StageTopics topics,
                                            boost::asio::any_io_executor executor);

// Appends with acknowledgement by all replicas in sync, each record once even when it is sent
// again. `done` is called on the executor's thread, or inside `append`. Records of one append that
// went wrong half-way, for example because the brokers were gone for too long, may be durable in
// part: its sender appends all of them again, and readers know the repeats by their event ids. What
// can be known before is checked before, and then none is written. Throws LogError.
std::unique_ptr<LogWriter> make_kafka_writer(KafkaOptions options,
                                             boost::asio::any_io_executor executor);

}  // namespace premura
