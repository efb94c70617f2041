#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/events/vocabulary.h"
#include "core/rules/rule.h"

namespace premura {

// Why something was done about an order, or was not, as values; core/explain/text_explanation.h puts them into
// words. No personal datum is in here but the customer's id: what a condition read of a person is `hidden`.

// A fact as it was known at the moment that counts.
struct ExplainedFact {
    FactNumber fact = 0;
    bool known = false;
    bool hidden = false;                // a personal datum: that it is known is all that is told
    OwnedValue value;                   // when known and not hidden and not a date
    std::optional<LocalDate> date;      // a time that was told as a bare date
};

// Open time that a clock counted.
struct CountedSpan {
    Instant from;
    Instant until;
    Milliseconds counted{0};
    Milliseconds sum{0};           // with all that came before it
    Milliseconds clock_change{0};  // what the clock on the wall moved on by within it: +1 h in spring
};
// A closing time that a clock in business days passed.
struct CountedDay {
    Instant close;
    int number = 0;  // the n-th that counts; 0: the clock stood still
};
// Days in a row that are not as their weekday says, or on which nobody works.
struct SpecialDays {
    enum class Kind : std::uint8_t { weekly, closed, special_hours, day_before_holiday };
    LocalDate first;
    LocalDate last;
    Kind kind = Kind::weekly;
    std::string name;  // of the holiday or the closure; may be empty
};
struct ExplainedPause {
    Instant from;
    Instant until;  // instant_max: it lasts
};

// How a deadline comes about.
struct Derivation {
    static constexpr std::size_t lines_max = 100;  // of each list

    enum class Kind : std::uint8_t { elapsed, business_time, business_days, fact };
    Kind kind = Kind::elapsed;
    Duration within;
    ExplainedFact by;                  // of Kind::fact
    std::string calendar;              // its title; empty when none was needed
    std::vector<CountedSpan> spans;    // of elapsed and business time
    std::vector<CountedDay> days;      // of business days
    std::vector<SpecialDays> special;  // between start and deadline
    std::vector<ExplainedPause> pauses;
    bool shortened = false;            // there is more than the lists hold
    Instant result = instant_max;      // instant_max while the clock stands still
};

// A step of a rule for one clock, and what became of it.
struct ExplainedStep {
    // What the contacts stage said of it, in the order said.
    struct Decision {
        Instant at;
        std::string outcome;  // as Customer::Decision
        std::string reason;
    };
    enum class State : std::uint8_t {
        planned,   // if it is still late then
        due,       // its moment has come; it is told with the next round, or waits for complete input
        done,      // it came due and was told to the contacts stage
        left_out,  // `only_if` or `still_if` said no, or a warning came too late
        never,     // it came to an end before
    };
    bool warning = false;  // of early_warning
    Step::Verb verb = Step::Verb::escalate;
    std::string target;
    std::string text;
    State state = State::planned;
    Instant planned = instant_max;     // instant_max: not known while the clock stands still
    std::vector<Decision> decisions;
    std::optional<Instant> held_until; // it waits for that moment now
};

// One rule for one subject: its clock, or why there is none.
struct ExplainedRule {
    enum class Verdict : std::uint8_t {
        // There is no clock:
        rule_paused,
        added_later,          // what would have started it happened before the rule was added: `since`
        waits_for_start,      // nothing of `when` has happened
        filtered_out,         // `where` kept it out: `facts`, `condition`
        exception,            // an exception did: `exception`, `facts`
        condition_said_no,    // `only_if` did: `condition_text`, `facts`
        condition_failed,     // `only_if` could not be evaluated: `condition_text`, `facts`
        deadline_unknown,     // the fact of `by` is not known: `facts`
        calendar_unknown,     // the warehouse has no calendar: `facts`
        rule_removed,         // a case is left of a rule that is no more
        no_longer_applies,    // ... or that does not apply any more
        // There is one:
        running,
        stands_still,
        due,                  // the deadline is past; whether it was met is not settled yet
        waits_for_input,      // the deadline is past, but the input is not complete up to it
        late,                 // the case is open
        done_before,          // what is expected happened before the start
        met,                  // in time
        false_alarm,          // in time, but we heard of it late
        done_late,
        cancelled,
        restarted,
        not_wanted,           // `still_if` said no when it was due: `condition_text`, `facts`
    };

    std::string rule;
    std::string name;
    std::map<std::string, std::string> names;  // the same in other languages, by language
    Rule::Mode mode = Rule::Mode::live;
    SubjectType subject_type = SubjectType::order;
    std::string subject;                 // its id; empty when none is known
    Verdict verdict = Verdict::waits_for_start;

    std::vector<EventNumber> starts_with;  // `when`
    std::vector<EventNumber> expects;
    std::vector<ExplainedFact> facts;      // what the condition read
    std::optional<Condition> condition;    // the first that did not hold
    std::string exception;                 // its name
    std::string condition_text;            // in CEL, as written

    // Of a clock; and of an event that would have started one: `started_by` and `start`.
    EventNumber started_by = 0;
    Instant start = instant_max;
    Instant deadline = instant_max;
    EventNumber ended_by = 0;
    Instant ended_at = instant_max;
    std::optional<Derivation> derivation;
    Instant since = instant_min;  // of `added_later`
    bool by_edit = false;   // it is late because the rule was edited, not because time went by
    bool edited = false;    // the deadline is not the one that comes out today: the rule was edited
    bool warned = false;    // an early warning was told
    std::vector<ExplainedStep> steps;

    bool has_clock() const { return verdict >= Verdict::running; }
};

struct ExplainedEvent {
    struct Subject {
        SubjectType type;
        std::string id;
    };
    EventNumber type = 0;
    Instant time;
    std::vector<Subject> subjects;  // beside the order itself and its customer
};

struct Explanation {
    std::string tenant;
    std::string time_zone;      // of the tenant; all times are told in it
    SubjectType kind = SubjectType::order;
    std::string order;          // the id of what was found
    std::string number;         // order.number; empty when not known
    std::string customer;       // the id; empty when not known
    Instant at;                 // the moment it is explained for
    Instant complete_until = instant_max;
    bool decisions_known = true;  // false: the contacts stage of that customer could not be asked
    std::vector<ExplainedEvent> history;
    std::vector<ExplainedRule> rules;

    // The answer to "why was nobody called?", or to "why was somebody?": what came of the calls of all rules.
    enum class Call : std::uint8_t { none, planned, dropped, merged, held, withdrawn, raised };
    Call call = Call::none;
    std::string call_rule;       // by which rule
    Instant call_at = instant_max;
    std::string call_reason;
};

}  // namespace premura
