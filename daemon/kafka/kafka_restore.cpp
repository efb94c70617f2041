#include "daemon/kafka/kafka_restore.h"

#include <array>
#include <utility>
#include <vector>

namespace premura {
namespace {

constexpr std::size_t messages_at_once = 1'000;
// One call takes at most so many, so that heartbeats, timers and rebalances have their turn.
constexpr std::size_t messages_per_pump_max = 20'000;
constexpr std::chrono::seconds stall_worth_telling{5};

void must_succeed(rd_kafka_error_t* result, const char* what) {
    const KafkaError error{result};
    if (error) throw LogError(std::string{what} + ": " + rd_kafka_error_string(error.get()));
}

}  // namespace

KafkaRestore::KafkaRestore(const KafkaClient& client, const KafkaOptions& options,
                           std::string topic, const std::shared_ptr<KafkaWake>& wake)
    : client_{client},
      options_{options},
      topic_{std::move(topic)},
      queue_{KafkaQueue{rd_kafka_queue_get_consumer(client.get())}, wake} {}

void KafkaRestore::start(int partition, std::int64_t end) {
    waiting_.emplace_back(partition, end);
}

void KafkaRestore::stop_all() {
    waiting_.clear();
    running_.clear();
    rd_kafka_assign(client_.get(), nullptr);
}

bool KafkaRestore::pump(const Done& done) {
    begin_waiting();
    std::array<rd_kafka_message_t*, messages_at_once> messages;
    std::size_t total = 0;
    while (active() && total < messages_per_pump_max) {
        const ssize_t got =
            rd_kafka_consume_batch_queue(queue_.get(), 0, messages.data(), messages.size());
        if (got <= 0) break;
        for (ssize_t i = 0; i < got; ++i) {
            rd_kafka_message_t* const message = messages[static_cast<std::size_t>(i)];
            take(*message);
            rd_kafka_message_destroy(message);
        }
        total += static_cast<std::size_t>(got);
    }
    finish(done);
    begin_waiting();
    watch();
    return total >= messages_per_pump_max;
}

void KafkaRestore::begin_waiting() {
    KafkaOffsets begun;
    while (!waiting_.empty() && running_.size() < options_.restores_at_once_max) {
        const auto [partition, end] = waiting_.front();
        waiting_.pop_front();
        running_[partition] = {end, 0, {}, Clock::now(), false};
        if (end > 0) begun.emplace(TopicPartition{topic_, partition}, RD_KAFKA_OFFSET_BEGINNING);
    }
    if (begun.empty()) return;
    must_succeed(rd_kafka_incremental_assign(client_.get(), partition_list(begun).get()),
                 "the state cannot be read");
}

void KafkaRestore::take(const rd_kafka_message_t& message) {
    const auto found = running_.find(message.partition);
    if (found == running_.end()) return;
    Running& running = found->second;
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        running.next = std::max(running.next, message.offset);
    } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        // Tried again by librdkafka; what does not mend itself ends as a stall.
        client_.log(4, "state of " + topic_ + "/" + std::to_string(message.partition) + ": " +
                           rd_kafka_message_errstr(&message));
        return;
    } else if (message.offset >= running.next) {
        running.next = message.offset + 1;
        std::string key{static_cast<const char*>(message.key), message.key_len};
        if (message.payload) {
            running.state.insert_or_assign(
                std::move(key),
                std::string{static_cast<const char*>(message.payload), message.len});
        } else {
            running.state.erase(key);
        }
    }
    running.moved = Clock::now();
}

void KafkaRestore::finish(const Done& done) {
    KafkaOffsets ended;
    std::vector<std::pair<int, State>> complete;
    for (auto it = running_.begin(); it != running_.end();) {
        if (it->second.next < it->second.end) {
            ++it;
            continue;
        }
        if (it->second.end > 0) ended.emplace(TopicPartition{topic_, it->first}, 0);
        complete.emplace_back(it->first, std::move(it->second.state));
        it = running_.erase(it);
    }
    if (!ended.empty()) {
        must_succeed(rd_kafka_incremental_unassign(client_.get(), partition_list(ended).get()),
                     "the state that was read cannot be let go");
    }
    for (auto& [partition, state] : complete) {
        done(partition, state);
        State{}.swap(state);
    }
}

void KafkaRestore::watch() {
    const Clock::time_point now = Clock::now();
    for (auto& [partition, running] : running_) {
        const auto still = now - running.moved;
        const std::string what = "the state of " + topic_ + "/" + std::to_string(partition) +
                                 " has been read up to offset " + std::to_string(running.next) +
                                 " of " + std::to_string(running.end) + " and makes no headway: ";
        if (still > options_.restore_stall_max) {
            throw LogError(what + "a transaction there stays open, or its broker is gone");
        }
        if (still > stall_worth_telling && !running.stall_told) {
            running.stall_told = true;
            client_.log(4, what + "waiting for a transaction that is open there");
        }
    }
}

}  // namespace premura
