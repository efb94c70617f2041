#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/contacts/agent_action.h"
#include "core/contacts/desk_answer.h"
#include "tests/simulation/random.h"
#include "tests/simulation/run.h"
#include "tests/simulation/world.h"

namespace premura {

// The agents and ops of a world with a house. They see what was committed and act on it, often several at once, too late,
// twice, or without a right to. Chance is their own, so what they do follows from the run and the seed.
class People {
 public:
    explicit People(const World& world);

    // A record was committed; the topic's full name.
    void hear(const Output& output, Instant now);
    // When somebody acts next; instant_max: nobody will.
    Instant next() const;
    // What is put on the log until `now`, with the clock on the wall. Topics are short names.
    std::vector<Output> act(Instant now, Instant wall);

    std::vector<Said> said() const;
    const Tally& tally() const { return tally_; }

 private:
    struct Planned {
        AgentAction action;
        bool of_ops = false;
        Output record;       // of ops, and of what is said again
        bool is_ready = false;
    };

    void see_task(const Output& output, Instant now);
    void see_answer(const Output& output, Instant now);
    void see_incident(const Output& output, Instant now);
    void handle_call(const DeskAnswer& answer, Instant now);
    AgentAction action_on(AgentAction::Kind kind, const std::string& customer, const std::string& task, const Person& by);
    void end_call(AgentAction action, Instant at, Instant now);
    void plan(Instant at, AgentAction action);

    Random random_;
    Instant until_;       // then they go home
    bool stays_away_ = false;
    std::multimap<Instant, Planned> planned_;
    std::set<std::string> offered_;  // task and version, answers and incidents, as they were heard once
    std::map<std::string, Said> said_;  // by action
    int actions_ = 0;
    Tally tally_;
};

}  // namespace premura
