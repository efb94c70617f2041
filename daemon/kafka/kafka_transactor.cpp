#include "daemon/kafka/kafka_transactor.h"

#include <algorithm>
#include <utility>

namespace premura {
namespace {

constexpr Milliseconds queue_full_pause{50};

bool is_membership(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
           code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

// What the next try would meet again.
bool is_permanent(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
            return true;
        default:
            return false;
    }
}

}  // namespace

KafkaTransactor::KafkaTransactor(const KafkaOptions& options, std::string id)
    : options_{options}, id_{std::move(id)} {}

bool KafkaTransactor::ready() {
    if (client_) return true;
    if (Clock::now() < not_before_) return false;
    KafkaClient::Callbacks callbacks;
    callbacks.delivered = [this](const rd_kafka_message_t& message) {
        if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR || !delivery_error_.empty()) return;
        delivery_error_ = std::string{rd_kafka_topic_name(message.rkt)} + "/" +
                          std::to_string(message.partition) + ": " + rd_kafka_err2str(message.err);
    };
    client_ = std::make_unique<KafkaClient>(KafkaClient::Role::transactor, options_,
                                            KafkaClient::Properties{{"transactional.id", id_}},
                                            std::move(callbacks));
    const auto failure = repeat("a transactional producer", [this](int timeout) {
        return rd_kafka_init_transactions(client_->get(), timeout);
    });
    if (failure) {
        discard();
        throw LogError("no transactions can be written as '" + id_ + "': " + failure->text +
                       "; hint: are the brokers reachable, and is this transactional id allowed?");
    }
    targets_ = std::make_unique<KafkaTargets>(*client_, options_.request_timeout);
    return true;
}

void KafkaTransactor::serve() {
    if (client_) rd_kafka_poll(client_->get(), 0);
}

// Calls until it works, fails for good, or time is up. A repeated call resumes the one before it.
template <typename Call>
std::optional<KafkaTransactor::Failure> KafkaTransactor::repeat(const char* what,
                                                                const Call& call) {
    const Clock::time_point end = Clock::now() + options_.commit_timeout;
    while (true) {
        const auto left = std::chrono::ceil<Milliseconds>(end - Clock::now());
        const KafkaError error{call(to_int(std::max(left, Milliseconds{1})))};
        if (!error) return std::nullopt;
        Failure failure{Failure::Kind::fatal, rd_kafka_error_code(error.get()),
                        std::string{what} + ": " + rd_kafka_error_string(error.get())};
        if (rd_kafka_error_is_fatal(error.get())) return failure;
        if (rd_kafka_error_txn_requires_abort(error.get())) {
            failure.kind = Failure::Kind::abort;
            return failure;
        }
        // What is none of the three must be treated like a fatal one, says librdkafka. So must a
        // commit that nobody answered in time: whether it happened is known when the next producer
        // has been made.
        if (!rd_kafka_error_is_retriable(error.get()) || Clock::now() >= end) return failure;
    }
}

KafkaTransactor::Outcome KafkaTransactor::write(const Transaction& transaction,
                                                const std::string& state_topic,
                                                const KafkaOffsets& positions,
                                                const rd_kafka_consumer_group_metadata_t& group) {
    delivery_error_.clear();
    if (const KafkaError error{rd_kafka_begin_transaction(client_->get())}) {
        return give_up(
            {Failure::Kind::fatal, rd_kafka_error_code(error.get()),
             std::string{"a transaction cannot begin: "} + rd_kafka_error_string(error.get())});
    }
    if (const auto failure = send(transaction, state_topic)) return give_up(*failure);
    const KafkaPartitionList list = partition_list(positions);
    const auto unsent = repeat("the positions", [this, &list, &group](int timeout) {
        return rd_kafka_send_offsets_to_transaction(client_->get(), list.get(), &group, timeout);
    });
    if (unsent) return give_up(*unsent);
    const auto uncommitted = repeat("the commit", [this](int timeout) {
        return rd_kafka_commit_transaction(client_->get(), timeout);
    });
    if (uncommitted) return give_up(*uncommitted);
    return {Result::committed, {}, false};
}

std::optional<KafkaTransactor::Failure> KafkaTransactor::send(const Transaction& transaction,
                                                              const std::string& state_topic) {
    for (const Output& output : transaction.outputs) {
        const KafkaTargets::Target& target = targets_->find(output.topic);
        if (auto failure = send_one(output, partition_for(output, target), target)) return failure;
    }
    Output record;
    record.topic = state_topic;
    for (const auto& [partition, state] : transaction.state) {
        record.key = state.key;
        record.value = state.value;
        record.partition = partition;
        record.timestamp = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
        const KafkaTargets::Target& target = targets_->find(state_topic);
        if (auto failure = send_one(record, partition_for(record, target), target)) return failure;
    }
    return std::nullopt;
}

std::optional<KafkaTransactor::Failure> KafkaTransactor::send_one(
    const Output& output, int partition, const KafkaTargets::Target& target) {
    const Clock::time_point end = Clock::now() + options_.commit_timeout;
    while (true) {
        const rd_kafka_resp_err_t error = produce(*client_, target, partition, output, nullptr);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
        if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && Clock::now() < end) {
            rd_kafka_poll(client_->get(), to_int(queue_full_pause));
            continue;
        }
        return Failure{Failure::Kind::abort, error,
                       "a record of " + std::to_string(output.value ? output.value->size() : 0) +
                           " bytes for '" + output.topic + "': " + rd_kafka_err2str(error)};
    }
}

KafkaTransactor::Outcome KafkaTransactor::give_up(Failure failure) {
    // A call that comes after the fatal error only says that there was one.
    if (const auto fatal = client_->fatal()) {
        failure = {Failure::Kind::fatal, fatal->code, failure.text + ": " + fatal->text};
    }
    std::string why = failure.text;
    if (!delivery_error_.empty()) why += " (" + delivery_error_ + ")";
    bool discarded = failure.kind != Failure::Kind::abort;
    if (!discarded) {
        discarded = repeat("the abort", [this](int timeout) {
                        return rd_kafka_abort_transaction(client_->get(), timeout);
                    }).has_value();
    }
    const bool fenced = failure.code == RD_KAFKA_RESP_ERR__FENCED ||
                        failure.code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
    if (fenced) {
        shut_out();
    } else if (discarded) {
        discard();
    }
    if (is_permanent(failure.code)) throw LogError("a transaction cannot be written: " + why);
    return {is_membership(failure.code) ? Result::lost_member : Result::lost, why, fenced};
}

void KafkaTransactor::shut_out() {
    not_before_ = Clock::now() + 2 * options_.heartbeat_interval;
    discard();
}

void KafkaTransactor::discard() {
    if (client_) rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    targets_.reset();
    client_.reset();
}

}  // namespace premura
