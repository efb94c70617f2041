#include "daemon/kafka/kafka_tail.h"

#include <array>
#include <set>
#include <utility>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_record.h"
#include "daemon/kafka/kafka_wake.h"

namespace premura {
namespace {

constexpr std::size_t messages_at_once = 500;
// Beside the queue's own word, so that errors of the client are noticed in a quiet topic too.
constexpr Milliseconds tick = std::chrono::seconds{1};
constexpr int warning = 4;

class KafkaTail final : public LogTail {
 public:
    KafkaTail(KafkaOptions options, const std::vector<std::string>& topics, boost::asio::any_io_executor executor)
        : options_{std::move(options)},
          wake_{KafkaWake::make(std::move(executor), tick)},
          // In the name of a group of ours, so that whoever may read for those may do this too; it joins nothing.
          client_{KafkaClient::Role::side, options_, {{"group.id", options_.prefix + "-desk"}}},
          queue_{KafkaQueue{rd_kafka_queue_get_consumer(client_.get())}, wake_} {
        KafkaOffsets from;
        for (const std::string& topic : topics) {
            const int partitions = client_.partitions(topic, options_.request_timeout);
            if (partitions == 0) throw LogError("topic '" + topic + "' does not exist, and cannot be followed");
            for (int i = 0; i < partitions; ++i) from.emplace(TopicPartition{topic, i}, RD_KAFKA_OFFSET_BEGINNING);
        }
        for (const auto& [place, offset] : from) behind_.insert(place);
        const rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), partition_list(from).get());
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            throw LogError(std::string{"topics cannot be followed: "} + rd_kafka_err2str(error));
        }
        wake_->start();
    }
    ~KafkaTail() override {
        wake_->stop();
        rd_kafka_assign(client_.get(), nullptr);
    }

    Batch read(std::size_t records_max) override {
        wake_->begin();
        if (const auto fatal = client_.fatal()) throw LogError("topics cannot be followed: " + fatal->text);
        Batch batch;
        std::size_t bytes = 0;
        batch.more = true;
        std::array<rd_kafka_message_t*, messages_at_once> messages;
        while (batch.records.size() < records_max && bytes < options_.batch_bytes_max) {
            const std::size_t wanted = std::min(messages.size(), records_max - batch.records.size());
            const ssize_t got = rd_kafka_consume_batch_queue(queue_.get(), 0, messages.data(), wanted);
            // Only a queue that was found empty wakes again.
            if (got <= 0) {
                batch.more = false;
                break;
            }
            for (ssize_t i = 0; i < got; ++i) {
                rd_kafka_message_t* const message = messages[static_cast<std::size_t>(i)];
                bytes += message->len;
                take(*message, batch);
                rd_kafka_message_destroy(message);
            }
        }
        batch.caught_up = behind_.empty();
        if (batch.more) wake_->signal().raise();
        return batch;
    }

    void wait(std::function<void()> ready) override { wake_->signal().wait(std::move(ready)); }

 private:
    void take(const rd_kafka_message_t& message, Batch& batch) {
        if (message.rkt == nullptr) return note_error(message);
        const std::string topic = rd_kafka_topic_name(message.rkt);
        if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            behind_.erase({topic, message.partition});
        } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            note_error(message);
        } else {
            batch.records.push_back(record_of(message, topic));
        }
    }

    // Tried again by librdkafka.
    void note_error(const rd_kafka_message_t& message) const {
        client_.log(warning, std::string{"a topic is followed: "} + rd_kafka_message_errstr(&message));
    }

    const KafkaOptions options_;
    const std::shared_ptr<KafkaWake> wake_;
    const KafkaClient client_;
    const KafkaWatchedQueue queue_;
    std::set<TopicPartition> behind_;  // whose end has not been seen yet
};

}  // namespace

std::unique_ptr<LogTail> make_kafka_tail(KafkaOptions options, std::vector<std::string> topics,
                                         boost::asio::any_io_executor executor) {
    return std::make_unique<KafkaTail>(std::move(options), topics, std::move(executor));
}

}  // namespace premura
