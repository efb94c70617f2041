#include "tests/daemon/log_contract.h"

#include <atomic>
#include <catch2/catch.hpp>

namespace premura {

void check_promises(const LogWorldFactory& make_world) {
    for (const auto& promises : {delivery_promises(), commit_promises(), tail_promises()}) {
        for (const Promise& promise : promises) {
            DYNAMIC_SECTION(promise.text) {
                const std::unique_ptr<LogWorld> world = make_world();
                promise.check(*world);
            }
        }
    }
}

StageTopics make_stage(LogWorld& world, const std::string& name, std::vector<std::string> inputs,
                       int partitions) {
    StageTopics topics;
    topics.stage = name;
    topics.inputs = inputs;
    topics.probed = std::move(inputs);
    topics.state = world.create_state_topic(name + "-state", partitions);
    return topics;
}

bool run_until(LogWorld& world, const std::function<bool()>& is_so) {
    const auto end = std::chrono::steady_clock::now() + world.patience();
    while (!is_so()) {
        if (std::chrono::steady_clock::now() > end) return false;
        world.run();
    }
    return true;
}

Output record(const std::string& topic, const std::string& key) {
    Output output;
    output.topic = topic;
    output.key = key;
    output.partition_key = key;
    output.value = "value of " + key;
    output.timestamp = instant_of(1'780'000'000'000);
    return output;
}

Output record(const std::string& topic, int partition, const std::string& key) {
    Output output = record(topic, key);
    output.partition = partition;
    return output;
}

std::string append(LogWorld& world, std::vector<Output> records) {
    struct Answer {
        std::atomic<bool> came = false;
        std::string error;
    };
    const auto answer = std::make_shared<Answer>();
    world.writer().append(std::move(records), [answer](std::string error) {
        answer->error = std::move(error);
        answer->came = true;
    });
    if (!run_until(world, [answer] { return answer->came.load(); })) return "no answer";
    return answer->error;
}

std::vector<std::string> keys_of(const std::vector<Record>& records) {
    std::vector<std::string> keys;
    for (const Record& record : records) keys.push_back(record.key);
    return keys;
}

std::multiset<std::string> key_set_of(const std::vector<Record>& records) {
    std::multiset<std::string> keys;
    for (const Record& record : records) keys.insert(record.key);
    return keys;
}

StoryReader::StoryReader(LogWorld& world, const StageTopics& topics)
    : world_{world}, log_{world.reader(topics)} {
    log_->open(*this);
}

Batch StoryReader::read(std::size_t records_max) {
    Batch batch = log_->read(records_max, world_.now());
    CHECK(batch.records.size() <= records_max);
    for (const Record& record : batch.records) {
        if (!owned_.contains(record.partition)) FAIL_CHECK("a record of a partition not ours");
        delivering_.insert(record.partition);
    }
    return batch;
}

std::vector<Record> StoryReader::take(std::size_t count) {
    std::vector<Record> all;
    run_until(world_, [&] {
        Batch batch = read(count - all.size());
        std::ranges::move(batch.records, std::back_inserter(all));
        return all.size() >= count;
    });
    return all;
}

std::vector<Record> StoryReader::drain(const std::set<int>& partitions) {
    const Instant from = world_.now();
    std::vector<Record> all;
    const bool complete = run_until(world_, [&] {
        Batch batch = read();
        std::ranges::move(batch.records, std::back_inserter(all));
        return std::ranges::all_of(partitions, [&](int partition) {
            const auto found = batch.complete_until.find(partition);
            return found != batch.complete_until.end() && found->second >= from;
        });
    });
    CHECK(complete);
    return all;
}

bool StoryReader::settle(const std::set<int>& partitions) {
    return run_until(world_, [&] {
        CHECK(read().records.empty());
        return owned_ == partitions;
    });
}

Commit StoryReader::commit(const Transaction& transaction) { return log_->commit(transaction); }

void StoryReader::close() {
    log_->close();
    CHECK(owned_.empty());
    log_.reset();
}

void StoryReader::crash() {
    const std::size_t heard = heard_.size();
    world_.crash(std::move(log_));
    CHECK(heard_.size() == heard);
}

void StoryReader::partition_assigned(int partition) {
    heard_.push_back("assigned " + std::to_string(partition));
    if (!owned_.insert(partition).second) FAIL_CHECK("a partition was assigned twice");
    state_[partition].clear();
}

void StoryReader::state_restored(int partition, std::string_view key, std::string_view value) {
    if (!owned_.contains(partition)) FAIL_CHECK("state of a partition that is not ours");
    if (delivering_.contains(partition)) FAIL_CHECK("state after the first record");
    const bool is_new = state_[partition].emplace(key, value).second;
    if (!is_new) FAIL_CHECK("a key of the state came twice");
}

void StoryReader::partition_revoked(int partition) {
    heard_.push_back("revoked " + std::to_string(partition));
    if (owned_.erase(partition) == 0) FAIL_CHECK("a partition was revoked that was not ours");
    delivering_.erase(partition);
    state_.erase(partition);
}

}  // namespace premura
