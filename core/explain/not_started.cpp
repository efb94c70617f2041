#include "core/explain/not_started.h"

#include <algorithm>

#include "core/cel/program.h"
#include "core/explain/derivation.h"
#include "core/orders/entity_facts.h"

namespace premura {
namespace {

// Conditions name conditions, but in no circle.
constexpr int depth_max = 16;

void collect_facts(const Expression& expression, const Definitions& definitions, int depth,
                   std::vector<FactNumber>& numbers) {
    if (!expression.given() || depth > depth_max) return;
    for (const cel::Reading& reading : expression.program->readings()) {
        const Definitions::Meaning& meaning = definitions.meaning(reading.variable);
        if (meaning.kind == Definitions::Meaning::Kind::condition) {
            collect_facts(meaning.condition, definitions, depth + 1, numbers);
        }
        if (meaning.kind != Definitions::Meaning::Kind::facts || !reading.field) continue;
        const FactNumber number = meaning.facts[*reading.field];
        if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
    }
}

// Could this event have started a clock of the subject, but for the conditions? As derive_clocks sees it.
bool is_start(const Rule& rule, const Entity& entity, const Entity::Entry& entry, std::uint8_t subject) {
    if (!rule.when.contains(entry.type)) return false;
    if (subject == Entity::no_subject) return true;
    const bool named = ((entry.subjects >> subject) & 1) != 0;
    if (named) return true;
    if (rule.subject != entity.kind) return false;
    return std::none_of(entity.subjects.begin(), entity.subjects.end(), [&](const Entity::Subject& other) {
        const auto index = static_cast<std::size_t>(&other - entity.subjects.data());
        return other.type == rule.subject && ((entry.subjects >> index) & 1) != 0;
    });
}

// The first condition that does not hold.
const Condition* failing(const Filter& filter, const Entity& entity, std::uint8_t subject, Instant at,
                         const TenantRules& tenant) {
    for (const Condition& condition : filter) {
        if (!matches({condition}, entity, subject, at, tenant)) return &condition;
    }
    return nullptr;
}

}  // namespace

std::vector<ExplainedFact> facts_read(const Expression& expression, const TenantRules& tenant, const Entity& entity,
                                      std::uint8_t subject, Instant as_of) {
    std::vector<FactNumber> numbers;
    collect_facts(expression, *tenant.rule_set->definitions, 0, numbers);
    std::vector<ExplainedFact> facts;
    for (const FactNumber number : numbers) facts.push_back(fact_as_known(entity, number, subject, as_of));
    return facts;
}

void explain_absence(const TenantRules& tenant, const TenantRule& tenant_rule, const Entity& entity,
                     std::uint8_t subject, ExplainedRule& explained) {
    using enum ExplainedRule::Verdict;
    const Rule& rule = *tenant_rule.rule;
    const Entity::Entry* last = nullptr;
    for (const Entity::Entry& entry : entity.history) {
        if (is_start(rule, entity, entry, subject) && (last == nullptr || last->time <= entry.time)) last = &entry;
    }
    if (last == nullptr) {
        explained.verdict = waits_for_start;
        return;
    }
    explained.started_by = last->type;
    explained.start = last->time;
    if (last->time < tenant_rule.since) {
        explained.verdict = added_later;
        explained.since = tenant_rule.since;
        return;
    }
    const auto known = [&](FactNumber number) {
        explained.facts.push_back(fact_as_known(entity, number, subject, last->time));
    };
    if (const Condition* condition = failing(rule.where, entity, subject, last->time, tenant)) {
        explained.verdict = filtered_out;
        explained.condition = *condition;
        known(condition->fact);
        return;
    }
    for (const Exception* exception : tenant_rule.exceptions) {
        if (!matches(exception->where, entity, subject, last->time, tenant)) continue;
        explained.verdict = ExplainedRule::Verdict::exception;
        explained.exception = exception->name;
        for (const Condition& condition : exception->where) known(condition.fact);
        return;
    }
    if (rule.only_if.given()) {
        const EntityFacts facts{entity, subject, {last->time, last->time, last->type, last->time}, tenant};
        int errors = 0;
        if (!holds(rule.only_if, facts, rule.on_error_match, errors)) {
            explained.verdict = errors != 0 ? condition_failed : condition_said_no;
            explained.condition_text = rule.only_if.program->source();
            explained.facts = facts_read(rule.only_if, tenant, entity, subject, last->time);
            return;
        }
    }
    if (rule.by != 0) {
        explained.verdict = deadline_unknown;
        known(rule.by);
    } else {
        explained.verdict = calendar_unknown;
        if (rule.calendar.fact != 0) known(rule.calendar.fact);
    }
}

}  // namespace premura
