#include "core/orders/clock.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

#include "core/base/hash.h"
#include "core/orders/entity_facts.h"

namespace premura {
namespace {

// The history in the order of event time. Ties are broken by identity, so that the order of arrival never counts.
class Timeline {
 public:
    explicit Timeline(const Entity& entity) : entity_{entity}, size_{entity.history.size()} {
        for (std::size_t i = 0; i < size_; ++i) order_[i] = static_cast<std::uint8_t>(i);
        const auto earlier = [&entity](std::uint8_t one, std::uint8_t other) {
            const Entity::Entry& a = entity.history[one];
            const Entity::Entry& b = entity.history[other];
            return std::tie(a.time, a.identity) < std::tie(b.time, b.identity);
        };
        const auto end = order_.begin() + static_cast<std::ptrdiff_t>(size_);
        if (!std::is_sorted(order_.begin(), end, earlier)) {
            std::sort(order_.begin(), end, earlier);
        }
    }
    std::size_t size() const { return size_; }
    const Entity::Entry& operator[](std::size_t i) const { return entity_.history[order_[i]]; }

 private:
    const Entity& entity_;
    std::size_t size_;
    std::array<std::uint8_t, 256> order_;
};

// All that the clocks of one rule and subject are derived from.
struct Context {
    const TenantRule& tenant_rule;
    const Rule& rule;
    const TenantRules& tenant;
    const Entity& entity;
    const Timeline& timeline;
    std::uint8_t subject;
    std::uint32_t subjects_of_type;  // bits of all the entity's subjects of the rule's type
    ClockProblems& problems;

