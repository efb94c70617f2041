#include "tests/simulation/rules.h"

#include <algorithm>
#include <vector>

namespace premura {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

Surge surge(int more_than, Milliseconds in, std::vector<Surge::By> per, bool holds_messages) {
    Surge made;
    made.name = "many";
    made.more_than = more_than;
    made.in = in;
    made.per = std::move(per);
    made.holds_messages = holds_messages;
    made.message = "late-message";
    return made;
}

using Of = ContactLimit::Of;
using Per = ContactLimit::Per;

struct Policy {
    std::vector<ContactLimit> limits;
    std::vector<Surge> surges;
    double holdout = 0;
    bool hold_unknown_zone = false;
    int attempts_max = 3;
    std::string then_message;
    std::map<std::string, ContactRate> paces;  // by rule
};

// Numbers are small, because worlds are: what takes a warehouse in life takes three orders here.
std::vector<Policy> policies() {
    return {
        {shipped_limits(), {surge(2, 6h, {Surge::By::warehouse}, true)}, 0.25, true, 3, "late-message",
         {{"courier-problem", {1, 2h}}}},
        {shipped_limits(), {surge(1, days{1}, {Surge::By::rule}, false)}, 0, false, 2, "",
         {{"promise-broken", {2, 3h}}, {"order-not-packed", {1, days{1}}}}},
        {{{1, Of::call, Per::one_case, {}}, {1, Of::any, Per::day, {}}}, {}, 0.5, false, 3, "",
         {{"promise-broken", {1, 6h}}, {"order-not-packed", {1, 6h}}, {"courier-problem", {1, 6h}}}},
        {{{2, Of::call, Per::day, {}}, {1, Of::message, Per::day, {}}, {3, Of::any, Per::time, days{3}}},
         {surge(3, days{2}, {}, true)}, 0, true, 1, "late-message", {}},
    };
}

SimulationRules with(const Policy& policy) {
    SimulationRules made;
    auto set = std::make_shared<RuleSet>(*simulation_rules().set);
    Tenant& tenant = set->tenants.at(SimulationRules::tenant);
    tenant.limits = policy.limits;
    tenant.surges = policy.surges;
    tenant.holdout = {policy.holdout, {"promise-broken"}};
    tenant.hold_unknown_zone = policy.hold_unknown_zone;
    tenant.calls.attempts_max = policy.attempts_max;
    tenant.calls.then_message = policy.then_message;
    tenant.calls.wishes_to = "lead";
    tenant.discretion.voucher = Money{"20.00", "EUR"};
    for (Rule& rule : set->rules) {
        const auto pace = policy.paces.find(rule.id);
        if (pace != policy.paces.end()) rule.calls_at_most = pace->second;
    }
    tenant.catch_up = {1, 3h};
    set->digest = "policy";
    auto edited = std::make_shared<RuleSet>(*set);
    for (Rule& rule : edited->rules) {
        if (rule.id == "order-not-packed") rule.within->time = 3h;
        if (rule.id == "change-not-answered") rule.within->time = 1h;
        if (rule.id == "waiting-for-pickup") rule.within->time = days{1};
        if (rule.id == "no-scan") rule.within->days = 1;
    }
    edited->digest = "edited policy";
    made.set = std::move(set);
    made.edited = std::move(edited);
    return made;
}

}  // namespace

const SimulationRules& policy_rules(std::uint64_t seed) {
    static const std::vector<SimulationRules> all = [] {
        std::vector<SimulationRules> made;
        for (const Policy& policy : policies()) made.push_back(with(policy));
        return made;
    }();
    return all[seed % all.size()];
}

}  // namespace premura
