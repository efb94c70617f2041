#include "core/contacts/contacts_stage.h"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

#include "tests/core/stage_story.h"

// How the contacts stage answers findings: one call for a customer, in the customer's hours, taken back at once.

namespace premura {
namespace {

using namespace stage_story;

const Instant tuesday_ten = at("2026-06-09T10:00:00+02:00");
const Instant tuesday_lunch = at("2026-06-09T13:00:00+02:00");

Finding finding(Finding::Kind kind, const std::string& order, Instant time) {
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
    if (kind == Finding::Kind::news) {
        finding.reason = "contact.inbound";
        finding.case_id = finding.rule = {};
        finding.started_at = time;
    } else if (kind == Finding::Kind::closed) {
        finding.reason = "done_late";
    } else {
        finding.facts = R"({"order":{"id":")" + order + R"("},"customer":{"id":"C1","name":"Anna"}})";
        finding.history = "[]";
    }
    return finding;
}

Finding call_step(const std::string& order, Instant time) {
    Finding step = finding(Finding::Kind::step, order, time);
    step.verb = Step::Verb::call;
    step.target = "customer";
    step.text = "packing-delay";
    return step;
}

Finding message_step(const std::string& order, Instant time) {
    Finding step = call_step(order, time);
    step.verb = Step::Verb::notify;
    return step;
}

// The shipped rules, with other limits for the brand.
std::shared_ptr<const RuleSet> with_limits(std::vector<ContactLimit> limits) {
    auto rules = std::make_shared<RuleSet>(*shipped_rules());
    rules->tenants.at("acme-it").limits = std::move(limits);
    return rules;
}

struct Contacts {
    explicit Contacts(ContactsOptions options = {}) : stage{options, shipped_rules()} {}
    explicit Contacts(std::shared_ptr<const RuleSet> rules) : stage{{}, std::move(rules)} {}

    // Late, written to, and solved: what is between us and the customer is a message in the past.
    std::vector<Output> written_and_solved(const std::string& order, Instant time) {
        apply(finding(Finding::Kind::late, order, time));
        auto outputs = apply(message_step(order, time));
        apply(finding(Finding::Kind::closed, order, time + std::chrono::minutes{1}));
        return outputs;
    }

    std::vector<Output> apply(const Finding& finding) {
        Effects effects;
        stage.apply(delivered(output_of(finding)), finding.decided_at, effects);
        return std::move(effects.outputs);
    }
    std::vector<Output> late_with_call(const std::string& order, Instant time) {
        apply(finding(Finding::Kind::late, order, time));
        return apply(call_step(order, time));
    }
    std::vector<Output> fire(Instant now, Instant complete_until) {
        Effects effects;
        stage.fire({now, complete_until, false}, effects);
        return std::move(effects.outputs);
    }
    std::vector<Output> fire(Instant now) { return fire(now, now); }
    Effects state() {
        Effects effects;
        stage.collect_state(effects);
        return effects;
    }

