#pragma once

#include <string>

#include "core/explain/explanation.h"
#include "core/explain/words.h"

namespace premura {

// The explanation as people read it: the answer first, then what happened, then rule by rule. Several lines, each
// ended.
std::string text_of(const Explanation& explanation, Language language);

// The same as one JSON object: codes and times for programs, and each rule's verdict as a sentence. Shape:
// docs/EXPLAIN.md.
std::string json_of(const Explanation& explanation, Language language);

// The first sentence: was anybody called, and why not.
std::string answer_of(const Explanation& explanation, Language language);

std::string_view name_of(ExplainedRule::Verdict verdict);
std::string_view name_of(Explanation::Call call);

}  // namespace premura
