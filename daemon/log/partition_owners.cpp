#include "daemon/log/partition_owners.h"

#include <iterator>

namespace premura {

PartitionOwners::PartitionOwners(int partitions)
    : partitions_(static_cast<std::size_t>(partitions)) {}

PartitionOwners::Member PartitionOwners::join(std::function<void()> changed) {
    const std::scoped_lock lock{mutex_};
    members_.emplace(++last_, std::move(changed));
    deal_out();
    return last_;
}

void PartitionOwners::leave(Member member) {
    const std::scoped_lock lock{mutex_};
    if (members_.erase(member) == 0) return;
    for (Partition& partition : partitions_) {
        if (partition.owner == member) partition.owner = nobody;
    }
    deal_out();
}

bool PartitionOwners::is_member(Member member) const {
    const std::scoped_lock lock{mutex_};
    return members_.contains(member);
}

void PartitionOwners::assign(Member member, const std::vector<int>& partitions) {
    const std::scoped_lock lock{mutex_};
    if (!members_.contains(member)) return;
    for (const int partition : partitions) {
        partitions_.at(static_cast<std::size_t>(partition)).meant_for = member;
    }
    tell_all();
}

std::vector<int> PartitionOwners::unwanted(Member member) const {
    const std::scoped_lock lock{mutex_};
    std::vector<int> found;
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
        if (partitions_[i].owner == member && partitions_[i].meant_for != member) {
            found.push_back(static_cast<int>(i));
        }
    }
    return found;
}

void PartitionOwners::give_up(Member member, int partition) {
    const std::scoped_lock lock{mutex_};
    Partition& given = partitions_.at(static_cast<std::size_t>(partition));
    if (given.owner != member) return;
    given.owner = nobody;
    if (const auto next = members_.find(given.meant_for); next != members_.end()) next->second();
}

std::vector<int> PartitionOwners::take(Member member) {
    const std::scoped_lock lock{mutex_};
    std::vector<int> taken;
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
        if (partitions_[i].owner != nobody || partitions_[i].meant_for != member) continue;
        partitions_[i].owner = member;
        taken.push_back(static_cast<int>(i));
    }
    return taken;
}

bool PartitionOwners::owns(Member member, int partition) const {
    const std::scoped_lock lock{mutex_};
    return partitions_.at(static_cast<std::size_t>(partition)).owner == member;
}

void PartitionOwners::deal_out() {
    auto next = members_.begin();
    for (Partition& partition : partitions_) {
        partition.meant_for = next == members_.end() ? nobody : next->first;
        if (next != members_.end() && ++next == members_.end()) next = members_.begin();
    }
    tell_all();
}

void PartitionOwners::tell_all() const {
    for (const auto& [member, changed] : members_) changed();
}

}  // namespace premura
