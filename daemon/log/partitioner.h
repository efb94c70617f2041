#pragma once

#include <cstdint>
#include <string_view>

namespace premura {

// MurmurHash2, 32 bits, with the seed 0x9747b28c that Kafka's clients use. Bytes are read as
// little-endian words whatever the machine.
std::uint32_t murmur2(std::string_view bytes);

// The partition that a Java producer gives to a record with this key: (murmur2(key) & 0x7fffffff)
// modulo `partitions`, which must be 1 or more. The empty key is hashed like any other: it is not
// "no key". Source: Apache Kafka, BuiltInPartitioner.partitionForKey and Utils.murmur2;
// librdkafka's partitioner "murmur2".
int partition_of(std::string_view key, int partitions);

}  // namespace premura
