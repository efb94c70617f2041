#pragma once

#include <string>
#include <vector>

#include "core/explain/explanation.h"
#include "core/explain/phrasing.h"

namespace premura {

// Internal to core/explain: the single sentences of an explanation, for its text and its JSON alike.
std::string answer_sentence(const Explanation& explanation, const Phrasing& phrasing);
std::string verdict_sentence(const Explanation& explanation, const ExplainedRule& rule, const Phrasing& phrasing);
std::string derivation_sentence(const ExplainedRule& rule, const Phrasing& phrasing);
// A line for each span, day and pause, in the order of time.
std::vector<std::string> derivation_lines(const Derivation& derivation, const Phrasing& phrasing);
std::string step_sentence(const ExplainedStep& step, const Phrasing& phrasing);

}  // namespace premura
