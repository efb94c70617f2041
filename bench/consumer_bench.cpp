// A bare librdkafka consumer: reads a topic from its beginning to its end in batches and does nothing with it. What
// premurad does through Kafka is measured beside this, see bench/throughput.
//
//   consumer_bench BOOTSTRAP TOPIC

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <string>

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: consumer_bench BOOTSTRAP TOPIC\n");
        return 2;
    }
    std::array<char, 512> error{};
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    const std::pair<const char*, const char*> values[] = {
        {"bootstrap.servers", argv[1]},     {"group.id", "consumer-bench"},
        {"enable.auto.commit", "false"},    {"enable.partition.eof", "true"},
        {"isolation.level", "read_committed"}, {"fetch.queue.backoff.ms", "10"}};
    for (const auto& [name, value] : values) {
        rd_kafka_conf_set(settings, name, value, error.data(), error.size());
    }
    rd_kafka_t* consumer =
        rd_kafka_new(RD_KAFKA_CONSUMER, settings, error.data(), error.size());
    if (consumer == nullptr) {
        fmt::print(stderr, "{}\n", error.data());
        return 1;
    }
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_t* topic = rd_kafka_topic_new(consumer, argv[2], nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(consumer, 0, topic, &metadata, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fmt::print(stderr, "no answer from {}\n", argv[1]);
        return 1;
    }
    const int partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) {
        rd_kafka_topic_partition_list_add(all, argv[2], i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    const auto start = std::chrono::steady_clock::now();
    rd_kafka_assign(consumer, all);
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer);
    std::array<rd_kafka_message_t*, 1000> messages{};
    std::size_t records = 0;
    std::size_t bytes = 0;
    int ended = 0;
    while (ended < partitions) {
        const auto count =
            rd_kafka_consume_batch_queue(queue, 1000, messages.data(), messages.size());
        for (long i = 0; i < count; ++i) {
            rd_kafka_message_t* message = messages[static_cast<std::size_t>(i)];
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                ++records;
                bytes += message->len;
            }
            rd_kafka_message_destroy(message);
        }
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{} records, {} B each, {:.2f} s, {:.0f} records/s\n", records,
               records == 0 ? 0 : bytes / records, seconds, static_cast<double>(records) / seconds);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_partition_list_destroy(all);
    rd_kafka_topic_destroy(topic);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}
