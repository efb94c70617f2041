// Prints the committed records of one topic, one JSON object a line, as a read_committed reader sees them:
//   dump_records --sqlite FILE TOPIC
//   dump_records --kafka BOOTSTRAP TOPIC

#include <librdkafka/rdkafka.h>

#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <string>

#include "daemon/sqlite/sqlite_log.h"

namespace {

namespace json = boost::json;

void print(const std::string& topic, int partition, std::int64_t offset, const std::string& key,
           const std::string& value, bool tombstone, const premura::Headers& headers) {
    json::object names;
    for (const auto& [name, content] : headers) names[name] = content;
    json::object line{{"topic", topic}, {"partition", partition}, {"offset", offset},
                      {"key", key},     {"headers", names}};
    if (tombstone) {
        line["value"] = nullptr;
    } else {
        line["value"] = json::string{value};
    }
    std::cout << json::serialize(line) << '\n';
}

int dump_sqlite(const std::string& file, const std::string& topic) {
    for (const premura::Record& record : premura::sqlite_records(file, topic)) {
        print(record.topic, record.partition, record.offset, record.key, record.value,
              record.tombstone, record.headers);
    }
    return 0;
}

premura::Headers headers_of(const rd_kafka_message_t* message) {
    premura::Headers headers;
    rd_kafka_headers_t* raw = nullptr;
    if (rd_kafka_message_headers(message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(raw, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
        headers.emplace_back(name, std::string{static_cast<const char*>(value), size});
    }
    return headers;
}

// Reads every partition from its beginning to the end of what is committed now.
int dump_kafka(const std::string& bootstrap, const std::string& topic) {
    char error[512];
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"bootstrap.servers", bootstrap},
             {"group.id", "dump"},
             {"enable.partition.eof", "true"},
             {"enable.auto.commit", "false"},
             {"isolation.level", "read_committed"}}) {
        rd_kafka_conf_set(settings, name.c_str(), value.c_str(), error, sizeof error);
    }
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, settings, error, sizeof error);
    if (consumer == nullptr) {
        std::cerr << error << '\n';
        return 1;
    }
    rd_kafka_poll_set_consumer(consumer);
    const rd_kafka_metadata_t* metadata = nullptr;
    rd_kafka_topic_t* handle = rd_kafka_topic_new(consumer, topic.c_str(), nullptr);
    if (rd_kafka_metadata(consumer, 0, handle, &metadata, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        metadata->topic_cnt != 1 || metadata->topics[0].partition_cnt == 0) {
        std::cerr << "no topic " << topic << '\n';
        return 1;
    }
    const int partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) {
        rd_kafka_topic_partition_list_add(all, topic.c_str(), i)->offset = 0;
    }
    rd_kafka_assign(consumer, all);
    int ended = 0;
    while (ended < partitions) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 1000);
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            ++ended;
        } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            print(topic, message->partition, message->offset,
                  {static_cast<const char*>(message->key), message->key_len},
                  {static_cast<const char*>(message->payload), message->len},
                  message->payload == nullptr, headers_of(message));
        } else {
            std::cerr << rd_kafka_message_errstr(message) << '\n';
            return 1;
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_topic_partition_list_destroy(all);
    rd_kafka_topic_destroy(handle);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    const std::string kind = argc == 4 ? argv[1] : "";
    if (kind == "--sqlite") return dump_sqlite(argv[2], argv[3]);
    if (kind == "--kafka") return dump_kafka(argv[2], argv[3]);
    std::cerr << "usage: dump_records --sqlite FILE TOPIC | --kafka BOOTSTRAP TOPIC\n";
    return 2;
}
