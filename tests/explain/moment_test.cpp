#include "core/contacts/contacts_stage.h"
#include "core/explain/lookup.h"
#include "tests/core/stage_story.h"
#include "tests/explain/explain_story.h"

// What depends on the moment of the question: deadlines that are past while input is on its way, and edited rules.

namespace premura {
namespace {

using explain_story::part_of;
using explain_story::rules_with;
using stage_story::at;
using stage_story::record_of;

// One order of which a stage knows, on the clock of the wall.
struct Shop {
    explicit Shop(std::shared_ptr<const RuleSet> given) : rules{std::move(given)}, stage{{}, rules} {
        event("order.paid", "2026-06-08T09:00:00+02:00");
    }

    void event(const std::string& type, const std::string& time) {
        Effects effects;
        stage.apply(record_of("A1", type, type, time, R"({"order":{"id":"A1"},"customer":{"id":"C1"}})"), at(time), effects);
    }
    void fire(const std::string& time) {
        Effects effects;
        stage.fire({at(time), at(time), false}, effects);
    }
    void use(std::shared_ptr<const RuleSet> next) {
        rules = std::move(next);
        stage.use(rules);
    }
    Explanation explain(const std::string& now, const std::string& complete_until) const {
        Entity entity;
        REQUIRE(decode(stage.find("acme-it", SubjectType::order, "A1"), entity));
        return premura::explain(*rules, entity, {},
                                {at(now), at(complete_until), std::chrono::minutes{2}, true, rules_since(stage, "acme-it")});
    }
    std::string verdict(const std::string& now, const std::string& complete_until) const {
        const std::string text = text_of(explain(now, complete_until), Language::english);
        return part_of(text, "calling").at(1);
    }

    std::shared_ptr<const RuleSet> rules;
    OrdersStage stage;
};

std::string two_hours(const std::string& id = "calling", const std::string& more = "",
                      const std::string& within = "2 hours") {
    return R"(version: 1
rules:
  - id: )" + id + R"(
    name: Not packed in two hours
    owner: test
    subject: order
    when: order.paid
    expect: parcel.packed
    within: )" + within + "\n" + more + R"(    if_late:
      - { call: customer, script: packing-delay }
)";
}

}  // namespace

TEST_CASE("a deadline that is past counts only when what was on its way has been read", "[explain]") {
    const Shop shop{rules_with(two_hours())};
    CHECK(shop.verdict("2026-06-08T10:30:00+02:00", "2026-06-08T10:30:00+02:00") ==
          "    Not late: the parcel must be packed by Mon 8 Jun 2026, 11:00. Still to go: 30 minutes.");
    CHECK(shop.verdict("2026-06-08T11:01:00+02:00", "2026-06-08T11:01:00+02:00") ==
          "    Late since Mon 8 Jun 2026, 11:00, but not acted upon yet: what is on its way may still show that it was done.");
    CHECK(shop.verdict("2026-06-08T11:30:00+02:00", "2026-06-08T10:45:00+02:00") ==
          "    The deadline was Mon 8 Jun 2026, 11:00, but the input is complete only until Mon 8 Jun 2026, 10:45. Until more "
          "is known nobody is called.");
    const std::string text =
        text_of(shop.explain("2026-06-08T11:30:00+02:00", "2026-06-08T10:45:00+02:00"), Language::italian);
    CHECK(explain_story::lines_of(text).at(1) ==
          "Situazione al lun 8 giu 2026, 11:30 (Europe/Rome); i dati sono completi fino al lun 8 giu 2026, 10:45.");
}

TEST_CASE("what came in time but was read after we had acted was a false alarm", "[explain]") {
    Shop shop{rules_with(two_hours())};
    shop.fire("2026-06-08T11:10:00+02:00");
    CHECK(shop.verdict("2026-06-08T11:10:00+02:00", "2026-06-08T11:10:00+02:00") ==
          "    Late since Mon 8 Jun 2026, 11:00: it is still to be seen that the parcel was packed.");
    shop.event("parcel.packed", "2026-06-08T10:40:00+02:00");
    CHECK(shop.verdict("2026-06-08T12:00:00+02:00", "2026-06-08T12:00:00+02:00") ==
          "    In time after all: the parcel was packed on Mon 8 Jun 2026, 10:40, 20 minutes before the deadline, but we heard "
          "of it only later.");
}

