#pragma once

#include "core/base/yaml_reader.h"
#include "core/rules/rule.h"

namespace premura {

// Finds what every key of a rule allows and all together make nonsense: a clock that stops as it
// starts, business time without a calendar, a step that can never be reached. `node` is the rule's
// text, for places.
void lint_rule(const YamlNode& node, const Rule& rule, YamlReader& reader);

}  // namespace premura
