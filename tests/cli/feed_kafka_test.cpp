#include "cli/feed_kafka.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <catch2/catch.hpp>
#include <map>
#include <memory>

#include "cli/event_lines.h"
#include "cli/feed_event.h"
#include "core/events/decoder.h"
#include "daemon/log/partitioner.h"

// Against the brokers that librdkafka plays itself; those of Apache are for the tests of the daemon.

using namespace premura;

namespace {

constexpr int partitions = 4;

class MockKafka {
 public:
    MockKafka() {
        char error[256];
        client_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof error);
        cluster_ = rd_kafka_mock_cluster_new(client_, 1);
        rd_kafka_mock_topic_create(cluster_, "orders", partitions, 1);
    }
    ~MockKafka() {
        rd_kafka_mock_cluster_destroy(cluster_);
        rd_kafka_destroy(client_);
    }
    std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

 private:
    rd_kafka_t* client_ = nullptr;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

struct Message {
    int partition;
    std::string key;
    std::string value;
    std::int64_t timestamp;
    std::map<std::string, std::string> headers;
};

std::vector<Message> read_all(const std::string& bootstrap, std::size_t count) {
    char error[256];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), error, sizeof error);
    rd_kafka_conf_set(conf, "group.id", "test", error, sizeof error);
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) {
        rd_kafka_topic_partition_list_add(list, "orders", i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);

    std::vector<Message> messages;
    for (int tries = 0; messages.size() < count && tries < 200; ++tries) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 100);
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            Message read;
            read.partition = message->partition;
            read.key.assign(static_cast<const char*>(message->key), message->key_len);
            read.value.assign(static_cast<const char*>(message->payload), message->len);
            read.timestamp = rd_kafka_message_timestamp(message, nullptr);
            rd_kafka_headers_t* headers = nullptr;
            if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
                const char* name = nullptr;
                const void* value = nullptr;
                std::size_t size = 0;
                for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
                                        RD_KAFKA_RESP_ERR_NO_ERROR;
                     ++i) {
                    read.headers[name] = std::string{static_cast<const char*>(value), size};
                }
            }
            messages.push_back(std::move(read));
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return messages;
}

std::string line_of(const std::string& order) {
    return R"({"specversion":"1.0","id":"1","source":"/s","type":"order.paid","time":"2026-06-01T10:00:00Z","data":{"order":{"id":")" +
           order + "\"}}}";
}

}  // namespace

TEST_CASE("into Kafka events go by their order's key, dated by their own time", "[feed][kafka]") {
    MockKafka kafka;
    std::string error;
    const auto sink = make_kafka_feed({kafka.bootstrap(), "orders", {}, {}}, error);
    REQUIRE(error == "");
    REQUIRE(sink != nullptr);

    FeedEventReader reader;
    std::map<std::string, std::string> sent;
    for (int i = 0; i < 40; ++i) {
        const std::string order = "A" + std::to_string(i);
        sent[order] = line_of(order);
        const std::string padded = sent[order] + std::string(EventLines::padding, ' ');
        const FeedEvent& event =
            reader.read(std::string_view{padded}.substr(0, sent[order].size()));
        REQUIRE(sink->send(sent[order], event, *event.time));
    }
    REQUIRE(sink->clock(*parse_rfc3339("2026-06-01T12:00:00Z")));
    REQUIRE(sink->finish());
    CHECK(sink->delivered() == 40);
    CHECK(sink->refused() == 0);

    const auto messages = read_all(kafka.bootstrap(), 44);
    REQUIRE(messages.size() == 44);
    std::map<int, int> clocks;
    for (const Message& message : messages) {
        if (message.headers.contains("ce_type")) {
            CHECK(message.headers.at("ce_type") == clock_event_type);
            CHECK(message.headers.at("ce_time") == "2026-06-01T12:00:00Z");
            CHECK(message.headers.contains("ce_id"));
            CHECK(message.value == "");
            ++clocks[message.partition];
            continue;
        }
        CHECK(message.value == sent[message.key]);
        CHECK(message.partition == partition_of(message.key, partitions));
        CHECK(message.timestamp == milliseconds_of(*parse_rfc3339("2026-06-01T10:00:00Z")));
        CHECK(message.headers.at("content-type") == "application/cloudevents+json");
        CHECK(clocks[message.partition] == 0);
    }
    CHECK(clocks == std::map<int, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}});
}

TEST_CASE("a topic that is not there, and a property that is not one, are told", "[feed][kafka]") {
    MockKafka kafka;
    std::string error;
    CHECK(make_kafka_feed({kafka.bootstrap(), "orders", {{"linger.mss", "5"}}, {}}, error) == nullptr);
    CHECK_THAT(error, Catch::Contains("linger.mss"));
}
