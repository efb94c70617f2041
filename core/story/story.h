#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/time_zone.h"
#include "core/events/vocabulary.h"

namespace premura {

// Rule tests as values: what happens to a tenant's orders, and all that Premura should do about it.
// Format: docs/RULES.md.

// Something that happens in a story.
struct StoryEvent {
    Instant at;
    EventNumber event = 0;
    std::string data;  // a JSON object, as in the `data` of a CloudEvent
};

// Something that Premura does, or should do. What an expectation leaves empty may be anything.
struct StoryOutcome {
    enum class Kind : std::uint8_t {
        early_warning,  // these three are about a case: `what` is the rule's id
        late,
        closed,
        call,  // these four are the verbs of steps: `what` is the target
        notify,
        expedite,
        escalate,
        merged,  // a call became part of another one, or was taken back: `what` is "call"
        withdrawn,
    };
    Instant at;
    Kind kind = Kind::late;
    std::string what;
    std::vector<std::string> rules;  // whose cases it is about; of an expectation one at most
    std::string text;                // script of a call, message of a notify, request of an expedite
    std::string priority;
    std::string reason;              // of closed and withdrawn: done_late, cancelled, ...
    int line = 0;                    // of an expectation
};

// One test. Immutable once loaded.
struct Story {
    std::string name;
    std::string tenant;
    std::shared_ptr<const TimeZone> zone;  // the tenant's
    std::vector<std::string> rules;        // the only ones that run; empty: all
    std::vector<StoryEvent> events;        // by time
    std::vector<StoryOutcome> then;        // complete
    Instant until;                         // nothing else happens before this moment
    std::string file;
    int line = 0;
};

// The word in YAML: "early_warning", "call", ...
std::string_view name_of(StoryOutcome::Kind kind);

// Does what happened fit the expectation?
bool fits(const StoryOutcome& expected, const StoryOutcome& happened);

}  // namespace premura
