#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/contacts/contacts_stage.h"
#include "core/rules/rule_set.h"
#include "core/story/story.h"
#include "core/story/story_rules.h"
#include "core/story/story_world.h"

namespace premura {

struct StoryOptions {
    // Builds both stages anew from their state records between any two moments, as if the daemon
    // had been stopped and started. The outcome must be the same.
    bool restart_between_moments = false;
};

struct StoryResult {
    std::vector<StoryOutcome> happened;    // all of it, in its order
    std::vector<StoryOutcome> suppressed;  // what was not done, with its reason
    std::vector<StoryOutcome> missing;     // expected, and did not happen
    std::vector<StoryOutcome> unexpected;  // happened, and was not expected
    std::vector<StoryClock> clocks;        // of a test that failed: those it is about
    bool all_calls_made = true;            // each call of the story was open, and the customer callable
    // Sentences that help to find out why, such as that no event of the story starts the rule.
    std::vector<std::string> notes;

    RuleTraces traces;  // what really ran
    std::set<StoryWorld::Step> steps;

    bool passed() const { return missing.empty() && unexpected.empty() && all_calls_made; }
};

// Plays stories to the real engines in virtual time: the clock goes from one event or due moment to
// the next, so that everything happens at its exact time. Keeps what several stories have in
// common, because to prepare that takes longer than a story. Not for several threads at once.
class StoryRunner {
 public:
    explicit StoryRunner(const RuleSet& rules) : rules_{std::make_shared<RuleSet>(rules)} {}

    StoryResult run(const Story& story, StoryOptions options = {});

 private:
    std::shared_ptr<const StoryRules> rules_for(const Story& story);

    std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, std::shared_ptr<const StoryRules>> by_names_;
    std::unique_ptr<ContactsStage> contacts_;  // empty, between two stories
};

// One story alone.
StoryResult run_story(const Story& story, const RuleSet& rules, StoryOptions options = {});

}  // namespace premura
