#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/contacts/contacts_stage.h"
#include "core/orders/orders_stage.h"
#include "core/story/story.h"

namespace premura {

// Both stages with what lies between them: findings reach the contacts stage, forwarded events come
// back to the orders stage, and what leaves the contacts stage is noted. Time stands still inside a call.
class StoryWorld {
 public:
    explicit StoryWorld(std::shared_ptr<const RuleSet> rules);

    // An event arrives at the moment it happened.
    void take(const StoryEvent& event, const std::string& tenant, std::size_t number);
    // Does all that is due up to that moment.
    void fire(Instant now);
    // When something is due next.
    std::optional<Instant> next_due() const;
    // Builds the stages anew from all state records that were ever written.
    void restart();

    // What happened so far, in that order.
    const std::vector<StoryOutcome>& outcomes() const { return outcomes_; }
    // What went wrong on the way, each once: an event that could not be read, a warehouse without a calendar.
    const std::set<std::string>& problems() const { return problems_; }

 private:
    using State = std::map<std::string, std::string>;

    void build();
    void settle(Instant now);
    void deliver(const Output& output, Instant now, Effects& effects);
    void note_finding(const Record& record);
    void note_contact(const Output& output);
    static void keep_state(Stage& stage, State& state);

    std::shared_ptr<const RuleSet> rules_;
    std::unique_ptr<OrdersStage> orders_;
    std::unique_ptr<ContactsStage> contacts_;
    Effects effects_;
    State orders_state_;
    State contacts_state_;
    std::vector<StoryOutcome> outcomes_;
    std::set<std::string> problems_;
};

}  // namespace premura
