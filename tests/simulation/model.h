#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/rules/rule.h"
#include "tests/simulation/rules.h"

namespace premura {

// What a fact may say in a simulated event. A bare date becomes the end of that day.
using ModelValue = std::variant<std::string, double, bool, Instant, std::chrono::sys_days>;

struct ModelEvent {
    std::string id;
    EventNumber type = 0;
    Instant time;  // when it happened, as the log may believe it
    std::array<std::string, subject_type_count> ids;
    std::vector<std::pair<FactNumber, ModelValue>> facts;

    const std::string& id_of(SubjectType subject) const { return ids[static_cast<std::size_t>(subject)]; }
};

// One clock of one rule as it stands when exactly these events are known.
struct ModelClock {
    const Rule* rule = nullptr;
    std::string order;       // empty while it is not known
    std::string subject;
    std::string occurrence;  // the id of the event that started it; empty for `once`
    Instant start;
    Instant deadline;        // instant_max: it stands still, and nobody knows for how long
    Instant late_at;         // when the case opens: the deadline, but never before the start
    Instant ended_at;        // event time of what ended it; instant_max: it runs
    std::string_view ended;  // met, cancelled, restarted; empty: it runs
    std::vector<Instant> warnings;  // planned times of the steps of early_warning
    std::vector<Instant> steps;     // planned times of the steps of if_late
};

// A small, slow reading of docs/RULES.md: all clocks that follow from the events, whatever the order in which
// they came. Each event at most once; times within an order differ.
std::vector<ModelClock> evaluate(const std::vector<const ModelEvent*>& known, const SimulationRules& rules);

}  // namespace premura
