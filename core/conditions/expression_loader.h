#pragma once

#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/conditions/definitions.h"
#include "core/conditions/expression.h"

namespace premura {

// Reads a condition in CEL, which must be true or false. Every mistake is noted at its place inside the text.
// Nothing given when there are any.
Expression load_expression(const YamlNode& node, std::string_view what, const Definitions& definitions,
                           YamlReader& reader);

// Reads `lists:`; names that are taken are refused.
void load_lists(const YamlNode& node, Definitions& definitions, YamlReader& reader);

// Reads `conditions:` in two steps, so that a condition may name one that stands further down or in another
// file: all names first, then what they say.
void declare_conditions(const YamlNode& node, Definitions& definitions, YamlReader& reader);
void load_conditions(const YamlNode& node, Definitions& definitions, YamlReader& reader);

}  // namespace premura
