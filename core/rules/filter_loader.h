#pragma once

#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/rules/rule.h"

namespace premura {

// Reads a `where:`: facts, each with a value, a list of values, or a map of operators. Operators
// must fit the fact's kind, and a fact must be able to meet all that is asked of it.
Filter load_filter(const YamlNode& node, std::string_view what, YamlReader& reader);

}  // namespace premura
