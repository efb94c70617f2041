#pragma once

#include <vector>

#include "core/base/time.h"
#include "core/orders/entity.h"
#include "core/rules/rule_set.h"

namespace premura {

// A rule as one tenant runs it: calendars looked up once.
struct TenantRule {
    const Rule* rule = nullptr;
    const Tenant* tenant = nullptr;
    const Calendar* calendar = nullptr;                 // null: none needed, or it depends on a fact
    std::vector<const Calendar*> warning_calendars;     // by early_warning step; null like above
    std::vector<const Calendar*> step_calendars;        // by if_late step
    std::vector<const Exception*> exceptions;           // the rule's and the tenant's
    std::uint64_t timing = 0;                           // with `on_edit: keep`: names how deadlines are counted
    Instant since = instant_min;                        // starts before it are not its own: it was added later
};

// The rules of one tenant, and what they need to be read.
struct TenantRules {
    const Tenant* tenant = nullptr;
    const RuleSet* rule_set = nullptr;
    const TimeZone* zone = nullptr;  // the tenant's: ends a `by:` date
    std::vector<TenantRule> rules;
    EventSet customer_events;              // kinds that a rule with `subject: customer` asks for
};
TenantRules rules_of(const RuleSet& rule_set, const Tenant& tenant, const TimeZone& zone);

// One clock of one rule for one subject: a pure function of the entity's history and facts, the rule and its
// calendars. Stored nowhere. docs/RULES.md says in words what derive_clocks does.
struct Clock {
    enum class End : std::uint8_t { running, met, cancelled, restarted };

    const TenantRule* rule = nullptr;
    std::uint8_t subject = Entity::no_subject;
    std::uint64_t occurrence = 0;      // the start event's identity; 0 for `again: once`
    EventNumber started_by = 0;
    Instant start;
    Instant deadline = instant_max;    // instant_max while paused
    bool paused = false;
    bool kept = false;                 // the deadline is one from before an edit
    std::uint64_t timing = 0;          // how it was counted; 0 unless the rule says `on_edit: keep`
    End end = End::running;
    Instant ended_at = instant_max;    // event time of what ended it
    const Calendar* calendar = nullptr;  // which one counted; null when none was needed

    bool late_at_end() const { return end != End::running && ended_at > deadline; }
};

// The clocks of all rules of the tenant: one per rule and subject, per start event with `again: each_time`.
// With `restart`, the clock of the last start, and those of earlier starts that have a case that is not closed.
// A clock whose calendar is not known (a warehouse without one) is left out.
struct ClockProblems {
    int missing_calendar = 0;
    int failed_conditions = 0;  // `only_if` that could not be evaluated
};
void derive_clocks(const TenantRules& tenant, const Entity& entity, std::vector<Clock>& clocks,
                   ClockProblems& problems);

// When a clock stood still: from its start on, in the order of time. `until` is instant_max while it still does.
struct ClockPause {
    Instant from;
    Instant until;
};
std::vector<ClockPause> pauses_of(const TenantRules& tenant, const Entity& entity, const Clock& clock);

// Is it this rule's case, also under an id that the rule had before?
bool is_case_of(const Entity::Case& known, const Rule& rule);

// When early_warning[i] is planned, never before the start; and when if_late[i] is, which counts on from the
// planned time of the step before it. The deadline must be known.
Instant warning_time(const Clock& clock, std::size_t index);
Instant step_time(const Clock& clock, std::size_t index);

// `where:` on the facts known at `time`, for a subject.
bool matches(const Filter& filter, const Entity& entity, std::uint8_t subject, Instant time,
             const TenantRules& tenant);

}  // namespace premura