    // Is the event about this subject? One that names no subject of the type is about all of them.
    bool concerns(const Entity::Entry& entry) const {
        const std::uint32_t named = entry.subjects & subjects_of_type;
        return named == 0 || (subject != Entity::no_subject && ((named >> subject) & 1) != 0);
    }
    bool starts(const Entity::Entry& entry) const {
        if (!rule.when.contains(entry.type) || !concerns(entry)) return false;
        // With several parcels known, an event that names none of them starts no parcel's clock.
        if (subject != Entity::no_subject && ((entry.subjects >> subject) & 1) == 0 &&
            rule.subject != entity.kind) {
            return false;
        }
        if (has_pinned_case(entry)) return true;
        if (entry.time < tenant_rule.since && find_case(entry) == nullptr) return false;
        return matches(rule.where, entity, subject, entry.time, tenant) && !is_exception(entry.time) &&
               meets_condition(entry);
    }
    bool is_exception(Instant time) const {
        return std::any_of(tenant_rule.exceptions.begin(), tenant_rule.exceptions.end(),
                           [this, time](const Exception* exception) {
                               return matches(exception->where, entity, subject, time, tenant);
                           });
    }
    bool meets_condition(const Entity::Entry& entry) const {
        if (!rule.only_if.given()) return true;
        const EntityFacts facts{entity, subject, {entry.time, entry.time, entry.type, entry.time}, tenant};
        return holds(rule.only_if, facts, rule.on_error_match, problems.failed_conditions);
    }
    bool has_unclosed_case(const Entity::Entry& start) const { return find_unclosed_case(start) != nullptr; }
    bool has_pinned_case(const Entity::Entry& start) const {
        const Entity::Case* known = entity.cases.empty() ? nullptr : find_unclosed_case(start);
        return known != nullptr && known->pinned;
    }
    const Entity::Case* find_unclosed_case(const Entity::Entry& start) const {
        const Entity::Case* known = find_case(start);
        return known != nullptr && known->state != Entity::Case::State::closed ? known : nullptr;
    }
    const Entity::Case* find_case(const Entity::Entry& start) const {
        const std::uint64_t occurrence = rule.again == Rule::Again::once ? 0 : start.identity;
        for (const Entity::Case& known : entity.cases) {
            if (known.occurrence == occurrence && known.subject == subject && is_case_of(known, rule)) return &known;
        }
        return nullptr;
    }
    bool satisfies(const Entity::Entry& entry) const {
        return rule.expect.contains(entry.type) && concerns(entry) &&
               matches(rule.expect_where, entity, subject, entry.time, tenant);
    }
    bool cancels(const Entity::Entry& entry) const {
        return rule.unless.contains(entry.type) && concerns(entry);
    }
};

const Calendar* calendar_for(const CalendarReference& reference, const Calendar* fixed,
                             const TenantRules& tenant, const Entity& entity,
                             std::uint8_t subject, Instant start) {
    if (reference.fact == 0) return fixed;
    const Value* value = entity.fact_at(reference.fact, subject, start);
    const bool known = value != nullptr && value->kind == Value::Kind::text;
    if (known) {
        const Calendar* found =
            tenant.rule_set->calendar(*tenant.tenant, reference, value->text);
        if (found != nullptr) return found;
    }
    return tenant.rule_set->calendar(*tenant.tenant, reference, "default");
}

using Span = ClockPause;

// The times in which the clock stood still, from its start on. A pause that began before the start counts from
// the start; a second pause inside one changes nothing.
std::vector<Span> pauses_of(const Context& context, Instant start) {
    std::vector<Span> pauses;
    bool paused = false;
    for (std::size_t i = 0; i < context.timeline.size(); ++i) {
        const Entity::Entry& entry = context.timeline[i];
        if (!context.concerns(entry)) continue;
        if (!paused && context.rule.pause_from.contains(entry.type)) {
            pauses.push_back({std::max(entry.time, start), instant_max});
            paused = true;
        } else if (paused && context.rule.pause_until.contains(entry.type)) {
            pauses.back().until = entry.time;
            paused = false;
            if (entry.time <= start) pauses.pop_back();
        }
    }
    return pauses;
}

// `days` closing times from the start on, leaving out those at which the clock stood still.
Instant add_days_with_pauses(const Calendar& calendar, Instant start, int days,
                             const std::vector<Span>& pauses) {
    constexpr int days_max = 4000;  // more open days than a rule can name, and some years of pause
    int counted = 0;
    for (int day = 1; day <= days_max; ++day) {
        const Instant close = calendar.add_business_days(start, day);
        const bool paused = std::any_of(pauses.begin(), pauses.end(), [close](const Span& pause) {
            return pause.from < close && close <= pause.until;
        });
        if (!paused && ++counted == days) return close;
    }
    return instant_max;
}

Instant add(const Calendar* calendar, Instant start, const Duration& duration) {
    switch (duration.unit) {
        case Duration::Unit::elapsed: return start + duration.time;
        case Duration::Unit::business_time: return calendar->add_business_time(start, duration.time);
        case Duration::Unit::business_days: return calendar->add_business_days(start, duration.days);
    }
    return start;
}

Milliseconds used_between(const Calendar* calendar, const Duration& duration, Instant from,
                          Instant until) {
    if (duration.unit == Duration::Unit::elapsed) return until - from;
    return calendar->business_time_between(from, until);
}

// The deadline of a clock with pauses: what was used before a pause is kept, the rest counts on after it.
Instant add_with_pauses(const Calendar* calendar, Instant start, const Duration& duration,
                        const std::vector<Span>& pauses) {
    if (duration.unit == Duration::Unit::business_days) {
        return add_days_with_pauses(*calendar, start, duration.days, pauses);
    }
    Duration rest = duration;
    Instant from = start;
    for (const Span& pause : pauses) {
        const Instant deadline = add(calendar, from, rest);
        if (deadline <= pause.from) return deadline;
        if (pause.until == instant_max) return instant_max;
        rest.time -= used_between(calendar, duration, from, pause.from);
        from = pause.until;
    }
    return add(calendar, from, rest);
}

// Fills in the deadline. False when it cannot be known: no such fact, or no calendar for that warehouse.
bool count_deadline(const Context& context, Clock& clock) {
    const Rule& rule = context.rule;
    if (rule.by != 0) {
        const Value* value = context.entity.fact_at(rule.by, context.subject, clock.start);
        if (value == nullptr) return false;
        if (value->kind == Value::Kind::time) {
            clock.deadline = value->as_time();
        } else if (value->kind == Value::Kind::date) {
            clock.deadline = context.tenant.zone->end_of_day(
                std::chrono::local_days{value->as_date().time_since_epoch()});
        } else {
            return false;
        }
    }
    clock.calendar = calendar_for(rule.calendar, context.tenant_rule.calendar, context.tenant,
                                  context.entity, context.subject, clock.start);
    if (rule.by != 0) return true;
    if (rule.within->needs_calendar() && clock.calendar == nullptr) {
        ++context.problems.missing_calendar;
        return false;
    }
    if (rule.pause_from.empty()) {
        clock.deadline = add(clock.calendar, clock.start, *rule.within);
        return true;
    }
    const std::vector<Span> pauses = pauses_of(context, clock.start);
    clock.deadline = add_with_pauses(clock.calendar, clock.start, *rule.within, pauses);
    clock.paused = clock.deadline == instant_max;
    return true;
}

// With `on_edit: keep` a deadline that was counted before an edit stays, to the second: pauses that end after the edit
// do not move it either.
bool set_deadline(const Context& context, const Entity::Entry& start, Clock& clock) {
    if (!count_deadline(context, clock)) return false;
    if (context.tenant_rule.timing == 0) return true;
    clock.timing = context.tenant_rule.timing;
    if (clock.calendar != nullptr) clock.timing ^= clock.calendar->digest();
    const Entity::Case* known = context.find_case(start);
    if (known == nullptr || known->timing == 0 || known->timing == clock.timing) return true;
    clock.kept = true;
    if (!clock.paused) clock.deadline = known->deadline;
    return true;
}

// What ended the clock: the first expected or cancelling event that counts for it.
void set_end(const Context& context, Clock& clock) {
    const bool any_time = context.rule.again == Rule::Again::once;
    for (std::size_t i = 0; i < context.timeline.size(); ++i) {
        const Entity::Entry& entry = context.timeline[i];
        const bool after_start = entry.time > clock.start ||
                                 (entry.time == clock.start && entry.identity != clock.occurrence);
        // A final event (delivered, cancelled) ends the subject's way whenever it happened: what starts after it
        // is a message that came late, not a new worry.
        const bool is_final = event_definition(entry.type).final;
        if ((after_start || any_time || is_final) && context.satisfies(entry)) {
            clock.end = Clock::End::met;
            clock.ended_at = entry.time;
            return;
        }
        if ((after_start || is_final) && context.cancels(entry)) {
            clock.end = Clock::End::cancelled;
            clock.ended_at = entry.time;
            return;
        }
    }
}

void derive_subject(const Context& context, std::vector<Clock>& clocks) {
    const Rule::Again again = context.rule.again;
    const Entity::Entry* next_start = nullptr;
    // From the last to the first: with `restart` only the last start runs, with `once` only the first.
    const Entity::Entry* first = nullptr;
    const auto append = [&](const Entity::Entry& start, const Entity::Entry* replaced_by) {
        Clock clock;
        clock.rule = &context.tenant_rule;
        clock.subject = context.subject;
        clock.occurrence = start.identity;
        clock.started_by = start.type;
        clock.start = start.time;
        if (!set_deadline(context, start, clock)) return;
        set_end(context, clock);
        if (replaced_by != nullptr && clock.ended_at > replaced_by->time) {
            clock.end = Clock::End::restarted;
            clock.ended_at = replaced_by->time;
        }
        if (again == Rule::Again::once) clock.occurrence = 0;
        clocks.push_back(clock);
    };
    for (std::size_t i = context.timeline.size(); i-- > 0;) {
        const Entity::Entry& entry = context.timeline[i];
        if (!context.starts(entry)) continue;
        first = &entry;
        if (again == Rule::Again::each_time) append(entry, nullptr);
        if (again == Rule::Again::restart &&
            (next_start == nullptr || context.has_unclosed_case(entry))) {
            append(entry, next_start);
        }
        next_start = &entry;
    }
    if (again == Rule::Again::once && first != nullptr) append(*first, nullptr);
}

Instant subtract(const Calendar* calendar, Instant deadline, const Duration& duration) {
    switch (duration.unit) {
        case Duration::Unit::elapsed: return deadline - duration.time;
        case Duration::Unit::business_time:
            return calendar->subtract_business_time(deadline, duration.time);
        case Duration::Unit::business_days:
            return calendar->business_days_before(deadline, duration.days);
    }
    return deadline;
}

}  // namespace

std::vector<ClockPause> pauses_of(const TenantRules& tenant, const Entity& entity, const Clock& clock) {
    const Rule& rule = *clock.rule->rule;
    // Those given by `by:` do not move.
    if (rule.pause_from.empty() || rule.by != 0) return {};
    std::uint32_t of_type = 0;
    for (std::size_t i = 0; i < entity.subjects.size(); ++i) {
        if (entity.subjects[i].type == rule.subject) of_type |= std::uint32_t{1} << i;
    }
    ClockProblems problems;
    const Timeline timeline{entity};
    return pauses_of(Context{*clock.rule, rule, tenant, entity, timeline, clock.subject, of_type, problems},
                     clock.start);
}

bool is_case_of(const Entity::Case& known, const Rule& rule) {
    return known.rule == rule.id || std::find(rule.was.begin(), rule.was.end(), known.rule) != rule.was.end();
}

TenantRules rules_of(const RuleSet& rule_set, const Tenant& tenant, const TimeZone& zone) {
    TenantRules result;
    result.tenant = &tenant;
    result.rule_set = &rule_set;
    result.zone = &zone;
    for (const Rule& rule : rule_set.rules) {
        const bool ours = rule.tenants.empty() ||
                          std::find(rule.tenants.begin(), rule.tenants.end(), tenant.id) !=
                              rule.tenants.end();
        if (!ours || rule.mode == Rule::Mode::paused) continue;

        TenantRule compiled;
        compiled.rule = &rule;
        compiled.tenant = &tenant;
        compiled.calendar = rule_set.calendar(tenant, rule.calendar, {});
        const auto calendar_of = [&](const Step& step) -> const Calendar* {
            if (!step.calendar.given()) return nullptr;
            return rule_set.calendar(tenant, step.calendar, {});
        };
        for (const Step& step : rule.early_warning) {
            compiled.warning_calendars.push_back(calendar_of(step));
        }
        for (const Exception& exception : rule.exceptions) compiled.exceptions.push_back(&exception);
        if (const auto own = tenant.exceptions.find(rule.id); own != tenant.exceptions.end()) {
            for (const Exception& exception : own->second) compiled.exceptions.push_back(&exception);
        }
        for (const Step& step : rule.if_late) compiled.step_calendars.push_back(calendar_of(step));
        if (rule.on_edit == Rule::OnEdit::keep) {
            compiled.timing = hash64({rule.within ? format(*rule.within) : std::string{}, std::to_string(rule.by)});
        }
        result.rules.push_back(std::move(compiled));
        if (rule.subject == SubjectType::customer) {
            result.customer_events |= rule.when;
            result.customer_events |= rule.expect;
            result.customer_events |= rule.unless;
            result.customer_events |= rule.pause_from;
            result.customer_events |= rule.pause_until;
        }
    }
    return result;
}

void derive_clocks(const TenantRules& tenant, const Entity& entity, std::vector<Clock>& clocks,
                   ClockProblems& problems) {
    if (entity.is_erased()) return;
    std::array<std::uint32_t, subject_type_count> subjects_of{};
    for (std::size_t i = 0; i < entity.subjects.size(); ++i) {
        subjects_of[static_cast<std::size_t>(entity.subjects[i].type)] |= std::uint32_t{1} << i;
    }
    const Timeline timeline{entity};
    for (const TenantRule& rule : tenant.rules) {
        if (!rule.rule->when.intersects(entity.types)) continue;
        const SubjectType type = rule.rule->subject;
        // An order's clocks run where the order is; so do those of its parcels, shipments, returns. A
        // customer's run with the customer, where the customer's events are sent as well.
        const bool here = type == entity.kind ||
                          (entity.kind == SubjectType::order && type != SubjectType::customer);
        if (!here) continue;

        const std::uint32_t of_type = subjects_of[static_cast<std::size_t>(type)];
        Context context{rule,     *rule.rule, tenant, entity,
                        timeline, Entity::no_subject, of_type, problems};
        if (of_type == 0) derive_subject(context, clocks);
        for (std::uint32_t rest = of_type; rest != 0; rest &= rest - 1) {
            context.subject = static_cast<std::uint8_t>(std::countr_zero(rest));
            derive_subject(context, clocks);
        }
    }
}

Instant warning_time(const Clock& clock, std::size_t index) {
    const Step& step = clock.rule->rule->early_warning[index];
    const Calendar* calendar = clock.rule->warning_calendars[index];
    if (calendar == nullptr) calendar = clock.calendar;
    if (step.delay.needs_calendar() && calendar == nullptr) return clock.deadline;
    return std::max(clock.start, subtract(calendar, clock.deadline, step.delay));
}

Instant step_time(const Clock& clock, std::size_t index) {
    // Late at the start when the deadline lies before it; the steps keep their distances.
    Instant planned = std::max(clock.start, clock.deadline);
    for (std::size_t i = 0; i <= index; ++i) {
        const Step& step = clock.rule->rule->if_late[i];
        const Calendar* calendar = clock.rule->step_calendars[i];
        if (calendar == nullptr) calendar = clock.calendar;
        if (step.delay.needs_calendar() && calendar == nullptr) continue;
        planned = add(calendar, planned, step.delay);
    }
    return planned;
}

}  // namespace premura