    ContactsStage stage;
};

}  // namespace

TEST_CASE("an Italian desk reads in Italian why we call", "[contacts]") {
    const auto told_of = [](Instant due, std::shared_ptr<const RuleSet> rules) {
        Contacts contacts{std::move(rules)};
        Finding late = finding(Finding::Kind::late, "A1", tuesday_ten);
        late.deadline = due;
        contacts.apply(late);
        const auto outputs = contacts.apply(call_step("A1", tuesday_ten));
        REQUIRE(types_of(outputs) == Texts{"call-task.open"});
        return boost::json::parse(*outputs[0].value).as_object();
    };
    const boost::json::object ninth = told_of(tuesday_ten, shipped_rules());
    CHECK(ninth.at("why_masked") == "Order A1: Paid order not packed within 24 warehouse hours; it was due on 9 June at 10:00.");
    CHECK(ninth.at("why_masked_in") == boost::json::parse(
        R"({"it": "Ordine A1: Ordine pagato non imballato entro 24 ore di magazzino; scadeva il 9 giugno alle ore 10:00."})"));
    CHECK(ninth.at("cases").at(0).at("rule_names") ==
          boost::json::parse(R"({"it": "Ordine pagato non imballato entro 24 ore di magazzino"})"));

    // The article of 8 and 11, the first of a month, and midnight as the end of a day.
    const std::pair<int, const char*> days[] = {
        {-1, "l’8 giugno alle ore 10:00."}, {2, "l’11 giugno alle ore 10:00."}, {22, "il 1º luglio alle ore 10:00."}};
    for (const auto& [later, words] : days) {
        const boost::json::object task = told_of(tuesday_ten + std::chrono::days{later}, shipped_rules());
        const std::string text{task.at("why_masked_in").at("it").as_string()};
        CHECK(text.substr(text.find("scadeva ") + 8) == words);
    }
    const boost::json::object midnight = told_of(tuesday_ten + std::chrono::hours{14}, shipped_rules());
    CHECK(std::string{midnight.at("why_masked_in").at("it").as_string()}.ends_with("scadeva il 9 giugno alle ore 24:00."));

    // A rule that has no Italian name is not told half in Italian.
    auto unnamed = std::make_shared<RuleSet>(*shipped_rules());
    for (Rule& rule : unnamed->rules) rule.names.clear();
    const boost::json::object english = told_of(tuesday_ten, std::move(unnamed));
    CHECK_FALSE(english.contains("why_masked_in"));
    CHECK_FALSE(english.at("cases").at(0).as_object().contains("rule_names"));
}

TEST_CASE("two late orders of one customer are one call", "[contacts]") {
    Contacts contacts;
    const auto first = contacts.late_with_call("A1", tuesday_ten);
    REQUIRE(types_of(first) == Texts{"call-task.open"});

    const auto second = contacts.late_with_call("A2", tuesday_ten + std::chrono::minutes{10});
    REQUIRE(types_of(second) == Texts{"call-task.open", "call-task.merged"});
    CHECK(second[0].key == first[0].key);
    CHECK(second[1].key != first[0].key);
    CHECK(second[0].value->find("; it was due on 9 June at 10:00. Order A2: ") != std::string::npos);

    // One of the two is solved: the call stays, about the other. Both: it is taken back.
    const auto one_left = contacts.apply(finding(Finding::Kind::closed, "A1", tuesday_ten + std::chrono::minutes{20}));
    REQUIRE(types_of(one_left) == Texts{"call-task.open"});
    CHECK(one_left[0].key == first[0].key);
    CHECK(one_left[0].value->find("case-A2") != std::string::npos);
    CHECK(one_left[0].value->find("case-A1") == std::string::npos);
    const auto none_left = contacts.apply(finding(Finding::Kind::closed, "A2", tuesday_ten + std::chrono::minutes{30}));
    REQUIRE(types_of(none_left) == Texts{"call-task.withdrawn"});
    CHECK(none_left[0].key == first[0].key);
}

TEST_CASE("nobody is called at lunch; the call waits for the end of it", "[contacts]") {
    Contacts contacts;
    CHECK(contacts.late_with_call("A1", tuesday_lunch).empty());
    REQUIRE(contacts.stage.next_due());
    const Instant after_lunch = at("2026-06-09T14:30:00+02:00");
    CHECK(*contacts.stage.next_due() == after_lunch);
    CHECK(contacts.fire(after_lunch - Milliseconds{1}).empty());
    CHECK(types_of(contacts.fire(after_lunch)) == Texts{"call-task.open"});
}

TEST_CASE("a call that waited is asked again when its time comes", "[contacts]") {
    const Instant after_lunch = at("2026-06-09T14:30:00+02:00");
    SECTION("a case that closed meanwhile is nobody's call") {
        Contacts contacts;
        contacts.late_with_call("A1", tuesday_lunch);
        CHECK(contacts.apply(finding(Finding::Kind::closed, "A1", tuesday_lunch + std::chrono::minutes{5})).empty());
        CHECK(contacts.fire(after_lunch + std::chrono::hours{1}).empty());
    }
    SECTION("news may be on their way: it waits until they are known") {
        Contacts contacts;
        contacts.late_with_call("A1", tuesday_lunch);
        CHECK(contacts.fire(after_lunch + std::chrono::minutes{1}, after_lunch - Milliseconds{1}).empty());
        CHECK(contacts.apply(finding(Finding::Kind::closed, "A1", after_lunch - std::chrono::minutes{1})).empty());
        CHECK(contacts.fire(after_lunch + std::chrono::minutes{2}).empty());
    }
}

TEST_CASE("a customer who does not want calls is not called, and is written to", "[contacts]") {
    Contacts contacts;
    Finding late = finding(Finding::Kind::late, "A1", tuesday_ten);
    late.facts = R"({"order":{"id":"A1"},"customer":{"id":"C1","do_not_call":true}})";
    contacts.apply(late);
    Finding call = call_step("A1", tuesday_ten);
    call.facts = late.facts;
    CHECK(contacts.apply(call).empty());
    Finding message = message_step("A1", tuesday_ten + std::chrono::minutes{1});
    message.facts = late.facts;
    message.id += "-message";
    CHECK(types_of(contacts.apply(message)) == Texts{"notification"});
}

TEST_CASE("who has just contacted us is left alone for two hours", "[contacts]") {
    Contacts contacts;
    contacts.apply(finding(Finding::Kind::news, "A1", tuesday_ten - std::chrono::hours{1}));
    CHECK(contacts.late_with_call("A1", tuesday_ten).empty());
    CHECK(contacts.fire(tuesday_ten + std::chrono::minutes{59}).empty());
    CHECK(types_of(contacts.fire(tuesday_ten + std::chrono::hours{1})) == Texts{"call-task.open"});
}

TEST_CASE("what a customer wrote to us hours ago holds nothing up", "[contacts]") {
    Contacts contacts;
    contacts.apply(finding(Finding::Kind::news, "A1", tuesday_ten - std::chrono::hours{3}));
    CHECK(types_of(contacts.late_with_call("A1", tuesday_ten)) == Texts{"call-task.open"});
}

TEST_CASE("a customer hears from us twice a day, whatever is late; the third waits for the next day", "[contacts]") {
    Contacts contacts;
    CHECK(types_of(contacts.written_and_solved("A1", tuesday_ten)) == Texts{"notification"});
    CHECK(types_of(contacts.written_and_solved("A2", tuesday_ten + std::chrono::hours{1})) == Texts{"notification"});
    const Instant third = tuesday_ten + std::chrono::hours{2};
    contacts.apply(finding(Finding::Kind::late, "A3", third));
    CHECK(contacts.apply(message_step("A3", third)).empty());
    // Midnight opens the day, and half past eight the hours for messages.
    CHECK(contacts.fire(at("2026-06-10T00:00:00+02:00")).empty());
    CHECK(types_of(contacts.fire(at("2026-06-10T08:30:00+02:00"))) == Texts{"notification"});
}

TEST_CASE("a limit over days lets the next one go when the oldest is old enough", "[contacts]") {
    Contacts contacts{with_limits({{1, ContactLimit::Of::message, ContactLimit::Per::time, std::chrono::hours{48}}})};
    CHECK(contacts.written_and_solved("A1", tuesday_ten).size() == 1);
    const Instant second = tuesday_ten + std::chrono::hours{24};
    contacts.apply(finding(Finding::Kind::late, "A2", second));
    CHECK(contacts.apply(message_step("A2", second)).empty());
    CHECK(contacts.fire(tuesday_ten + std::chrono::hours{48} - Milliseconds{1}).empty());
    CHECK(types_of(contacts.fire(tuesday_ten + std::chrono::hours{48})) == Texts{"notification"});
}

TEST_CASE("a case has so many contacts and no more; none at all means none", "[contacts]") {
    SECTION("one for a case") {
        Contacts contacts{with_limits({{1, ContactLimit::Of::any, ContactLimit::Per::one_case, {}}})};
        contacts.apply(finding(Finding::Kind::late, "A1", tuesday_ten));
        CHECK(contacts.apply(message_step("A1", tuesday_ten)).size() == 1);
        Finding again = message_step("A1", tuesday_ten + std::chrono::hours{1});
        again.id += "-again";
        CHECK(contacts.apply(again).empty());
        CHECK(contacts.fire(tuesday_ten + std::chrono::days{20}).empty());
        // Another case of the same customer has one of its own.
        contacts.apply(finding(Finding::Kind::late, "A2", tuesday_ten));
        CHECK(contacts.apply(message_step("A2", tuesday_ten)).size() == 1);
    }
    SECTION("none") {
        Contacts contacts{with_limits({{0, ContactLimit::Of::call, ContactLimit::Per::day, {}}})};
        CHECK(contacts.late_with_call("A1", tuesday_ten).empty());
        CHECK(contacts.fire(tuesday_ten + std::chrono::days{20}).empty());
    }
}

TEST_CASE("a call that was taken back before anybody made it counts for no limit", "[contacts]") {
    Contacts contacts;
    CHECK(types_of(contacts.late_with_call("A1", tuesday_ten)) == Texts{"call-task.open"});
    contacts.apply(finding(Finding::Kind::closed, "A1", tuesday_ten + std::chrono::minutes{10}));
    CHECK(types_of(contacts.late_with_call("A2", tuesday_ten + std::chrono::hours{1})) == Texts{"call-task.open"});
}

TEST_CASE("limits, and when a customer was in touch, survive a restart", "[contacts]") {
    Contacts before{with_limits({{1, ContactLimit::Of::message, ContactLimit::Per::time, std::chrono::hours{48}}})};
    CHECK(before.written_and_solved("A1", tuesday_ten).size() == 1);
    before.apply(finding(Finding::Kind::news, "A1", tuesday_ten));
    const Effects state = before.state();
    Contacts after{with_limits({{1, ContactLimit::Of::message, ContactLimit::Per::time, std::chrono::hours{48}}})};
    for (const StateRecord& record : state.state) after.stage.restore(record.key, *record.value);
    CHECK(after.written_and_solved("A2", tuesday_ten + std::chrono::hours{3}).empty());
}

TEST_CASE("a brand's own limits replace the shipped ones of their kind, and only those", "[contacts]") {
    const ContactLimit two_calls{2, ContactLimit::Of::call, ContactLimit::Per::day, {}};
    const auto limits = with_shipped_limits({two_calls});
    CHECK(limits == std::vector<ContactLimit>{two_calls, shipped_limits()[1], shipped_limits()[2], shipped_limits()[3]});
    CHECK(with_shipped_limits({}) == shipped_limits());
}

TEST_CASE("a repeated finding says nothing new", "[contacts]") {
    Contacts contacts;
    contacts.late_with_call("A1", tuesday_ten);
    contacts.apply(finding(Finding::Kind::closed, "A1", tuesday_ten + std::chrono::minutes{1}));
    CHECK(contacts.late_with_call("A1", tuesday_ten + std::chrono::minutes{2}).empty());
}

TEST_CASE("a rule on trial presses and calls nobody, and says so", "[contacts]") {
    Contacts contacts;
    contacts.apply(finding(Finding::Kind::late, "A1", tuesday_ten));
    Finding step = call_step("A1", tuesday_ten);
    step.mode = Rule::Mode::trial;
    Effects effects;
    contacts.stage.apply(delivered(output_of(step)), tuesday_ten, effects);
    CHECK(effects.outputs.empty());
    CHECK(counted(effects, "contacts", "call/dropped/rule_on_trial") == 1);
}

TEST_CASE("a customer's state survives a restart", "[contacts]") {
    Contacts before;
    const auto raised = before.late_with_call("A1", tuesday_ten);
    const Effects state = before.state();
    REQUIRE(state.state.size() == 1);
    CHECK(state.state[0].key == "acme-it/C1");

    Contacts after;
    after.stage.restore(state.state[0].key, *state.state[0].value);
    const auto withdrawn = after.apply(finding(Finding::Kind::closed, "A1", tuesday_ten + std::chrono::minutes{1}));
    REQUIRE(types_of(withdrawn) == Texts{"call-task.withdrawn"});
    CHECK(withdrawn[0].key == raised[0].key);
}

TEST_CASE("a customer with nothing open is forgotten after a while", "[contacts]") {
    Contacts contacts;
    contacts.late_with_call("A1", tuesday_ten);
    contacts.apply(finding(Finding::Kind::closed, "A1", tuesday_ten + std::chrono::minutes{1}));
    contacts.state();
    const Instant gone = tuesday_ten + std::chrono::minutes{1} + ContactsOptions{}.retention;
    contacts.fire(gone - Milliseconds{1});
    CHECK(contacts.stage.size() == 1);
    contacts.fire(gone);
    CHECK(contacts.stage.size() == 0);
    const Effects removed = contacts.state();
    REQUIRE(removed.state.size() == 1);
    CHECK_FALSE(removed.state[0].value);
}

TEST_CASE("a finding that cannot be read is quarantined, not lost", "[contacts]") {
    Contacts contacts;
    Record record = delivered(output_of(finding(Finding::Kind::late, "A1", tuesday_ten)));
    record.value = R"({"case":"x"})";
    record.offset = 7;
    Effects effects;
    contacts.stage.apply(record, tuesday_ten, effects);
    CHECK(lines_of(effects.outputs) == Texts{"quarantine findings/0/7"});
    CHECK(header(effects.outputs.at(0), "premura-rejection") == "the finding has no valid 'kind'");
    CHECK(contacts.stage.size() == 0);
}

TEST_CASE("a finding survives its way through the topic", "[contacts]") {
    Finding step = call_step("A\"1\\", tuesday_ten);
    step.facts = R"({"order":{"id":"A\"1\\","total":59.9},"customer":{"name":"Ann\u00e9 \n"}})";
    step.history = R"([{"event":"order.paid","time":"2026-06-01T09:00:00Z"}])";
    step.step = 2;
    step.warning_step = true;
    step.priority = Priority::urgent;
    std::string error;
    const auto read = finding_of(delivered(output_of(step)), error);
    INFO(error);
    REQUIRE(read);
    CHECK(*read == step);
}

}  // namespace premura
