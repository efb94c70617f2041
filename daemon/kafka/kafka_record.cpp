#include "daemon/kafka/kafka_record.h"

#include <chrono>
#include <string_view>

#include "daemon/log/headers.h"
#include "daemon/log/partitioner.h"

namespace premura {
namespace {

// Kafka's mark for a record without a time. The calls of librdkafka take 0 for "now", so that the
// moment 0, which is that of an Output nobody gave a time, travels as no time.
constexpr std::int64_t no_timestamp = -1;

std::string_view bytes_of(const void* data, std::size_t size) {
    return data ? std::string_view{static_cast<const char*>(data), size} : std::string_view{};
}

// Zero, "the producer's clock", for what a broker would refuse.
std::int64_t timestamp_of(Instant time) {
    const std::int64_t wanted = milliseconds_of(time);
    if (wanted == 0) return no_timestamp;
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    return wanted < 0 || time > now ? 0 : wanted;
}

rd_kafka_headers_t* headers_of(const Headers& headers) {
    if (headers.empty()) return nullptr;
    rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
    for (const auto& [name, value] : headers) {
        rd_kafka_header_add(list, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
    }
    return list;
}

}  // namespace

Record record_of(const rd_kafka_message_t& message, const std::string& topic) {
    Record record;
    record.topic = topic;
    record.partition = message.partition;
    record.offset = message.offset;
    record.key = bytes_of(message.key, message.key_len);
    record.value = bytes_of(message.payload, message.len);
    record.tombstone = message.payload == nullptr;
    const std::int64_t timestamp = rd_kafka_message_timestamp(&message, nullptr);
    if (timestamp > 0) record.timestamp = instant_of(timestamp);

    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
    record.headers.reserve(rd_kafka_header_cnt(headers));
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        record.headers.emplace_back(lower_case(name), bytes_of(value, size));
    }
    return record;
}

const KafkaTargets::Target& KafkaTargets::find(const std::string& topic) {
    const auto found = targets_.find(topic);
    if (found != targets_.end()) return found->second;
    const int partitions = client_.partitions(topic, request_timeout_);
    if (partitions == 0) {
        throw LogError("topic '" + topic + "' does not exist; hint: has it been deleted?");
    }
    Target target{KafkaTopic{rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr)},
                  partitions};
    return targets_.emplace(topic, std::move(target)).first->second;
}

int partition_for(const Output& output, const KafkaTargets::Target& target) {
    if (!output.partition) return partition_of(output.partition_key, target.partitions);
    if (*output.partition >= 0 && *output.partition < target.partitions) return *output.partition;
    throw LogError("topic '" + output.topic + "' has no partition " +
                   std::to_string(*output.partition) + ", only " +
                   std::to_string(target.partitions));
}

rd_kafka_resp_err_t produce(const KafkaClient& producer, const KafkaTargets::Target& target,
                            int partition, const Output& output, void* opaque) {
    // The calls take pointers that are not const, and change nothing behind them.
    void* const value = output.value ? const_cast<char*>(output.value->data()) : nullptr;
    const std::size_t size = output.value ? output.value->size() : 0;
    rd_kafka_headers_t* const headers = headers_of(output.headers);
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        producer.get(), RD_KAFKA_V_RKT(target.topic.get()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, size),
        RD_KAFKA_V_KEY(output.key.data(), output.key.size()),
        RD_KAFKA_V_TIMESTAMP(timestamp_of(output.timestamp)), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR && headers) rd_kafka_headers_destroy(headers);
    return error;
}

}  // namespace premura
