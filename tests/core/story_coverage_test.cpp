#include "core/story/story_coverage.h"

#include <chrono>

#include "tests/core/story_support.h"

// What the tests of a folder make the rules do, and how fast they run.

using namespace premura;
using namespace premura::story_support;

namespace {

StoryCoverage coverage_of(const RuleSet& rules, const std::string& tests) {
    const LoadedStories loaded = load(rules, tests);
    INFO(loaded.diagnostics);
    REQUIRE(loaded.diagnostics.empty());
    StoryCoverage coverage{rules};
    StoryRunner runner{rules};
    for (const Story& story : loaded.stories) coverage.add(runner.run(story));
    return coverage;
}

std::vector<std::string> gaps_of(const StoryCoverage& coverage, std::string_view rule) {
    for (const StoryCoverage::OfRule& counts : coverage.rules()) {
        if (counts.rule == rule) return StoryCoverage::gaps(counts);
    }
    return {"no such rule"};
}

// A test of one order; what it expects does not matter to what ran.
std::string order(const std::string& events, const std::string& rest = "") {
    return R"(
  - name: An order
    tenant: shop
    events:
)" + events +
           "    then: []\n" + rest + "    and_nothing_else_until: 2026-06-30 00:00\n";
}

const std::string paid =
    "      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A1, fulfilment: warehouse, "
    "warehouse: W1 } }\n";
const std::string packed =
    "      - { at: 2026-06-08 11:00, event: parcel.packed, order: { id: A1 } }\n";

using Gaps = std::vector<std::string>;

}  // namespace

TEST_CASE("a rule that is only named has no test", "[story][coverage]") {
    const auto rules = rule_set();
    const StoryCoverage coverage = coverage_of(*rules, R"(
  - name: Nothing happens
    tenant: shop
    rules: [slow-packing]
    events:
      - { at: 2026-06-08 10:00, event: order.placed, order: { id: A1 } }
    then: []
    and_nothing_else_until: 2026-06-12 00:00
)");
    CHECK(coverage.untested() == std::vector<std::string>{"slow-packing", "no-news", "warned-first",
                                                          "on-trial", "word-of-silence"});
}

TEST_CASE("what no test did is counted from what ran", "[story][coverage]") {
    const auto rules = rule_set();
    const Gaps steps{"step 1 of if_late (expedite: warehouse) runs in no test",
                     "step 2 of if_late (call: customer) runs in no test"};
    const std::string where = "in no test does 'where' turn a start away";
    const std::string expect = "in no test comes what is expected in time";
    const std::string unless = "in no test is it called off by 'unless'";

    CHECK(gaps_of(coverage_of(*rules, order(paid)), "slow-packing") == Gaps{where, expect, unless});
    CHECK(gaps_of(coverage_of(*rules, order(paid + packed)), "slow-packing") ==
          Gaps{steps[0], steps[1], where, unless});
    CHECK(
        gaps_of(coverage_of(*rules,
                            order(paid + "      - { at: 2026-06-08 12:30, event: order.cancelled, "
                                         "order: { id: A1 } }\n")),
                "slow-packing") == Gaps{steps[1], where, expect});
    const std::string dropship =
        "      - { at: 2026-06-08 10:00, event: order.paid, order: { id: A2, fulfilment: dropship "
        "} }\n";
    CHECK(gaps_of(coverage_of(*rules, order(paid + dropship)), "slow-packing") ==
          Gaps{expect, unless});
    CHECK(gaps_of(coverage_of(*rules, order(paid + packed) + order(paid)), "slow-packing") ==
          Gaps{where, unless});
}

TEST_CASE("early warnings are steps", "[story][coverage]") {
    const auto rules = rule_set();
    const std::string back =
        "      - { at: 2026-06-08 10:00, event: return.received, return: { id: R1 } }\n";
    const StoryCoverage coverage = coverage_of(
        *rules,
        order(back + "      - { at: 2026-06-08 13:30, event: refund.paid, return: { id: R1 } }\n"));
    CHECK(gaps_of(coverage, "warned-first") ==
          Gaps{"step 1 of if_late (escalate: boss) runs in no test"});
    CHECK(coverage.totals().rules_tested == 1);
    CHECK(coverage.totals().steps_run == 1);
}

