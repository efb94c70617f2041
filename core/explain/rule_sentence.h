#pragma once

#include <string>

#include "core/explain/words.h"
#include "core/rules/rule.h"

namespace premura {

// A whole rule as a sentence or two, built from what it does and not from its description. Names of calendars and
// conditions in CEL stand as they are written.
std::string rule_sentence(const Rule& rule, Language language);

}  // namespace premura
