#include "daemon/kafka/kafka_stage_log.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/kafka/kafka_record.h"

namespace premura {
namespace {

// A member that does not poll is thrown out of its group; also when nothing happens.
constexpr Milliseconds tick_max = std::chrono::seconds{1};

std::string transactional_id(const KafkaOptions& options, const StageTopics& topics,
                             const std::string& which) {
    return options.prefix + "-" + topics.stage + "-" + options.instance + "-" + which;
}

}  // namespace

KafkaStageLog::KafkaStageLog(KafkaOptions options, StageTopics topics,
                             boost::asio::any_io_executor executor)
    : options_{std::move(options)},
      topics_{std::move(topics)},
      wake_{KafkaWake::make(std::move(executor), std::min(options_.probe_interval, tick_max))},
      transactors_{{{options_, transactional_id(options_, topics_, "a")},
                    {options_, transactional_id(options_, topics_, "b")}}} {
    if (topics_.inputs.empty()) throw LogError("stage '" + topics_.stage + "' has no input topics");
    if (options_.instance.empty()) {
        throw LogError("a reader of stage '" + topics_.stage +
                       "' has no name; hint: set 'instance'");
    }
    // In the group's name, so that whoever may read for the group may do this too; it joins
    // nothing.
    side_ = std::make_unique<KafkaClient>(
        KafkaClient::Role::side, options_,
        KafkaClient::Properties{{"group.id", options_.prefix + "-" + topics_.stage}});
    questions_ = std::make_unique<KafkaQuestions>(*side_, options_, wake_);
    restore_ = std::make_unique<KafkaRestore>(*side_, options_, topics_.state, wake_);
    probe_ = std::make_unique<KafkaProbe>(topics_, options_, *side_, *questions_);
}

KafkaStageLog::~KafkaStageLog() {
    wake_->stop();
}

void KafkaStageLog::open(LogListener& listener) {
    listener_ = &listener;
    member_ = std::make_unique<KafkaMember>(options_, topics_, wake_);
    wake_->start();
}

Batch KafkaStageLog::read(std::size_t records_max, Instant now) {
    wake_->begin();
    Batch batch;
    if (give_back_) give_back();
    if (rewind_ != Rewind::no) rewind();

    consume(records_max, batch);
    // Of partitions that went while they were being read.
    std::erase_if(batch.records, [this](const Record& record) {
        const auto owned = owned_.find(record.partition);
        return owned == owned_.end() || owned->second.step != Owned::Step::records;
    });
    if (!error_.empty()) throw LogError(std::exchange(error_, {}));
    const bool at_the_end = !batch.more;
    for (KafkaTransactor& transactor : transactors_) transactor.serve();
    ask_positions();
    questions_->serve();
    const bool more_state = restore_->pump(
        [this](int partition, const KafkaRestore::State& state) { run(partition, state); });
    report(batch, now, at_the_end);
    batch.more = batch.more || more_state;
    if (batch.more) wake_->signal().raise();
    return batch;
}

void KafkaStageLog::consume(std::size_t records_max, Batch& batch) {
    std::size_t bytes = 0;
    batch.more = true;
    while (batch.records.size() < records_max && bytes < options_.batch_bytes_max) {
        const std::size_t got =
            member_->consume(records_max - batch.records.size(),
                             [this, &batch, &bytes](const rd_kafka_message_t& message) {
                                 take(message, batch, bytes);
                             });
        bool rebalanced = false;
        while (auto rebalance = member_->take_rebalance()) {
            act_on(std::move(*rebalance), batch);
            rebalanced = true;
        }
        // Only a queue that was found empty wakes again.
        if (got == 0 && !rebalanced) {
            batch.more = false;
            return;
        }
    }
}

void KafkaStageLog::take(const rd_kafka_message_t& message, Batch& batch, std::size_t& bytes) {
    const bool end = message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR && !end) return note_error(message);
    const auto found = owned_.find(message.partition);
    if (found == owned_.end() || found->second.step != Owned::Step::records) return;
    const auto input = input_of(message);
    if (!input) return;
    std::int64_t& next = found->second.next[*input];
    if (message.offset < next) return;
    if (end) {
        // Also past the marks of transactions, for which there is no record.
        next = message.offset;
        return;
    }
    next = message.offset + 1;
    bytes += message.len;
    batch.records.push_back(record_of(message, topics_.inputs[*input]));
}

void KafkaStageLog::note_error(const rd_kafka_message_t& message) {
    std::string text = rd_kafka_err2name(message.err);
    text += std::string{": "} + rd_kafka_message_errstr(&message);
    switch (message.err) {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
            if (error_.empty()) error_ = "stage '" + topics_.stage + "' may not read: " + text;
            return;
        default:
            // Mended by librdkafka, or followed by a rebalance.
            side_->log(4, text);
    }
}

