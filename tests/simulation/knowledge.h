#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/model.h"
#include "tests/simulation/run.h"

namespace premura {

// Names a clock whatever is known of it.
struct ClockKey {
    std::string rule;
    std::string subject;
    std::string occurrence;
    auto operator<=>(const ClockKey&) const = default;
};

// What can be known at which time: every answer of the model to every part of what arrived about one order and
// the shipments that belong to it in the end.
class Knowledge {
 public:
    // A set of arrivals of one story, one bit each, in their order.
    using Known = std::uint32_t;
    static constexpr std::size_t arrivals_max = 31;

    struct Story {
        std::string name;  // of the order, or `shipment/...` when its order is never named
        std::vector<const Arrival*> arrivals;
        Known all() const { return (Known{1} << arrivals.size()) - 1; }
        Known first(std::size_t count) const { return (Known{1} << count) - 1; }
        // What the wall clock had not yet passed `moment` for when it came: nobody may decide without it.
        Known before(Instant moment) const;
        // What waits under a tracking number, because it names no order.
        Known anonymous() const;
        // What had arrived when a step of the run was over.
        Known until(std::size_t step) const;
    };

    Knowledge(const RunResult& result, const SimulationRules& rules);

    const std::vector<Story>& stories() const { return stories_; }
    // The story that a finding belongs to; null when there is none.
    const Story* story_of(const Finding& finding) const;
    // Nothing when the finding names a start that never was.
    std::optional<ClockKey> key_of(const Finding& finding) const;

    const std::map<ClockKey, ModelClock>& clocks(const Story& story, Known known) const;
    // Is it known to which order the shipment belongs?
    static bool is_linked(const Story& story, Known known, const std::string& shipment);
    // Null: there is no such clock.
    const ModelClock* clock(const Story& story, Known known, const ClockKey& key) const;

    // Is there anything between `least` and `most` that, known, makes the clock pass the test? Tried in the
    // order of arrival first, also with what waits under a tracking number still on its way after the event that
    // names the order came; then, when that is not too much, in any order. The test gets the clock and what is known.
    template <typename Test>
    bool explains(const Story& story, Known least, Known most, const ClockKey& key, Test test) const;

 private:
    const RunResult& result_;
    const SimulationRules& rules_;
    std::vector<Story> stories_;
    std::map<std::string, std::size_t> story_of_order_;
    std::map<std::string, std::size_t> story_of_shipment_;
    mutable std::map<std::pair<const Story*, Known>, std::map<ClockKey, ModelClock>> readings_;
};

template <typename Test>
bool Knowledge::explains(const Story& story, Known least, Known most, const ClockKey& key, Test test) const {
    least &= most;
    std::vector<Known> open;
    for (std::size_t i = 0; i < story.arrivals.size(); ++i) {
        const Known bit = Known{1} << i;
        if ((most & bit) != 0 && (least & bit) == 0) open.push_back(bit);
    }
    Known known = least;
    for (std::size_t i = 0;; ++i) {
        if (test(clock(story, known, key), known)) return true;
        const Known without_waiting = known & (~story.anonymous() | least);
        if (test(clock(story, without_waiting, key), without_waiting)) return true;
        if (i == open.size()) break;
        known |= open[i];
    }
    constexpr std::size_t subsets_of_max = 10;
    if (open.size() > subsets_of_max) return false;
    for (std::uint32_t subset = 0; subset < (std::uint32_t{1} << open.size()); ++subset) {
        known = least;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if ((subset >> i & 1U) != 0) known |= open[i];
        }
        if (test(clock(story, known, key), known)) return true;
    }
    return false;
}

}  // namespace premura
