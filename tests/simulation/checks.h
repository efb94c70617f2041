#pragma once

#include <string>
#include <vector>

#include "tests/simulation/knowledge.h"
#include "tests/simulation/run.h"

namespace premura {

// A property that a run does not have.
struct Violation {
    std::string property;  // as README.md names it
    std::string story;     // the order it is about; may be empty
    std::string text;
};

// What a check looks at.
struct Evidence {
    const World& world;
    const SimulationRules& rules;
    const RunResult& result;
    const Knowledge& knowledge;
    Weather weather = Weather::stormy;
    // Is the clock on the wall right all the time?
    bool steady_clock = true;
};

// Each appends what it finds wrong.
void check_findings(const Evidence& evidence, std::vector<Violation>& violations);
void check_end(const Evidence& evidence, std::vector<Violation>& violations);
void check_promptness(const Evidence& evidence, std::vector<Violation>& violations);
void check_contacts(const Evidence& evidence, std::vector<Violation>& violations);
void check_same_end(const Evidence& calm, const Evidence& stormy, std::vector<Violation>& violations);

// Everything about one seed; stops at the first run that is wrong. What happened is counted in `tally`.
std::vector<Violation> check_seed(std::uint64_t seed, const SimulationRules& rules, Tally& tally);

// The same about one world with a policy, a house and agents.
std::vector<Violation> check_policy_seed(std::uint64_t seed, Tally& tally);

// What happened in a run to the stories that violations are about, for people.
std::string timeline(const Evidence& evidence, const std::string& story);

}  // namespace premura
