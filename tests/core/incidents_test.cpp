#include <catch2/catch.hpp>

#include "tests/core/house_story.h"

// Many late cases with one cause are one incident, whatever partition they are in.

namespace premura {
namespace {

using namespace house_story;
using std::chrono::hours;
using std::chrono::minutes;

// More than three late in an hour at one warehouse.
std::shared_ptr<const RuleSet> three_per_warehouse() {
    return rules_with([](RuleSet&, Tenant& tenant) {
        Surge surge;
        surge.name = "warehouse";
        surge.more_than = 3;
        surge.per = {Surge::By::warehouse};
        surge.message = "packing-delay";
        surge.escalate = {"logistics"};
        tenant.surges = {surge};
        tenant.limits = {};
    });
}

Instant minute(int number) { return tuesday_ten + minutes{number}; }

// Four customers in the same hour: three on the list, and with the fourth an incident.
void flood(HouseWorld& world) {
    for (int i = 0; i < 4; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
}

}  // namespace

TEST_CASE("the late case that is one too many makes an incident, and the calls are taken back", "[house]") {
    HouseWorld world{three_per_warehouse()};
    for (int i = 0; i < 3; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
    CHECK(world.news() == Texts{"call-task.open", "call-task.open", "call-task.open"});
    world.late_with_call("C3", minute(3));
    CHECK(world.count("incident.open") == 1);
    CHECK(world.count("call-task.withdrawn") == 3);
    CHECK(world.count("call-task.open") == 0);
    for (int i = 0; i < 4; ++i) CHECK(world.decision("C" + std::to_string(i)) == "held incident");
    CHECK(world.incident().kind == "mass_delay");
    CHECK(world.incident().about == "MI1");
    CHECK(world.incident().since == minute(0));
    CHECK(world.incident().teams == Texts{"logistics"});
    world.run_until(minute(4));
    CHECK(world.incident().customers == 4);
    CHECK(world.incident().calls_held == 4);
    CHECK(world.incident().briefing.size() == 2);
}

TEST_CASE("another warehouse, and what is not late in the same hour, is no part of it", "[house]") {
    HouseWorld world{three_per_warehouse()};
    SECTION("three at one and three at the other") {
        for (int i = 0; i < 3; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
        for (int i = 3; i < 6; ++i) world.late_with_call("C" + std::to_string(i), minute(i), "RM1");
        CHECK(world.news() == Texts(6, "call-task.open"));
    }
    SECTION("the fourth an hour after the first") {
        for (int i = 0; i < 3; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
        world.late_with_call("C3", minute(60));
        CHECK(world.news() == Texts(4, "call-task.open"));
    }
    SECTION("beside the incident the others are called") {
        flood(world);
        world.news();
        world.late_with_call("C9", minute(9), "RM1");
        CHECK(world.news() == Texts{"call-task.open"});
    }
}

TEST_CASE("ops let some of the held calls go, the most urgent first", "[house]") {
    HouseWorld world{three_per_warehouse()};
    flood(world);
    Finding urgent = step(Step::Verb::call, "C9", minute(5));
    urgent.priority = Priority::urgent;
    world.apply(finding(Finding::Kind::late, "C9", minute(5)));
    world.apply(urgent);
    world.news();
    world.act(IncidentAction::Kind::release, world.incident().id, 2);
    CHECK(world.incident().calls_held == 3);
    CHECK(world.news() == Texts{"desk-answer"});
    world.run_until(minute(6));
    CHECK(world.news() == Texts{"call-task.open", "call-task.open"});
    CHECK(world.decision("C9") == "raised ");
    CHECK(world.decision("C0") == "raised ");
    CHECK(world.decision("C1") == "held incident");
    // Those that were let go are not taken back by the same incident.
    world.late_with_call("C10", minute(7));
    CHECK(world.news().empty());
}

TEST_CASE("when ops close it, what it held is decided anew", "[house]") {
    HouseWorld world{three_per_warehouse()};
    flood(world);
    // One was solved meanwhile, one is asked for at lunch.
    world.apply(finding(Finding::Kind::closed, "C0", minute(5)));
    world.news();
    const std::string id = world.incident().id;
    world.act(IncidentAction::Kind::close, id);
    CHECK(world.news() == Texts{"incident.closed", "desk-answer"});
    world.run_until(minute(6));
    CHECK(world.news() == Texts(3, "call-task.open"));
    SECTION("a second time it is closed already") {
        world.act(IncidentAction::Kind::close, id);
        REQUIRE(world.outputs.size() == 1);
        CHECK(world.outputs[0].value->find(R"("problem":"already_closed")") != std::string::npos);
    }
}

TEST_CASE("an action that is sent twice is done once, and answered alike", "[house]") {
    HouseWorld world{three_per_warehouse()};
    flood(world);
    world.news();
    IncidentAction action;
    action.id = "twice";
    action.kind = IncidentAction::Kind::release;
    action.tenant = "acme-it";
    action.incident = world.incident().id;
    action.calls_max = 1;
    action.at = world.now;
    world.act(action);
    world.act(action);
    world.run_until(minute(6));
    CHECK(world.count("call-task.open") == 1);
    std::vector<std::string> answers;
    for (const Output& output : world.outputs) {
        if (output.topic == "desk-answers") answers.push_back(*output.value);
    }
    REQUIRE(answers.size() == 2);
    CHECK(answers[0] == answers[1]);
}

TEST_CASE("an incident that nobody closes ends when it is calm again", "[house]") {
    HouseWorld world{three_per_warehouse()};
    flood(world);
    world.news();
    // Half of three is one: with the third of the four an hour ago, one is left.
    world.run_until(minute(62) + hours{0});
    CHECK(world.news().empty());
    world.run_until(minute(63));
    CHECK(world.count("incident.closed") == 1);
    CHECK(world.count("call-task.open") == 4);
}

TEST_CASE("one message goes to all in it, once, also to who comes later, and the calls stay held", "[house]") {
    HouseWorld world{three_per_warehouse()};
    flood(world);
    world.news();
    world.act(IncidentAction::Kind::message, world.incident().id, 0, "packing-delay");
    CHECK(world.count("notification") == 4);
    CHECK(world.count("call-task.open") == 0);
    world.late_with_call("C7", minute(5));
    CHECK(world.count("notification") == 5);
    world.act(IncidentAction::Kind::message, world.incident().id, 0, "packing-delay");
    CHECK(world.count("notification") == 5);
    CHECK(world.incident().message_sent_to == 5);
    world.act(IncidentAction::Kind::message, world.incident().id, 0, "another");
    CHECK(world.outputs.back().value->find(R"("problem":"not_offered")") != std::string::npos);
}

TEST_CASE("a start anew at any moment changes nothing about an incident", "[house]") {
    HouseWorld world{three_per_warehouse()};
    for (int i = 0; i < 3; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
    world.restart();
    world.late_with_call("C3", minute(3));
    CHECK(world.count("incident.open") == 1);
    world.restart();
    world.late_with_call("C4", minute(4));
    CHECK(world.decision("C4") == "held incident");
    world.restart();
    world.news();
    world.act(IncidentAction::Kind::close, world.incident().id);
    CHECK(world.incident().customers == 5);
    world.restart();
    world.run_until(minute(6));
    CHECK(world.count("call-task.open") == 5);
}

TEST_CASE("a case that is not in the incident lets a held call go, with both in it", "[house]") {
    HouseWorld world{three_per_warehouse()};
    flood(world);
    world.news();
    Finding other = finding(Finding::Kind::late, "C1", minute(5), "RM1");
    other.case_id = "other-case";
    Finding call = step(Step::Verb::call, "C1", minute(5), "RM1");
    call.case_id = other.case_id;
    call.id = "other-step";
    world.apply(other);
    world.apply(call);
    world.run_until(minute(6));
    const Texts news = world.news();
    CHECK(std::count(news.begin(), news.end(), "call-task.open") == 1);
    CHECK(world.decision("C1") == "raised ");
}

TEST_CASE("what is usual is no surge: twice the busiest hour of the week is", "[house]") {
    const auto rules = rules_with([](RuleSet&, Tenant& tenant) {
        Surge surge;
        surge.name = "rule";
        surge.more_than = 2;
        surge.times_usual = 2;
        surge.per = {Surge::By::rule};
        tenant.surges = {surge};
    });
    HouseWorld world{rules};
    const Instant monday = tuesday_ten - std::chrono::days{1};
    world.late_with_call("M0", monday);
    world.late_with_call("M1", monday);
    world.news();
    for (int i = 0; i < 4; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
    CHECK(world.news() == Texts(4, "call-task.open"));
    world.late_with_call("C4", minute(4));
    CHECK(world.incident().kind == "surge");
    CHECK(world.incident().about == "order-not-packed");
}

TEST_CASE("a rule calls no faster than it may; ops may let more go", "[house]") {
    const auto rules = rules_with([](RuleSet& all, Tenant&) {
        for (Rule& rule : all.rules) {
            if (rule.id == "order-not-packed") rule.calls_at_most = ContactRate{2, hours{1}};
        }
    });
    HouseWorld world{rules};
    for (int i = 0; i < 5; ++i) world.late_with_call("C" + std::to_string(i), minute(i));
    world.run_until(minute(5));
    Texts news = world.news();
    CHECK(std::count(news.begin(), news.end(), "call-task.open") == 2);
    CHECK(std::count(news.begin(), news.end(), "incident.open") == 1);
    CHECK(world.incident().kind == "rate_limit");
    CHECK(world.decision("C2") == "held rate_limit");
    CHECK(world.decision("C4") == "held rate_limit");
    SECTION("the next go when the hour of those before is over, in their order") {
        world.restart();
        world.run_until(minute(60) - Milliseconds{1});
        CHECK(world.news().empty());
        world.run_until(minute(60));
        CHECK(world.news() == Texts{"call-task.open"});
        CHECK(world.decision("C2") == "raised ");
        world.run_until(minute(61));
        CHECK(world.decision("C3") == "raised ");
        world.run_until(minute(120));
        CHECK(world.decision("C4") == "raised ");
        news = world.news();
        CHECK(std::count(news.begin(), news.end(), "incident.closed") == 1);
    }
    SECTION("one more by ops, beside what the rule may") {
        world.act(IncidentAction::Kind::release, world.incident().id, 1);
        world.run_until(minute(6));
        CHECK(world.decision("C2") == "raised ");
        CHECK(world.decision("C3") == "held rate_limit");
        world.run_until(minute(61));
        CHECK(world.decision("C3") == "raised ");
        CHECK(world.decision("C4") == "raised ");
    }
    SECTION("who is solved leaves the place to the next") {
        world.apply(finding(Finding::Kind::closed, "C2", minute(30)));
        world.run_until(minute(60));
        CHECK(world.decision("C3") == "raised ");
        CHECK(world.decision("C4") == "held rate_limit");
    }
}

TEST_CASE("what an edit of a rule makes late is caught up with slowly, calls and messages alike", "[house]") {
    const auto rules = rules_with([](RuleSet&, Tenant& tenant) { tenant.catch_up = {1, hours{1}}; });
    HouseWorld world{rules};
    for (const std::string customer : {"C0", "C1"}) {
        Finding late = finding(Finding::Kind::late, customer, minute(0));
        late.by_edit = true;
        world.apply(late);
        world.apply(step(customer == "C0" ? Step::Verb::call : Step::Verb::notify, customer, minute(0)));
    }
    // Late by the clock: not held up by the edit.
    world.late_with_call("C2", minute(1));
    world.run_until(minute(2));
    CHECK(world.decision("C0") == "raised ");
    CHECK(world.decision("C1") == "held rate_limit");
    CHECK(world.decision("C2") == "raised ");
    world.run_until(minute(60));
    CHECK(world.decision("C1") == "sent ");
}

TEST_CASE("a share of orders is left alone, always the same, and is pressed for all the same", "[house]") {
    const auto rules = rules_with([](RuleSet&, Tenant& tenant) {
        tenant.holdout.share = 0.25;
        tenant.surges = {};
    });
    HouseWorld world{rules};
    std::vector<std::string> spared;
    for (int i = 0; i < 200; ++i) {
        const std::string customer = "C" + std::to_string(i);
        world.late_with_call(customer, tuesday_ten);
        if (world.decision(customer) == "dropped holdout") spared.push_back(customer);
    }
    CHECK(spared.size() > 35);
    CHECK(spared.size() < 65);
    world.news();
    world.apply(step(Step::Verb::notify, spared[0], minute(1)));
    CHECK(world.decision(spared[0]) == "dropped holdout");
    world.apply(step(Step::Verb::expedite, spared[0], minute(2)));
    world.apply(step(Step::Verb::escalate, spared[0], minute(2)));
    CHECK(world.news() == Texts{"expedite", "escalation"});
    SECTION("not by a rule that contacts everybody, nor about what we have promised") {
        HouseWorld other{rules_with([](RuleSet&, Tenant& tenant) {
            tenant.holdout = {0.25, {"order-not-packed"}};
        })};
        other.late_with_call(spared[0], tuesday_ten);
        CHECK(other.news() == Texts{"call-task.open"});
        HouseWorld promised{rules};
        Finding late = finding(Finding::Kind::late, spared[0], tuesday_ten);
        late.subject_type = SubjectType::promise;
        promised.apply(late);
        promised.apply(step(Step::Verb::call, spared[0], tuesday_ten));
        CHECK(promised.news() == Texts{"call-task.open"});
    }
}

TEST_CASE("the message of an incident does not speak of an order that is left alone", "[house]") {
    const auto rules = rules_with([](RuleSet&, Tenant& tenant) {
        Surge surge;
        surge.name = "warehouse";
        surge.more_than = 3;
        surge.per = {Surge::By::warehouse};
        surge.message = "packing-delay";
        tenant.surges = {surge};
        tenant.limits = {};
        tenant.holdout.share = 0.25;
    });
    // One order that is left alone and one that is not, of the same customer.
    std::vector<std::string> spared;
    std::vector<std::string> others;
    for (int i = 0; i < 50; ++i) {
        Customer::OpenCase open;
        open.order = "A-" + std::to_string(i);
        (is_held_out("acme-it", open, 0.25) ? spared : others).push_back(open.order);
    }
    const auto late_order = [](const std::string& order) {
        Finding late = finding(Finding::Kind::late, "C9", minute(4));
        late.case_id = "case-" + order;
        late.id = late.case_id + "-late";
        late.order = late.subject = order;
        return late;
    };
    HouseWorld world{rules};
    flood(world);
    world.apply(late_order(spared.at(0)));
    world.apply(late_order(others.at(0)));
    world.news();
    world.act(IncidentAction::Kind::message, world.incident().id, 0, "packing-delay");
    CHECK(world.decision("C9") == "sent ");
    std::string told;
    for (const Output& output : world.outputs) {
        if (output.topic == "notifications" && output.partition_key == "acme-it/C9") told = *output.value;
    }
    CHECK(told.find("case-" + others[0]) != std::string::npos);
    CHECK(told.find("case-" + spared[0]) == std::string::npos);
}

}  // namespace premura
