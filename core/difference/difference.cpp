#include "core/difference/difference.h"

#include <algorithm>
#include <set>

namespace premura {
namespace {

// Names a clock under both rule sets: the rule as it is called now, whose it is, and which start.
using ClockName = std::tuple<std::string, std::string, std::uint64_t>;

std::optional<Finding> finding_in(const Output& output) {
    if (output.topic != "findings" || !output.value) return std::nullopt;
    Record record;
    record.value = *output.value;
    record.headers = output.headers;
    std::string error;
    return finding_of(record, error);
}

bool calls(const Rule& rule) {
    const auto is_call = [](const Step& step) { return step.verb == Step::Verb::call; };
    return rule.mode == Rule::Mode::live && (std::any_of(rule.if_late.begin(), rule.if_late.end(), is_call) ||
                                             std::any_of(rule.early_warning.begin(), rule.early_warning.end(), is_call));
}

}  // namespace

RuleDifference& RuleDifference::operator+=(const RuleDifference& other) {
    clocks += other.clocks;
    earlier += other.earlier;
    later += other.later;
    started += other.started;
    cancelled += other.cancelled;
    late_at_once += other.late_at_once;
    closed_at_once += other.closed_at_once;
    calls_added += other.calls_added;
    calls_avoided += other.calls_avoided;
    return *this;
}

std::size_t Difference::late_at_once() const {
    std::size_t sum = 0;
    for (const auto& [id, rule] : rules) sum += rule.late_at_once;
    return sum;
}

Difference& Difference::operator+=(const Difference& other) {
    orders += other.orders;
    for (const auto& [id, rule] : other.rules) rules[id] += rule;
    return *this;
}

DifferenceCounter::DifferenceCounter(OrdersOptions options, std::shared_ptr<const RuleSet> before,
                                     std::shared_ptr<const RuleSet> after, std::string memory, Instant now)
    : options_{[&options] {
          // The moment is given; nothing is replayed.
          options.replay = false;
          return options;
      }()},
      before_{std::move(before)},
      after_{std::move(after)},
      memory_{[&memory, this, now] {
          if (!memory.empty()) return std::move(memory);
          RuleMemory made;
          made.learn(*before_, now);
          return made.encoded();
      }()},
      now_{now} {}

void DifferenceCounter::add(std::string_view bytes) {
    slice_.emplace_back(bytes);
    if (slice_.size() >= slice) work();
}

Difference DifferenceCounter::take() {
    work();
    return std::move(difference_);
}

std::unique_ptr<OrdersStage> DifferenceCounter::stage_with_slice() const {
    auto stage = std::make_unique<OrdersStage>(options_, before_);
    stage->restore(RuleMemory::state_key, memory_);
    for (const std::string& bytes : slice_) stage->restore({}, bytes);
    return stage;
}

// The same orders twice: once they go on as they would, once under the other rules.
void DifferenceCounter::work() {
    const auto old_stage = stage_with_slice();
    const auto new_stage = stage_with_slice();
    slice_.clear();
    Effects old_effects;
    Effects new_effects;
    old_stage->fire({now_, now_, false}, old_effects);
    new_stage->use(after_);
    new_stage->fire({now_, now_, false}, new_effects);
    compare_clocks(*old_stage, *new_stage);
    compare_findings(old_effects, new_effects);
}

std::string DifferenceCounter::name_of_rule(std::string_view id) const {
    const Rule* rule = after_->rule_or_successor(id);
    return rule == nullptr ? std::string{id} : rule->id;
}

void DifferenceCounter::compare_clocks(const OrdersStage& old_stage, const OrdersStage& new_stage) {
    Entity entity;
    std::vector<Clock> clocks;
    const auto running = [&](const OrdersStage& stage, std::string_view bytes) {
        std::map<ClockName, Instant> found;
        if (bytes.empty() || !decode(bytes, entity)) return found;
        const TenantRules* rules = stage.rules_of_tenant(entity.tenant);
        if (rules == nullptr) return found;
        const auto is_order = [](const Entity::Subject& subject) { return subject.type == SubjectType::order; };
        const bool stands_for_itself = entity.kind == SubjectType::order || entity.kind == SubjectType::customer;
        // Its clocks run with the order.
        if (!stands_for_itself && std::any_of(entity.subjects.begin(), entity.subjects.end(), is_order)) return found;
        clocks.clear();
        ClockProblems problems;
        derive_clocks(*rules, entity, clocks, problems);
        for (const Clock& clock : clocks) {
            if (clock.end != Clock::End::running) continue;
            const std::string subject =
                clock.subject == Entity::no_subject ? std::string{} : std::string{entity.subjects[clock.subject].id};
            found[{name_of_rule(clock.rule->rule->id), subject, clock.occurrence}] = clock.deadline;
        }
        return found;
    };
    KeyedStore::Walk walk{old_stage.store()};
    walk.step(old_stage.store(), old_stage.size(), [&](std::string_view bytes) {
        if (!decode(bytes, entity)) return;
        if (entity.kind == SubjectType::order) ++difference_.orders;
        const std::string_view other = new_stage.find(entity.tenant, entity.kind, entity.id);
        const auto before = running(old_stage, bytes);
        const auto after = running(new_stage, other);
        for (const auto& [name, deadline] : before) {
            RuleDifference& rule = difference_.rules[std::get<0>(name)];
            ++rule.clocks;
            const auto same = after.find(name);
            if (same == after.end()) {
                ++rule.cancelled;
            } else if (same->second != deadline) {
                ++(same->second < deadline ? rule.earlier : rule.later);
            }
        }
        for (const auto& [name, deadline] : after) {
            if (!before.contains(name)) ++difference_.rules[std::get<0>(name)].started;
        }
    });
}

void DifferenceCounter::compare_findings(const Effects& old_effects, const Effects& new_effects) {
    std::set<std::string> anyway;
    for (const Output& output : old_effects.outputs) {
        if (const auto finding = finding_in(output)) anyway.insert(finding->id);
    }
    for (const Output& output : new_effects.outputs) {
        const auto finding = finding_in(output);
        if (!finding || anyway.contains(finding->id)) continue;
        RuleDifference& rule = difference_.rules[name_of_rule(finding->rule)];
        switch (finding->kind) {
            case Finding::Kind::warning: break;
            case Finding::Kind::late: ++rule.late_at_once; break;
            case Finding::Kind::step:
                if (finding->verb == Step::Verb::call && finding->mode == Rule::Mode::live) ++rule.calls_added;
                break;
            case Finding::Kind::closed: {
                ++rule.closed_at_once;
                const Rule* old_rule = before_->rule(finding->rule);
                if (old_rule == nullptr) old_rule = after_->rule_or_successor(finding->rule);
                if (old_rule != nullptr && calls(*old_rule)) ++rule.calls_avoided;
                break;
            }
        }
    }
}

}  // namespace premura
