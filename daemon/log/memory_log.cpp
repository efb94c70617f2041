#include "daemon/log/memory_log.h"

#include <utility>

#include "daemon/log/headers.h"
#include "daemon/log/local_tail.h"
#include "daemon/log/partitioner.h"

namespace premura {

// What one reader sees of the broker.
class MemoryStore : public StageStore {
 public:
    MemoryStore(MemoryLogBroker& broker, StageTopics topics)
        : broker_{broker}, topics_{std::move(topics)} {}

    std::vector<std::int64_t> restore(int partition, const StateVisitor& visitor) override {
        for (const auto& [key, value] : broker_.states_[{topics_.state, partition}]) {
            visitor(key, value);
        }
        std::vector<std::int64_t> positions;
        for (const std::string& input : topics_.inputs) {
            positions.push_back(broker_.position(topics_.stage, input, partition));
        }
        return positions;
    }
    void forget(int) override {}
    void begin_read() override {}
    void end_read() noexcept override {}

    std::int64_t end(std::size_t input, int partition) override {
        return static_cast<std::int64_t>(records(input, partition).size());
    }

    std::int64_t fetch(std::size_t input, int partition, std::int64_t position,
                       std::size_t records_max, std::vector<Record>& out) override {
        const auto& all = records(input, partition);
        const auto from = static_cast<std::size_t>(position);
        const std::size_t to = std::min(all.size(), from + records_max);
        for (std::size_t i = from; i < to; ++i) out.push_back(all[i]);
        return static_cast<std::int64_t>(to);
    }

    bool write(const Transaction& transaction, const std::vector<PositionMove>& moves) override {
        if (std::exchange(lose_next_, false)) return false;
        for (const Output& output : transaction.outputs) {
            if (const std::string fault = broker_.fault(output); !fault.empty()) {
                throw LogError(fault);
            }
        }
        for (const Output& output : transaction.outputs) broker_.append(output);
        for (const auto& [partition, record] : transaction.state) {
            auto& state = broker_.states_[{topics_.state, partition}];
            if (record.value) {
                state.insert_or_assign(record.key, *record.value);
            } else {
                state.erase(record.key);
            }
        }
        for (const PositionMove& move : moves) {
            broker_.positions_[{topics_.stage, topics_.inputs[move.input], move.partition}] =
                move.position;
        }
        return true;
    }

    void lose_next() { lose_next_ = true; }

 private:
    const std::vector<Record>& records(std::size_t input, int partition) const {
        return broker_.topic(topics_.inputs[input]).at(static_cast<std::size_t>(partition));
    }

    MemoryLogBroker& broker_;
    const StageTopics topics_;
    bool lose_next_ = false;
};

MemoryLogBroker::MemoryLogBroker(int partitions) : partitions_{partitions} {}
MemoryLogBroker::~MemoryLogBroker() = default;

void MemoryLogBroker::create_topic(const std::string& name, int partitions) {
    const auto [found, is_new] =
        topics_.try_emplace(name, Topic(static_cast<std::size_t>(partitions)));
    if (!is_new && found->second.size() != static_cast<std::size_t>(partitions)) {
        throw LogError("topic '" + name + "' is there already, with " +
                       std::to_string(found->second.size()) + " partitions");
    }
}

std::unique_ptr<StageLog> MemoryLogBroker::reader(StageTopics topics) {
    if (topics.inputs.empty()) throw LogError("stage '" + topics.stage + "' has no input topics");
    const std::size_t partitions = topic(topics.inputs.front()).size();
    for (const std::string& input : topics.inputs) {
        if (topic(input).size() == partitions) continue;
        throw LogError("stage '" + topics.stage + "' reads topics of unequal partition counts: '" +
                       topics.inputs.front() + "' and '" + input + "'");
    }
    auto& owners = owners_[topics.stage];
    if (!owners) owners = std::make_shared<PartitionOwners>(static_cast<int>(partitions));
    const auto signal = listen(topics.inputs);
    auto store = std::make_unique<MemoryStore>(*this, topics);
    return std::make_unique<LocalReader>(std::move(topics), std::move(store), owners, signal);
}

std::unique_ptr<LogTail> MemoryLogBroker::tail(std::vector<std::string> topics) {
    std::vector<int> partitions;
    for (const std::string& name : topics) partitions.push_back(static_cast<int>(topic(name).size()));
    const auto signal = listen(topics);
    StageTopics followed;
    followed.inputs = std::move(topics);
    return std::make_unique<LocalTail>(std::make_unique<MemoryStore>(*this, std::move(followed)), partitions, signal);
}

std::shared_ptr<ReadySignal> MemoryLogBroker::listen(const std::vector<std::string>& topics) {
    const auto signal = std::make_shared<ReadySignal>(
        [this](std::function<void()> task) { due_.push_back(std::move(task)); });
    for (const std::string& name : topics) signals_[name].push_back(signal);
    return signal;
}

std::size_t MemoryLogBroker::run_ready() {
    const std::size_t count = due_.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::function<void()> task = std::move(due_.front());
        due_.pop_front();
        task();
    }
    return count;
}

