#include "core/contacts/agent_action.h"

#include "core/contacts/desk_answer.h"
#include "tests/core/stage_story.h"

// What the desk asks and what it is answered, through their topics and back.

namespace premura {
namespace {

using namespace stage_story;

const Instant noon = at("2026-06-09T12:00:00Z");

AgentAction action_of(AgentAction::Kind kind) {
    AgentAction action;
    action.id = "a-1";
    action.kind = kind;
    action.tenant = "acme-it";
    action.customer = "C1";
    action.task = "T1";
    action.by = {"anna", "Anna Neri"};
    action.lead = true;
    action.at = noon;
    switch (kind) {
        case AgentAction::Kind::outcome:
            action.outcome = CallOutcome::reached_call_back;
            action.call_back_at = noon + std::chrono::hours{3};
            action.mood = "annoyed";
            action.number = "+393331112223";
            action.note = "after work";
            break;
        case AgentAction::Kind::promise:
            action.promise_kind = "update";
            action.channel = "email";
            action.within = std::chrono::seconds{3600};
            action.due_at = noon + std::chrono::hours{1};
            action.text = "an e-mail within the hour";
            break;
        case AgentAction::Kind::gesture:
            action.gesture_kind = "voucher";
            action.amount = {"12.50", "EUR"};
            action.order = "A1";
            action.note = "waited long";
            break;
        case AgentAction::Kind::do_not_contact:
            action.scope = "all";
            action.note = "asked twice";
            break;
        default: break;
    }
    return action;
}

std::string error_of(const std::string& json) {
    Record record;
    record.value = json;
    std::string error;
    CHECK(!agent_action_of(record, error));
    return error;
}

}  // namespace

TEST_CASE("an agent's action survives its way through the topic", "[actions]") {
    using Kind = AgentAction::Kind;
    for (const Kind kind : {Kind::claim, Kind::renew, Kind::release, Kind::outcome, Kind::promise, Kind::gesture,
                            Kind::do_not_contact}) {
        const AgentAction action = action_of(kind);
        const Output output = output_of(action);
        CHECK(output.topic == "agent-actions");
        CHECK(output.partition_key == "acme-it/C1");
        CHECK(header(output, "ce_type") == "premura.agent-action.v1");
        CHECK(header(output, "ce_id") == "a-1");
        std::string error;
        CHECK(agent_action_of(delivered(output), error) == action);
        CHECK(error.empty());
    }
}

TEST_CASE("an action that cannot be read says which part, and repeats nothing of it", "[actions]") {
    const std::string start = R"({"action":"a","tenant":"acme-it","customer":"C1","task":"T1",)"
                              R"("by":{"user":"anna","name":"Anna"},"at":"2026-06-09T12:00:00Z",)";
    CHECK(error_of("[]") == "the agent's action is not a JSON object");
    CHECK(error_of("{}") == "the agent's action has no valid 'action'");
    CHECK(error_of(start + R"("kind":"shout"})") == "the agent's action has no valid 'kind'");
    CHECK(error_of(start + R"("kind":"outcome","outcome":"reached_moon"})") == "the agent's action has no valid 'outcome'");
    CHECK(error_of(start + R"("kind":"outcome","outcome":"reached_call_back"})") ==
          "the agent's action has no valid 'call_back_at'");
    CHECK(error_of(start + R"("kind":"gesture","gesture_kind":"refund","amount":{"amount":"1e3","currency":"EUR"}})") ==
          "the agent's action has no valid 'amount'");
}

TEST_CASE("an answer survives its way through the topic", "[actions]") {
    DeskAnswer answer;
    answer.action = "a-1";
    answer.kind = "outcome";
    answer.tenant = "acme-it";
    answer.customer = "C1";
    answer.task = "T1";
    answer.at = noon;
    answer.version = 4;
    answer.claim = Claim{{"anna", "Anna Neri"}, noon, noon + std::chrono::minutes{10}};
    answer.outcome = OutcomeResult{CallOutcome::busy, AfterCall::retry, noon + std::chrono::minutes{15}};
    answer.promise = CallPromise{"p-1", "update", "email", noon, {"anna", "Anna Neri"}, std::nullopt, "soon", "running"};
    answer.gesture = CallGesture{"g-1", "refund", {"5", "EUR"}, noon, {"anna", "Anna Neri"}, "requested", "A1", ""};
    answer.do_not_contact = DoNotContact{"calls", "asked"};
    std::string error;
    CHECK(desk_answer_of(delivered(output_of(answer)), error) == answer);
    CHECK(output_of(answer).key == "a-1");
    CHECK(output_of(answer).partition_key == "acme-it/C1");

    DeskAnswer refused;
    refused.action = "a-2";
    refused.kind = "claim";
    refused.tenant = "acme-it";
    refused.customer = "C1";
    refused.task = "T1";
    refused.at = noon;
    refused.problem = "withdrawn";
    refused.reason = "done_late";
    refused.event = "shipment.delivered";
    refused.withdrawn_at = noon - std::chrono::minutes{1};
    refused.claimed_by = Person{"bea", "Bea Blu"};
    refused.amount_max = Money{"20", "EUR"};
    refused.earliest = noon;
    CHECK(desk_answer_of(delivered(output_of(refused)), error) == refused);
    CHECK(error.empty());
}

TEST_CASE("money is compared as decimals", "[actions]") {
    CHECK(ten_thousandths("0.1") == 1000);
    CHECK(ten_thousandths("0.10") == 1000);
    CHECK(ten_thousandths("-3") == -30000);
    CHECK(ten_thousandths("999999999999.9999") == 9999999999999999);
    for (const char* wrong : {"", ".", "1.", ".5", "1e3", "1,5", "1234567890123", "1.00001", "--1", " 1"}) {
        CHECK_FALSE(ten_thousandths(wrong));
    }
    CHECK(money_in("20 EUR") == Money{"20", "EUR"});
    CHECK_FALSE(money_in("20 euro"));
    CHECK_FALSE(money_in("EUR 20"));
}

}  // namespace premura
