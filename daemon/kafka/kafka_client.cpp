#include "daemon/kafka/kafka_client.h"

#include <string_view>

namespace premura {
namespace {

using Properties = KafkaClient::Properties;

std::string text_of(Milliseconds time) {
    return std::to_string(time.count());
}

Properties consumer_properties(const KafkaOptions& options) {
    return {
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_committed"},
        {"auto.offset.reset", "earliest"},
        {"allow.auto.create.topics", "false"},
        {"group.protocol", "classic"},
        // Range gives partition p of every topic to the same member where all subscribe to the same
        // topics of equal partition counts. Cooperative-sticky does not promise that.
        {"partition.assignment.strategy", "range"},
        {"session.timeout.ms", text_of(options.session_timeout)},
        {"heartbeat.interval.ms", text_of(options.heartbeat_interval)},
        {"max.poll.interval.ms", text_of(options.poll_interval_max)},
        {"topic.metadata.refresh.interval.ms", "60000"},
        {"fetch.wait.max.ms", "100"},
        // Its default of 1000 caps a reader at about 100,000 records a second.
        {"fetch.queue.backoff.ms", "10"},
        {"queued.max.messages.kbytes", std::to_string(options.fetched_kilobytes_max)},
    };
}

Properties producer_properties() {
    return {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"compression.codec", "lz4"},
        {"linger.ms", "5"},
        // Transactions wait for each other's markers in steps of this.
        {"retry.backoff.ms", "20"},
        {"message.max.bytes", "1048576"},
    };
}

// Properties that only newer versions know are left out for older ones.
bool may_be_unknown(std::string_view name) {
    return name == "fetch.queue.backoff.ms" || name == "group.protocol";
}

}  // namespace

Properties properties_of(KafkaClient::Role role, const KafkaOptions& options) {
    const bool consumer = role == KafkaClient::Role::member || role == KafkaClient::Role::side ||
                          role == KafkaClient::Role::admin;
    Properties properties = consumer ? consumer_properties(options) : producer_properties();
    properties.emplace("client.id", options.prefix + "-" + options.instance);
    properties.emplace("log.connection.close", "false");
    properties.emplace("socket.keepalive.enable", "true");
    if (role == KafkaClient::Role::side) properties["queued.max.messages.kbytes"] = "65536";
    if (role == KafkaClient::Role::transactor) {
        properties.emplace("transaction.timeout.ms", text_of(options.transaction_timeout));
        properties.emplace("queue.buffering.max.messages", "500000");
    }
    if (role == KafkaClient::Role::writer) {
        properties.emplace("message.timeout.ms", text_of(options.delivery_timeout));
        properties.emplace("queue.buffering.max.messages",
                           std::to_string(options.appends_waiting_max));
    }
    for (const auto& [name, value] : options.properties) properties[name] = value;
    return properties;
}

KafkaPartitionList partition_list(const KafkaOffsets& offsets) {
    KafkaPartitionList list{rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()))};
    for (const auto& [place, offset] : offsets) {
        rd_kafka_topic_partition_list_add(list.get(), place.first.c_str(), place.second)->offset =
            offset;
    }
    return list;
}

KafkaClient::KafkaClient(Role role, const KafkaOptions& options, const Properties& own,
                         Callbacks callbacks)
    : context_{std::make_unique<Context>(options.log, std::move(callbacks))} {
    for (const std::string& fault : faults_of(options)) throw LogError(fault);
    Properties properties = properties_of(role, options);
    for (const auto& [name, value] : own) properties[name] = value;

    KafkaOwned<rd_kafka_conf_t, rd_kafka_conf_destroy> conf{rd_kafka_conf_new()};
    char text[512];
    for (const auto& [name, value] : properties) {
        const rd_kafka_conf_res_t result =
            rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text);
        if (result == RD_KAFKA_CONF_OK) continue;
        if (result == RD_KAFKA_CONF_UNKNOWN && may_be_unknown(name)) continue;
        throw LogError("Kafka property '" + name + "' was refused: " + text);
    }
    rd_kafka_conf_set_opaque(conf.get(), context_.get());
    rd_kafka_conf_set_log_cb(conf.get(), &KafkaClient::on_log);
    rd_kafka_conf_set_error_cb(conf.get(), &KafkaClient::on_error);
    const bool producer = role == Role::transactor || role == Role::writer;
    if (role == Role::member)
        rd_kafka_conf_set_rebalance_cb(conf.get(), &KafkaClient::on_rebalance);
    // Also when nobody listens: without it every commit costs a polling interval of 10 ms.
    if (producer) rd_kafka_conf_set_dr_msg_cb(conf.get(), &KafkaClient::on_delivered);

    handle_ = rd_kafka_new(producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf.get(), text,
                           sizeof text);
    if (!handle_) throw LogError(std::string{"a Kafka client cannot be made: "} + text);
    (void)conf.release();  // the handle owns it now
    if (!producer) rd_kafka_poll_set_consumer(handle_);
}

KafkaClient::~KafkaClient() {
    // A member that should leave its group in good order has been closed before.
    if (handle_) rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

std::optional<KafkaClient::Fatal> KafkaClient::fatal() const {
    char text[512];
    const rd_kafka_resp_err_t code = rd_kafka_fatal_error(handle_, text, sizeof text);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    return Fatal{code, text};
}

int KafkaClient::partitions(const std::string& topic, Milliseconds timeout) const {
    const KafkaTopic handle{rd_kafka_topic_new(handle_, topic.c_str(), nullptr)};
    if (!handle) {
        throw LogError("'" + topic + "' cannot be the name of a topic: " +
                       rd_kafka_err2str(rd_kafka_last_error()));
    }
    const rd_kafka_metadata_t* found = nullptr;
    const rd_kafka_resp_err_t error =
        rd_kafka_metadata(handle_, 0, handle.get(), &found, to_int(timeout));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw LogError("Kafka was asked for topic '" + topic +
                       "' and did not answer: " + rd_kafka_err2str(error) +
                       "; hint: is a broker of bootstrap.servers reachable from here?");
    }
    const KafkaOwned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata{found};
    if (metadata->topic_cnt != 1) return 0;
    const rd_kafka_metadata_topic_t& described = metadata->topics[0];
    if (described.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return 0;
    if (described.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        described.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
        throw LogError("Kafka does not show topic '" + topic +
                       "': " + rd_kafka_err2str(described.err));
    }
    return described.partition_cnt;
}

void KafkaClient::on_log(const rd_kafka_t* client, int severity, const char* facility,
                         const char* text) {
    const std::string_view line{text};
    // Users give one set of properties for consumers and producers alike.
    if (line.find("will be ignored by this") != std::string_view::npos) return;
    static_cast<const Context*>(rd_kafka_opaque(client))
        ->log(severity, std::string{facility} + ": " + text);
}

void KafkaClient::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
    constexpr int warning = 4;
    const auto error = static_cast<rd_kafka_resp_err_t>(code);
    // A single connection that fails has been logged already, and is tried again.
    if (error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__RESOLVE) return;
    static_cast<const Context*>(opaque)->log(warning,
                                             std::string{rd_kafka_err2name(error)} + ": " + reason);
}

void KafkaClient::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t what,
                               rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    static_cast<const Context*>(opaque)->callbacks.rebalance(what, partitions);
}

void KafkaClient::on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    const Context& context = *static_cast<const Context*>(opaque);
    if (context.callbacks.delivered) context.callbacks.delivered(*message);
}

}  // namespace premura
