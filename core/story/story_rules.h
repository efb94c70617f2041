#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/time_zone.h"
#include "core/orders/clock.h"
#include "core/rules/rule_set.h"

namespace premura {

// A way that a rule can go, beside being late.
enum class RuleBranch : std::uint8_t {
    where,       // a start was turned away by the filter
    only_if,     // or by the condition
    exceptions,  // or by one of the exceptions, the rule's or the brand's
    still_if,    // what was due was not wanted any more, by the condition of the rule or of a step
    expect,      // what was expected came in time
    expect_where,   // an expected event was turned away by its filter
    unless,         // it was called off
    pause_between,  // time did not count
    again,          // there was a second start
};
constexpr std::size_t rule_branch_count = 9;

// The key of the rule it stands for.
std::string_view name_of(RuleBranch branch);
// Which ones a rule has.
std::vector<RuleBranch> branches_of(const Rule& rule, const RuleSet& rules);

// What a story brought about in one rule.
struct RuleTrace {
    bool started = false;
    std::set<RuleBranch> branches;
};
using RuleTraces = std::map<std::string, RuleTrace>;

// A clock of a story, for people.
struct StoryClock {
    std::string rule;
    std::string subject;  // "order A1"
    Instant start;
    Instant deadline;
    bool paused = false;
    Clock::End end = Clock::End::running;
    Instant ended_at;
};

// The rules that take part in a story, as the engine sees them for its tenant. Everything here
// follows from what the engine knows of the orders, by the engine's own derivation of clocks.
class StoryRules {
 public:
    StoryRules(std::shared_ptr<const RuleSet> rules, std::string tenant,
               std::shared_ptr<const TimeZone> zone);

    const std::shared_ptr<const RuleSet>& rule_set() const { return rules_; }

    // `orders`: encoded entities.
    std::vector<StoryClock> clocks(std::span<const std::string_view> orders) const;
    // Adds which ways the rules went; those in `changed` are left out.
    void trace(std::span<const std::string_view> orders, const std::set<std::string>& changed,
               RuleTraces& traces) const;

 private:
    // The same rules but for a part: what differs between the clocks of two tells what the part
    // did.
    struct Variant {
        RuleSet rules;
        TenantRules compiled;
    };
    enum class VariantKind : std::uint8_t {
        each_time,
        each_time_without_where,
        each_time_without_only_if,
        each_time_without_exceptions,
        any_expected,
        no_pauses,
    };
    static constexpr std::size_t variant_count = 6;

    std::unique_ptr<Variant> variant(VariantKind kind) const;
    std::vector<Clock> clocks_of_variant(VariantKind kind, const Entity& entity) const;
    void trace_starts(const Entity& entity, const std::set<std::string>& changed,
                      RuleTraces& traces) const;
    void trace_order(const Entity& entity, const std::set<std::string>& changed,
                     RuleTraces& traces) const;

    std::shared_ptr<const RuleSet> rules_;
    std::shared_ptr<const TimeZone> zone_;
    std::string tenant_;
    TenantRules compiled_;
    std::array<std::unique_ptr<Variant>, variant_count> variants_;
};

}  // namespace premura
