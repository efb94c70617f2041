#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/explain.h"
#include "core/explain/explanation.h"
#include "core/rules/rule_set.h"

namespace premura {

struct RecordedExplanation {
    std::optional<Explanation> explanation;
    std::string error;          // when there is none
    bool is_wrong_use = false;  // ... because of how it was asked for
    std::size_t unread = 0;     // records that are no events
    std::string first_unread;   // `orders.jsonl:17: ...`
};

// Plays recorded events to the rules in virtual time, by event time, up to the moment asked for, and explains what
// the engine knows of the order then. All records are kept in memory. Blocks.
RecordedExplanation explain_recorded(const ExplainOptions& options, std::shared_ptr<const RuleSet> rules);

}  // namespace premura
