#pragma once

#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/yaml.h"
#include "core/rules/rule_set.h"
#include "core/story/story.h"
#include "core/story/story_edits.h"

namespace premura {

// Reads a file of rule tests (`tests:`). Names of tenants, rules, events and facts are looked up,
// and times without an offset are the tenant's local time. A test with an error is left out.
// `read_file` gives the files of changed rules that tests name; without it there are none.
std::vector<Story> load_stories(const YamlText& text, const RuleSet& rules,
                                Diagnostics& diagnostics, const ReadStoryFile& read_file = {});

}  // namespace premura
