#pragma once

#include <vector>

#include "core/story/story_runner.h"

namespace premura {

// Of the clocks of a test that failed those that what differs may follow from, a few at most.
std::vector<StoryClock> clocks_to_tell(std::vector<StoryClock> clocks,
                                       const std::vector<StoryOutcome>& missing,
                                       const std::vector<StoryOutcome>& unexpected);

// Adds why a rule of which something was expected may have been silent.
void add_notes(const Story& story, const RuleSet& rules, StoryResult& result);

}  // namespace premura
