#include "cli/backtest_kafka.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cli/interrupt.h"
#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_record.h"

namespace premura {
namespace {

constexpr int request_timeout_ms = 15'000;
constexpr int poll_slice_ms = 200;  // how often a wait looks for Ctrl-C
// A partition that gives nothing for so long, though it has more, will not.
constexpr std::chrono::seconds stall_max{60};

KafkaOptions options_for(const KafkaSourceOptions& given) {
    KafkaOptions options;
    options.instance = "backtest";
    options.log = [say = given.say](int severity, const std::string& text) {
        constexpr int warning = 4;
        if (say && severity <= warning) say("Kafka: " + text);
    };
    options.properties = given.properties;
    options.properties["bootstrap.servers"] = given.bootstrap;
    options.properties.emplace("queued.max.messages.kbytes", "16384");
    return options;
}

// One client for all partitions, which keeps a queue for each.
struct SharedClient {
    explicit SharedClient(const KafkaSourceOptions& options)
        : client{
              KafkaClient::Role::side,
              options_for(options),
              // librdkafka wants a name; nobody joins this group, and nothing is committed for it.
              {{"group.id", "premura-backtest"}, {"queued.max.messages.kbytes", "16384"}}} {}
    KafkaClient client;
};

class PartitionSource final : public RecordSource {
 public:
    PartitionSource(std::shared_ptr<SharedClient> shared, TopicPartition place, std::int64_t from,
                    std::int64_t end)
        : shared_{std::move(shared)},
          place_{std::move(place)},
          from_{from},
          end_{end},
          next_{from},
          queue_{rd_kafka_queue_get_partition(shared_->client.get(), place_.first.c_str(),
                                              place_.second)} {
        if (queue_) rd_kafka_queue_forward(queue_.get(), nullptr);
    }

    bool next(RecordedRecord& recorded) override {
        auto moved = std::chrono::steady_clock::now();
        while (next_ < end_ && error_.empty() && !interrupted()) {
            const KafkaOwned<rd_kafka_message_t, rd_kafka_message_destroy> message{
                rd_kafka_consume_queue(queue_.get(), poll_slice_ms)};
            if (!message) {
                rd_kafka_poll(shared_->client.get(), 0);
                if (std::chrono::steady_clock::now() - moved < stall_max) continue;
                error_ = fmt::format("Kafka: {}/{} gives no record after offset {}", place_.first,
                                     place_.second, next_);
                break;
            }
            moved = std::chrono::steady_clock::now();
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
                next_ = end_;
                break;
            }
            if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                error_ = fmt::format("Kafka: {}/{}: {}", place_.first, place_.second,
                                     rd_kafka_message_errstr(message.get()));
                break;
            }
            next_ = message->offset + 1;
            if (message->offset >= end_) break;
            recorded.record = record_of(*message, place_.first);
            recorded.arrival = recorded.record.timestamp;
            recorded.place = fmt::format("{}/{}@{}", place_.first, place_.second, message->offset);
            return true;
        }
        return false;
    }

    std::optional<double> fraction() const override {
        if (end_ <= from_) return 1.0;
        return static_cast<double>(std::min(next_, end_) - from_) /
               static_cast<double>(end_ - from_);
    }
    const std::string& error() const override { return error_; }

 private:
    std::shared_ptr<SharedClient> shared_;
    const TopicPartition place_;
    const std::int64_t from_;
    const std::int64_t end_;
    std::int64_t next_;
    KafkaQueue queue_;
    std::string error_;
};

// The first offset at or after a moment, by the log's time, of each partition; those without get
// their end.
KafkaOffsets offsets_at(const KafkaClient& client, const KafkaOffsets& ends, Instant at) {
    KafkaOffsets asked;
    for (const auto& [place, end] : ends)
        asked[place] = std::max<std::int64_t>(0, milliseconds_of(at));
    const KafkaPartitionList list = partition_list(asked);
    const rd_kafka_resp_err_t error =
        rd_kafka_offsets_for_times(client.get(), list.get(), request_timeout_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw LogError(std::string{"Kafka was asked for offsets and did not answer: "} +
                       rd_kafka_err2str(error));
    }
    KafkaOffsets found = ends;
    for (int i = 0; i < list->cnt; ++i) {
        const rd_kafka_topic_partition_t& each = list->elems[i];
        if (each.offset >= 0) found[{each.topic, each.partition}] = each.offset;
    }
    return found;
}

// Where each partition of the topics begins, and one past its last record.
void ask_for_ends(const KafkaClient& client, const std::vector<std::string>& topics,
                  KafkaOffsets& begins, KafkaOffsets& ends) {
    for (const std::string& topic : topics) {
        const int partitions = client.partitions(topic, Milliseconds{request_timeout_ms});
        if (partitions == 0) throw LogError("Kafka has no topic " + topic);
        for (int i = 0; i < partitions; ++i) {
            std::int64_t low = 0;
            std::int64_t high = 0;
            const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
                client.get(), topic.c_str(), i, &low, &high, request_timeout_ms);
            if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
                throw LogError(fmt::format("Kafka: {}/{}: {}", topic, i, rd_kafka_err2str(error)));
            }
            begins[{topic, i}] = low;
            ends[{topic, i}] = high;
        }
    }
}

}  // namespace

std::vector<std::unique_ptr<RecordSource>> make_kafka_sources(const KafkaSourceOptions& options,
                                                              std::string& error) {
    std::vector<std::unique_ptr<RecordSource>> sources;
    try {
        const auto shared = std::make_shared<SharedClient>(options);
        const KafkaClient& client = shared->client;
        KafkaOffsets begins;
        KafkaOffsets ends;
        ask_for_ends(client, options.topics, begins, ends);
        if (options.from) begins = offsets_at(client, ends, *options.from);
        const KafkaOffsets until = options.to ? offsets_at(client, ends, *options.to) : ends;

        KafkaOffsets assigned;
        for (const auto& [place, begin] : begins) {
            if (begin >= until.at(place)) continue;
            assigned[place] = begin;
            sources.push_back(
                std::make_unique<PartitionSource>(shared, place, begin, until.at(place)));
        }
        const rd_kafka_resp_err_t refused =
            rd_kafka_assign(client.get(), partition_list(assigned).get());
        if (refused != RD_KAFKA_RESP_ERR_NO_ERROR) {
            throw LogError(std::string{"Kafka: "} + rd_kafka_err2str(refused));
        }
    } catch (const LogError& problem) {
        error = problem.what();
        if (!error.starts_with("Kafka")) error = "Kafka: " + error;
        sources.clear();
    }
    return sources;
}

}  // namespace premura
