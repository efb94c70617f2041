#pragma once

#include <optional>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/calendar/time_zone.h"
#include "core/story/story.h"

namespace premura {

// A time of a rule test: with an offset, or local time of `zone`. A local time that comes twice is
// the first, with a warning.
std::optional<Instant> load_story_time(const YamlNode& node, std::string_view what,
                                       const TimeZone& zone, YamlReader& reader);

// Two times, the earlier one first.
std::optional<StorySpan> load_story_span(const YamlNode& node, std::string_view key,
                                         const TimeZone& zone, YamlReader& reader);

}  // namespace premura
