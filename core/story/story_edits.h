#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/yaml_reader.h"
#include "core/calendar/time_zone.h"
#include "core/rules/rule_set.h"
#include "core/story/story.h"

namespace premura {

// Gives the text of a file that a rule test names, by its path as seen from the file of the test.
// Nothing when it cannot be read. Core reads no files itself.
using ReadStoryFile = std::function<std::optional<std::string>(const std::string& test_file,
                                                               const std::string& path)>;

// Reads `edit_rules:`, one change or a list of them. The rules in it are checked as those of a rule
// set are, against the calendars, messages and teams of `rules`.
std::vector<StoryEdit> load_story_edits(const YamlNode& node, const TimeZone& zone,
                                        const RuleSet& rules, const ReadStoryFile& read_file,
                                        YamlReader& reader, Diagnostics& diagnostics);

// The rule set after a change.
std::shared_ptr<const RuleSet> edited(const RuleSet& rules, const StoryEdit& edit);

}  // namespace premura
