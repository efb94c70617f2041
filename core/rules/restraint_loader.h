#pragma once

#include <vector>

#include "core/base/yaml_reader.h"
#include "core/rules/restraint.h"
#include "core/rules/step_loader.h"

namespace premura {

// Reads `surge:` of a tenant. An empty list is a decision: nothing is held. Adds teams and messages to `uses`.
std::vector<Surge> load_surges(const YamlNode& node, YamlReader& reader, std::vector<NameUse>& uses);

// Reads `holdout:` of a tenant: a share such as `5 %`, or a map of `share` and `except`. Adds rules to `uses`.
Holdout load_holdout(const YamlNode& node, YamlReader& reader, std::vector<NameUse>& uses);

// Reads `{ at_most: 60, per: 1 hour }`.
std::optional<ContactRate> load_rate(const YamlNode& node, std::string_view what, YamlReader& reader);

}  // namespace premura
