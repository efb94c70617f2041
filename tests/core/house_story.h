#pragma once

#include <map>

#include "core/incidents/incidents_stage.h"
#include "tests/core/stage_story.h"

// Words for tests of the house: several partitions of the contacts stage and the incidents stage, which talk until all is
// quiet. What leaves them is noted.
namespace premura::house_story {

using namespace stage_story;

inline const Instant tuesday_ten = at("2026-06-09T10:00:00+02:00");

// A case of that customer's one order.
inline Finding finding(Finding::Kind kind, const std::string& customer, Instant time, const std::string& warehouse = "MI1") {
    Finding finding;
    finding.kind = kind;
    finding.case_id = "case-" + customer;
    finding.id = finding.case_id + "-" + std::string{name_of(kind)};
    finding.tenant = "acme-it";
    finding.rule = "order-not-packed";
    finding.customer = customer;
    finding.order = finding.subject = "A-" + customer;
    finding.started_at = time - std::chrono::days{3};
    finding.deadline = finding.planned_at = finding.decided_at = time;
    if (kind == Finding::Kind::closed) {
        finding.reason = "done_late";
        return finding;
    }
    finding.facts = R"({"order":{"id":"A-)" + customer + R"(","warehouse":")" + warehouse + R"("},"customer":{"id":")" + customer + R"("}})";
    finding.history = "[]";
    return finding;
}

inline Finding step(Step::Verb verb, const std::string& customer, Instant time, const std::string& warehouse = "MI1") {
    Finding step = finding(Finding::Kind::step, customer, time, warehouse);
    step.id += "-" + std::string{name_of(verb)};
    step.verb = verb;
    step.target = "customer";
    step.text = "packing-delay";
    return step;
}

struct HouseWorld {
    explicit HouseWorld(std::shared_ptr<const RuleSet> rules, int partitions = 2) : rules_{std::move(rules)} {
        for (int i = 0; i < partitions; ++i) contacts.push_back(std::make_unique<ContactsStage>(ContactsOptions{}, rules_));
        house = std::make_unique<IncidentsStage>(IncidentsOptions{.partitions = partitions}, rules_);
    }

    void apply(const Finding& finding) {
        now = std::max(now, finding.decided_at);
        Effects effects;
        of(finding.customer).apply(delivered(output_of(finding)), now, effects);
        settle(std::move(effects));
    }
    void late_with_call(const std::string& customer, Instant time, const std::string& warehouse = "MI1") {
        apply(finding(Finding::Kind::late, customer, time, warehouse));
        apply(step(Step::Verb::call, customer, time, warehouse));
    }
    void act(IncidentAction::Kind kind, const std::string& incident, int calls_max = 0, const std::string& message = {}) {
        IncidentAction action;
        action.id = "action-" + std::to_string(++actions);
        action.kind = kind;
        action.tenant = "acme-it";
        action.incident = incident;
        action.calls_max = calls_max;
        action.message = message;
        action.at = now;
        act(action);
    }
    void act(const IncidentAction& action) {
        Effects effects;
        house->apply(delivered(output_of(action)), now, effects);
        settle(std::move(effects));
    }
    // Everything that is due up to then, each thing at its moment.
    void run_until(Instant end) {
        for (;;) {
            Instant next = house->next_due().value_or(instant_max);
            for (const auto& stage : contacts) next = std::min(next, stage->next_due().value_or(instant_max));
            if (next > end) break;
            now = std::max(now, next);
            fire();
        }
        now = std::max(now, end);
    }
    void fire() {
        for (const auto& stage : contacts) {
            Effects effects;
            stage->fire({now, now, false}, effects);
            settle(std::move(effects));
        }
        Effects effects;
        house->fire({now, now, false}, effects);
        settle(std::move(effects));
    }
    // All stages anew, from what they have written.
    void restart() {
        keep_state();
        for (std::size_t i = 0; i < contacts.size(); ++i) {
            contacts[i] = std::make_unique<ContactsStage>(ContactsOptions{}, rules_);
            for (const auto& [key, value] : contacts_state[i]) contacts[i]->restore(key, value);
        }
        house = std::make_unique<IncidentsStage>(IncidentsOptions{.partitions = static_cast<int>(contacts.size())}, rules_);
        for (const auto& [key, value] : house_state) house->restore(key, value);
    }

    // Types of what has left since the last time, without incidents' changed counts.
    Texts news() {
        Texts types;
        for (const std::string& type : types_of(std::exchange(outputs, {}))) {
            if (type != "incident.changed") types.push_back(type);
        }
        return types;
    }
    std::int64_t count(const std::string& type) const {
        const Texts types = types_of(outputs);
        return std::count(types.begin(), types.end(), type);
    }
    const Incident& incident() const {
        const auto& incidents = house->house("acme-it")->incidents;
        REQUIRE(incidents.size() == 1);
        return incidents.begin()->second;
    }
    // The last decision about the customer's only contact.
    std::string decision(const std::string& customer) {
        Customer known;
        REQUIRE(decode(of(customer).find("acme-it", customer), known));
        REQUIRE(!known.decisions.empty());
        return known.decisions.back().outcome + " " + known.decisions.back().reason;
    }

    std::vector<std::unique_ptr<ContactsStage>> contacts;
    std::unique_ptr<IncidentsStage> house;
    std::vector<Output> outputs;
    Instant now = instant_min;
    int actions = 0;

 private:
    std::size_t partition(const std::string& customer) const { return hash64(customer) % contacts.size(); }
    ContactsStage& of(const std::string& customer) { return *contacts[partition(customer)]; }

    void settle(Effects effects) {
        while (!effects.outputs.empty()) {
            Effects next;
            for (const Output& output : effects.outputs) {
                if (output.topic == "house") {
                    house->apply(delivered(output), now, next);
                } else if (output.topic == "house-words") {
                    const std::string customer = output.partition_key.substr(output.partition_key.find('/') + 1);
                    const std::size_t to = output.partition ? static_cast<std::size_t>(*output.partition) : partition(customer);
                    contacts[to]->apply(delivered(output), now, next);
                } else {
                    outputs.push_back(output);
                }
            }
            effects = std::move(next);
        }
        keep_state();
    }

    void keep_state() {
        contacts_state.resize(contacts.size());
        for (std::size_t i = 0; i < contacts.size(); ++i) keep(*contacts[i], contacts_state[i]);
        keep(*house, house_state);
    }
    static void keep(Stage& stage, std::map<std::string, std::string>& state) {
        Effects effects;
        stage.collect_state(effects);
        for (StateRecord& record : effects.state) {
            if (record.value) {
                state[record.key] = *record.value;
            } else {
                state.erase(record.key);
            }
        }
    }

    std::shared_ptr<const RuleSet> rules_;
    std::vector<std::map<std::string, std::string>> contacts_state;
    std::map<std::string, std::string> house_state;
};

// The shipped rules, changed.
template <typename Change>
std::shared_ptr<const RuleSet> rules_with(Change change) {
    auto rules = std::make_shared<RuleSet>(*shipped_rules());
    change(*rules, rules->tenants.at("acme-it"));
    return rules;
}

}  // namespace premura::house_story
