#pragma once

#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/yaml.h"
#include "core/rules/rule_set.h"
#include "core/story/story.h"

namespace premura {

// Reads a file of rule tests (`tests:`). Names of tenants, rules, events and facts are looked up, and
// times without an offset are the tenant's local time. A test with an error is left out.
std::vector<Story> load_stories(const YamlText& text, const RuleSet& rules,
                                Diagnostics& diagnostics);

}  // namespace premura
