#include <algorithm>
#include <fmt/format.h>

#include "tests/simulation/checks.h"

namespace premura {
namespace {

void check_run(const Evidence& evidence, std::vector<Violation>& violations) {
    for (const std::string& problem : evidence.result.problems) violations.push_back({"1 readable", {}, problem});
    if (evidence.result.quarantined != 0) {
        violations.push_back({"1 readable", {}, fmt::format("{} in quarantine", evidence.result.quarantined)});
    }
    check_findings(evidence, violations);
    check_end(evidence, violations);
    check_promptness(evidence, violations);
    check_contacts(evidence, violations);
}

void tally_results(const RunResult& result, Tally& tally) {
    add(tally, result.tally);
    if (result.undetermined) ++tally["run undetermined"];
    for (const auto& finding : result.findings) {
        const Finding& one = finding.content;
        ++tally["finding: " + std::string{name_of(one.kind)} + (one.reason.empty() ? "" : " " + one.reason)];
    }
    for (const auto& contact : result.contacts) {
        for (const auto& [name, value] : contact.content.headers) {
            if (name == "ce_type") ++tally["contact: " + value];
        }
    }
    for (const Customer& customer : result.customers) {
        for (const Customer::Decision& decision : customer.decisions) {
            if (decision.outcome == "held") ++tally["contact held for its hours"];
        }
    }
}

// The first violation gets the timeline of its story.
void illustrate(const Evidence& evidence, std::vector<Violation>& violations) {
    if (violations.empty()) return;
    violations.front().text +=
        fmt::format("\n{} run:\n{}", evidence.weather == Weather::calm ? "calm" : "stormy",
                    timeline(evidence, violations.front().story));
}

}  // namespace

std::vector<Violation> check_seed(std::uint64_t seed, const SimulationRules& rules, Tally& tally) {
    const World world = make_world(seed, rules);
    const bool steady = std::none_of(world.faults.begin(), world.faults.end(), [](const Fault& fault) {
        return fault.kind == Fault::Kind::clock_step;
    });
    std::vector<Violation> violations;
    const RunResult calm = run(world, rules, Weather::calm);
    tally_results(calm, tally);
    const Knowledge known_in_calm{calm, rules};
    const Evidence in_calm{world, rules, calm, known_in_calm, Weather::calm, steady};
    check_run(in_calm, violations);
    illustrate(in_calm, violations);
    if (!violations.empty()) return violations;

    const RunResult stormy = run(world, rules, Weather::stormy);
    tally_results(stormy, tally);
    if (stormy.undetermined) return violations;
    const Knowledge known_in_storm{stormy, rules};
    const Evidence in_storm{world, rules, stormy, known_in_storm, Weather::stormy, steady};
    check_run(in_storm, violations);
    check_same_end(in_calm, in_storm, violations);
    illustrate(in_storm, violations);
    return violations;
}

}  // namespace premura
