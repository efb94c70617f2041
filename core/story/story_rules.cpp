#include "core/story/story_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace premura {
namespace {

// Which start of which rule and subject a clock belongs to.
using Start = std::tuple<std::string_view, std::uint8_t, Instant>;

Start start_of(const Clock& clock) {
    return {clock.rule->rule->id, clock.subject, clock.start};
}

// Something whose order is known is only a signpost to it.
bool is_signpost(const Entity& entity) {
    if (entity.kind == SubjectType::order || entity.kind == SubjectType::customer) return false;
    return std::any_of(
        entity.subjects.begin(), entity.subjects.end(),
        [](const Entity::Subject& subject) { return subject.type == SubjectType::order; });
}

std::vector<Clock> clocks_of(const TenantRules& rules, const Entity& entity) {
    std::vector<Clock> clocks;
    ClockProblems problems;
    derive_clocks(rules, entity, clocks, problems);
    return clocks;
}

std::string subject_text(const Entity& entity, const Clock& clock) {
    if (clock.subject != Entity::no_subject) {
        const Entity::Subject& subject = entity.subjects[clock.subject];
        return fmt::format("{} {}", name_of(subject.type), subject.id);
    }
    return fmt::format("{} {}", name_of(entity.kind), entity.id);
}

}  // namespace

std::string_view name_of(RuleBranch branch) {
    static constexpr std::array<std::string_view, rule_branch_count> names{
        "where",        "only_if", "exceptions",    "still_if", "expect",
        "expect_where", "unless",  "pause_between", "again"};
    return names[static_cast<std::size_t>(branch)];
}

std::vector<RuleBranch> branches_of(const Rule& rule, const RuleSet& rules) {
    std::vector<RuleBranch> branches;
    const bool excepted_by_brand = std::any_of(
        rules.tenants.begin(), rules.tenants.end(),
        [&rule](const auto& tenant) { return tenant.second.exceptions.contains(rule.id); });
    if (!rule.where.empty()) branches.push_back(RuleBranch::where);
    if (rule.only_if.given()) branches.push_back(RuleBranch::only_if);
    if (!rule.exceptions.empty() || excepted_by_brand) branches.push_back(RuleBranch::exceptions);
    const auto asks = [](const Step& step) { return step.only_if.given(); };
    if (rule.still_if.given() ||
        std::any_of(rule.early_warning.begin(), rule.early_warning.end(), asks) ||
        std::any_of(rule.if_late.begin(), rule.if_late.end(), asks)) {
        branches.push_back(RuleBranch::still_if);
    }
    branches.push_back(RuleBranch::expect);
    if (!rule.expect_where.empty()) branches.push_back(RuleBranch::expect_where);
    if (!rule.unless.empty()) branches.push_back(RuleBranch::unless);
    if (!rule.pause_from.empty()) branches.push_back(RuleBranch::pause_between);
    if (rule.again != Rule::Again::once) branches.push_back(RuleBranch::again);
    return branches;
}

StoryRules::StoryRules(std::shared_ptr<const RuleSet> rules, std::string tenant,
                       std::shared_ptr<const TimeZone> zone)
    : rules_{std::move(rules)}, zone_{std::move(zone)}, tenant_{std::move(tenant)} {
    compiled_ = rules_of(*rules_, *rules_->tenant(tenant_), *zone_);
    for (std::size_t i = 0; i < variants_.size(); ++i) {
        variants_[i] = variant(static_cast<VariantKind>(i));
    }
}

std::unique_ptr<StoryRules::Variant> StoryRules::variant(VariantKind kind) const {
    auto result = std::make_unique<Variant>();
    result->rules = *rules_;
    for (Rule& rule : result->rules.rules) {
        if (kind < VariantKind::any_expected) {
            // Asked for its starts only, also for those whose deadline cannot be known.
            rule.again = Rule::Again::each_time;
            rule.within = Duration{};
            rule.by = 0;
            rule.calendar = {};
            rule.pause_from = rule.pause_until = {};
        }
        if (kind == VariantKind::each_time_without_where) rule.where.clear();
        if (kind == VariantKind::each_time_without_only_if) rule.only_if = {};
        if (kind == VariantKind::each_time_without_exceptions) rule.exceptions.clear();
        if (kind == VariantKind::any_expected) rule.expect_where.clear();
        if (kind == VariantKind::no_pauses) rule.pause_from = rule.pause_until = {};
    }
    if (kind == VariantKind::each_time_without_exceptions) {
        for (auto& [id, tenant] : result->rules.tenants) tenant.exceptions.clear();
    }
    result->compiled = rules_of(result->rules, *result->rules.tenant(tenant_), *zone_);
    return result;
}

