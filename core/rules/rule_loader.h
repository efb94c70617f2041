#pragma once

#include <optional>
#include <vector>

#include "core/base/yaml_reader.h"
#include "core/conditions/definitions.h"
#include "core/rules/rule.h"
#include "core/rules/step_loader.h"

namespace premura {

// A rule as far as its own text tells, and the names that other files must know.
struct LoadedRule {
    Rule rule;
    std::vector<NameUse> uses;
    Place place;  // of its id
};

// Reads one item of `rules:` and checks all that needs no other file. Nothing when it is no map.
// A rule with errors comes back too, as far as it could be read, so that the checks across files
// find what else is wrong.
std::optional<LoadedRule> load_rule(const YamlNode& node, const Definitions& definitions,
                                     YamlReader& reader);

}  // namespace premura
