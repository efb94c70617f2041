#pragma once

#include <string>
#include <vector>

#include "core/difference/difference.h"

namespace premura {

// What changed in the rules and what that does, for people and for programs.
struct DifferenceReport {
    std::vector<RuleEdit> edits;
    Difference difference;
};

// {"orders":1240,"late_at_once":37,"rules":[{"rule":"order-not-packed","kind":"edited","changes":[...],"clocks":...}]}
std::string difference_json(const DifferenceReport& report);

// Some lines a rule; without a line break at the end. Rules that did not change are told of when something happens to
// their clocks all the same.
std::string difference_text(const DifferenceReport& report, bool colour);

// Back from JSON, as a daemon answers. Nothing when it is something else.
std::optional<DifferenceReport> difference_of_json(std::string_view json);

}  // namespace premura
