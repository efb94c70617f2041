#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/contacts/contacts_stage.h"
#include "core/incidents/incidents_stage.h"
#include "core/orders/orders_stage.h"
#include "core/story/story.h"
#include "core/story/story_records.h"

namespace premura {

// The stages with what lies between them, as a daemon runs them on the clock of the wall: findings
// reach the contacts stage, it and the house talk with each other, forwarded events come back to the orders stage, and what leaves the
// contacts stage is noted. Time stands still inside a call. There is no `settle`: what is due is
// decided at its moment.
class StoryWorld {
 public:
    // `contacts` may be one that was used before and is empty again; else null.
    StoryWorld(std::shared_ptr<const RuleSet> rules, std::unique_ptr<ContactsStage> contacts);

    // An event is read. `number` tells it from others of the story.
    void take(const StoryEvent& event, const std::string& tenant, std::size_t number, Instant now);
    // An agent takes the call that is open, and it ends. `number` tells it from others of the story.
    void call(const StoryCall& call, std::size_t number, Instant now);
    // Does all that is due up to `now`, as far as the input is known to be complete.
    void fire(Instant now, Instant complete_until);
    // When something is due next.
    std::optional<Instant> next_due() const;
    // Builds the stages anew from all state records that were ever written.
    void restart();
    // Goes over to other rules; steps of those in `changed` are not counted from now on.
    void use(std::shared_ptr<const RuleSet> rules, const std::set<std::string>& changed,
             Instant now);
    // Ends the story: the contacts stage, empty, for the next one.
    std::unique_ptr<ContactsStage> give_back();

    // What happened so far, in that order, and what did not with its reason.
    const std::vector<StoryOutcome>& outcomes() const { return outcomes_; }
    const std::vector<StoryOutcome>& suppressed() const { return suppressed_; }
    // What went wrong on the way, each once: an event that could not be read, a warehouse without a
    // calendar.
    const std::set<std::string>& problems() const { return problems_; }

    // False when an agent was to take a call that was not open, or was refused it.
    bool all_calls_made() const { return all_calls_made_; }

    // A step that came due, whatever became of it.
    struct Step {
        std::string rule;
        bool warning = false;
        int index = 0;
        bool operator<(const Step& other) const {
            return std::tie(rule, warning, index) <
                   std::tie(other.rule, other.warning, other.index);
        }
    };
    const std::set<Step>& steps() const { return steps_; }
    // Rules of which something was due and not wanted any more.
    const std::set<std::string>& held_back() const { return held_back_; }
    // Every order, or what stands in for one, as it was last, encoded; also those that were
    // forgotten since.
    std::vector<std::string_view> orders() const;

 private:
    using State = std::map<std::string, std::string>;

    void build();
    void settle(Instant now);
    void note_count(const Effects::Count& count);
    void deliver(const Output& output, Instant now, Effects& effects);
    void note_finding(const Record& record);
    void keep_state();

    std::shared_ptr<const RuleSet> rules_;
    std::unique_ptr<OrdersStage> orders_;
    std::unique_ptr<ContactsStage> contacts_;
    std::unique_ptr<IncidentsStage> house_;
    Effects effects_;
    State orders_state_;
    State contacts_state_;
    State house_state_;
    std::vector<std::string> forgotten_orders_;
    StoryDecisions decisions_;
    std::vector<StoryOutcome> outcomes_;
    std::vector<StoryOutcome> suppressed_;
    std::set<std::string> problems_;
    bool all_calls_made_ = true;
    std::set<Step> steps_;
    std::set<std::string> held_back_;
    std::set<std::string> changed_rules_;
};

// A stage as tests use it, with nothing in it.
std::unique_ptr<ContactsStage> story_contacts(std::shared_ptr<const RuleSet> rules);

}  // namespace premura
