#include <fmt/format.h>

#include "core/incidents/house_messages.h"
#include "tests/simulation/policy_checks.h"

namespace premura {
namespace {

// What happened to the customer of the first violation, for people.
std::string story_of(const RunResult& result, const std::string& customer) {
    std::multimap<std::size_t, std::string> lines;
    for (const auto& [finding, step] : result.findings) {
        if (finding.customer != customer && !customer.empty()) continue;
        lines.emplace(step, fmt::format("{} finding {} {} of {} ({}) {}", format_utc(finding.decided_at), finding.rule,
                                        name_of(finding.kind), finding.subject, finding.case_id, finding.reason));
    }
    for (const auto& committed : result.contacts) {
        if (committed.content.value.find('"' + customer + '"') == std::string::npos) continue;
        lines.emplace(committed.step, header_in(committed.content, "ce_type") + " " + header_in(committed.content, "ce_id") + " " +
                                          committed.content.value.substr(0, 1500));
    }
    for (const auto& committed : result.answers) {
        if (committed.content.value.find('"' + customer + '"') == std::string::npos) continue;
        lines.emplace(committed.step, "answer " + committed.content.value);
    }
    for (const auto& committed : result.words) {
        lines.emplace(committed.step, format_utc(committed.content.timestamp) + " word " + committed.content.value);
    }
    std::string told;
    for (const auto& [step, line] : lines) told += fmt::format("  {:4} {}\n", step, line);
    for (const Customer& each : result.customers) {
        if (each.id != customer) continue;
        for (const auto& decision : each.decisions) {
            told += fmt::format("  decision {} {} {} {} {}\n", format_utc(decision.at), decision.contact,
                                name_of(decision.verb), decision.outcome, decision.reason);
        }
    }
    return told;
}

}  // namespace

std::vector<Violation> check_policy_seed(std::uint64_t seed, Tally& tally) {
    const SimulationRules& rules = policy_rules(seed);
    const World world = make_policy_world(seed);
    std::vector<Violation> violations;
    const RunResult result = run(world, rules, Weather::stormy);
    add(tally, result.tally);
    for (const auto& contact : result.contacts) ++tally["contact: " + header_in(contact.content, "ce_type")];
    for (const Customer& customer : result.customers) {
        for (const auto& decision : customer.decisions) ++tally["decision: " + decision.outcome + " " + decision.reason];
    }
    for (const auto& word : result.words) {
        if (const auto parsed = house_word_of(word.content)) {
            static constexpr const char* kinds[] = {"opened", "closed", "go", "wait"};
            ++tally[std::string{"word: "} + kinds[static_cast<std::size_t>(parsed->kind)]];
        }
    }
    for (const std::string& problem : result.problems) violations.push_back({"1 readable", {}, problem});
    if (result.quarantined != 0) violations.push_back({"1 readable", {}, fmt::format("{} in quarantine", result.quarantined)});
    const std::vector<Outreach> outreaches = outreaches_of(result);
    const PolicyEvidence evidence{world, rules, result, outreaches};
    check_outreaches(evidence, violations);
    check_waits(evidence, violations);
    check_agents(evidence, violations);
    check_paces(evidence, violations);
    if (!violations.empty()) violations.front().text += "\n" + story_of(result, violations.front().story);
    return violations;
}

}  // namespace premura
