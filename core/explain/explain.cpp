#include "core/explain/explain.h"

#include <algorithm>
#include <tuple>

#include "core/cel/program.h"
#include "core/explain/derivation.h"
#include "core/explain/not_started.h"
#include "core/findings/finding.h"
#include "core/orders/entity_facts.h"

namespace premura {
namespace {

using Verdict = ExplainedRule::Verdict;

struct Context {
    const RuleSet& rules;
    const TenantRules& tenant;
    const Entity& entity;
    std::span<const Customer> customers;
    const ExplainMoment& moment;
    std::vector<Clock> clocks;
};

const Entity::Case* case_of(const Entity& entity, const Clock& clock) {
    for (const Entity::Case& known : entity.cases) {
        if (known.occurrence == clock.occurrence && known.subject == clock.subject &&
            is_case_of(known, *clock.rule->rule)) {
            return &known;
        }
    }
    return nullptr;
}

std::string subject_id(const Entity& entity, std::uint8_t subject) {
    return subject == Entity::no_subject ? std::string{} : std::string{entity.subjects[subject].id};
}

ExplainedRule begin(const Rule& rule, const Entity& entity, std::uint8_t subject) {
    ExplainedRule explained;
    explained.rule = rule.id;
    explained.name = rule.name;
    explained.names = rule.names;
    explained.mode = rule.mode;
    explained.subject_type = rule.subject;
    explained.subject = subject_id(entity, subject);
    for (const EventDefinition& event : all_events()) {
        if (rule.when.contains(event.number)) explained.starts_with.push_back(event.number);
        if (rule.expect.contains(event.number)) explained.expects.push_back(event.number);
    }
    return explained;
}

Verdict verdict_of(const Context& context, const Clock& clock, const Entity::Case* known) {
    const bool told = known != nullptr && !known->customer.empty();
    switch (clock.end) {
        case Clock::End::met:
            if (clock.ended_at > clock.deadline) return Verdict::done_late;
            // A ladder has begun before we heard of it.
            if (told && known->steps_done > 0) return Verdict::false_alarm;
            return clock.ended_at < clock.start ? Verdict::done_before : Verdict::met;
        case Clock::End::cancelled: return Verdict::cancelled;
        case Clock::End::restarted: return Verdict::restarted;
        case Clock::End::running: break;
    }
    if (clock.paused) return Verdict::stands_still;
    if (known != nullptr && known->state == Entity::Case::State::closed) return Verdict::not_wanted;
    if (known != nullptr && known->state == Entity::Case::State::open) return Verdict::late;
    const Instant late_at = std::max(clock.start, clock.deadline);
    if (context.moment.now < late_at) return Verdict::running;
    return context.moment.complete_until < late_at + context.moment.settle &&
                   context.moment.now >= late_at + context.moment.settle
               ? Verdict::waits_for_input
               : Verdict::due;
}

// What the event was that ended the clock; of two at the same moment, one that may.
void explain_end(const Entity& entity, const Clock& clock, ExplainedRule& explained) {
    if (clock.end == Clock::End::running) return;
    explained.ended_at = clock.ended_at;
    const Rule& rule = *clock.rule->rule;
    const EventSet& kinds = clock.end == Clock::End::met         ? rule.expect
                            : clock.end == Clock::End::cancelled ? rule.unless
                                                                 : rule.when;
    for (const Entity::Entry& entry : entity.history) {
        if (entry.time == clock.ended_at && kinds.contains(entry.type)) explained.ended_by = entry.type;
    }
}

// Is the deadline another one than what the derivation adds up to?
bool was_edited(const Derivation& derivation, const Clock& clock, const TenantRules& tenant) {
    if (clock.deadline == instant_max || derivation.shortened) return false;
    switch (derivation.kind) {
        case Derivation::Kind::fact:
            if (derivation.by.date) {
                return tenant.zone->end_of_day(std::chrono::local_days{*derivation.by.date}) != clock.deadline;
            }
            return derivation.by.known && !derivation.by.hidden &&
                   std::get<Instant>(derivation.by.value) != clock.deadline;
        case Derivation::Kind::business_days:
            return derivation.days.empty() || derivation.days.back().number != derivation.within.days ||
                   derivation.days.back().close != clock.deadline;
        case Derivation::Kind::elapsed:
        case Derivation::Kind::business_time: {
            const Milliseconds sum = derivation.spans.empty() ? Milliseconds{0} : derivation.spans.back().sum;
            return sum != derivation.within.time;
        }
    }
    return false;
}

void explain_decisions(const Context& context, const std::string& contact, ExplainedStep& step) {
    for (const Customer& customer : context.customers) {
        for (const Customer::Decision& decision : customer.decisions) {
            if (decision.contact == contact) step.decisions.push_back({decision.at, decision.outcome, decision.reason});
        }
        for (const Customer::Contact& waiting : customer.contacts) {
            if (waiting.id == contact && waiting.state == Customer::Contact::State::held) {
                step.held_until = waiting.hold_until;
            }
        }
    }
}

// Would we know if anything had been decided about this case? Then a step of which nothing is known was left out before.
bool knows_all_decisions(const Context& context, const Entity::Case& known) {
    if (!context.moment.decisions_known) return false;
    if (known.customer.empty()) return true;
    return std::any_of(context.customers.begin(), context.customers.end(), [&known](const Customer& customer) {
        return customer.id == known.customer && customer.decisions.size() < Customer::decisions_max;
    });
}

void explain_steps(const Context& context, const Clock& clock, const Entity::Case* known, ExplainedRule& explained) {
    const Rule& rule = *clock.rule->rule;
    const Entity& entity = context.entity;
    const std::string subject = subject_id(entity, clock.subject);
    const std::string case_id =
        case_id_of(entity.tenant, known != nullptr ? known->rule : std::string_view{rule.id}, rule.subject,
                   subject.empty() ? entity.id : std::string_view{subject}, clock.occurrence);
    const bool goes_on = explained.verdict == Verdict::running || explained.verdict == Verdict::stands_still ||
                         explained.verdict == Verdict::due || explained.verdict == Verdict::waits_for_input ||
                         explained.verdict == Verdict::late;
    const auto add = [&](const Step& given, bool warning, std::size_t index) {
        ExplainedStep& step = explained.steps.emplace_back();
        step.warning = warning;
        step.verb = given.verb;
        step.target = given.target;
        step.text = given.text;
        if (clock.deadline != instant_max) {
            step.planned = warning ? warning_time(clock, index)
                                   : std::max({clock.start, clock.deadline, step_time(clock, index)});
        }
        explain_decisions(
            context,
            contact_id_of(step_finding_id(case_id, warning, static_cast<int>(index), given.id), given.verb, entity.id),
            step);
        const bool ran = known != nullptr &&
                         (warning ? ((known->warnings_done >> index) & 1) != 0 : index < known->steps_done);
        const bool opened = known != nullptr && known->state != Entity::Case::State::warned;
        if (ran) {
            step.state = step.decisions.empty() && knows_all_decisions(context, *known) ? ExplainedStep::State::left_out
                                                                                        : ExplainedStep::State::done;
        } else if (!goes_on || (warning && opened)) {
            step.state = ExplainedStep::State::never;
        } else {
            step.state = step.planned <= context.moment.now ? ExplainedStep::State::due : ExplainedStep::State::planned;
        }
    };
    for (std::size_t i = 0; i < rule.early_warning.size(); ++i) add(rule.early_warning[i], true, i);
    for (std::size_t i = 0; i < rule.if_late.size(); ++i) add(rule.if_late[i], false, i);
}

ExplainedRule explain_clock(const Context& context, const Clock& clock) {
    const Rule& rule = *clock.rule->rule;
    const Entity::Case* known = case_of(context.entity, clock);
    ExplainedRule explained = begin(rule, context.entity, clock.subject);
    explained.verdict = verdict_of(context, clock, known);
    explained.started_by = clock.started_by;
    explained.start = clock.start;
    explained.deadline = clock.deadline;
    explained.warned = known != nullptr && known->warnings_done != 0 && !known->customer.empty();
    explain_end(context.entity, clock, explained);
    explained.derivation = derive(context.tenant, context.entity, clock);
    explained.by_edit = known != nullptr && known->by_edit;
    explained.edited = clock.kept || was_edited(*explained.derivation, clock, context.tenant);
    if (explained.verdict == Verdict::not_wanted && rule.still_if.given()) {
        explained.condition_text = rule.still_if.program->source();
        explained.facts = facts_read(rule.still_if, context.tenant, context.entity, clock.subject, instant_max);
    }
    explain_steps(context, clock, known, explained);
    return explained;
}

// A case whose clock is gone: its rule was removed, or was edited so that it would not start any more.
void explain_orphans(const Context& context, std::vector<ExplainedRule>& list) {
    for (const Entity::Case& known : context.entity.cases) {
        const bool has_clock = std::any_of(context.clocks.begin(), context.clocks.end(), [&](const Clock& clock) {
            return case_of(context.entity, clock) == &known;
        });
        if (has_clock) continue;
        const Rule* rule = context.rules.rule_or_successor(known.rule);
        ExplainedRule explained;
        if (rule != nullptr) {
            explained = begin(*rule, context.entity, known.subject);
        } else {
            explained.rule = known.rule;
            explained.subject = subject_id(context.entity, known.subject);
        }
        explained.deadline = known.deadline;
        explained.verdict = rule == nullptr ? Verdict::rule_removed : Verdict::no_longer_applies;
        list.push_back(std::move(explained));
    }
}

// Rules of the tenant, with or without a clock, in the order of the files.
void explain_rules(Context& context, std::vector<ExplainedRule>& list) {
    ClockProblems problems;
    derive_clocks(context.tenant, context.entity, context.clocks, problems);
    for (const TenantRule& rule : context.tenant.rules) {
        const SubjectType type = rule.rule->subject;
        const bool here = type == context.entity.kind ||
                          (context.entity.kind == SubjectType::order && type != SubjectType::customer);
        if (!here) continue;
        std::vector<std::uint8_t> subjects;
        for (std::size_t i = 0; i < context.entity.subjects.size(); ++i) {
            if (context.entity.subjects[i].type == type) subjects.push_back(static_cast<std::uint8_t>(i));
        }
        if (subjects.empty()) subjects.push_back(Entity::no_subject);
        for (const std::uint8_t subject : subjects) {
            bool any = false;
            for (const Clock& clock : context.clocks) {
                if (clock.rule != &rule || clock.subject != subject) continue;
                list.push_back(explain_clock(context, clock));
                any = true;
            }
            if (any) continue;
            ExplainedRule explained = begin(*rule.rule, context.entity, subject);
            explain_absence(context.tenant, rule, context.entity, subject, explained);
            list.push_back(std::move(explained));
        }
    }
    for (const Rule& rule : context.rules.rules) {
        const bool ours = rule.tenants.empty() || std::find(rule.tenants.begin(), rule.tenants.end(),
                                                            context.tenant.tenant->id) != rule.tenants.end();
        if (!ours || rule.mode != Rule::Mode::paused) continue;
        ExplainedRule& explained = list.emplace_back(begin(rule, context.entity, Entity::no_subject));
        explained.verdict = Verdict::rule_paused;
    }
}

void explain_history(const Entity& entity, Explanation& explanation) {
    std::vector<const Entity::Entry*> entries;
    for (const Entity::Entry& entry : entity.history) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(), [](const auto* one, const auto* other) {
        return std::tie(one->time, one->identity) < std::tie(other->time, other->identity);
    });
    for (const Entity::Entry* entry : entries) {
        ExplainedEvent& event = explanation.history.emplace_back();
        event.type = entry->type;
        event.time = entry->time;
        for (std::size_t i = 0; i < entity.subjects.size(); ++i) {
            const SubjectType type = entity.subjects[i].type;
            if (((entry->subjects >> i) & 1) == 0 || type == entity.kind || type == SubjectType::customer) continue;
            event.subjects.push_back({type, std::string{entity.subjects[i].id}});
        }
    }
}

// What came of the calls of all rules: the one that got furthest is the answer.
void explain_call(Explanation& explanation) {
    using Call = Explanation::Call;
    const auto say = [&explanation](Call call, const ExplainedRule& rule, Instant at, const std::string& reason) {
        if (call < explanation.call || (call == explanation.call && at >= explanation.call_at)) return;
        explanation.call = call;
        explanation.call_rule = rule.rule;
        explanation.call_at = at;
        explanation.call_reason = reason;
    };
    for (const ExplainedRule& rule : explanation.rules) {
        for (const ExplainedStep& step : rule.steps) {
            if (step.verb != Step::Verb::call) continue;
            const bool ahead = step.state == ExplainedStep::State::planned || step.state == ExplainedStep::State::due;
            if (ahead && rule.mode == Rule::Mode::live) say(Call::planned, rule, step.planned, {});
            if (step.decisions.empty()) continue;
            const ExplainedStep::Decision& last = step.decisions.back();
            if (last.outcome == "raised") say(Call::raised, rule, last.at, last.reason);
            if (last.outcome == "withdrawn") say(Call::withdrawn, rule, last.at, last.reason);
            if (last.outcome == "merged") say(Call::merged, rule, last.at, last.reason);
            if (last.outcome == "dropped") say(Call::dropped, rule, last.at, last.reason);
            if (last.outcome == "held") say(Call::held, rule, step.held_until.value_or(instant_max), last.reason);
        }
    }
}

}  // namespace

