#pragma once

#include <string>
#include <vector>

#include "core/contacts/agent_action.h"
#include "core/contacts/customer.h"
#include "core/findings/finding.h"
#include "core/stage.h"
#include "tests/simulation/tally.h"
#include "tests/simulation/world.h"

namespace premura {

// How a world is run.
enum class Weather {
    calm,    // one partition, one worker, looked at whenever something arrives or is due
    stormy,  // two partitions, two workers, and all the faults of the world
};

// An event as the log has it. Steps count what happened in a run, so they order it even when the clock is set.
struct Arrival {
    ModelEvent content;  // with the time that counts
    std::size_t step = 0;
    Instant wall;        // the clock on the wall when it was appended
    Instant wall_seen;   // the latest time that this clock had shown a worker before
};

template <typename Content>
struct Committed {
    Content content;
    std::size_t step = 0;
};

// An action of an agent or of ops, as it was put on the log, and how often.
struct Said {
    AgentAction action;
    bool of_ops = false;  // then only the id of the action counts
    int copies = 0;
};

// What is in the log at the end.
struct RunResult {
    std::vector<Arrival> arrivals;                // first arrivals only, in their order
    std::vector<Committed<Finding>> findings;     // about cases, in the order of commits
    std::vector<Committed<Finding>> news;         // about none: what happened between the customer and us
    std::vector<Committed<Record>> contacts;      // calls, messages, requests, words to teams, in that order
    std::vector<Committed<Record>> answers;       // of the desk
    std::vector<Committed<Record>> words;         // of the house
    std::vector<Committed<Record>> reports;       // what it was told
    std::vector<Said> said;                       // to both
    std::vector<Customer> customers;              // committed states of the contacts stage
    std::vector<std::string> problems;            // records that are not what they should be
    Instant wall_end;
    std::size_t quarantined = 0;
    // The same event was read from two partitions, as one of the future and as one of the past, because the clock
    // was set in between: which one counts depends on who is faster, and is not for a model to say.
    bool undetermined = false;
    Tally tally;  // of what happened to the workers and on the way to the log
};

RunResult run(const World& world, const SimulationRules& rules, Weather weather);

}  // namespace premura
