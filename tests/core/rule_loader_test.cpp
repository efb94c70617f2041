#include "core/rules/rule_loader.h"

#include <catch2/catch.hpp>

#include "core/rules/filter_loader.h"
#include "tests/core/loader_story.h"

using namespace premura;
using namespace std::chrono_literals;

namespace {

LoadedRule load(YamlStory& story) {
    auto reader = story.reader();
    return *load_rule(story.root(), Definitions{}, reader);
}

FactNumber fact_number(const char* name) {
    return fact_named(name)->number;
}

EventSet events(std::initializer_list<const char*> names) {
    EventSet set;
    for (const char* name : names) set.insert(event_named(name)->number);
    return set;
}

}  // namespace

TEST_CASE("a rule with every key becomes the value that was written", "[rule_loader]") {
    YamlStory story{R"(id: order-not-packed
name: Paid order not packed
owner: logistics
description: The warehouse has it and does nothing.
labels: { brand: casa }
mode: trial
tenants: acme-it
subject: order
when: [order.paid, order.released]
where: { order.fulfilment: warehouse }
expect: parcel.packed
expect_where: { parcel.weight: { more_than: 0 } }
within: 24 business hours
calendar: of order.warehouse
unless: [order.cancelled, order.refunded]
pause_between: [order.held, order.changed]
again: restart
early_warning:
  - before: 2 business hours
    expedite: warehouse
    request: pack_soon
if_late:
  - id: press
    expedite: warehouse
    request: pack_first
  - after: 1 business day
    calendar: care
    call: customer
    script: packing-delay
    priority: high
  - after: 3 hours
    escalate: logistics-lead
)"};
    const LoadedRule loaded = load(story);
    const Rule& rule = loaded.rule;

    CHECK(story.told().empty());
    CHECK(rule.id == "order-not-packed");
    CHECK(rule.name == "Paid order not packed");
    CHECK(rule.owner == "logistics");
    CHECK(rule.description == "The warehouse has it and does nothing.");
    CHECK(rule.labels == std::map<std::string, std::string>{{"brand", "casa"}});
    CHECK(rule.mode == Rule::Mode::trial);
    CHECK(rule.tenants == Lines{"acme-it"});
    CHECK(rule.subject == SubjectType::order);
    CHECK(rule.when == events({"order.paid", "order.released"}));
    CHECK(rule.expect == events({"parcel.packed"}));
    CHECK(rule.unless == events({"order.cancelled", "order.refunded"}));
    CHECK(rule.pause_from == events({"order.held"}));
    CHECK(rule.pause_until == events({"order.changed"}));
    REQUIRE(rule.where.size() == 1);
    CHECK(rule.where[0].fact == fact_number("order.fulfilment"));
    REQUIRE(rule.expect_where.size() == 1);
    CHECK(rule.expect_where[0].comparison == Condition::Operator::more_than);
    CHECK(rule.within == Duration{Duration::Unit::business_time, 24h, 0});
    CHECK(rule.by == 0);
    CHECK(rule.calendar == CalendarReference{"", fact_number("order.warehouse")});
    CHECK(rule.again == Rule::Again::restart);

    REQUIRE(rule.early_warning.size() == 1);
    CHECK(rule.early_warning[0].delay == Duration{Duration::Unit::business_time, 2h, 0});
    CHECK(rule.early_warning[0].text == "pack_soon");
    REQUIRE(rule.if_late.size() == 3);
    CHECK(rule.if_late[0].id == "press");
    CHECK(rule.if_late[0].verb == Step::Verb::expedite);
    CHECK(rule.if_late[0].target == "warehouse");
    CHECK(rule.if_late[0].text == "pack_first");
    CHECK(rule.if_late[0].delay == Duration{});
    CHECK(rule.if_late[0].priority == Priority::normal);
    CHECK(rule.if_late[1].verb == Step::Verb::call);
    CHECK(rule.if_late[1].text == "packing-delay");
    CHECK(rule.if_late[1].calendar == CalendarReference{"care", 0});
    CHECK(rule.if_late[1].delay == Duration{Duration::Unit::business_days, 0ms, 1});
    CHECK(rule.if_late[1].priority == Priority::high);
    CHECK(rule.if_late[2].verb == Step::Verb::escalate);
    CHECK(rule.if_late[2].target == "logistics-lead");
    CHECK(rule.file == "file.yaml");
    CHECK(rule.line == 1);

    Lines uses;
    for (const NameUse& use : loaded.uses) uses.push_back(use.name);
    CHECK(uses == Lines{"acme-it", "", "packing-delay", "care", "logistics-lead"});
}

TEST_CASE("what is not written has its default", "[rule_loader]") {
    YamlStory story{R"({ id: promise, name: Late, owner: o, subject: shipment, when: order.paid,
  expect: shipment.delivered, by: order.promised_by, if_late: [ { escalate: logistics } ] })"};
    const Rule rule = load(story).rule;

    CHECK(story.told().empty());
    CHECK(rule.mode == Rule::Mode::live);
    CHECK(rule.again == Rule::Again::once);
    CHECK(rule.tenants.empty());
    CHECK(rule.within == std::nullopt);
    CHECK(rule.by == fact_number("order.promised_by"));
    CHECK_FALSE(rule.calendar.given());
}