std::vector<Record> MemoryLogBroker::records(const std::string& name) const {
    std::vector<Record> all;
    const auto found = topics_.find(name);
    if (found == topics_.end()) return all;
    for (const Partition& partition : found->second) {
        all.insert(all.end(), partition.begin(), partition.end());
    }
    return all;
}

const std::map<std::string, std::string>& MemoryLogBroker::state(const std::string& topic,
                                                                 int partition) const {
    static const std::map<std::string, std::string> nothing;
    const auto found = states_.find({topic, partition});
    return found == states_.end() ? nothing : found->second;
}

std::int64_t MemoryLogBroker::position(const std::string& stage, const std::string& topic,
                                       int partition) const {
    const auto found = positions_.find({stage, topic, partition});
    return found == positions_.end() ? 0 : found->second;
}

void MemoryLogBroker::assign(StageLog& reader, const std::vector<int>& partitions) {
    LocalReader& member = local(reader);
    member.owners().assign(member.member(), partitions);
}

void MemoryLogBroker::lose_next_commit(StageLog& reader) {
    static_cast<MemoryStore&>(local(reader).store()).lose_next();
}

void MemoryLogBroker::expel(StageLog& reader) {
    LocalReader& member = local(reader);
    member.owners().leave(member.member());
}

MemoryLogBroker::Topic& MemoryLogBroker::topic(const std::string& name) {
    return topics_.try_emplace(name, Topic(static_cast<std::size_t>(partitions_))).first->second;
}

std::string MemoryLogBroker::fault(const Output& output) {
    const auto count = static_cast<int>(topic(output.topic).size());
    if (!output.partition || (*output.partition >= 0 && *output.partition < count)) return {};
    return "topic '" + output.topic + "' has no partition " + std::to_string(*output.partition) +
           ", only " + std::to_string(count);
}

void MemoryLogBroker::append(const Output& output) {
    Topic& partitions = topic(output.topic);
    Record record;
    record.topic = output.topic;
    record.partition = output.partition.value_or(
        partition_of(output.partition_key, static_cast<int>(partitions.size())));
    Partition& partition = partitions[static_cast<std::size_t>(record.partition)];
    record.offset = static_cast<std::int64_t>(partition.size());
    record.key = output.key;
    record.value = output.value.value_or(std::string{});
    record.tombstone = !output.value;
    for (const auto& [name, value] : output.headers) {
        record.headers.emplace_back(lower_case(name), value);
    }
    record.timestamp = output.timestamp;
    partition.push_back(std::move(record));
    raise(output.topic);
}

void MemoryLogBroker::raise(const std::string& topic) {
    const auto found = signals_.find(topic);
    if (found == signals_.end()) return;
    std::erase_if(found->second, [](const auto& weak) { return weak.expired(); });
    for (const auto& weak : found->second) weak.lock()->raise();
}

LocalReader& MemoryLogBroker::local(StageLog& reader) const {
    return dynamic_cast<LocalReader&>(reader);
}

void MemoryLogBroker::Writer::append(std::vector<Output> records,
                                     std::function<void(std::string error)> done) {
    for (const Output& record : records) {
        if (std::string fault = broker_.fault(record); !fault.empty()) return done(fault);
    }
    for (const Output& record : records) broker_.append(record);
    done({});
}

int MemoryLogBroker::Writer::partitions(const std::string& topic) {
    return static_cast<int>(broker_.topic(topic).size());
}

}  // namespace premura