TEST_CASE("a case of a rule that is no more says so", "[explain]") {
    Shop shop{rules_with(two_hours())};
    shop.fire("2026-06-08T11:10:00+02:00");
    shop.use(rules_with(two_hours("another")));
    shop.fire("2026-06-08T11:20:00+02:00");
    const Explanation explanation = shop.explain("2026-06-08T12:00:00+02:00", "2026-06-08T12:00:00+02:00");
    REQUIRE(explanation.rules.size() == 2);
    CHECK(explanation.rules[1].rule == "calling");
    CHECK(explanation.rules[1].verdict == ExplainedRule::Verdict::rule_removed);
}

TEST_CASE("a rule that was added later says that it came too late for this order", "[explain]") {
    Shop shop{rules_with(two_hours("another"))};
    shop.use(rules_with(two_hours()));
    shop.fire("2026-06-08T09:30:00+02:00");
    CHECK(shop.verdict("2026-06-08T12:00:00+02:00", "2026-06-08T12:00:00+02:00") ==
          "    Not for this one: the order was paid on Mon 8 Jun 2026, 09:00, and the rule counts only what happens from Mon 8 "
          "Jun 2026, 09:30 on.");
}

TEST_CASE("a deadline that an edit left where it was says that its lines do not lead to it", "[explain]") {
    Shop shop{rules_with(two_hours("calling", "    on_edit: keep\n"))};
    shop.use(rules_with(two_hours("calling", "    on_edit: keep\n", "5 hours")));
    shop.fire("2026-06-08T09:30:00+02:00");
    const std::string text = text_of(shop.explain("2026-06-08T10:00:00+02:00", "2026-06-08T10:00:00+02:00"), Language::english);
    CHECK(part_of(text, "calling").at(1) ==
          "    Not late: the parcel must be packed by Mon 8 Jun 2026, 11:00. Still to go: 1 hour.");
    CHECK_THAT(part_of(text, "calling").at(2), Catch::EndsWith("The rule was edited since: the deadline is not what these "
                                                               "lines add up to."));
}

TEST_CASE("an order that an edit made late says so", "[explain]") {
    Shop shop{rules_with(two_hours("calling", "", "5 hours"))};
    shop.fire("2026-06-08T09:30:00+02:00");
    shop.use(rules_with(two_hours("calling", "", "1 hour")));
    shop.fire("2026-06-08T11:30:00+02:00");
    CHECK(shop.verdict("2026-06-08T12:00:00+02:00", "2026-06-08T12:00:00+02:00") ==
          "    Late since Mon 8 Jun 2026, 10:00: it is still to be seen that the parcel was packed. It is late because the "
          "rule was edited.");
}

TEST_CASE("without the decisions of the contacts stage the explanation says that they are missing", "[explain]") {
    Shop shop{rules_with(two_hours())};
    shop.fire("2026-06-08T11:10:00+02:00");
    Entity entity;
    REQUIRE(decode(shop.stage.find("acme-it", SubjectType::order, "A1"), entity));
    CHECK(customers_of(entity) == std::vector<std::string>{"C1"});
    const Instant now = at("2026-06-08T11:10:00+02:00");
    const std::string text = text_of(
        premura::explain(*shop.rules, entity, {}, {now, now, std::chrono::minutes{2}, false, {}}), Language::english);
    CHECK_THAT(text, Catch::Contains("What was decided about calls and messages is kept by another daemon"));
    CHECK(part_of(text, "calling").back() == "    Call the customer (packing-delay): was due on Mon 8 Jun 2026, 11:00");
}

}  // namespace premura
