#include <catch2/catch.hpp>

#include "core/difference/difference_report.h"
#include "tests/core/stage_story.h"
#include "tests/core/story_support.h"

// What a change of rules would do to orders that are on their way, counted by the engine itself.

namespace premura {
namespace {

using namespace stage_story;

std::shared_ptr<const RuleSet> set(const std::string& more, const std::string& rest = "") {
    const Loaded loaded = load_rule_set(
        {{"brand.yaml", story_support::brand()},
         {"rules.yaml",
          "version: 1\nrules:\n  - id: unpaid\n    name: Not paid in time\n    owner: care\n    subject: order\n"
          "    when: order.placed\n    expect: order.paid\n" + more + "    if_late:\n      - call: customer\n        script: sorry\n" + rest}});
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set);
    return loaded.rule_set;
}

// Ten orders, one an hour from Monday 8 June 2026, 0:00 UTC; seen at 12:00.
const Instant noon = at("2026-06-08T12:00:00Z");

class Shop {
 public:
    explicit Shop(std::shared_ptr<const RuleSet> rules) : rules_{rules}, stage_{{}, rules} {
        for (int order = 0; order < 10; ++order) {
            const std::string id = "A" + std::to_string(order);
            const std::string time = "2026-06-08T0" + std::to_string(order) + ":00:00Z";
            Record record = record_of(id, id, "order.placed", time,
                                      R"({"order":{"id":")" + id + R"(","total":)" + std::to_string(order) + "}}");
            record.topic = "anything";
            Effects effects;
            stage_.apply(record, record.timestamp, effects);
        }
        Effects effects;
        stage_.fire({noon, noon, false}, effects);
    }

    Difference under(std::shared_ptr<const RuleSet> after) const {
        DifferenceCounter counter{{}, rules_, std::move(after), stage_.memory().encoded(), noon};
        KeyedStore::Walk walk{stage_.store()};
        while (walk.step(stage_.store(), 3, [&counter](std::string_view bytes) { counter.add(bytes); })) {
        }
        return counter.take();
    }

 private:
    std::shared_ptr<const RuleSet> rules_;
    OrdersStage stage_;
};

}  // namespace

TEST_CASE("a shorter time: every clock moves, and those over it are late at once", "[difference]") {
    const Shop shop{set("    within: 24 hours\n")};
    const Difference difference = shop.under(set("    within: 6 hours\n"));
    CHECK(difference.orders == 10);
    const RuleDifference& rule = difference.rules.at("unpaid");
    CHECK(rule.clocks == 10);
    CHECK(rule.earlier == 10);
    CHECK(rule.later == 0);
    CHECK(rule.late_at_once == 6);  // placed at 0:00 to 5:00; the next one waits for what is on its way
    CHECK(rule.calls_added == 6);
    CHECK(difference.late_at_once() == 6);
}

TEST_CASE("a longer time: open cases close, and their calls are not needed", "[difference]") {
    const Shop shop{set("    within: 6 hours\n")};
    const Difference longer = shop.under(set("    within: 24 hours\n"));
    const RuleDifference& rule = longer.rules.at("unpaid");
    CHECK(rule.later == 10);
    CHECK(rule.late_at_once == 0);
    // The customers were called already: these cases stay.
    CHECK(rule.closed_at_once == 0);
    CHECK(rule.calls_added == 0);
}

TEST_CASE("a rule that is taken away cancels its clocks and closes its cases", "[difference]") {
    const Shop shop{set("    within: 6 hours\n")};
    auto without = std::make_shared<RuleSet>(*set("    within: 6 hours\n"));
    without->rules.clear();
    const Difference difference = shop.under(without);
    const RuleDifference& rule = difference.rules.at("unpaid");
    CHECK(rule.clocks == 10);
    CHECK(rule.cancelled == 10);
    CHECK(rule.closed_at_once == 6);
    CHECK(rule.calls_avoided == 6);
}

