#pragma once

#include <optional>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/events/vocabulary.h"

namespace premura {

// Names of events and facts in YAML. An unknown one is an error with the nearest name.
std::optional<EventNumber> load_event(const YamlNode& node, YamlReader& reader);

// One event or a list of them; each once.
EventSet load_events(const YamlNode& node, std::string_view what, YamlReader& reader);

// Null when there is no such fact.
const FactDefinition* load_fact(const YamlNode& node, YamlReader& reader);

}  // namespace premura
