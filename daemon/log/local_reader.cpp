#include "daemon/log/local_reader.h"

#include <algorithm>

namespace premura {
LocalReader::LocalReader(StageTopics topics, std::unique_ptr<StageStore> store,
                         std::shared_ptr<PartitionOwners> owners,
                         std::shared_ptr<ReadySignal> signal)
    : topics_{std::move(topics)},
      store_{std::move(store)},
      owners_{std::move(owners)},
      signal_{std::move(signal)} {
    for (const std::string& name : topics_.probed) {
        const auto found = std::ranges::find(topics_.inputs, name);
        if (found == topics_.inputs.end()) {
            throw LogError("stage '" + topics_.stage + "' watches the end of topic '" + name +
                           "' without reading it; hint: name it among the inputs too");
        }
        probed_.push_back(static_cast<std::size_t>(found - topics_.inputs.begin()));
    }
}

LocalReader::~LocalReader() {
    signal_->cancel();
    owners_->leave(member_);
}

void LocalReader::open(LogListener& listener) {
    listener_ = &listener;
    member_ = owners_->join([signal = signal_] { signal->raise(); });
}

Batch LocalReader::read(std::size_t records_max, Instant now) {
    signal_->lower();
    settle_ownership();

    Batch batch;
    {
        const ReadScope scope{*store_};
        for (auto& [partition, owned] : owned_) probe(owned, partition, now);
        fetch(records_max, batch);
        for (auto& [partition, owned] : owned_) learn_completeness(owned, partition, now);
    }
    for (const auto& [partition, owned] : owned_) {
        if (owned.complete_until) batch.complete_until.emplace(partition, *owned.complete_until);
    }
    if (batch.more) signal_->raise();
    return batch;
}

void LocalReader::settle_ownership() {
    if (!owners_->is_member(member_)) {
        member_ = owners_->join([signal = signal_] { signal->raise(); });
    }
    std::vector<int> gone;
    for (const auto& [partition, owned] : owned_) {
        if (lost_ || !owners_->owns(member_, partition)) gone.push_back(partition);
    }
    lost_ = false;
    for (const int partition : owners_->unwanted(member_)) {
        // What was read of it must be committed first: whoever owns it next would repeat that work.
        const auto found = owned_.find(partition);
        if (found == owned_.end() || found->second.next != found->second.committed) continue;
        gone.push_back(partition);
    }
    for (const int partition : gone) revoke(partition);
    for (const int partition : owners_->take(member_)) take(partition);
}

void LocalReader::revoke(int partition) {
    if (owned_.erase(partition) == 0) return;
    store_->forget(partition);
    listener_->partition_revoked(partition);
    owners_->give_up(member_, partition);
}

void LocalReader::take(int partition) {
    listener_->partition_assigned(partition);
    Owned owned;
    owned.committed = store_->restore(
        partition, [this, partition](std::string_view key, std::string_view value) {
            listener_->state_restored(partition, key, value);
        });
    owned.next = owned.committed;
    owned_.insert_or_assign(partition, std::move(owned));
}

void LocalReader::fetch(std::size_t records_max, Batch& batch) {
    struct Source {
        std::size_t input;
        int partition;
        std::int64_t& next;
        std::int64_t end;
    };
    std::vector<Source> sources;
    for (auto& [partition, owned] : owned_) {
        for (std::size_t input = 0; input < topics_.inputs.size(); ++input) {
            sources.push_back(
                {input, partition, owned.next[input], store_->end(input, partition)});
        }
    }
    if (sources.empty()) return;

    // A source with a long backlog may fill whole batches, so each has its turn to be first.
    const std::size_t first = turn_++ % sources.size();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        Source& source = sources[(first + i) % sources.size()];
        if (source.next < source.end && batch.records.size() < records_max) {
            source.next = store_->fetch(source.input, source.partition, source.next,
                                        records_max - batch.records.size(), batch.records);
        }
        batch.more = batch.more || source.next < source.end;
    }
}

void LocalReader::probe(Owned& owned, int partition, Instant now) {
    if (owned.probe) return;
    owned.probe = Owned::Probe{now, {}};
    for (const std::size_t input : probed_) {
        owned.probe->ends.push_back(store_->end(input, partition));
    }
}

void LocalReader::learn_completeness(Owned& owned, int partition, Instant now) const {
    bool probe_reached = true;
    bool at_the_end = true;
    for (std::size_t i = 0; i < probed_.size(); ++i) {
        const std::int64_t next = owned.next[probed_[i]];
        probe_reached = probe_reached && next >= owned.probe->ends[i];
        at_the_end = at_the_end && next >= store_->end(probed_[i], partition);
    }
    // A clock that was set back makes this earlier than before, and must: records appended since
    // carry the earlier time.
    if (probe_reached) owned.complete_until = owned.probe->asked;
    if (at_the_end) owned.complete_until = now;
    if (probe_reached) owned.probe.reset();
}

Commit LocalReader::commit(const Transaction& transaction) {
    if (lost_) return Commit::lost;
    const std::vector<PositionMove> moved = moves();
    if (moved.empty() && transaction.outputs.empty() && transaction.state.empty()) {
        return Commit::done;
    }
    if (!owns_all(transaction) || !store_->write(transaction, moved)) return lose();
    for (auto& [partition, owned] : owned_) owned.committed = owned.next;
    // A partition that was meant for another reader may go over now.
    if (!owners_->unwanted(member_).empty()) signal_->raise();
    return Commit::done;
}

std::vector<PositionMove> LocalReader::moves() const {
    std::vector<PositionMove> moves;
    for (const auto& [partition, owned] : owned_) {
        for (std::size_t input = 0; input < owned.next.size(); ++input) {
            if (owned.next[input] == owned.committed[input]) continue;
            moves.push_back({input, partition, owned.next[input]});
        }
    }
    return moves;
}

// Outputs do not say which partition they follow from, so one that was taken away spoils them all.
bool LocalReader::owns_all(const Transaction& transaction) const {
    return std::ranges::all_of(owned_,
                               [this](const auto& owned) {
                                   return owners_->owns(member_, owned.first);
                               }) &&
           std::ranges::all_of(transaction.state, [this](const auto& state) {
               return owned_.contains(state.first);
           });
}

Commit LocalReader::lose() {
    lost_ = true;
    signal_->raise();
    return Commit::lost;
}

void LocalReader::wait(std::function<void()> ready) { signal_->wait(std::move(ready)); }

void LocalReader::close() {
    signal_->cancel();
    for (const auto& [partition, owned] : owned_) {
        store_->forget(partition);
        listener_->partition_revoked(partition);
    }
    owned_.clear();
    owners_->leave(member_);
}

}  // namespace premura
