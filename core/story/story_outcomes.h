#pragma once

#include <string_view>
#include <vector>

#include "core/base/yaml_reader.h"
#include "core/calendar/time_zone.h"
#include "core/story/story.h"

namespace premura {

// What the lines of a rule test may name.
struct StoryNames {
    std::vector<std::string_view> rules;  // before or after a change of rules

    // Is there such a rule? Else an error with the nearest one.
    bool check_rule(std::string_view id, const YamlNode& at, YamlReader& reader) const;
};

// The lines of `then:` and `suppressed:`: what is done, and what is held, dropped or left to a
// call.
enum class StoryList { then, suppressed };
std::vector<StoryOutcome> load_story_outcomes(const YamlNode& node, StoryList list,
                                              const StoryNames& names, const TimeZone& zone,
                                              YamlReader& reader);

}  // namespace premura
