#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace premura {

// Which reader of one stage owns which partition, for logs whose readers all live in this process.
// A partition passes from one reader to the next only after the first has given it up or is gone,
// so no two ever work on it. Any thread; shared by the readers of the stage.
class PartitionOwners {
 public:
    using Member = std::uint64_t;

    explicit PartitionOwners(int partitions);

    // A reader comes: the partitions are dealt out anew among all members. `changed` is called,
    // from any thread and under this object's lock, when the member should look again; it must only
    // pass that on.
    Member join(std::function<void()> changed);
    // A reader goes, politely or not: what it owned is free at once. Unknown members are ignored.
    void leave(Member member);
    bool is_member(Member member) const;

    // Means these partitions for that member until somebody joins or leaves.
    void assign(Member member, const std::vector<int>& partitions);

    // What the member owns and should give up, because it is meant for another.
    std::vector<int> unwanted(Member member) const;
    void give_up(Member member, int partition);
    // Takes what is meant for the member and free. In ascending order.
    std::vector<int> take(Member member);
    bool owns(Member member, int partition) const;

 private:
    static constexpr Member nobody = 0;
    struct Partition {
        Member owner = nobody;
        Member meant_for = nobody;
    };

    void deal_out();
    void tell_all() const;

    mutable std::mutex mutex_;
    std::vector<Partition> partitions_;
    std::map<Member, std::function<void()>> members_;
    Member last_ = nobody;
};

}  // namespace premura
