#include "tests/core/call_story.h"

// Whose a call is: one agent's at a time, for a lease, under the customer's hours.

namespace premura {
namespace {

using namespace call_stories;
using Kind = AgentAction::Kind;

const Instant ten = at("2026-06-09T10:00:00+02:00");  // a Tuesday

Instant at_minute(int minute) { return ten + std::chrono::minutes{minute}; }

}  // namespace

TEST_CASE("of two agents who want one customer the first gets them, and both are told", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);

    const DeskAnswer first = desk.claim(task, anna, at_minute(1));
    CHECK(first.done());
    CHECK(first.claim == Claim{anna, at_minute(1), at_minute(11)});
    CHECK(first.version == 2);
    CHECK(types_of(desk.last) == Texts{"call-task.open", "desk-answer"});
    CHECK(text(desk.task_record().at("claim").as_object(), "expires_at") == "2026-06-09T08:11:00Z");

    const DeskAnswer second = desk.claim(task, bea, at_minute(1));
    CHECK(second.problem == "claimed_by_other");
    CHECK(second.claimed_by == anna);
    CHECK(types_of(desk.last) == Texts{"desk-answer"});

    // Given back, it is the other's. Only a lead gives back somebody else's.
    CHECK(desk.act(desk.action(Kind::release, task, bea, at_minute(2))).problem == "claim_lost");
    CHECK(desk.act(desk.action(Kind::release, task, anna, at_minute(2))).done());
    CHECK(desk.task_record().at("claim").is_null());
    CHECK(desk.claim(task, bea, at_minute(3)).done());
    AgentAction by_lead = desk.action(Kind::release, task, anna, at_minute(4));
    by_lead.lead = true;
    CHECK(desk.act(by_lead).done());
    CHECK(desk.act(desk.action(Kind::renew, task, bea, at_minute(5))).problem == "claim_lost");
}

TEST_CASE("a claim runs out when nobody renews it", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    CHECK(desk.stage->next_due() == at_minute(10));

    const DeskAnswer renewed = desk.act(desk.action(Kind::renew, task, anna, at_minute(5)));
    CHECK(renewed.claim == Claim{anna, ten, at_minute(15)});
    CHECK(desk.fire(at_minute(14)).empty());
    desk.fire(at_minute(15));
    CHECK(types_of(desk.last) == Texts{"call-task.open"});
    CHECK(text(desk.task_record(), "reason") == "claim_ran_out");
    CHECK(desk.task_record().at("claim").is_null());

    CHECK(desk.claim(task, bea, at_minute(16)).done());
    const DeskAnswer late = desk.ended(task, anna, at_minute(17), CallOutcome::reached_resolved);
    CHECK(late.problem == "claim_lost");
    CHECK(late.claimed_by == bea);
    // What comes at the very end of a lease comes too late, also when no timer was faster.
    CHECK(desk.ended(task, bea, at_minute(26), CallOutcome::busy).problem == "claim_lost");
}

TEST_CASE("a claim runs out though the orders' news are not all read", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    Effects effects;
    desk.stage->fire({at_minute(10), ten, false}, effects);
    CHECK(types_of(effects.outputs) == Texts{"call-task.open"});
}

TEST_CASE("nobody claims a customer outside their hours", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    const DeskAnswer at_lunch = desk.claim(task, anna, at("2026-06-09T12:45:00+02:00"));
    CHECK(at_lunch.problem == "time_not_callable");
    CHECK(at_lunch.earliest == at("2026-06-09T14:30:00+02:00"));
}

TEST_CASE("a parcel that arrives mid-call takes the call back at once; what was promised goes on", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    AgentAction promise = desk.action(Kind::promise, task, anna, at_minute(2));
    promise.promise_kind = "update";
    promise.channel = "email";
    CHECK(desk.act(promise).done());

    desk.apply(finding(Finding::Kind::closed, "A1", at_minute(3)));
    CHECK(types_of(desk.last) == Texts{"call-task.withdrawn"});
    CHECK(text(desk.task_record(), "reason") == "done_late");
    CHECK(text(desk.task_record(), "event") == "shipment.delivered");
    const json::object record = desk.task_record();
    const json::array& promises = record.at("promises").as_array();
    REQUIRE(promises.size() == 1);
    CHECK(text(promises[0].as_object(), "state") == "running");

    const DeskAnswer outcome = desk.ended(task, anna, at_minute(4), CallOutcome::reached_resolved);
    CHECK(outcome.problem == "withdrawn");
    CHECK(outcome.reason == "done_late");
    CHECK(outcome.event == "shipment.delivered");
    CHECK(outcome.withdrawn_at == at_minute(3));
}

