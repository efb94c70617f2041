#include "core/rules/rule_set_loader.h"

#include <catch2/catch.hpp>

#include "core/rules/rule_set.h"
#include "tests/core/loader_story.h"

using namespace premura;

namespace {

const NamedText tenants{"tenants.yaml", R"(version: 1
holidays:
  italy:
    - { day: 12-25, name: Natale }
calendars:
  care-it:
    timezone: Europe/Rome
    open: { monday-friday: 09:00-18:00 }
    closed: [ { holidays: italy } ]
tenants:
  acme-it:
    brand: ACME
    timezone: Europe/Rome
    languages: it
    calendars: { care: care-it }
    warehouses: { MI1: care-it }
    contact: { calls: { holidays: italy } }
    teams: { logistics: { email: logistics@acme.example } }
)"};

const NamedText messages{"messages.yaml",
                         "version: 1\nmessages:\n  sorry:\n    without: [cause, date, next_step]\n    it: { script: Ci dispiace. }\n"};

NamedText rule(const std::string& file, const std::string& id, const std::string& more = {}) {
    return {file,
            "version: 1\nrules:\n  - id: " + id +
                "\n    name: Late\n    owner: o\n    subject: order\n    when: order.paid\n"
                "    expect: parcel.packed\n    within: 2 business hours\n    calendar: care\n"
                "    if_late: [ { call: customer, script: sorry } ]\n" +
                more};
}

}  // namespace

TEST_CASE("files become one rule set, whatever their order", "[rule_set_loader]") {
    const Loaded loaded = load_rule_set(
        {rule("rules/20.yaml", "second"), messages, rule("rules/10.yaml", "first"), tenants});
    const Loaded again = load_rule_set(
        {tenants, rule("rules/10.yaml", "first"), rule("rules/20.yaml", "second"), messages});

    CHECK(YamlStory::told(loaded.diagnostics).empty());
    REQUIRE(loaded.rule_set);
    REQUIRE(loaded.rule_set->rules.size() == 2);
    CHECK(loaded.rule_set->rules[0].id == "first");
    CHECK(loaded.rule_set->rules[1].id == "second");
    CHECK(loaded.rule_set->calendars.at("care-it") != nullptr);
    CHECK(loaded.rule_set->holidays.at("italy").days.size() == 1);
    CHECK(loaded.rule_set->tenant("acme-it")->brand == "ACME");
    CHECK(loaded.rule_set->message("sorry")->texts.size() == 1);
    REQUIRE(again.rule_set);
    CHECK(again.rule_set->digest == loaded.rule_set->digest);
    CHECK(loaded.rule_set->digest.size() == 26);
}

TEST_CASE("the digest changes with every letter", "[rule_set_loader]") {
    const Loaded one = load_rule_set({tenants, messages});
    const Loaded other = load_rule_set({tenants, {messages.file, messages.text + "# a remark\n"}});

    REQUIRE(one.rule_set);
    REQUIRE(other.rule_set);
    CHECK(one.rule_set->digest != other.rule_set->digest);
}

TEST_CASE("contact hours of a tenant are what is left after lunch and dinner",
          "[rule_set_loader]") {
    const Loaded loaded = load_rule_set({tenants});
    REQUIRE(loaded.rule_set);
    const Tenant& tenant = *loaded.rule_set->tenant("acme-it");

    const DaySpans weekday = {{9 * 60, 12 * 60 + 30}, {14 * 60 + 30, 19 * 60}};
    CHECK(tenant.call_hours.open[0] == weekday);
    CHECK(tenant.call_hours.open[6].empty());
    CHECK(tenant.call_hours.timezone == "Europe/Rome");
    CHECK(tenant.message_hours.open[6] == DaySpans{{8 * 60 + 30, 21 * 60 + 30}});
}

TEST_CASE("two of one name are told with both places", "[rule_set_loader]") {
    const Loaded loaded =
        load_rule_set({rule("a.yaml", "late"), rule("b.yaml", "late"), tenants, messages});

    CHECK(loaded.rule_set == nullptr);
    REQUIRE(loaded.diagnostics.all().size() == 1);
    const Diagnostic& told = loaded.diagnostics.all()[0];
    CHECK(told.code == "PR111");
    CHECK(told.file == "b.yaml");
    CHECK(told.line == 3);
    CHECK(told.message == "there is a rule 'late' already");
    CHECK(told.hint == "the first is in a.yaml:3");
}

TEST_CASE("all errors of all files come in one pass, in the order of the files",
          "[rule_set_loader]") {
    const Loaded loaded = load_rule_set({{"c.yaml", "version: 1\nrules: nothing\n"},
                                         {"a.yaml", "version: 1\nrules: [\n"},
                                         rule("b.yaml", "late", "    unles: order.cancelled\n"),
                                         tenants,
                                         messages});

    std::vector<std::string> places;
    for (const Diagnostic& each : loaded.diagnostics.all()) {
        places.push_back(each.file + " " + each.code);
    }
    CHECK(places == Lines{"a.yaml PR002", "b.yaml PR101", "c.yaml PR103"});
    CHECK(loaded.rule_set == nullptr);
}

TEST_CASE("a rule must make sense for each tenant that it applies to", "[rule_set_loader]") {
    const NamedText german{"de.yaml", R"(version: 1
tenants:
  acme-de:
    brand: ACME
    timezone: Europe/Berlin
    languages: [de]
    contact: { calls: { holidays: italy } }
)"};
    const NamedText all = rule("rule.yaml", "late");
    const Loaded both = load_rule_set({all, tenants, messages, german});
    const Loaded one = load_rule_set(
        {rule("rule.yaml", "late", "    tenants: [acme-it]\n"), tenants, messages, german});

    CHECK(YamlStory::told(both.diagnostics) ==
          Lines{"PR144 3:3 the message 'sorry' has no script in 'de', a language of the tenant "
                "'acme-de'",
                "PR140 10:15 there is no calendar 'care' of the tenant acme-de"});
    CHECK(YamlStory::told(one.diagnostics).empty());
}

TEST_CASE("a file with rule tests is left to those who run them", "[rule_set_loader]") {
    const Loaded loaded =
        load_rule_set({tenants, {"tests.yaml", "version: 1\ntests: [ { whatever: 1 } ]\n"}});

    CHECK(YamlStory::told(loaded.diagnostics).empty());
    CHECK(loaded.rule_set);
}

TEST_CASE("no files are an empty rule set", "[rule_set_loader]") {
    const Loaded loaded = load_rule_set({});

    REQUIRE(loaded.rule_set);
    CHECK(loaded.rule_set->rules.empty());
    CHECK(loaded.diagnostics.empty());
}
