#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/rules/rule_set.h"
#include "core/story/story.h"

namespace premura {

struct StoryOptions {
    // Builds both stages anew from their state records between any two moments, as if the daemon had
    // been stopped and started. The outcome must be the same.
    bool restart_between_moments = false;
};

struct StoryResult {
    std::vector<StoryOutcome> happened;    // all of it, by time
    std::vector<StoryOutcome> missing;     // expected, and did not happen
    std::vector<StoryOutcome> unexpected;  // happened, and was not expected
    // Sentences that help to find out why, such as that no event of the story starts the rule.
    std::vector<std::string> notes;

    bool passed() const { return missing.empty() && unexpected.empty(); }
};

// Plays the story to the real engines in virtual time: the clock goes from one event or due moment to
// the next, so that everything happens at its exact time.
StoryResult run_story(const Story& story, const RuleSet& rules, StoryOptions options = {});

}  // namespace premura