TEST_CASE("an action that comes again is answered as the first time, and does nothing", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    AgentAction report = desk.action(Kind::outcome, task, anna, at_minute(3));
    report.outcome = CallOutcome::no_answer;
    const DeskAnswer first = desk.act(report);
    desk.restart();
    report.at = at_minute(4);
    CHECK(desk.act(report) == first);
    CHECK(types_of(desk.last) == Texts{"desk-answer"});
    // A refusal too: the call is not taken after all, when it has become free in between.
    AgentAction wish = desk.action(Kind::claim, task, bea, at_minute(5));
    CHECK(desk.act(wish).problem == "time_not_callable");
    desk.fire(at("2026-06-09T12:03:00+02:00"));
    wish.at = at("2026-06-09T12:04:00+02:00");
    CHECK(desk.act(wish).problem == "time_not_callable");
}

TEST_CASE("of customers and calls that nobody knows nothing is kept", "[claims]") {
    Desk desk;
    CHECK(desk.claim("T9", anna, ten).problem == "not_found");
    CHECK(desk.stage->size() == 0);
    desk.call_about("A1", ten);
    CHECK(desk.claim("T9", anna, ten).problem == "not_found");
}

TEST_CASE("a claim survives a restart, and ends when it would have", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    desk.restart();
    CHECK(desk.stage->next_due() == at_minute(10));
    CHECK(desk.claim(task, bea, at_minute(1)).claimed_by == anna);
    CHECK(types_of(desk.fire(at_minute(10))) == Texts{"call-task.open"});
}

TEST_CASE("in a replay actions take their place between the findings by their time", "[claims]") {
    Desk desk{{.replay = true}};
    desk.apply(finding(Finding::Kind::late, "A1", ten));
    desk.apply(call_step("A1", ten));
    Effects effects;
    desk.stage->fire({ten, ten, true}, effects);
    REQUIRE(types_of(effects.outputs) == Texts{"call-task.open"});
    const std::string task = effects.outputs[0].key;

    // Solved at three, read first; claimed at one and reported at two, read later.
    desk.apply(finding(Finding::Kind::closed, "A1", at_minute(3)));
    AgentAction report = desk.action(Kind::outcome, task, anna, at_minute(2));
    report.outcome = CallOutcome::reached_call_back;
    report.call_back_at = ten + std::chrono::hours{5};
    CHECK(desk.apply(output_of(report), report.at).empty());
    const AgentAction claim = desk.action(Kind::claim, task, anna, at_minute(1));
    CHECK(desk.apply(output_of(claim), claim.at).empty());

    Effects all;
    desk.stage->fire({at_minute(60), at_minute(60), true}, all);
    CHECK(types_of(all.outputs) == Texts{"call-task.open", "desk-answer", "intake", "call-task.waiting", "desk-answer",
                                         "call-task.withdrawn"});
    CHECK(all.outputs[1].timestamp == at_minute(1));
    CHECK(all.outputs[4].timestamp == at_minute(2));
}

TEST_CASE("an action that cannot be read is put aside", "[claims]") {
    Desk desk;
    Record record = delivered(output_of(desk.action(Kind::claim, "T1", anna, ten)));
    record.value = "{}";
    record.offset = 3;
    Effects effects;
    desk.stage->apply(record, ten, effects);
    CHECK(lines_of(effects.outputs) == Texts{"quarantine agent-actions/0/3"});
    CHECK(header(effects.outputs[0], "premura-rejection") == "the agent's action has no valid 'action'");
    CHECK(counted(effects, "agent_actions_rejected") == 1);
}

TEST_CASE("what a customer is forgotten with leaves the list of tasks too", "[claims]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    SECTION("after a while") {
        desk.apply(finding(Finding::Kind::closed, "A1", at_minute(1)));
        desk.fire(at_minute(1) + std::chrono::days{4});
        CHECK(lines_of(desk.last) == Texts{"case-results case-A1"});
        desk.fire(at_minute(1) + ContactsOptions{}.retention);
    }
    SECTION("when their data must go, at once and whatever is open") {
        Finding erased = finding(Finding::Kind::news, "A1", at_minute(1));
        erased.reason = "customer.erased";
        desk.apply(erased);
    }
    CHECK(lines_of(desk.last) == Texts{"call-tasks " + task});
    CHECK_FALSE(desk.last[0].value);
    CHECK(desk.last[0].partition_key == "acme-it/C1");
    CHECK(desk.stage->size() == 0);
}

TEST_CASE("a customer's state of before agents acted is still read", "[claims]") {
    Customer customer;
    customer.tenant = "acme-it";
    customer.id = "C1";
    customer.touched = ten;
    std::string bytes;
    encode(customer, bytes);
    REQUIRE(bytes[0] == 5);
    // Version 3 ended before what follows: ten empty lists, no stop, no actions; and the list of what version 5 watches.
    bytes.resize(bytes.size() - 13);
    bytes[0] = 3;
    Customer read;
    REQUIRE(decode(bytes, read));
    CHECK(read.id == "C1");
    CHECK(read.touched == ten);
    bytes[0] = 6;
    CHECK_FALSE(decode(bytes, read));
}

}  // namespace premura
