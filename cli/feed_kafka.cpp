#include "cli/feed_kafka.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/interrupt.h"
#include "core/events/decoder.h"
#include "core/events/encode.h"
#include "daemon/kafka/kafka_client.h"
#include "daemon/log/partitioner.h"

namespace premura {
namespace {

constexpr int metadata_timeout_ms = 15'000;
constexpr int room_wait_ms = 100;      // how long one wait for room in the queue lasts
constexpr int flush_slice_ms = 200;    // how often the wait for the last records looks for Ctrl-C
constexpr int poll_every = 512;        // records between two looks at delivery reports
constexpr int farewell_ms = 5'000;     // what is under way gets so long after Ctrl-C

KafkaOptions options_for(const KafkaFeedOptions& given) {
    KafkaOptions options;
    options.instance = "feed";
    options.log = [say = given.say](int severity, const std::string& text) {
        constexpr int warning = 4;
        if (say && severity <= warning) say("Kafka: " + text);
    };
    options.properties = given.properties;
    options.properties["bootstrap.servers"] = given.bootstrap;
    const std::pair<const char*, const char*> chosen[] = {
        {"linger.ms", "20"},
        {"batch.num.messages", "10000"},
        {"queue.buffering.max.messages", "500000"},
        {"queue.buffering.max.kbytes", "262144"},
        {"message.timeout.ms", "120000"},
        {"delivery.report.only.error", "true"},
    };
    for (const auto& [name, value] : chosen) options.properties.emplace(name, value);
    return options;
}

class KafkaFeed final : public FeedSink {
 public:
    explicit KafkaFeed(const KafkaFeedOptions& options)
        : client_{KafkaClient::Role::writer,
                  options_for(options),
                  {},
                  {{}, [this](const rd_kafka_message_t& message) { reported(message); }}},
          topic_{rd_kafka_topic_new(client_.get(), options.topic.c_str(), nullptr)} {
        partitions_ = client_.partitions(options.topic, Milliseconds{metadata_timeout_ms});
        if (partitions_ > 0 && topic_) return;
        error_ = fmt::format("there is no topic {} in Kafka; create it first", options.topic);
    }
    ~KafkaFeed() override {
        // Whatever is still queued was given up; it must not hold up the end.
        rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    }

    bool send(std::string_view line, const FeedEvent& event, Instant time) override {
        static constexpr std::string_view type = structured_content_type;
        const int partition = partition_of(event.key, partitions_);
        const bool fine = produce([&] {
            return rd_kafka_producev(
                client_.get(), RD_KAFKA_V_RKT(topic_.get()), RD_KAFKA_V_PARTITION(partition),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_KEY(event.key.data(), event.key.size()),
                RD_KAFKA_V_VALUE(const_cast<char*>(line.data()), line.size()),
                RD_KAFKA_V_TIMESTAMP(milliseconds_of(time)),
                RD_KAFKA_V_HEADER("content-type", type.data(), type.size()), RD_KAFKA_V_END);
        });
        if (fine) ++sent_;
        return fine;
    }

    bool clock(Instant now) override {
        const std::string time = format_utc(now);
        const std::string id = std::to_string(milliseconds_of(now));
        static constexpr std::string_view type = clock_event_type;
        for (int partition = 0; partition < partitions_; ++partition) {
            const bool fine = produce([&] {
                return rd_kafka_producev(
                    client_.get(), RD_KAFKA_V_RKT(topic_.get()), RD_KAFKA_V_PARTITION(partition),
                    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(nullptr, 0),
                    RD_KAFKA_V_TIMESTAMP(milliseconds_of(now)),
                    RD_KAFKA_V_HEADER("ce_specversion", "1.0", 3),
                    RD_KAFKA_V_HEADER("ce_type", type.data(), type.size()),
                    RD_KAFKA_V_HEADER("ce_source", "premura", 7),
                    RD_KAFKA_V_HEADER("ce_id", id.data(), id.size()),
                    RD_KAFKA_V_HEADER("ce_time", time.data(), time.size()), RD_KAFKA_V_END);
            });
            if (!fine) return false;
        }
        return true;
    }

    bool flush() override {
        rd_kafka_poll(client_.get(), 0);
        return error_.empty();
    }

    bool finish() override {
        while (error_.empty() && !interrupted() && waiting() > 0) {
            rd_kafka_flush(client_.get(), flush_slice_ms);
        }
        if (interrupted()) rd_kafka_flush(client_.get(), farewell_ms);
        rd_kafka_poll(client_.get(), 0);
        return error_.empty();
    }

    std::uint64_t delivered() const override {
        const auto rest = static_cast<std::uint64_t>(std::max(waiting(), 0));
        return sent_ - std::min(sent_, rest + failed_);
    }
    std::uint64_t refused() const override { return failed_; }
    const std::string& error() const override { return error_; }

 private:
    int waiting() const { return rd_kafka_outq_len(client_.get()); }

    // Failures only; with one of them the order or completeness of the rest is gone, so the feed ends.
    void reported(const rd_kafka_message_t& message) {
        if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
        ++failed_;
        if (!error_.empty()) return;
        error_ = fmt::format("Kafka did not take a record: {}", rd_kafka_err2str(message.err));
    }

    template <typename Produce>
    bool produce(Produce call) {
        if (++since_poll_ >= poll_every) {
            since_poll_ = 0;
            rd_kafka_poll(client_.get(), 0);
        }
        while (error_.empty()) {
            const rd_kafka_resp_err_t result = call();
            if (result == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
            if (result != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                if (result == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
                    ++failed_;
                    return true;
                }
                error_ = fmt::format("Kafka: {}", rd_kafka_err2str(result));
                return false;
            }
            if (interrupted()) {
                error_ = "interrupted";
                return false;
            }
            rd_kafka_poll(client_.get(), room_wait_ms);
        }
        return false;
    }

    std::string error_;
    std::uint64_t sent_ = 0;
    std::uint64_t failed_ = 0;
    int since_poll_ = 0;
    int partitions_ = 0;
    KafkaClient client_;
    KafkaTopic topic_;
};

}  // namespace

std::unique_ptr<FeedSink> make_kafka_feed(const KafkaFeedOptions& options, std::string& error) {
    try {
        auto feed = std::make_unique<KafkaFeed>(options);
        error = feed->error();
        if (error.empty()) return feed;
    } catch (const LogError& problem) {
        error = problem.what();
    }
    return nullptr;
}

}  // namespace premura
