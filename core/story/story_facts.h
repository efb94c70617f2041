#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/yaml_reader.h"

namespace premura {

// Reads the facts of an event of a rule test, or of `facts:`; `what` names which in messages. Every
// key of `node` that is not among `own_keys` is a group such as `order`, with facts such as `total`
// in it. Kinds are checked. What comes back is the JSON object that a CloudEvent would carry as its
// data; nothing when something was wrong.
std::optional<std::string> load_story_facts(const YamlNode& node, std::string_view what,
                                            YamlReader::Names own_keys, YamlReader& reader);

}  // namespace premura
