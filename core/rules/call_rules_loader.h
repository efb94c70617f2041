#pragma once

#include <vector>

#include "core/base/yaml_reader.h"
#include "core/rules/call_rules.h"
#include "core/rules/step_loader.h"

namespace premura {

// Reads what a tenant's `contact:` says of calls: `calls.lease`, `calls.wishes_to` and `retry_call`. Null, and what is not
// written, is as shipped. Adds the message and the team they name to `uses`.
CallRules load_call_rules(const YamlNode* contact, YamlReader& reader, std::vector<NameUse>& uses);

// Reads `discretion:` of a tenant.
Discretion load_discretion(const YamlNode& node, YamlReader& reader);

}  // namespace premura
