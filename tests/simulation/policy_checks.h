#pragma once

#include <string>
#include <vector>

#include "tests/simulation/checks.h"

namespace premura {

// One record of a call or a message to the customer, as it was committed.
struct Outreach {
    struct About {
        std::string id;  // of the case
        std::string rule;
        std::string order;
        std::string subject;
        std::string subject_type;
        std::string warehouse;
        std::string courier;
        bool by_edit = false;
    };
    bool is_call = false;
    std::string id;  // the task, or the message
    std::string message;  // which text it is; of a message
    std::string customer;
    std::string state;   // of a call
    std::string reason;
    int version = 1;
    Instant at;
    std::size_t step = 0;
    std::vector<About> about;
    std::vector<std::string> cases;
    Whereabouts told;
    bool do_not_call = false;
    bool do_not_write = false;
    std::string claimed_by;
    Instant expires_at = instant_min;

    bool on_list() const { return state == "open" || state == "waiting"; }
};


// Calls and messages to customers, in the order of their commits; words to teams and requests are left out.
std::vector<Outreach> outreaches_of(const RunResult& result);
// The header of a record; empty when it has none of that name.
std::string header_in(const Record& record, std::string_view name);

// Where somebody may be of whom that is told, as docs/RULES.md says in "Where the customer is"; empty: nobody knows. Knows the
// countries of policy_world.cpp.
std::vector<std::string> plausible_zones(const Whereabouts& told);

// One world with a policy, and what became of it.
struct PolicyEvidence {
    const World& world;
    const SimulationRules& rules;
    const RunResult& result;
    const std::vector<Outreach>& outreaches;

    const Tenant& tenant() const { return *rules.set->tenant(SimulationRules::tenant); }
    // Nothing goes wrong in it.
    bool calm() const { return world.faults.empty(); }
    // All that is ever told of where a customer is; also of one that is known by an order only.
    Whereabouts place_of(const std::string& customer) const;
};

// What customers hear: hours, limits, wishes, the holdout, what is over. check_policy.cpp
void check_outreaches(const PolicyEvidence& evidence, std::vector<Violation>& violations);
// Nobody waits for ever. check_waits.cpp
void check_waits(const PolicyEvidence& evidence, std::vector<Violation>& violations);
// One answer to each action, one agent a call. check_agents.cpp
void check_agents(const PolicyEvidence& evidence, std::vector<Violation>& violations);
// Rules and edits call no faster than they may. check_paces.cpp
void check_paces(const PolicyEvidence& evidence, std::vector<Violation>& violations);

}  // namespace premura
