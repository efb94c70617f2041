#include <algorithm>
#include <utility>

#include "daemon/kafka/kafka_stage_log.h"

// The part of KafkaStageLog that decides which partitions run.

namespace premura {
namespace {

// A question that could not be answered, most often because a dead predecessor's transaction is
// still open.
constexpr Milliseconds ask_again_after{100};

}  // namespace

void KafkaStageLog::act_on(KafkaMember::Rebalance rebalance, const Batch& batch) {
    rebalance_awaited_.reset();
    if (rebalance.assigned) {
        // Nobody else had our partitions in between when the group went on by one generation.
        if (rebalance.generation != generation_ + 1) forget_all();
        generation_ = rebalance.generation;
        group_ = std::move(rebalance.group);
        assigned_ = true;
        return assigned(rebalance);
    }
    if (rebalance.lost) forget_all();
    const bool in_work =
        !batch.records.empty() ||
        std::ranges::any_of(owned_, [](const auto& entry) { return entry.second.uncommitted; });
    // The group waits for us, so what is in work can still be committed; the next read lets go.
    give_back_ = true;
    if (rebalance.lost || !in_work) give_back();
}

// Partitions that run are kept for now: after most rebalances they are ours again, and can go on
// where they are. If they are not, `assigned` says so.
void KafkaStageLog::give_back() {
    give_back_ = false;
    assigned_ = false;
    ++question_;
    asking_ = false;
    restore_->stop_all();
    std::erase_if(owned_,
                  [](const auto& entry) { return entry.second.step != Owned::Step::records; });
    member_->unassign();
}

void KafkaStageLog::assigned(const KafkaMember::Rebalance& rebalance) {
    const std::set<int> ours = complete_partitions(rebalance.partitions);
    for (const int partition : partitions_at(Owned::Step::positions)) forget(partition);
    for (const int partition : partitions_at(Owned::Step::records)) {
        if (!ours.contains(partition)) forget(partition);
    }
    for (const int partition : ours) owned_.try_emplace(partition);
    asking_since_.reset();
    ask_after_ = {};
    // What we have goes on at once, the rest when its positions are known.
    apply_assignment();
}

// Partition p of the stage is partition p of all its inputs.
std::set<int> KafkaStageLog::complete_partitions(const std::vector<TopicPartition>& partitions) {
    std::map<int, std::size_t> inputs;
    for (const auto& [topic, partition] : partitions) ++inputs[partition];
    std::set<int> complete;
    bool any_incomplete = false;
    for (const auto& [partition, count] : inputs) {
        if (count == topics_.inputs.size()) {
            complete.insert(partition);
        } else {
            any_incomplete = true;
        }
    }
    if (any_incomplete || !co_partitioned_) check_co_partitioned();
    // Topics that were made a moment ago may not be known everywhere; a rebalance follows when they
    // are.
    if (any_incomplete) {
        side_->log(4, "some partitions of stage '" + topics_.stage +
                          "' are here with a part of their inputs only, they wait");
    }
    return complete;
}

void KafkaStageLog::check_co_partitioned() {
    const std::string& first = topics_.inputs.front();
    const int wanted = side_->partitions(first, options_.request_timeout);
    std::vector<std::string> others{topics_.inputs.begin() + 1, topics_.inputs.end()};
    others.push_back(topics_.state);
    for (const std::string& topic : others) {
        const int count = side_->partitions(topic, options_.request_timeout);
        if (count == wanted) continue;
        const bool missing = count == 0 || wanted == 0;
        throw LogError(
            "stage '" + topics_.stage + "' cannot run: topic '" + first + "' has " +
            std::to_string(wanted) + " partitions and '" + topic + "' has " +
            std::to_string(count) +
            (missing ? "; hint: was a topic deleted?"
                     : "; hint: their counts must be equal; let a source that cannot be changed go "
                       "through the intake topic, with 'keyed_by_order: false'"));
    }
    co_partitioned_ = true;
}

void KafkaStageLog::rewind() {
    const Rewind how = std::exchange(rewind_, Rewind::no);
    if (!assigned_) {
        // Between two assignments there is nothing to begin anew with.
        forget_all();
        doomed_ = false;  // what was in work is lost already
        return;
    }
    for (auto& [partition, owned] : owned_) {
        if (owned.step == Owned::Step::records) listener_->partition_revoked(partition);
        owned = {};
    }
    probe_->stop_all();
    restore_->stop_all();
    ++question_;
    asking_ = false;
    asking_since_.reset();
    ask_after_ = {};
    if (how == Rewind::after_rebalance) {
        // The group will tell us with a heartbeat that it goes on without us.
        rebalance_awaited_ = Clock::now() + options_.session_timeout;
    }
    apply_assignment();
}

void KafkaStageLog::forget(int partition) {
    const auto found = owned_.find(partition);
    if (found == owned_.end()) return;
    const bool told = found->second.step == Owned::Step::records;
    // What follows from its records may be in the next transaction already.
    doomed_ = doomed_ || found->second.uncommitted;
    owned_.erase(found);
    probe_->stop(partition);
    if (told) listener_->partition_revoked(partition);
}

void KafkaStageLog::forget_all() {
    while (!owned_.empty()) forget(owned_.begin()->first);
}

// Positions come first and the end of the state after them: what a predecessor committed together
// with those positions then lies before that end.
void KafkaStageLog::ask_positions() {
    const std::vector<int> wanted = partitions_at(Owned::Step::positions);
    const Clock::time_point now = Clock::now();
    if (wanted.empty() || asking_ || now < ask_after_) return;
    if (rebalance_awaited_ && now < *rebalance_awaited_) return;
    // Ends what we left open ourselves in an earlier life, which may be what the positions wait
    // for.
    if (!transactors_ready()) return wake_->raise_after(ask_again_after);
    if (!asking_since_) asking_since_ = now;
    std::vector<TopicPartition> partitions;
    for (const int partition : wanted) {
        for (const std::string& input : topics_.inputs) partitions.emplace_back(input, partition);
    }
    asking_ = true;
    questions_->committed(member_->group(), partitions,
                          [this, question = ++question_](const KafkaQuestions::Answer& answer) {
                              if (question == question_) take_positions(answer);
                          });
}

void KafkaStageLog::take_positions(const KafkaQuestions::Answer& answer) {
    if (!answer.error.empty()) return ask_again_later(answer.error);
    std::vector<TopicPartition> states;
    for (auto& [partition, owned] : owned_) {
        if (owned.step != Owned::Step::positions) continue;
        for (const std::string& input : topics_.inputs) {
            const auto offset = answer.offsets.find({input, partition});
            const bool none =
                offset == answer.offsets.end() || offset->second == KafkaQuestions::none_committed;
            owned.committed.push_back(none ? 0 : offset->second);
        }
        owned.next = owned.committed;
        states.emplace_back(topics_.state, partition);
    }
    questions_->ends(states, [this, question = ++question_](const KafkaQuestions::Answer& ends) {
        if (question == question_) take_state_ends(ends);
    });
}

void KafkaStageLog::take_state_ends(const KafkaQuestions::Answer& answer) {
    if (!answer.error.empty()) return ask_again_later(answer.error);
    asking_ = false;
    asking_since_.reset();
    for (const auto& [state, end] : answer.offsets) {
        owned_.at(state.second).step = Owned::Step::state;
        restore_->start(state.second, end);
    }
    apply_assignment();
}

void KafkaStageLog::ask_again_later(const std::string& error) {
    for (auto& [partition, owned] : owned_) {
        if (owned.step == Owned::Step::positions) owned = {};
    }
    asking_ = false;
    if (Clock::now() - *asking_since_ > options_.restore_stall_max) {
        throw LogError("where stage '" + topics_.stage + "' has got to cannot be told: " + error +
                       "; hint: a transaction may stay open, or the coordinator of group '" +
                       member_->group() + "' may be gone");
    }
    ask_after_ = Clock::now() + ask_again_after;
    wake_->raise_after(ask_again_after);
}

// Tells librdkafka what to fetch. Partitions whose state is being restored are taken already and
// paused: a rebalance then finds nothing unusual.
void KafkaStageLog::apply_assignment() {
    KafkaOffsets all;
    KafkaOffsets paused;
    for (const auto& [partition, owned] : owned_) {
        if (owned.step == Owned::Step::positions) continue;
        const KafkaOffsets inputs = inputs_of(partition, owned.next);
        all.insert(inputs.begin(), inputs.end());
        if (owned.step == Owned::Step::state) paused.insert(inputs.begin(), inputs.end());
    }
    member_->assign(all);
    if (!paused.empty()) member_->pause(paused);
}

void KafkaStageLog::run(int partition, const KafkaRestore::State& state) {
    Owned& owned = owned_.at(partition);
    owned.step = Owned::Step::records;
    listener_->partition_assigned(partition);
    for (const auto& [key, value] : state) listener_->state_restored(partition, key, value);
    probe_->start(partition);
    member_->resume(inputs_of(partition, owned.next));
}

KafkaOffsets KafkaStageLog::inputs_of(int partition,
                                      const std::vector<std::int64_t>& offsets) const {
    KafkaOffsets inputs;
    for (std::size_t i = 0; i < topics_.inputs.size(); ++i) {
        inputs.emplace(TopicPartition{topics_.inputs[i], partition}, offsets[i]);
    }
    return inputs;
}

std::vector<int> KafkaStageLog::partitions_at(Owned::Step step) const {
    std::vector<int> found;
    for (const auto& [partition, owned] : owned_) {
        if (owned.step == step) found.push_back(partition);
    }
    return found;
}

}  // namespace premura
