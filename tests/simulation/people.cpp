#include "tests/simulation/people.h"

#include <boost/json.hpp>

#include "core/incidents/house_messages.h"
#include "tests/simulation/rules.h"

namespace premura {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
namespace json = boost::json;

// More actions of one world would say no more.
constexpr int actions_max = 80;

const std::vector<Person>& agents() {
    static const std::vector<Person> all{{"ada", "Ada"}, {"bo", "Bo"}, {"cy", "Cy"}};
    return all;
}

}  // namespace

People::People(const World& world)
    : random_{world.seed ^ 0xa9e275}, until_{world.begin + days{38}}, stays_away_{!world.has_house} {
    // Some houses are empty: then everything stays where the policy has put it.
    if (random_.chance(15)) stays_away_ = true;
}

Instant People::next() const { return planned_.empty() ? instant_max : planned_.begin()->first; }

void People::hear(const Output& output, Instant now) {
    if (stays_away_ || !output.value || now > until_) return;
    if (output.topic.find("call-tasks") != std::string::npos) return see_task(output, now);
    if (output.topic.find("desk-answers") != std::string::npos) return see_answer(output, now);
    if (output.topic.find("incidents") != std::string::npos) return see_incident(output, now);
}

AgentAction People::action_on(AgentAction::Kind kind, const std::string& customer, const std::string& task,
                              const Person& by) {
    AgentAction action;
    action.id = "action-" + std::to_string(++actions_);
    action.kind = kind;
    action.tenant = SimulationRules::tenant;
    action.customer = customer;
    action.task = task;
    action.by = by;
    return action;
}

void People::plan(Instant at, AgentAction action) {
    if (actions_ > actions_max) return;
    planned_.emplace(at, Planned{std::move(action), false, {}, false});
}

// A call that nobody has: one or several want it, soon or when they come to it.
void People::see_task(const Output& output, Instant now) {
    const json::value body = json::parse(*output.value);
    const std::string state{body.at("state").as_string()};
    if ((state != "open" && state != "waiting") || !body.at("claim").is_null()) return;
    if (!offered_.insert(output.key + "/" + std::to_string(body.at("version").as_int64())).second) return;
    const std::string customer{body.at("customer").as_string()};
    if (random_.chance(25)) return;
    const std::vector<Milliseconds> pauses{1s, 10min, 3h, 14h, 40h};
    const Instant at = now + random_.pick(pauses);
    for (auto count = random_.between(1, 3); count > 0; --count) {
        const Person& by = random_.pick(agents());
        plan(at + Milliseconds{random_.between(0, random_.chance(50) ? 0 : 9000)},
             action_on(AgentAction::Kind::claim, customer, output.key, by));
    }
    // Somebody acts on a call that is not theirs.
    if (random_.chance(15)) {
        using Kind = AgentAction::Kind;
        const std::vector<Kind> kinds{Kind::renew, Kind::release, Kind::outcome, Kind::promise};
        AgentAction action = action_on(random_.pick(kinds), customer, output.key, random_.pick(agents()));
        action.promise_kind = "update";
        action.channel = "email";
        action.lead = random_.chance(30);
        plan(at + 1min, std::move(action));
    }
}

void People::see_answer(const Output& output, Instant now) {
    std::string error;
    Record record;
    record.value = *output.value;
    const auto answer = desk_answer_of(record, error);
    if (!answer || !offered_.insert("answer/" + answer->action).second) return;
    ++tally_["answer: " + answer->kind + (answer->done() ? " done" : " " + answer->problem)];
    const auto said = said_.find(answer->action);
    if (answer->done() && answer->kind == "claim") handle_call(*answer, now);
    // A better time is named; the agent asks for that one.
    if (answer->problem == "time_not_callable" && answer->kind == "outcome" && answer->earliest && said != said_.end()) {
        AgentAction again = action_on(AgentAction::Kind::outcome, answer->customer, answer->task, said->second.action.by);
        again.outcome = CallOutcome::reached_call_back;
        again.call_back_at = answer->earliest;
        plan(now + 20s, std::move(again));
    }
}

