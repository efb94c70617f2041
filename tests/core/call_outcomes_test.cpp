#include "tests/core/call_story.h"

// What follows from how a call ended: attempts, calls back, messages and teams; and what is promised and given.

namespace premura {
namespace {

using namespace call_stories;
using Kind = AgentAction::Kind;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const Instant ten = at("2026-06-09T10:00:00+02:00");  // a Tuesday

OutcomeResult result(CallOutcome outcome, AfterCall next, std::optional<Instant> next_at = std::nullopt) {
    return {outcome, next, next_at};
}

// The shipped rules with other words of the brand about calls.
std::shared_ptr<const RuleSet> with(const CallRules& calls, const Discretion& discretion = {}) {
    auto rules = std::make_shared<RuleSet>(*shipped_rules());
    rules->tenants.at("acme-it").calls = calls;
    rules->tenants.at("acme-it").discretion = discretion;
    return rules;
}

AgentAction gesture(Desk& desk, const std::string& task, const std::string& kind, Money amount, Instant now) {
    AgentAction wish = desk.action(Kind::gesture, task, anna, now);
    wish.gesture_kind = kind;
    wish.amount = std::move(amount);
    return wish;
}

}  // namespace

TEST_CASE("who does not answer is tried again: later, then the next day at another time, then no more", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    const Instant noon = ten + hours{2};
    CHECK(desk.tried(task, anna, ten, CallOutcome::no_answer).outcome == result(CallOutcome::no_answer, AfterCall::retry, noon));
    CHECK(desk.state() == "waiting");
    CHECK(text(desk.task_record(), "retry_at") == "2026-06-09T10:00:00Z");
    CHECK(desk.task_record().at("attempt") == 2);
    CHECK(desk.task_record().at("attempts_max") == 3);
    CHECK(text(desk.task_record(), "last_outcome") == "no_answer");
    CHECK(desk.fire(noon - Milliseconds{1}).empty());

    desk.fire(noon);
    CHECK(desk.state() == "open");
    // A day later would be before lunch again, as both times before: it is after lunch then.
    const Instant afternoon = at("2026-06-10T14:30:00+02:00");
    CHECK(desk.tried(task, bea, noon, CallOutcome::no_answer).outcome ==
          result(CallOutcome::no_answer, AfterCall::retry, afternoon));
    CHECK(types_of(desk.fire(afternoon)) == Texts{"call-task.open"});
    CHECK(desk.tried(task, bea, afternoon, CallOutcome::no_answer).outcome ==
          result(CallOutcome::no_answer, AfterCall::given_up));
    CHECK(desk.state() == "done");
    CHECK(text(desk.task_record(), "outcome") == "no_answer");
    CHECK(text(desk.task_record().at("by").as_object(), "user") == "bea");
    CHECK(desk.claim(task, anna, afternoon).reason == "done");
}

TEST_CASE("the pause after an attempt keeps to the customer's hours, also when clocks change", "[outcomes]") {
    const auto next_at = [](std::string_view tried, CallOutcome outcome) {
        Desk desk;
        const std::string task = desk.call_about("A1", at(tried));
        return format_utc(desk.tried(task, anna, at(tried), outcome).outcome->next_at.value());
    };
    CHECK(next_at("2026-06-09T11:00:00+02:00", CallOutcome::no_answer) == "2026-06-09T12:30:00Z");  // not at lunch
    CHECK(next_at("2026-06-09T12:20:00+02:00", CallOutcome::busy) == "2026-06-09T12:30:00Z");
    CHECK(next_at("2026-06-09T11:00:00+02:00", CallOutcome::busy) == "2026-06-09T09:15:00Z");
    CHECK(next_at("2026-06-09T18:50:00+02:00", CallOutcome::reached_other_person) == "2026-06-10T07:00:00Z");
    // From Saturday over Sunday: Monday at nine, by summer time until the last Sunday of October, and from that of March on.
    CHECK(next_at("2026-06-13T15:00:00+02:00", CallOutcome::voicemail) == "2026-06-15T07:00:00Z");
    CHECK(next_at("2026-10-24T15:00:00+02:00", CallOutcome::voicemail) == "2026-10-26T08:00:00Z");
    CHECK(next_at("2026-03-28T15:00:00+01:00", CallOutcome::voicemail) == "2026-03-30T07:00:00Z");
}

TEST_CASE("each way of not being reached has pauses of its own", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    CHECK(desk.tried(task, anna, ten, CallOutcome::busy).outcome->next_at == ten + minutes{15});
    desk.fire(ten + minutes{15});
    CHECK(desk.tried(task, anna, ten + minutes{15}, CallOutcome::busy).outcome->next_at == ten + minutes{135});
}

TEST_CASE("a brand says itself how often it tries, and what is written after the last time", "[outcomes]") {
    CallRules calls;
    calls.attempts_max = 1;
    calls.then_message = "packing-delay-update";
    Desk desk{{}, with(calls)};
    const std::string task = desk.call_about("A1", ten);
    CHECK(desk.tried(task, anna, ten, CallOutcome::no_answer).outcome == result(CallOutcome::no_answer, AfterCall::message));
    CHECK(types_of(desk.last) == Texts{"call-task.done", "notification", "desk-answer"});
    CHECK(json::parse(*desk.last[1].value).at("message") == "packing-delay-update");
}

TEST_CASE("a call that is tried later is taken back like any other, and asks for everything anew", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.tried(task, anna, ten, CallOutcome::no_answer);
    SECTION("solved meanwhile") {
        desk.apply(finding(Finding::Kind::closed, "A1", ten + hours{1}));
        CHECK(desk.state() == "withdrawn");
        CHECK(desk.fire(ten + hours{2}).empty());
    }
    SECTION("the customer is in touch with us when its time comes") {
        Finding inbound = finding(Finding::Kind::news, "A1", ten + minutes{90});
        inbound.reason = "contact.inbound";
        inbound.started_at = ten + minutes{90};
        inbound.facts = R"({"contact":{"channel":"e-mail","mood":"angry","text":"Where is it?"}})";
        desk.apply(inbound);
        const json::object told = desk.task_record();
        CHECK(json::serialize(told.at("told_us")) ==
              R"([{"time":"2026-06-09T09:30:00Z","channel":"email","text":"Where is it?"}])");
        CHECK(text(told.at("contacts").as_array()[0].as_object(), "mood") == "angry");
        desk.fire(ten + hours{2});
        CHECK(text(desk.task_record(), "reason") == "customer_in_touch");
        // Two hours after they wrote, which is at lunch: when that is over.
        CHECK(desk.state() == "waiting");
        desk.fire(ten + minutes{210});
        desk.fire(at("2026-06-09T14:30:00+02:00"));
        CHECK(desk.state() == "open");
    }
}

TEST_CASE("a call back is at the time the customer named, with that agent first", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    AgentAction report = desk.action(Kind::outcome, task, anna, ten + minutes{1});
    report.outcome = CallOutcome::reached_call_back;
    report.call_back_at = at("2026-06-09T13:00:00+02:00");
    const DeskAnswer refused = desk.act(report);
    CHECK(refused.problem == "time_not_callable");
    CHECK(refused.earliest == at("2026-06-09T14:30:00+02:00"));
    // The claim goes on: the agent asks for another time.
    const Instant agreed = at("2026-06-09T17:00:00+02:00");
    report.id = "another";
    report.call_back_at = agreed;
    CHECK(desk.act(report).outcome == result(CallOutcome::reached_call_back, AfterCall::call_back, agreed));
    CHECK(desk.state() == "waiting");
    CHECK(desk.task_record().at("attempt") == 1);
    CHECK(text(desk.task_record().at("call_back").as_object(), "at") == "2026-06-09T15:00:00Z");

    const DeskAnswer early = desk.claim(task, anna, ten + minutes{5});
    CHECK(early.problem == "time_not_callable");
    CHECK(early.earliest == agreed);
    desk.fire(agreed);
    CHECK(desk.state() == "open");
    const DeskAnswer other = desk.claim(task, bea, agreed + minutes{14});
    CHECK(other.problem == "claimed_by_other");
    CHECK(other.claimed_by == anna);
    SECTION("a quarter of an hour long") { CHECK(desk.claim(task, bea, agreed + minutes{15}).done()); }
    SECTION("it is theirs") { CHECK(desk.claim(task, anna, agreed + minutes{14}).done()); }
}

TEST_CASE("who was spoken to is not called about the same case again", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    AgentAction report = desk.action(Kind::outcome, task, anna, ten + minutes{4});
    report.outcome = CallOutcome::reached_informed;
    report.mood = "calm";
    report.note = "will wait";
    CHECK(desk.act(report).outcome == result(CallOutcome::reached_informed, AfterCall::closed));
    REQUIRE(types_of(desk.last) == Texts{"intake", "call-task.done", "desk-answer"});
    // Spoken from when it was claimed.
    CHECK(desk.last[0].key == "A1");
    CHECK(desk.last[0].timestamp == ten);
    CHECK(desk.last[0].value->find("contact.call_done") != std::string::npos);
    const json::object record = desk.task_record();
    CHECK(json::serialize(record.at("contacts")) ==
          R"([{"time":"2026-06-09T08:04:00Z","direction":"outbound","channel":"phone","with":{"user":"anna","name":"Anna Neri"},)"
          R"("outcome":"reached_informed","mood":"calm","note":"will wait"}])");

    Effects effects;
    desk.stage->apply(delivered(output_of(call_step("A1", ten + days{2}))), ten + days{2}, effects);
    CHECK(effects.outputs.empty());
    CHECK(counted(effects, "contacts", "call/dropped/told_on_call") == 1);
}

TEST_CASE("a team hears what a customer wants, though the parcel arrive", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    CHECK(desk.tried(task, anna, ten, CallOutcome::reached_wants_refund).outcome ==
          result(CallOutcome::reached_wants_refund, AfterCall::escalated));
    REQUIRE(types_of(desk.last) == Texts{"intake", "call-task.done", "escalation", "desk-answer"});
    const json::object wish = json::parse(*desk.last[2].value).as_object();
    CHECK(text(wish, "team") == "care-lead");
    CHECK(text(wish, "outcome") == "reached_wants_refund");
    CHECK(text(wish, "why").starts_with("The customer wants a refund. Rosa Sala, order A1: "));
    CHECK(wish.at("stands") == true);
}

TEST_CASE("a wrong number leads to the next one, and the last to a message and a word to the team", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.apply(finding(Finding::Kind::late, "A2", ten));
    desk.apply(call_step("A2", ten));
    CHECK(desk.tried(task, anna, ten, CallOutcome::wrong_number).outcome ==
          result(CallOutcome::wrong_number, AfterCall::next_number));
    CHECK(json::serialize(desk.task_record().at("phones")) ==
          R"([{"number":"+3902A1","state":"wrong"},{"number":"+3902A2","state":"usable"}])");
    CHECK(desk.tried(task, anna, ten, CallOutcome::number_dead).outcome ==
          result(CallOutcome::number_dead, AfterCall::message));
    CHECK(types_of(desk.last) == Texts{"call-task.done", "notification", "escalation", "desk-answer"});
}

TEST_CASE("who does not want calls gets a message instead, now and later", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    CHECK(desk.tried(task, anna, ten, CallOutcome::refused_contact).outcome ==
          result(CallOutcome::refused_contact, AfterCall::message));
    CHECK(types_of(desk.last) == Texts{"intake", "call-task.done", "notification", "desk-answer"});
    // Solved, and nothing is open for a year: still no calls.
    desk.apply(finding(Finding::Kind::closed, "A1", ten + hours{1}));
    desk.restart();
    desk.fire(ten + days{364});
    CHECK(desk.stage->size() == 1);
    const Instant later = ten + days{364};
    desk.apply(finding(Finding::Kind::late, "A2", later));
    CHECK(desk.apply(call_step("A2", later)).empty());
    Finding message = call_step("A2", later);
    message.verb = Step::Verb::notify;
    CHECK(types_of(desk.apply(message)) == Texts{"notification"});
}

TEST_CASE("left alone altogether, a customer gets nothing of what was still to come", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    AgentAction wish = desk.action(Kind::do_not_contact, task, anna, ten + minutes{1});
    wish.scope = "all";
    CHECK(desk.act(wish).do_not_contact == DoNotContact{"all", ""});
    CHECK(desk.state() == "open");
    CHECK(desk.ended(task, anna, ten + minutes{2}, CallOutcome::voicemail_left).outcome ==
          result(CallOutcome::voicemail_left, AfterCall::closed));
    CHECK(types_of(desk.last) == Texts{"call-task.done", "desk-answer"});
    desk.apply(finding(Finding::Kind::late, "A2", ten + days{1}));
    Finding message = call_step("A2", ten + days{1});
    message.verb = Step::Verb::notify;
    CHECK(desk.apply(message).empty());
    // A warehouse is pressed all the same.
    Finding press = call_step("A2", ten + days{1});
    press.verb = Step::Verb::expedite;
    press.target = "warehouse";
    CHECK(types_of(desk.apply(press)) == Texts{"expedite"});
}

TEST_CASE("a voucher is given within the agent's discretion, and several are one", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    const DeskAnswer first = desk.act(gesture(desk, task, "voucher", {"12.5", "EUR"}, ten + minutes{1}));
    REQUIRE(first.gesture);
    CHECK(first.gesture->amount == Money{"12.5", "EUR"});
    CHECK(first.gesture->order == "A1");
    REQUIRE(types_of(desk.last) == Texts{"expedite", "call-task.open", "desk-answer"});
    const json::object request = json::parse(*desk.last[0].value).as_object();
    CHECK(text(request, "system") == "payments");
    CHECK(text(request, "request") == "voucher 12.5 EUR");
    CHECK(request.at("stands") == true);
    CHECK(text(request.at("gesture").as_object(), "gesture") == first.gesture->id);

    const DeskAnswer over = desk.act(gesture(desk, task, "voucher", {"7.51", "EUR"}, ten + minutes{2}));
    CHECK(over.problem == "over_discretion");
    CHECK(over.amount_max == Money{"7.50", "EUR"});
    CHECK(types_of(desk.last) == Texts{"desk-answer"});
    CHECK(desk.act(gesture(desk, task, "voucher", {"7.50", "EUR"}, ten + minutes{2})).done());
    CHECK(desk.act(gesture(desk, task, "refund", {"50", "USD"}, ten + minutes{2})).problem == "over_discretion");
    CHECK(desk.act(gesture(desk, task, "refund", {"0", "EUR"}, ten + minutes{2})).problem == "not_offered");
    AgentAction elsewhere = gesture(desk, task, "refund", {"5", "EUR"}, ten + minutes{3});
    elsewhere.order = "B7";
    CHECK(desk.act(elsewhere).problem == "not_offered");
    CHECK(desk.act(gesture(desk, task, "refund", {"50.00", "EUR"}, ten + minutes{3})).done());
    AgentAction others = gesture(desk, task, "voucher", {"1", "EUR"}, ten + minutes{3});
    others.by = bea;
    CHECK(desk.act(others).problem == "claim_lost");
}

TEST_CASE("a brand that says nothing lets its agents give nothing", "[outcomes]") {
    Desk desk{{}, with(CallRules{})};
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    CHECK(desk.act(gesture(desk, task, "voucher", {"1", "EUR"}, ten)).problem == "not_offered");
}

TEST_CASE("what is promised on a call goes to the order as an event, and its fate comes back", "[outcomes]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.claim(task, anna, ten);
    AgentAction wish = desk.action(Kind::promise, task, anna, ten + minutes{2});
    wish.promise_kind = "update";
    wish.channel = "email";
    wish.within = std::chrono::seconds{3600};
    wish.text = "an e-mail within the hour";
    const DeskAnswer made = desk.act(wish);
    REQUIRE(made.promise);
    CHECK(made.promise->due_at == ten + minutes{62});
    REQUIRE(types_of(desk.last) == Texts{"intake", "call-task.open", "desk-answer"});
    const Output event = desk.last[0];
    CHECK(event.key == "A1");
    CHECK(header(event, "premura-entity") == "order");
    for (const std::string part : {"promise.made", "an e-mail within the hour", "2026-06-09T09:02:00Z"}) {
        CHECK(event.value->find(part) != std::string::npos);
    }

    // The call itself, told by its outcome, began before and keeps nothing.
    desk.ended(task, anna, ten + minutes{3}, CallOutcome::reached_informed);
    CHECK(desk.last[0].timestamp == ten);
    const auto state_after = [&](const Finding& news) {
        desk.apply(news);
        const std::string next = desk.call_about("A" + std::to_string(++desk.actions), news.decided_at + days{1});
        return text(desk.task_record().at("promises").as_array()[0].as_object(), "state");
    };
    SECTION("kept by the message") {
        Finding sent = finding(Finding::Kind::news, "A1", ten + minutes{40});
        sent.reason = "contact.sent";
        sent.started_at = ten + minutes{40};
        sent.facts = R"({"contact":{},"promise":{"id":")" + made.promise->id + R"("}})";
        CHECK(state_after(sent) == "kept");
    }
    SECTION("late, by its clock") {
        Finding late = finding(Finding::Kind::late, "A1", ten + minutes{62});
        late.case_id = "case-P";
        late.rule = "promised-update-not-sent";
        late.subject_type = SubjectType::promise;
        late.subject = made.promise->id;
        CHECK(state_after(late) == "late");
    }
}

}  // namespace premura
