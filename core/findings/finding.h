#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/events/vocabulary.h"
#include "core/rules/rule.h"
#include "core/stage.h"

namespace premura {

// What the orders stage tells the contacts stage: something about a case changed. A finding is a fact about
// an order; who hears of it, how and when, is decided there.
struct Finding {
    enum class Kind : std::uint8_t {
        warning,  // the deadline is near
        late,     // the deadline passed without the expected event: the case opens
        step,     // a step of the ladder, or of the early warnings, is due
        closed,   // the expected event came, or the case lost its ground
        news,     // no case: something happened between the customer and us, named in `reason`, at `started_at`; what it
                  // said is in `facts`
    };

    std::string id;           // derived from case, kind and step: a repeat has the same
    std::string case_id;      // derived from tenant, rule, subject and occurrence
    Kind kind = Kind::late;
    std::string tenant;
    std::string rule;
    Rule::Mode mode = Rule::Mode::live;
    std::string customer;     // the customer's id, or `order/A1` while it is not known: the contacts stage's key
    std::string order;        // the order's id, or of what stands in for it
    SubjectType subject_type = SubjectType::order;
    std::string subject;      // the id of the rule's subject
    Instant started_at;       // event time of what started the clock
    Instant deadline;
    Instant planned_at;       // when this was due by the rule
    Instant decided_at;       // when it was decided: later than planned after a lag or a stop
    // Of `closed`: met_in_time, done_late, false_alarm_late_data, cancelled, restarted, rule_removed, deadline_moved,
    // no_longer_applies, linked, erased.
    std::string reason;
    std::string event;        // of `closed`: what ended it, when an event did
    bool by_edit = false;     // late because the rule was edited, not because time went by

    // Of `step`:
    bool warning_step = false;
    int step = 0;             // its position in early_warning or if_late, from 0
    Step::Verb verb = Step::Verb::escalate;
    std::string target;
    std::string text;         // request, message or script
    Priority priority = Priority::normal;

    // What is known of the order, by name, as JSON: {"order":{...},"customer":{...},"shipment":{...}}.
    // Empty for `closed`.
    std::string facts;
    // What happened, oldest first: [{"event":"order.paid","time":"..."}], as JSON. Empty for `closed`.
    std::string history;

    bool operator==(const Finding&) const = default;
};

std::string_view name_of(Finding::Kind kind);

// The id of a case. `whose`: the subject's id, else what stands in for it; occurrence: 0 for `again: once`.
std::string case_id_of(std::string_view tenant, std::string_view rule, SubjectType type, std::string_view whose,
                       std::uint64_t occurrence);
// The id of the finding that a step of the case is due. A step with an id of its own keeps its name when steps are put
// before it.
std::string step_finding_id(std::string_view case_id, bool warning, int step, std::string_view step_id);

// Where the parts of one case stand when they are decided at the same instant: warning, its steps, late, its
// steps, closed.
int rank_of(const Finding& finding);

// A record of the topic `findings`: CloudEvents in binary mode, JSON inside, keyed by tenant and customer.
Output output_of(const Finding& finding);

// Nothing when the record is not a finding of a version we know; `error` says why, without its content.
std::optional<Finding> finding_of(const Record& record, std::string& error);

}  // namespace premura
