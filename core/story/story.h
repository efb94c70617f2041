#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/time_zone.h"
#include "core/contacts/call.h"
#include "core/events/vocabulary.h"
#include "core/rules/rule.h"

namespace premura {

// Rule tests as values: what happens to a tenant's orders, and all that Premura should do about it.
// Format: docs/RULE-TESTS.md.

// Something that happens in a story.
struct StoryEvent {
    Instant at;
    Instant arrives;  // when the log has it; never before `at`
    EventNumber event = 0;
    std::string data;  // a JSON object, as in the `data` of a CloudEvent
};

// An agent takes the call that is open at that moment, and it ends so.
struct StoryCall {
    Instant at;
    CallOutcome ends = CallOutcome::no_answer;
    std::optional<Instant> call_back_at;
};

// A time in which something is out of order. What falls on its end is outside.
struct StorySpan {
    Instant from;
    Instant to;

    bool holds(Instant time) const { return from <= time && time < to; }
};

// Other rules from a moment on: those of the same id change, others are new, some go.
struct StoryEdit {
    Instant at;
    std::vector<Rule> rules;
    std::vector<std::string> remove;
};

// Something that Premura does, or should do, or does not do and says why. What an expectation
// leaves empty may be anything.
struct StoryOutcome {
    enum class Kind : std::uint8_t {
        early_warning,  // these three are about a case: `what` is the rule's id
        late,
        closed,
        call,  // these four are the verbs of steps: `what` is the target
        notify,
        expedite,
        escalate,
        merged,     // a call became part of another one; of what is suppressed: a message did
        withdrawn,  // a call was taken back: `what` is "call"
        held,       // these two are suppressed: `what` is the verb
        dropped,
    };
    Instant at;
    Kind kind = Kind::late;
    std::string what;
    std::vector<std::string> rules;  // whose cases it is about; of an expectation one at most
    std::string text;  // script of a call, message of a notify, request of an expedite
    std::string priority;
    std::string channel;           // call, message, or what the record says: sms, email
    std::string reason;            // done_late, cancelled, quiet_hours, ...
    std::optional<Instant> due;    // when it was planned; earlier than `at` when decided late
    std::optional<Instant> until;  // of held
    int line = 0;                  // of an expectation
};

// One test. Immutable once loaded.
struct Story {
    std::string name;
    std::string tenant;
    std::shared_ptr<const TimeZone> zone;  // the tenant's
    std::vector<std::string> rules;        // the only ones that run; empty: all
    std::vector<std::string> facts;        // known before anything happens; JSON as of an event
    std::vector<StoryEvent> events;        // by arrival
    std::vector<StoryCall> calls;          // by time
    std::optional<StorySpan> daemon_down;
    std::optional<StorySpan> input_stalled;
    std::vector<StoryEdit> edits;                         // by time
    std::vector<StoryOutcome> then;                       // complete
    std::optional<std::vector<StoryOutcome>> suppressed;  // complete; nothing: not looked at
    Instant until;                                        // nothing else happens before this moment
    std::string file;
    int line = 0;
};

// The word in YAML: "early_warning", "call", ...
std::string_view name_of(StoryOutcome::Kind kind);

// Does what happened fit the expectation?
bool fits(const StoryOutcome& expected, const StoryOutcome& happened);

}  // namespace premura