std::optional<std::size_t> KafkaStageLog::input_of(const rd_kafka_message_t& message) const {
    const std::string_view name = rd_kafka_topic_name(message.rkt);
    for (std::size_t i = 0; i < topics_.inputs.size(); ++i) {
        if (topics_.inputs[i] == name) return i;
    }
    return std::nullopt;
}

void KafkaStageLog::report(Batch& batch, Instant now, bool at_the_end) {
    for (auto& [partition, owned] : owned_) {
        if (owned.step == Owned::Step::records) probe_->reached(partition, owned.next);
    }
    for (const Record& record : batch.records) owned_.at(record.partition).uncommitted = true;
    if (const auto soon = probe_->ask(now, at_the_end)) wake_->raise_after(*soon);
    for (const auto& [partition, owned] : owned_) {
        const auto until = probe_->complete_until(partition);
        if (until) batch.complete_until.emplace(partition, *until);
    }
}

Commit KafkaStageLog::commit(const Transaction& transaction) {
    const bool something = !transaction.outputs.empty() || !transaction.state.empty();
    if (rewind_ != Rewind::no) return Commit::lost;
    if (doomed_) return lose(Rewind::now, "partitions were taken away before the commit");
    bool moved = false;
    const KafkaOffsets positions = positions_to_commit(moved);
    if (!moved && !something) return Commit::done;
    const bool all_ours = std::ranges::all_of(transaction.state, [this](const auto& state) {
        const auto owned = owned_.find(state.first);
        return owned != owned_.end() && owned->second.step == Owned::Step::records;
    });
    if (positions.empty() || !all_ours) return lose(Rewind::now, "it is for partitions of others");
    if (!group_) return lose(Rewind::after_rebalance, "the group has let go of this reader");
    if (!transactors_ready()) return lose(Rewind::now, "the producer was shut out");

    const KafkaTransactor::Outcome outcome = transactors_[turn_++ % transactors_.size()].write(
        transaction, topics_.state, positions, *group_);
    if (outcome.shut_out) {
        for (KafkaTransactor& transactor : transactors_) transactor.shut_out();
    }
    if (outcome.result == KafkaTransactor::Result::lost_member) {
        return lose(Rewind::after_rebalance, outcome.why);
    }
    if (outcome.result == KafkaTransactor::Result::lost) return lose(Rewind::now, outcome.why);
    lost_in_a_row_ = 0;
    for (auto& [partition, owned] : owned_) {
        owned.committed = owned.next;
        owned.uncommitted = false;
    }
    return Commit::done;
}

// Never empty while anything runs: a transaction without positions is one whose writer nobody
// checks, and a timer that fires on a partition that has moved on must not get through.
KafkaOffsets KafkaStageLog::positions_to_commit(bool& moved) const {
    KafkaOffsets positions;
    for (const auto& [partition, owned] : owned_) {
        if (owned.step != Owned::Step::records) continue;
        moved = moved || owned.uncommitted;
        for (std::size_t i = 0; i < owned.next.size(); ++i) {
            if (owned.next[i] != owned.committed[i] || positions.empty()) {
                positions.emplace(TopicPartition{topics_.inputs[i], partition}, owned.next[i]);
            }
        }
    }
    return positions;
}

// Both, always: each may have left something open in an earlier life.
bool KafkaStageLog::transactors_ready() {
    bool ready = true;
    for (KafkaTransactor& transactor : transactors_) ready = transactor.ready() && ready;
    return ready;
}

Commit KafkaStageLog::lose(Rewind how, const std::string& why) {
    side_->log(5, "a commit of stage '" + topics_.stage + "' was lost: " + why);
    if (++lost_in_a_row_ > options_.lost_commits_max) {
        throw LogError("stage '" + topics_.stage + "' lost " + std::to_string(lost_in_a_row_) +
                       " commits in a row, the last one because of: " + why);
    }
    rewind_ = how;
    doomed_ = false;
    wake_->signal().raise();
    return Commit::lost;
}

void KafkaStageLog::wait(std::function<void()> ready) {
    wake_->signal().wait(std::move(ready));
}

void KafkaStageLog::close() {
    wake_->stop();
    forget_all();
    restore_->stop_all();
    if (member_) member_->close();
    member_.reset();
}

std::unique_ptr<StageLog> make_kafka_reader(KafkaOptions options, StageTopics topics,
                                            boost::asio::any_io_executor executor) {
    return std::make_unique<KafkaStageLog>(std::move(options), std::move(topics),
                                           std::move(executor));
}

}  // namespace premura
