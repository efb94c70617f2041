#include "daemon/kafka/kafka_probe.h"

#include <algorithm>

namespace premura {

KafkaProbe::KafkaProbe(const StageTopics& topics, const KafkaOptions& options,
                       const KafkaClient& client, KafkaQuestions& questions)
    : topics_{topics}, options_{options}, client_{client}, questions_{questions} {
    for (const std::string& name : topics_.probed) {
        const auto found = std::ranges::find(topics_.inputs, name);
        if (found == topics_.inputs.end()) {
            throw LogError("stage '" + topics_.stage + "' watches the end of topic '" + name +
                           "' without reading it; hint: name it among the inputs too");
        }
        probed_.push_back(static_cast<std::size_t>(found - topics_.inputs.begin()));
    }
}

void KafkaProbe::start(int partition) {
    partitions_[partition] = {};
    // What was asked before tells nothing about a partition that was not ours then.
    ++epoch_;
    in_flight_ = false;
    last_asked_ = {};
}

void KafkaProbe::stop(int partition) {
    partitions_.erase(partition);
}

void KafkaProbe::stop_all() {
    partitions_.clear();
}

std::optional<Milliseconds> KafkaProbe::ask(Instant now, bool at_the_end) {
    if (partitions_.empty() || in_flight_) return std::nullopt;
    const bool anything_pending = std::ranges::any_of(
        partitions_, [](const auto& entry) { return entry.second.pending.has_value(); });
    const bool soon = at_the_end && moved_ && !anything_pending;
    const auto passed = Clock::now() - last_asked_;
    const Milliseconds interval = soon ? options_.probe_interval_min : options_.probe_interval;
    if (passed < interval) {
        if (!soon) return std::nullopt;
        return std::chrono::ceil<Milliseconds>(interval - passed);
    }
    last_asked_ = Clock::now();
    in_flight_ = true;
    moved_ = false;
    std::vector<TopicPartition> asked;
    for (const auto& [partition, known] : partitions_) {
        for (const std::string& topic : topics_.probed) asked.emplace_back(topic, partition);
    }
    const auto answered = [this, now, epoch = epoch_](const KafkaQuestions::Answer& answer) {
        if (epoch != epoch_) return;
        in_flight_ = false;
        take(answer, now);
    };
    if (asked.empty()) {
        answered({});  // a stage that watches nothing waits for nothing
    } else {
        questions_.ends(asked, answered);
    }
    return std::nullopt;
}

void KafkaProbe::take(const KafkaQuestions::Answer& answer, Instant asked) {
    if (failing_ != !answer.error.empty()) {
        failing_ = !answer.error.empty();
        client_.log(
            failing_ ? 4 : 6,
            failing_ ? "the ends of the inputs cannot be asked for, deadlines wait: " + answer.error
                     : "the ends of the inputs can be asked for again");
    }
    for (auto& [number, partition] : partitions_) {
        // One that has not been reached yet is closer than any newer one.
        if (partition.pending) continue;
        Pending pending{asked, {}};
        for (const std::string& topic : topics_.probed) {
            const auto end = answer.offsets.find({topic, number});
            if (end != answer.offsets.end()) pending.ends.push_back(end->second);
        }
        if (pending.ends.size() != probed_.size()) continue;
        partition.pending = std::move(pending);
        settle(partition);
    }
}

void KafkaProbe::reached(int partition, const std::vector<std::int64_t>& positions) {
    const auto found = partitions_.find(partition);
    if (found == partitions_.end() || found->second.positions == positions) return;
    found->second.positions = positions;
    moved_ = true;
    settle(found->second);
}

void KafkaProbe::settle(Partition& partition) const {
    if (!partition.pending || partition.positions.empty()) return;
    for (std::size_t i = 0; i < probed_.size(); ++i) {
        if (partition.positions[probed_[i]] < partition.pending->ends[i]) return;
    }
    // A clock that was set back makes this earlier than before, and must: records appended since
    // carry the earlier time.
    partition.complete_until = partition.pending->asked;
    partition.pending.reset();
}

std::optional<Instant> KafkaProbe::complete_until(int partition) const {
    const auto found = partitions_.find(partition);
    return found == partitions_.end() ? std::nullopt : found->second.complete_until;
}

}  // namespace premura
