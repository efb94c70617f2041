#include "daemon/pipeline/pipeline.h"

#include <algorithm>

#include "daemon/pipeline/pipeline_partition.h"

namespace premura {
namespace {

constexpr std::string_view progress_type = "premura.progress";
constexpr std::string_view progress_key = "progress/";  // state key of what producers said, in a replay
constexpr std::string_view heard_key = "heard/";        // state key of a source's last sign of life
// The last sign of life is written down when it moved by this much.
constexpr Milliseconds heard_step = std::chrono::minutes{1};
// With nothing read, progress is told this many times more rarely.
constexpr int idle_factor = 10;

std::string_view header(const Record& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace

Pipeline::Pipeline(PipelineOptions options, TopicNames names, StageLog& log,
                   StageFactory make_stage, PipelineObserver observer)
    : options_{std::move(options)},
      names_{std::move(names)},
      log_{log},
      make_stage_{std::move(make_stage)},
      observer_{std::move(observer)} {}

Pipeline::~Pipeline() = default;

void Pipeline::open() { log_.open(*this); }

void Pipeline::close() { log_.close(); }

void Pipeline::use(std::shared_ptr<const RuleSet> rules) { next_rules_ = std::move(rules); }

void Pipeline::partition_assigned(int partition) {
    Partition fresh;
    fresh.stage = make_stage_(partition);
    partitions_[partition] = std::move(fresh);
    observer_.log("partition_assigned",
                  "stage=" + options_.stage + " partition=" + std::to_string(partition));
}

void Pipeline::partition_revoked(int partition) {
    partitions_.erase(partition);
    observer_.log("partition_revoked",
                  "stage=" + options_.stage + " partition=" + std::to_string(partition));
}

void Pipeline::state_restored(int partition, std::string_view key, std::string_view value) {
    const auto found = partitions_.find(partition);
    if (found == partitions_.end()) return;
    Partition& owner = found->second;
    if (key.starts_with(progress_key)) {
        const std::string producer{key.substr(progress_key.size())};
        if (time_number(value)) owner.producers[producer] = said_in(value);
    } else if (key.starts_with(heard_key)) {
        const std::string topic{key.substr(heard_key.size())};
        if (const auto time = time_number(value)) {
            owner.heard[topic] = instant_of(*time);
            Instant& last = last_heard_.try_emplace(topic, instant_min).first->second;
            last = std::max(last, instant_of(*time));
            Instant& last_record = last_records_.try_emplace(topic, instant_min).first->second;
            last_record = std::max(last_record, last);
        }
    } else if (key.starts_with(told_key)) {
        if (const auto since = time_number(value)) {
            owner.told[std::string{key.substr(told_key.size())}] = instant_of(*since);
        }
    } else {
        owner.stage->restore(key, value);
    }
}

bool Pipeline::run_once(Instant now) {
    last_run_ = now;
    effects_.clear();
    transaction_.outputs.clear();
    transaction_.state.clear();
    const Batch batch = log_.read(options_.batch_records_max, now);
    if (next_rules_) {
        for (auto& [number, partition] : partitions_) partition.stage->use(next_rules_);
        next_rules_.reset();
    }
    for (const Record& record : batch.records) apply(record, now);
    // What a stage has just sent to itself is not read yet.
    const bool loops = std::any_of(
        effects_.outputs.begin(), effects_.outputs.end(), [this](const Output& output) {
            return !options_.loop.empty() && output.topic == options_.loop;
        });
    for (const auto& [number, until] : batch.complete_until) {
        const auto partition = partitions_.find(number);
        if (partition != partitions_.end() && !loops) partition->second.log_complete = until;
    }
    busy_ = busy_ || !batch.records.empty();
    fire(now);
    tell_progress(now);
    if (!options_.replay) {
        if (!batch.more) behind_since_.reset();
        if (batch.more && !behind_since_) behind_since_ = now;
        watch_input(now);
    }
    collect();
    const bool moved = !batch.records.empty();
    if (moved || !transaction_.outputs.empty() || !transaction_.state.empty()) {
        if (commit() == Commit::lost) {
            ++totals_.commits_lost;
            observer_.log("commit_lost", "stage=" + options_.stage);
            return true;
        }
        ++totals_.commits;
        totals_.records += batch.records.size();
        effects_.outputs.swap(transaction_.outputs);
        observer_.committed(effects_);
    }
    return batch.more;
}

void Pipeline::apply(const Record& record, Instant now) {
    const auto found = partitions_.find(record.partition);
    if (found == partitions_.end()) return;
    if (take_progress(record)) return;
    Instant& last_record = last_records_.try_emplace(record.topic, instant_min).first->second;
    last_record = std::max(last_record, record.timestamp);
    if (!options_.silent_after.empty() && options_.silent_after.contains(record.topic)) {
        Instant& last = last_heard_.try_emplace(record.topic, instant_min).first->second;
        last = std::max(last, record.timestamp);
        Instant& written =
            found->second.heard.try_emplace(record.topic, instant_min).first->second;
        if (record.timestamp >= written + heard_step || written == instant_min) {
            written = record.timestamp;
            found->second.own_state.push_back({std::string{heard_key} + record.topic,
                                               std::to_string(milliseconds_of(written))});
        }
    }
    found->second.stage->apply(record, now, effects_);
}

// A record in which another partition says how far it is, in place of an event.
bool Pipeline::take_progress(const Record& record) {
    if (record.topic != options_.progress_from || header(record, "ce_type") != progress_type) {
        return false;
    }
    const std::string producer{header(record, "premura-producer")};
    const Said said = said_in(header(record, "premura-until"));
    if (producer.empty() || said.front() == instant_min) return true;
    Partition& partition = partitions_.at(record.partition);
    Said& known = partition.producers.try_emplace(producer, said).first->second;
    // A producer whose clock was set back takes back what it said: what it reads from now on is dated by that
    // clock. Recorded time only moves on.
    if (!options_.replay || said.back() > known.back()) known = said;
    if (options_.replay) {
        partition.own_state.push_back({std::string{progress_key} + producer,
                                       std::to_string(milliseconds_of(known.back()))});
    }
    return true;
}

// How far the sources themselves are complete: read to their end, and not gone silent.
Instant Pipeline::sources_complete(const Partition& partition, Instant now) const {
    Instant complete = partition.log_complete;
    for (const auto& [topic, silence] : options_.silent_after) {
        const auto heard = last_heard_.find(topic);
        if (heard == last_heard_.end()) {
            // It has never spoken: there is nothing it could have said about anybody.
            continue;
        }
        if (now - heard->second > silence) complete = std::min(complete, heard->second);
    }
    return complete;
}

Instant Pipeline::complete_until(const Partition& partition, Instant now) const {
    Instant complete = options_.replay && !options_.progress_from.empty()
                           ? instant_max
                           : sources_complete(partition, now);
    if (options_.progress_from.empty()) return complete;
    if (static_cast<int>(partition.producers.size()) < options_.producers) return instant_min;
    for (const auto& [producer, said] : partition.producers) {
        complete = std::min(complete, said.back());
    }
    return complete;
}

// What this partition says of itself to others of its own stage.
std::string Pipeline::word_to_own_stage(const Partition& partition, Instant now) const {
    Said said;
    said.fill(sources_complete(partition, now));
    const bool all_known = static_cast<int>(partition.producers.size()) >= options_.producers;
    for (std::size_t hop = 1; hop < hops_max; ++hop) {
        if (!all_known) said[hop] = instant_min;
        for (const auto& [producer, theirs] : partition.producers) {
            said[hop] = std::min(said[hop], theirs[hop - 1]);
        }
    }
    return text_of(said);
}

void Pipeline::fire(Instant now) {
    for (auto& [number, partition] : partitions_) {
        // In a replay the first stage steps with its records; what follows it steps with its progress.
        if (options_.replay) {
            if (options_.producers == 0 || partition.stage->decided_until() != instant_min) continue;
            const Instant until = complete_until(partition, now);
            if (until == instant_min) continue;
            partition.stage->fire({until, until, true}, effects_);
        } else {
            partition.stage->fire({now, complete_until(partition, now), false}, effects_);
        }
    }
}

void Pipeline::tell_progress(Instant now) {
    if (options_.progress_to.empty()) return;
    const Milliseconds interval =
        busy_ ? options_.progress_interval : options_.progress_interval * idle_factor;
    if (!options_.replay && last_progress_ != instant_min && now - last_progress_ < interval) {
        return;
    }
    last_progress_ = now;
    busy_ = false;
    for (auto& [number, partition] : partitions_) {
        const std::string producer = options_.stage + "/" + std::to_string(number);
        for (const auto& [topic, count] : options_.progress_to) {
            const bool own_input = names_.full(topic) == options_.progress_from;
            if (options_.replay && own_input) continue;
            const Instant until = options_.replay ? partition.stage->decided_until()
                                  : own_input     ? sources_complete(partition, now)
                                                  : complete_until(partition, now);
            if (until == instant_min) continue;
            if (options_.replay && until <= partition.progress_told) continue;
            const std::string word = own_input ? word_to_own_stage(partition, now)
                                               : std::to_string(milliseconds_of(until));
            for (int target = 0; target < count; ++target) {
                Output output;
                output.topic = topic;
                output.key = std::string{progress_key} + producer;
                output.partition = target;
                output.value = "{}";
                output.timestamp = std::min(now, until);
                output.headers = {{"ce_specversion", "1.0"},
                                  {"ce_type", std::string{progress_type}},
                                  {"ce_source", "/premura/" + options_.stage},
                                  {"ce_id", producer + "/" + word},
                                  {"premura-producer", producer},
                                  {"premura-until", word}};
                effects_.outputs.push_back(std::move(output));
            }
            partition.progress_told = until;
        }
    }
}

void Pipeline::collect() {
    for (auto& [number, partition] : partitions_) {
        effects_.state.clear();
        partition.stage->collect_state(effects_);
        for (StateRecord& record : effects_.state) {
            transaction_.state.emplace_back(number, std::move(record));
        }
        for (StateRecord& record : partition.own_state) {
            transaction_.state.emplace_back(number, std::move(record));
        }
        partition.own_state.clear();
    }
    effects_.state.clear();
    transaction_.outputs.swap(effects_.outputs);
    for (Output& output : transaction_.outputs) output.topic = names_.full(output.topic);
}

Commit Pipeline::commit() { return log_.commit(transaction_); }

std::optional<Instant> Pipeline::next_due() const {
    if (options_.replay) return std::nullopt;
    std::optional<Instant> next;
    const auto consider = [this, &next](Instant due) {
        // What was due already waits for its input: looked at again with the progress of others.
        const Instant at = due <= last_run_ ? last_run_ + options_.progress_interval : due;
        if (!next || at < *next) next = at;
    };
    for (const auto& [number, partition] : partitions_) {
        if (const auto due = partition.stage->next_due()) consider(*due);
    }
    if (!options_.progress_to.empty() && !partitions_.empty()) {
        consider(last_progress_ +
                 (busy_ ? options_.progress_interval : options_.progress_interval * idle_factor));
    }
    return next;
}

std::vector<int> Pipeline::partitions() const {
    std::vector<int> numbers;
    for (const auto& [number, partition] : partitions_) numbers.push_back(number);
    return numbers;
}

const Stage* Pipeline::stage(int partition) const {
    const auto found = partitions_.find(partition);
    return found == partitions_.end() ? nullptr : found->second.stage.get();
}

Instant Pipeline::complete_until(int partition) const {
    const auto found = partitions_.find(partition);
    return found == partitions_.end() ? instant_min : complete_until(found->second, last_run_);
}

Pipeline::Status Pipeline::status() const {
    Status status = totals_;
    status.stage = options_.stage;
    status.partitions = static_cast<int>(partitions_.size());
    for (const auto& [number, partition] : partitions_) {
        status.keys += partition.stage->size();
        status.complete_until =
            std::min(status.complete_until, complete_until(partition, last_run_));
    }
    return status;
}

}  // namespace premura