TEST_CASE("a filter cancels clocks that wait; a rule on trial adds no call", "[difference]") {
    const Shop shop{set("    within: 24 hours\n")};
    const Difference filtered = shop.under(set("    where: { order.total: { at_least: 4 } }\n    within: 24 hours\n"));
    CHECK(filtered.rules.at("unpaid").cancelled == 4);
    CHECK_FALSE(filtered.rules.at("unpaid").late_at_once != 0);

    const Difference trial = shop.under(set("    mode: trial\n    within: 6 hours\n"));
    CHECK(trial.rules.at("unpaid").late_at_once == 6);
    CHECK(trial.rules.at("unpaid").calls_added == 0);
}

TEST_CASE("a new rule is late for nobody; with backfill for those it reaches", "[difference]") {
    const Shop shop{set("    within: 24 hours\n")};
    const auto added = [](const std::string& backfill) {
        return "  - id: slow\n    name: Slow\n    owner: care\n    subject: order\n    when: order.placed\n    expect: parcel.packed\n"
               "    within: 1 hour\n" + backfill + "    if_late:\n      - escalate: boss\n";
    };
    const Difference plain = shop.under(set("    within: 24 hours\n", added("")));
    CHECK(plain.late_at_once() == 0);
    const Difference backfilled = shop.under(set("    within: 24 hours\n", added("    backfill: 6 hours\n")));
    CHECK(backfilled.rules.at("slow").started == 4);  // placed at 6:00 or later
    CHECK(backfilled.rules.at("slow").late_at_once == 4);
}

TEST_CASE("nothing changed: nothing happens", "[difference]") {
    const Shop shop{set("    within: 6 hours\n")};
    const Difference difference = shop.under(set("    within: 6 hours\n"));
    CHECK(difference.rules.at("unpaid").clocks == 10);
    CHECK_FALSE(difference.rules.at("unpaid").any());
    CHECK(rule_edits(*set("    within: 6 hours\n"), *set("    within: 6 hours\n")).empty());
}

TEST_CASE("edits are told by their keys, and what no clock survives is refused", "[difference]") {
    const auto before = set("    within: 24 hours\n");
    const auto edits = rule_edits(*before, *set("    where: { order.total: 5 }\n    within: 16 hours\n    again: once\n"));
    REQUIRE(edits.size() == 1);
    CHECK(edits[0].changes == Texts{"where", "within: 1 day -> 16 hours"});
    auto ladder = std::make_shared<RuleSet>(*before);
    ladder->rules[0].if_late[0].delay = *parse_duration("2 hours");
    ladder->rules[0].on_edit = Rule::OnEdit::keep;
    CHECK(rule_edits(*before, *ladder)[0].changes ==
          Texts{"on_edit: recompute -> keep", "if_late 1: call customer (sorry) -> call customer (sorry) after 2 hours"});

    auto other = std::make_shared<RuleSet>(*before);
    other->rules[0].when = other->rules[0].expect;
    Diagnostics diagnostics;
    check_edits(*before, *other, diagnostics);
    REQUIRE(diagnostics.error_count() == 1);
    CHECK(diagnostics.all()[0].code == "PR139");
    CHECK(diagnostics.all()[0].message == "the rule 'unpaid' is about something else now: its 'when' has changed");
    Diagnostics none;
    check_edits(*before, *set("    within: 2 hours\n"), none);
    CHECK(none.empty());
}

TEST_CASE("a report reads as people say it, and goes through JSON unharmed", "[difference]") {
    const auto before = set("    within: 24 hours\n");
    const auto after = set("    within: 6 hours\n");
    const DifferenceReport report{rule_edits(*before, *after), Shop{before}.under(after)};
    const std::string text =
        "unpaid\n"
        "    within: 1 day -> 6 hours\n"
        "    10 clocks run\n"
        "    10 clocks have an earlier deadline\n"
        "    6 cases would be late at once\n"
        "    6 calls more are due at once\n"
        "10 orders looked at; 6 cases would be late at once";
    CHECK(difference_text(report, false) == text);
    const auto back = difference_of_json(difference_json(report));
    REQUIRE(back);
    CHECK(difference_text(*back, false) == text);
}

}  // namespace premura
