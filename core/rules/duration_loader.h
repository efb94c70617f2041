#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/rules/rule.h"

namespace premura {

// A duration as core/rules/rule.h reads it; otherwise an error with a guess at what was meant.
std::optional<Duration> load_duration(const YamlNode& node, YamlReader& reader);

// What to write instead of a text that is no duration: `did you mean '24 business hours'?`.
std::string duration_hint(std::string_view written);

// A calendar's name or alias, or `of <fact>` with a fact that is a text. Whether there is such a
// calendar is asked once all files are read.
std::optional<CalendarReference> load_calendar_reference(const YamlNode& node, YamlReader& reader);

}  // namespace premura
