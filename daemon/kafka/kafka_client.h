#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/kafka/kafka_options.h"
#include "daemon/log/log.h"

namespace premura {

template <auto destroy>
struct KafkaDestroy {
    template <typename Object>
    void operator()(Object* object) const {
        destroy(object);
    }
};

// librdkafka's objects, owned.
template <typename Object, auto destroy>
using KafkaOwned = std::unique_ptr<Object, KafkaDestroy<destroy>>;
using KafkaQueue = KafkaOwned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using KafkaTopic = KafkaOwned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using KafkaEvent = KafkaOwned<rd_kafka_event_t, rd_kafka_event_destroy>;
using KafkaError = KafkaOwned<rd_kafka_error_t, rd_kafka_error_destroy>;
using KafkaAdminOptions = KafkaOwned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using KafkaGroupMetadata =
    KafkaOwned<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>;
using KafkaPartitionList =
    KafkaOwned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

using TopicPartition = std::pair<std::string, int>;
using KafkaOffsets = std::map<TopicPartition, std::int64_t>;

KafkaPartitionList partition_list(const KafkaOffsets& offsets);

// One client of librdkafka with its threads and connections. Used on one thread, unless its owner
// says more.
class KafkaClient {
 public:
    enum class Role {
        member,      // a consumer in the group of its stage
        side,        // a consumer beside it: restores and asks questions
        transactor,  // a transactional producer
        writer,      // an idempotent producer
        admin,  // asks and creates; a consumer, since those never make a topic by asking for it
    };
    using Properties = std::map<std::string, std::string>;
    struct Callbacks {
        // Called from inside the call that polls. Must not throw: librdkafka's frames are below.
        std::function<void(rd_kafka_resp_err_t, const rd_kafka_topic_partition_list_t*)> rebalance;
        std::function<void(const rd_kafka_message_t&)> delivered;
    };

    // `own` are the properties that make this client what it is. Throws LogError.
    KafkaClient(Role role, const KafkaOptions& options, const Properties& own = {},
                Callbacks callbacks = {});
    ~KafkaClient();
    KafkaClient(const KafkaClient&) = delete;
    KafkaClient& operator=(const KafkaClient&) = delete;

    rd_kafka_t* get() const { return handle_; }
    void log(int severity, const std::string& text) const { context_->log(severity, text); }

    struct Fatal {
        rd_kafka_resp_err_t code;
        std::string text;
    };
    // The error after which this client is good for nothing.
    std::optional<Fatal> fatal() const;

    // Asks a broker for the partition count of a topic; 0: there is no such topic. Blocks, at most
    // `timeout`. Throws LogError.
    int partitions(const std::string& topic, Milliseconds timeout) const;

 private:
    struct Context {
        std::function<void(int, const std::string&)> log;
        Callbacks callbacks;
    };
    static void on_log(const rd_kafka_t* client, int severity, const char* facility,
                       const char* text);
    static void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque);
    static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                             rd_kafka_topic_partition_list_t* partitions, void* opaque);
    static void on_delivered(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);

    // librdkafka's threads hold a pointer to it, so it stays where it is.
    std::unique_ptr<Context> context_;
    rd_kafka_t* handle_ = nullptr;
};

// The properties of a role, the user's laid over Premura's defaults, and over both what must not be
// changed.
KafkaClient::Properties properties_of(KafkaClient::Role role, const KafkaOptions& options);

// Milliseconds as librdkafka's calls take them.
inline int to_int(Milliseconds time) {
    return static_cast<int>(time.count());
}

}  // namespace premura
