#pragma once

#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/conditions/definitions.h"
#include "core/rules/rule.h"

namespace premura {

// Reads a `where:`: facts, each with a value, a list of values, or a map of operators. Operators
// must fit the fact's kind, and a fact must be able to meet all that is asked of it. `in_list` and `not_in_list`
// name a list of the definitions.
Filter load_filter(const YamlNode& node, std::string_view what, const Definitions& definitions,
                   YamlReader& reader);

// Reads `exceptions:`, a list of groups with a name and a `where`.
std::vector<Exception> load_exceptions(const YamlNode& node, const Definitions& definitions,
                                       YamlReader& reader);

}  // namespace premura