std::vector<StoryClock> StoryRules::clocks(std::span<const std::string_view> orders) const {
    std::vector<StoryClock> list;
    Entity entity;
    for (const std::string_view bytes : orders) {
        if (!decode(bytes, entity) || is_signpost(entity)) continue;
        for (const Clock& clock : clocks_of(compiled_, entity)) {
            list.push_back({clock.rule->rule->id, subject_text(entity, clock), clock.start,
                            clock.deadline, clock.paused, clock.end, clock.ended_at});
        }
    }
    std::stable_sort(list.begin(), list.end(), [](const StoryClock& one, const StoryClock& other) {
        return one.start < other.start;
    });
    return list;
}

void StoryRules::trace(std::span<const std::string_view> orders,
                       const std::set<std::string>& changed, RuleTraces& traces) const {
    Entity entity;
    for (const std::string_view bytes : orders) {
        if (decode(bytes, entity) && !is_signpost(entity)) trace_order(entity, changed, traces);
    }
}

std::vector<Clock> StoryRules::clocks_of_variant(VariantKind kind, const Entity& entity) const {
    return clocks_of(variants_[static_cast<std::size_t>(kind)]->compiled, entity);
}

void StoryRules::trace_order(const Entity& entity, const std::set<std::string>& changed,
                             RuleTraces& traces) const {
    const auto note = [&](const Clock& clock, RuleBranch branch) {
        const std::string& rule = clock.rule->rule->id;
        if (!changed.contains(rule)) traces[rule].branches.insert(branch);
    };
    const std::vector<Clock> clocks = clocks_of(compiled_, entity);
    std::map<Start, const Clock*> by_start;
    for (const Clock& clock : clocks) {
        by_start[start_of(clock)] = &clock;
        if (!changed.contains(clock.rule->rule->id)) traces[clock.rule->rule->id].started = true;
        if (clock.end == Clock::End::cancelled) note(clock, RuleBranch::unless);
        const bool in_time = clock.end == Clock::End::met && clock.ended_at <= clock.deadline;
        if (in_time) note(clock, RuleBranch::expect);
    }
    for (const Clock& clock : clocks_of_variant(VariantKind::any_expected, entity)) {
        const auto same = by_start.find(start_of(clock));
        const bool differs = same != by_start.end() && (same->second->end != clock.end ||
                                                        same->second->ended_at != clock.ended_at);
        if (differs) note(clock, RuleBranch::expect_where);
    }
    for (const Clock& clock : clocks_of_variant(VariantKind::no_pauses, entity)) {
        const auto same = by_start.find(start_of(clock));
        const bool differs = same != by_start.end() && same->second->deadline != clock.deadline;
        if (differs) note(clock, RuleBranch::pause_between);
    }
    trace_starts(entity, changed, traces);
}

// With `restart` and `once` earlier or later starts leave no clock; with `each_time` all of them
// do.
void StoryRules::trace_starts(const Entity& entity, const std::set<std::string>& changed,
                              RuleTraces& traces) const {
    std::set<Start> accepted;
    std::map<std::pair<std::string_view, int>, int> count;
    const auto note = [&](const Clock& clock, RuleBranch branch) {
        const std::string& rule = clock.rule->rule->id;
        if (!changed.contains(rule)) traces[rule].branches.insert(branch);
    };
    for (const Clock& clock : clocks_of_variant(VariantKind::each_time, entity)) {
        accepted.insert(start_of(clock));
        const Rule& rule = *rules_->rule(clock.rule->rule->id);
        if (rule.again == Rule::Again::once) continue;
        // Of a rule with `each_time` every promise has its own clock; a second one is what counts.
        const int subject = rule.again == Rule::Again::each_time ? -1 : clock.subject;
        if (++count[{clock.rule->rule->id, subject}] > 1) note(clock, RuleBranch::again);
    }
    const auto note_new = [&](VariantKind kind, RuleBranch branch) {
        for (const Clock& clock : clocks_of_variant(kind, entity)) {
            if (!accepted.contains(start_of(clock))) note(clock, branch);
        }
    };
    note_new(VariantKind::each_time_without_where, RuleBranch::where);
    note_new(VariantKind::each_time_without_only_if, RuleBranch::only_if);
    note_new(VariantKind::each_time_without_exceptions, RuleBranch::exceptions);
}

}  // namespace premura
