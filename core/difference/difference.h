#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/difference/rule_edits.h"
#include "core/orders/orders_stage.h"

namespace premura {

// What going over to other rules would do to the orders that are on their way: to one rule's clocks and cases, in
// the moment of the change.
struct RuleDifference {
    std::size_t clocks = 0;          // that run under the old rules
    std::size_t earlier = 0;         // with an earlier deadline
    std::size_t later = 0;           // with a later one
    std::size_t started = 0;         // that did not run before
    std::size_t cancelled = 0;       // that do not run any more
    std::size_t late_at_once = 0;    // cases that open in that moment
    std::size_t closed_at_once = 0;  // open cases that close in that moment
    std::size_t calls_added = 0;     // calls that become due in that moment; trial rules call nobody
    std::size_t calls_avoided = 0;   // cases with a call, made or to come, that close in that moment

    bool any() const { return earlier + later + started + cancelled + late_at_once + closed_at_once != 0; }
    RuleDifference& operator+=(const RuleDifference& other);
};

struct Difference {
    std::size_t orders = 0;  // that were looked at
    std::map<std::string, RuleDifference> rules;  // by id, as the rule is called now; removed ones by their old id

    // All cases that would be late at once: what a reload asks about.
    std::size_t late_at_once() const;
    // Adds what another worker counted.
    Difference& operator+=(const Difference& other);
};

// How many cases may be late at once before somebody has to say yes, unless a daemon's settings say otherwise.
struct ReloadGuard {
    static constexpr std::size_t new_late_max = 50;
};

// Counts it by letting the real engine go over to the other rules, on copies of the orders: what it says is what a
// reload at `now` would do. Used by one thread. Orders are worked through `slice` at a time, so that a step is short
// and memory bounded.
class DifferenceCounter {
 public:
    static constexpr std::size_t slice = 1000;

    // `memory`: the state record of RuleMemory of the partition the orders are from; empty: the old rules have been
    // there for ever. `options`: of the stage they are from.
    DifferenceCounter(OrdersOptions options, std::shared_ptr<const RuleSet> before,
                      std::shared_ptr<const RuleSet> after, std::string memory, Instant now);

    // One encoded order of the stage.
    void add(std::string_view bytes);
    // All that was added. Once, at the end.
    Difference take();

 private:
    void work();
    std::unique_ptr<OrdersStage> stage_with_slice() const;
    void compare_clocks(const OrdersStage& old_stage, const OrdersStage& new_stage);
    void compare_findings(const Effects& old_effects, const Effects& new_effects);
    std::string name_of_rule(std::string_view id) const;

    const OrdersOptions options_;
    const std::shared_ptr<const RuleSet> before_;
    const std::shared_ptr<const RuleSet> after_;
    const std::string memory_;
    const Instant now_;
    std::vector<std::string> slice_;
    Difference difference_;
};

}  // namespace premura