void People::handle_call(const DeskAnswer& answer, Instant now) {
    using Kind = AgentAction::Kind;
    const auto doing = [&](Kind kind) { return action_on(kind, answer.customer, answer.task, answer.claim->by); };
    if (random_.chance(20)) return;  // the page was closed: the lease runs out
    if (random_.chance(25)) plan(now + 7min, doing(Kind::renew));
    if (random_.chance(25)) {
        AgentAction promise = doing(Kind::promise);
        promise.promise_kind = random_.chance(70) ? "update" : "callback";
        promise.channel = "email";
        if (random_.chance(50)) promise.within = 2h;
        plan(now + 3min, std::move(promise));
    }
    if (random_.chance(10)) {
        AgentAction gesture = doing(Kind::gesture);
        gesture.gesture_kind = "voucher";
        gesture.amount = {random_.chance(70) ? "5.00" : "50.00", "EUR"};
        plan(now + 4min, std::move(gesture));
    }
    if (random_.chance(4)) {
        AgentAction stop = doing(Kind::do_not_contact);
        stop.scope = random_.chance(50) ? "calls" : "all";
        plan(now + 5min, std::move(stop));
    }
    // Mostly within the lease of ten minutes.
    const Instant end = now + (random_.chance(85) ? Milliseconds{9min} : Milliseconds{13min});
    if (random_.chance(20)) {
        plan(end, doing(Kind::release));
    } else {
        end_call(doing(Kind::outcome), end, now);
    }
}

void People::end_call(AgentAction action, Instant at, Instant now) {
    static const std::vector<CallOutcome> outcomes{
        CallOutcome::no_answer,       CallOutcome::no_answer,           CallOutcome::no_answer,
        CallOutcome::busy,            CallOutcome::voicemail,           CallOutcome::reached_other_person,
        CallOutcome::reached_informed, CallOutcome::reached_resolved,   CallOutcome::reached_call_back,
        CallOutcome::reached_call_back, CallOutcome::reached_complaint, CallOutcome::voicemail_left,
        CallOutcome::refused_contact, CallOutcome::wrong_number};
    action.outcome = random_.pick(outcomes);
    if (action.outcome == CallOutcome::reached_call_back) {
        action.call_back_at = std::chrono::floor<std::chrono::seconds>(now + Milliseconds{random_.between(0, 40h / 1ms)});
    }
    plan(at, std::move(action));
}

void People::see_incident(const Output& output, Instant now) {
    const json::value body = json::parse(*output.value);
    const std::string id{body.at("incident").as_string()};
    if (!offered_.insert("incident/" + id).second) return;
    ++tally_["incident: " + std::string{body.at("kind").as_string()}];
    if (body.at("tenant").is_null()) return;
    IncidentAction action;
    action.tenant = SimulationRules::tenant;
    action.incident = id;
    action.user = "otto";
    action.name = "Otto";
    const std::vector<Milliseconds> pauses{1min, 2h, days{1}};
    Instant at = now;
    for (auto count = random_.between(0, 2); count > 0; --count) {
        using Kind = IncidentAction::Kind;
        const std::vector<Kind> kinds{Kind::release, Kind::release, Kind::close, Kind::message};
        action.id = "ops-" + std::to_string(++actions_);
        action.kind = random_.pick(kinds);
        action.calls_max = static_cast<int>(random_.between(0, 2));
        action.message = action.kind == Kind::message ? "late-message" : "";
        at += random_.pick(pauses);
        action.at = at;
        Planned planned;
        planned.of_ops = true;
        planned.action.id = action.id;
        planned.record = output_of(action);
        planned.is_ready = true;
        planned_.emplace(at, std::move(planned));
    }
}

std::vector<Output> People::act(Instant now, Instant wall) {
    std::vector<Output> records;
    while (!planned_.empty() && planned_.begin()->first <= now) {
        Planned planned = std::move(planned_.begin()->second);
        planned_.erase(planned_.begin());
        if (!planned.is_ready) {
            planned.action.at = wall;
            planned.record = output_of(planned.action);
            planned.is_ready = true;
        }
        Said& said = said_[planned.action.id];
        if (said.copies++ == 0) {
            said.action = planned.action;
            said.of_ops = planned.of_ops;
        }
        ++tally_[said.copies > 1 ? "action said again" : "action said"];
        records.push_back(planned.record);
        if (random_.chance(15)) {
            const std::vector<Milliseconds> pauses{0ms, 1s, 5min, 20h};
            planned_.emplace(now + random_.pick(pauses) + 1ms, std::move(planned));
        }
    }
    return records;
}

std::vector<Said> People::said() const {
    std::vector<Said> all;
    for (const auto& [id, one] : said_) all.push_back(one);
    return all;
}

}  // namespace premura
