#pragma once

#include <boost/json.hpp>

#include "core/contacts/contacts_stage.h"
#include "tests/core/stage_story.h"

// Words for tests of what agents do with calls: the real stage with the shipped rules, and made-up agents.
namespace premura::call_stories {

using namespace stage_story;
namespace json = boost::json;

const Person anna{"anna", "Anna Neri"};
const Person bea{"bea", "Bea Blu"};

inline Finding finding(Finding::Kind kind, const std::string& order, Instant time) {
    Finding finding;
    finding.kind = kind;
    finding.case_id = "case-" + order;
    finding.id = finding.case_id + "-" + std::string{name_of(kind)};
    finding.tenant = "acme-it";
    finding.rule = "order-not-packed";
    finding.customer = "C1";
    finding.order = order;
    finding.subject = order;
    finding.started_at = time - std::chrono::days{3};
    finding.deadline = finding.planned_at = finding.decided_at = time;
    if (kind == Finding::Kind::closed) {
        finding.reason = "done_late";
        finding.event = "shipment.delivered";
    } else {
        finding.facts = R"({"order":{"id":")" + order + R"("},"customer":{"id":"C1","name":"Rosa Sala","phone":"+3902)" + order +
                        R"("}})";
        finding.history = "[]";
    }
    return finding;
}

inline Finding call_step(const std::string& order, Instant time) {
    Finding step = finding(Finding::Kind::step, order, time);
    step.verb = Step::Verb::call;
    step.target = "customer";
    step.text = "packing-delay";
    return step;
}

struct Desk {
    explicit Desk(ContactsOptions options = {}) : Desk{options, shipped_rules()} {}
    Desk(ContactsOptions options, std::shared_ptr<const RuleSet> rules) : stage{std::make_unique<ContactsStage>(options, std::move(rules))} {}

    // An order is late and its customer is to be called; the task that comes of it.
    std::string call_about(const std::string& order, Instant time) {
        apply(finding(Finding::Kind::late, order, time));
        const auto outputs = apply(call_step(order, time));
        REQUIRE(!outputs.empty());
        return outputs.front().key;
    }
    std::vector<Output> apply(const Finding& finding) { return apply(output_of(finding), finding.decided_at); }
    std::vector<Output> apply(const Output& output, Instant now) {
        Effects effects;
        stage->apply(delivered(output), now, effects);
        last = std::move(effects.outputs);
        return last;
    }
    std::vector<Output> fire(Instant now) {
        Effects effects;
        stage->fire({now, now, false}, effects);
        last = std::move(effects.outputs);
        return last;
    }

    AgentAction action(AgentAction::Kind kind, const std::string& task, const Person& by, Instant now) {
        AgentAction action;
        action.id = "action-" + std::to_string(++actions);
        action.kind = kind;
        action.tenant = "acme-it";
        action.customer = "C1";
        action.task = task;
        action.by = by;
        action.at = now;
        return action;
    }
    // Does it, and gives the answer, which must be the only one; `last` has all that came of it.
    DeskAnswer act(const AgentAction& action) {
        apply(output_of(action), action.at);
        return answer();
    }
    DeskAnswer answer() const {
        std::optional<DeskAnswer> found;
        for (const Output& output : last) {
            if (output.topic != "desk-answers") continue;
            REQUIRE_FALSE(found);
            std::string error;
            found = desk_answer_of(delivered(output), error);
        }
        REQUIRE(found);
        return *found;
    }
    DeskAnswer claim(const std::string& task, const Person& by, Instant now) {
        return act(action(AgentAction::Kind::claim, task, by, now));
    }
    DeskAnswer ended(const std::string& task, const Person& by, Instant now, CallOutcome outcome) {
        AgentAction report = action(AgentAction::Kind::outcome, task, by, now);
        report.outcome = outcome;
        return act(report);
    }
    // Claimed and tried at once.
    DeskAnswer tried(const std::string& task, const Person& by, Instant now, CallOutcome outcome) {
        REQUIRE(claim(task, by, now).done());
        return ended(task, by, now, outcome);
    }

    // The last record of the task among what came last.
    json::object task_record() const {
        for (auto output = last.rbegin(); output != last.rend(); ++output) {
            if (output->topic == "call-tasks" && output->value) return json::parse(*output->value).as_object();
        }
        return {};
    }
    std::string state() const { return std::string{task_record().at("state").as_string()}; }

    // A second daemon takes over from what the first one stored.
    void restart() {
        Effects effects;
        stage->collect_state(effects);
        auto fresh = std::make_unique<ContactsStage>(ContactsOptions{}, shipped_rules());
        for (const StateRecord& record : effects.state) {
            if (record.value) fresh->restore(record.key, *record.value);
        }
        stage = std::move(fresh);
    }

    std::unique_ptr<ContactsStage> stage;
    std::vector<Output> last;
    int actions = 0;
};

inline std::string text(const json::object& record, std::string_view member) {
    const json::value& value = record.at(member);
    return value.is_string() ? std::string{value.as_string()} : json::serialize(value);
}

}  // namespace premura::call_stories