Explanation explain(const RuleSet& rules, const Entity& entity, std::span<const Customer> customers,
                    const ExplainMoment& moment) {
    Explanation explanation;
    explanation.tenant = entity.tenant;
    explanation.kind = entity.kind;
    explanation.order = entity.id;
    explanation.at = moment.now;
    explanation.complete_until = moment.complete_until;
    explanation.decisions_known = moment.decisions_known;
    explanation.customer = entity.id_of(SubjectType::customer, Entity::no_subject);
    static const FactNumber number = fact_named("order.number")->number;
    if (const Value* value = entity.latest_fact(number); value != nullptr && value->kind == Value::Kind::text) {
        explanation.number = value->text;
    }
    explain_history(entity, explanation);
    const Tenant* tenant = rules.tenant(entity.tenant);
    explanation.time_zone = tenant == nullptr ? "Etc/UTC" : tenant->timezone;
    auto zone = TimeZone::find(explanation.time_zone);
    if (!zone) zone = TimeZone::find("Etc/UTC");
    if (tenant == nullptr || is_signpost(entity)) return explanation;

    TenantRules compiled = rules_of(rules, *tenant, *zone);
    for (TenantRule& rule : compiled.rules) {
        if (const auto since = moment.since.find(rule.rule->id); since != moment.since.end()) rule.since = since->second;
    }
    Context context{rules, compiled, entity, customers, moment, {}};
    explain_rules(context, explanation.rules);
    explain_orphans(context, explanation.rules);
    explain_call(explanation);
    return explanation;
}

std::vector<std::string> customers_of(const Entity& entity) {
    std::vector<std::string> names;
    const auto add = [&names](std::string name) {
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    };
    for (const Entity::Case& known : entity.cases) add(std::string{known.customer});
    for (const Entity::Subject& subject : entity.subjects) {
        if (subject.type == SubjectType::customer) add(std::string{subject.id});
    }
    return names;
}

bool is_meant(const Entity& entity, std::string_view typed) {
    if (entity.id == typed) return true;
    static const FactNumber number = fact_named("order.number")->number;
    const Value* known = entity.latest_fact(number);
    if (known != nullptr && known->kind == Value::Kind::text && known->text == typed) return true;
    return std::any_of(entity.subjects.begin(), entity.subjects.end(), [typed](const Entity::Subject& subject) {
        return subject.type != SubjectType::customer && subject.id == typed;
    });
}

bool is_signpost(const Entity& entity) {
    if (entity.kind == SubjectType::order || entity.kind == SubjectType::customer) return false;
    return std::any_of(entity.subjects.begin(), entity.subjects.end(),
                       [](const Entity::Subject& subject) { return subject.type == SubjectType::order; });
}

}  // namespace premura