TEST_CASE("all mistakes of a rule are found in one pass", "[rule_loader]") {
    YamlStory story{R"(id: Bad Id
nam: Misspelt
owner: logistics
subject: basket
when: order.payed
expect: parcel.packed
within: 2hh
if_late:
  - call: warehouse
    script: sorry
  - escalte: logistics
)"};
    load(story);

    Lines codes;
    for (const Diagnostic& each : story.found.all()) codes.push_back(each.code);
    CHECK(codes ==
          Lines{"PR101", "PR110", "PR102", "PR107", "PR105", "PR104", "PR107", "PR101", "PR123"});
}

TEST_CASE("what an edit means for clocks that run can be said", "[rule_loader]") {
    const auto rule = [](const std::string& more) {
        return "id: promise\nname: Late\nowner: o\nsubject: order\nwhen: order.paid\n"
               "expect: shipment.delivered\nwithin: 2 days\n"
               "if_late: [ { escalate: logistics } ]\n" + more;
    };
    YamlStory plain{rule("")};
    CHECK(load(plain).rule.on_edit == Rule::OnEdit::recompute);
    YamlStory story{rule("on_edit: keep\nbackfill: 3 days\n")};
    const LoadedRule loaded = load(story);
    CHECK(story.told() == Lines{});
    CHECK(loaded.rule.on_edit == Rule::OnEdit::keep);
    CHECK(loaded.rule.backfill == std::chrono::days{3});

    YamlStory business{rule("backfill: 3 business hours\n")};
    load(business);
    CHECK(business.told() == Lines{"PR108 9:11 'backfill' counts elapsed time, not business time"});
}

TEST_CASE("an early warning may lie anywhere between start and deadline", "[rule_loader]") {
    const auto told = [](const std::string& within, const std::string& before) {
        YamlStory story{
            "id: promise\nname: Late\nowner: o\nsubject: order\nwhen: order.paid\n"
            "expect: shipment.delivered\ncalendar: care\nwithin: " +
            within + "\nearly_warning: [ { before: " + before +
            ", escalate: logistics } ]\n"
            "if_late: [ { after: 1 business hour, escalate: logistics } ]\n"};
        load(story);
        return story.told().size();
    };

    CHECK(told("6 days", "5 days") == 0);
    CHECK(told("6 days", "6 days") == 1);
    CHECK(told("6 days", "1 week") == 1);
    CHECK(told("5 business days", "4 business days") == 0);
    CHECK(told("5 business days", "5 business days") == 1);
    CHECK(told("at once", "1 hour") == 1);
    // Two units are not compared: it depends on the calendar.
    CHECK(told("5 business days", "30 business hours") == 0);
    CHECK(told("24 business hours", "2 days") == 0);
}

TEST_CASE("a filter takes values, lists and operators", "[rule_loader]") {
    YamlStory story{R"(order.channel: web
order.country: [IT, SM]
order.total: { at_least: 20, less_than: 1000 }
order.kind: { none_of: [gift_card], starts_with: g }
customer.loyalty_member: true
order.promised_by: { present: true }
order.ship_by: { more_than: 2026-06-01T00:00:00+02:00 }
order.number: 100045
)"};
    auto reader = story.reader();
    const Filter filter = load_filter(story.root(), "'where'", Definitions{}, reader);

    CHECK(story.told().empty());
    REQUIRE(filter.size() == 10);
    using enum Condition::Operator;
    CHECK(filter[0].comparison == any_of);
    CHECK(filter[0].operands == std::vector<OwnedValue>{std::string{"web"}});
    CHECK(filter[1].operands == std::vector<OwnedValue>{std::string{"IT"}, std::string{"SM"}});
    CHECK(filter[2].comparison == at_least);
    CHECK(filter[2].operands == std::vector<OwnedValue>{20.0});
    CHECK(filter[3].comparison == less_than);
    CHECK(filter[4].comparison == none_of);
    CHECK(filter[5].comparison == starts_with);
    CHECK(filter[6].operands == std::vector<OwnedValue>{true});
    CHECK(filter[7].comparison == present);
    CHECK(filter[7].operands == std::vector<OwnedValue>{true});
    CHECK(filter[8].operands ==
          std::vector<OwnedValue>{*parse_rfc3339("2026-06-01T00:00:00+02:00")});
    CHECK(filter[9].operands == std::vector<OwnedValue>{std::string{"100045"}});
}

TEST_CASE("a filter that nothing can meet is found out", "[rule_loader]") {
    const auto impossible = [](const std::string& text) {
        YamlStory story{text + "\n"};
        auto reader = story.reader();
        load_filter(story.root(), "'where'", Definitions{}, reader);
        return !story.found.empty() && story.found.all()[0].code == "PR129";
    };

    CHECK(impossible("order.total: { at_least: 21, at_most: 20 }"));
    CHECK_FALSE(impossible("order.total: { at_least: 20, at_most: 20 }"));
    CHECK(impossible("order.total: { at_least: 20, less_than: 20 }"));
    CHECK(impossible("order.total: { more_than: 20, at_most: 20 }"));
    CHECK_FALSE(impossible("order.total: { more_than: 20, at_most: 21 }"));
    CHECK(impossible("order.total: { any_of: [5, 10], at_least: 11 }"));
    CHECK_FALSE(impossible("order.total: { any_of: [5, 12], at_least: 11 }"));
    CHECK(impossible("order.channel: { any_of: [web], none_of: [web] }"));
    CHECK(impossible("order.channel: { any_of: [web], starts_with: x }"));
    CHECK(impossible("order.channel: { any_of: [web], present: false }"));
    CHECK(impossible("order.total: { at_least: 1, present: false }"));
    CHECK_FALSE(impossible("order.channel: { none_of: [web], present: false }"));
}
