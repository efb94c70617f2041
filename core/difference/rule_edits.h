#pragma once

#include <string>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/rules/rule_set.h"

namespace premura {

// What changed in one rule, as an ops team says it.
struct RuleEdit {
    enum class Kind : std::uint8_t { added, removed, edited };
    std::string rule;  // its id; as it is called now
    std::string name;
    Kind kind = Kind::edited;
    // "within: 24 business hours -> 16 business hours"; of what has no short form, its key alone: "where".
    std::vector<std::string> changes;
};

// All rules that are not as they were, in the order of the new set, then those removed. Calendars, lists and
// conditions that a rule goes by belong to it.
std::vector<RuleEdit> rule_edits(const RuleSet& before, const RuleSet& after);

// Edits that no running clock could survive: the same id, but other events that start it or another subject. One
// error each, at the rule.
void check_edits(const RuleSet& before, const RuleSet& after, Diagnostics& diagnostics);

}  // namespace premura