TEST_CASE("a second start and time on hold are branches", "[story][coverage]") {
    const Loaded loaded = load_rule_set({{"brand.yaml", brand()}, {"rules.yaml", R"(version: 1
rules:
  - id: again
    name: Again
    owner: care
    subject: shipment
    when: shipment.exception
    expect: shipment.delivered
    expect_where: { order.kind: goods }
    within: 4 hours
    pause_between: [order.held, order.released]
    again: restart
    if_late: [{ escalate: boss }]
  - id: each
    name: Each
    owner: care
    subject: promise
    when: promise.made
    expect: contact.sent
    within: 1 hour
    again: each_time
    if_late: [{ escalate: boss }]
)"}});
    REQUIRE(loaded.rule_set != nullptr);
    const RuleSet& rules = *loaded.rule_set;
    const auto event = [](const std::string& time, const std::string& name,
                          const std::string& more) {
        return "      - { at: 2026-06-08 " + time + ", event: " + name + ", order: { id: A1 }, " +
               more + " }\n";
    };
    const std::string one = event("10:00", "shipment.exception", "shipment: { id: S1 }");
    const std::string restart = "in no test is there a second start";
    const std::string pause = "in no test does 'pause_between' move the deadline";
    const std::string expect = "in no test comes what is expected in time";
    const std::string filter = "in no test does 'expect_where' turn an event away";

    CHECK(gaps_of(coverage_of(rules, order(one)), "again") == Gaps{expect, filter, pause, restart});
    CHECK(gaps_of(coverage_of(rules, order(one + event("11:00", "shipment.exception",
                                                       "shipment: { id: S1 }"))),
                  "again") == Gaps{expect, filter, pause});
    // Another shipment is no second start of this one.
    CHECK(gaps_of(coverage_of(rules, order(one + event("11:00", "shipment.exception",
                                                       "shipment: { id: S2 }"))),
                  "again") == Gaps{expect, filter, pause, restart});
    CHECK(
        gaps_of(coverage_of(rules, order(one + event("11:00", "order.held", "parcel: { id: K1 }"))),
                "again") ==
        Gaps{"step 1 of if_late (escalate: boss) runs in no test", expect, filter, restart});
    CHECK(gaps_of(coverage_of(rules, order(one + event("11:00", "shipment.delivered",
                                                       "shipment: { id: S1 }"))),
                  "again") == Gaps{expect, pause, restart});

    const std::string promise = event("10:00", "promise.made", "promise: { id: P1 }");
    CHECK(gaps_of(coverage_of(rules, order(promise)), "each") == Gaps{expect, restart});
    CHECK(gaps_of(coverage_of(rules, order(promise +
                                           event("10:30", "promise.made", "promise: { id: P2 }"))),
                  "each") == Gaps{expect});
}

TEST_CASE("a rule that was changed on the way covers nothing of the one that is shipped",
          "[story][coverage]") {
    const auto rules = rule_set();
    const std::string edit = R"(    edit_rules:
      at: 2026-06-08 10:30
      rules:
        - id: slow-packing
          name: Not packed
          owner: logistics
          subject: order
          when: order.paid
          expect: parcel.packed
          within: 1 hour
          if_late: [{ expedite: warehouse, request: hurry }]
)";
    const StoryCoverage coverage = coverage_of(*rules, order(paid, edit));
    CHECK(coverage.totals().rules_tested == 1);
    CHECK(coverage.totals().steps_run == 0);
}

TEST_CASE("a thousand tests run fast enough to run them at every change", "[story][speed]") {
    const auto rules = rule_set();
    std::string tests;
    for (int i = 0; i < 1000; ++i) {
        tests += "  - name: Order " + std::to_string(i) + R"(
    tenant: shop
    events:
)" + paid + (i % 2 == 0 ? packed : "") +
                 (i % 2 == 0 ? "    then: []\n" : R"(    then:
      - { at: 2026-06-08 12:00, late: slow-packing }
      - { at: 2026-06-08 12:00, expedite: warehouse }
      - { at: 2026-06-08 14:30, call: customer }
)") + "    and_nothing_else_until: 2026-06-30 00:00\n";
    }
    const auto begin = std::chrono::steady_clock::now();
    const LoadedStories loaded = load(*rules, tests);
    REQUIRE(loaded.stories.size() == 1000);
    StoryRunner runner{*rules};
    int passed = 0;
    for (const Story& story : loaded.stories) passed += runner.run(story).passed() ? 1 : 0;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;

    CHECK(passed == 1000);
    // Under a second on a machine that does nothing else. The bound only catches what is wrong by
    // an order.
    WARN("1000 tests in " << taken.count() << " s");
    CHECK(taken.count() < 20);
}
