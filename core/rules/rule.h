#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/conditions/expression.h"
#include "core/events/vocabulary.h"
#include "core/rules/restraint.h"

namespace premura {

// Rules as values: what core/rules/rule_loader.h makes of a YAML file, and all the engines know of it.
// Immutable once loaded, shared by all threads. Semantics: docs/RULES.md.

// `24 business hours`, `5 business days`, `1 hour`, `at once`. Three kinds that are never converted into each
// other: elapsed time, time inside a calendar, and whole open days that end at closing time.
struct Duration {
    enum class Unit : std::uint8_t { elapsed, business_time, business_days };
    Unit unit = Unit::elapsed;
    Milliseconds time{0};  // for elapsed and business_time
    int days = 0;          // for business_days

    bool needs_calendar() const { return unit != Unit::elapsed; }
    bool operator==(const Duration&) const = default;
};

// Which calendar counts. A name is a calendar's own or an alias of the tenant; `of order.warehouse` looks the
// fact's value up in the tenant's `warehouses:`.
struct CalendarReference {
    std::string name;         // empty when `fact` is set or nothing was written
    FactNumber fact = 0;      // 0: none
    bool given() const { return !name.empty() || fact != 0; }
    bool operator==(const CalendarReference&) const = default;
};

using OwnedValue = std::variant<std::string, double, bool, Instant>;

// One comparison of a `where:` filter. A missing fact meets `none_of` and `present: false` only.
struct Condition {
    enum class Operator : std::uint8_t {
        any_of,       // also a plain value or a list
        none_of,
        at_least,
        at_most,
        more_than,
        less_than,
        starts_with,
        present,
    };
    FactNumber fact = 0;
    Operator comparison = Operator::any_of;
    std::vector<OwnedValue> operands;  // one, but for any_of and none_of
};

// All conditions must hold.
using Filter = std::vector<Condition>;

enum class Priority : std::uint8_t { low, normal, high, urgent };

struct Step {
    enum class Verb : std::uint8_t { expedite, notify, call, escalate };
    std::string id;               // optional; names the step when a ladder is edited
    Verb verb = Verb::escalate;
    std::string target;           // warehouse, courier, a system; customer; a team
    std::string text;             // request of an expedite, message of a notify, script of a call
    Duration delay;               // `after` the planned time of the step before, or `before` the deadline
    CalendarReference calendar;   // of the delay; the rule's when none is given
    Priority priority = Priority::normal;
    Expression only_if;           // read when the step is due, with the facts of then; false: the step is left out
};

// A group that the rule is not for, given a name so that one can see why a clock did not start.
struct Exception {
    std::string name;
    Filter where;
};

struct Rule {
    enum class Mode : std::uint8_t { live, trial, paused };
    enum class Again : std::uint8_t { once, restart, each_time };
    // What an edit of within, by, calendar, hours or holidays means for clocks that run already.
    enum class OnEdit : std::uint8_t { recompute, keep };

    // Which steps have run is kept in a byte of each case.
    static constexpr std::size_t warnings_max = 8;
    static constexpr std::size_t steps_max = 64;

    std::string id;
    std::vector<std::string> was;      // ids it had before; their cases are its own
    std::string name;
    std::map<std::string, std::string> names;  // the same in other languages, by language
    std::string owner;
    std::string description;
    std::map<std::string, std::string> labels;
    Mode mode = Mode::live;
    std::vector<std::string> tenants;  // empty: all
    SubjectType subject = SubjectType::order;

    EventSet when;
    Filter where;
    Expression only_if;                // read when the clock starts, with the facts of then
    std::vector<Exception> exceptions; // any that matches keeps the clock from starting
    EventSet expect;
    Filter expect_where;
    EventSet unless;
    // Time from an event of `pause_from` to the next of `pause_until` does not count. Both empty: no pauses.
    EventSet pause_from;
    EventSet pause_until;

    // Exactly one of the two: a duration after the start, or the time in a fact.
    std::optional<Duration> within;
    FactNumber by = 0;
    CalendarReference calendar;

    Again again = Again::once;
    OnEdit on_edit = OnEdit::recompute;
    Milliseconds backfill{0};          // a rule that is added counts starts from so long before it, too
    Expression still_if;               // read again when the clock fires, with the facts of then
    bool on_error_match = false;       // what a condition is that cannot be evaluated: a fact is missing, say
    std::vector<Step> early_warning;  // in the order written; `delay` counts back from the deadline
    std::vector<Step> if_late;
    // So fast calls of this rule go on the list of one tenant; nothing: as they come.
    std::optional<ContactRate> calls_at_most;

    // The name for people who read `language`; `name` when it has none for them.
    std::string_view name_in(std::string_view language) const;

    std::string file;  // where it was read, for messages
    int line = 0;
};

std::string_view name_of(Rule::Mode mode);
std::string_view name_of(Rule::Again again);
std::string_view name_of(Rule::OnEdit on_edit);
std::string_view name_of(Step::Verb verb);
std::string_view name_of(Priority priority);
std::optional<Priority> priority_named(std::string_view name);

// Reads the duration grammar: `<n> [business] second|minute|hour|day|week(s)` or `at once`.
// Weeks are elapsed time only: `business week` is refused, because nobody agrees how many days it has.
std::optional<Duration> parse_duration(std::string_view text);

// `24 business hours`, as a person writes it.
std::string format(const Duration& duration);

}  // namespace premura
