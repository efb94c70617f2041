#include "core/contacts/house_view.h"
#include "tests/core/story_support.h"

// What the whole house holds back, in rule tests, with the keys of rules and tenants as people write them.

using namespace premura;
using namespace premura::story_support;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t place = text.find(from);
    REQUIRE(place != text.npos);
    return text.replace(place, from.size(), to);
}

std::shared_ptr<const RuleSet> with_keys(const std::string& of_tenant, const std::string& of_rule = {}) {
    const std::string tenant = "    contact: { calls: { holidays: it } }\n";
    const Loaded loaded =
        load_rule_set({{"brand.yaml", replaced(brand(), tenant, tenant + of_tenant)},
                       {"rules.yaml", replaced(rules(), "    unless: order.cancelled\n", "    unless: order.cancelled\n" + of_rule)}});
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set != nullptr);
    return loaded.rule_set;
}

std::string diagnostics_of(const std::string& of_tenant, const std::string& of_rule = {}) {
    const std::string tenant = "    contact: { calls: { holidays: it } }\n";
    const Loaded loaded =
        load_rule_set({{"brand.yaml", replaced(brand(), tenant, tenant + of_tenant)},
                       {"rules.yaml", replaced(rules(), "    unless: order.cancelled\n", "    unless: order.cancelled\n" + of_rule)}});
    std::string texts;
    for (const Diagnostic& each : loaded.diagnostics.all()) texts += format_text(each, false) + "\n";
    return texts;
}

// Two orders, paid at 14:00 and 14:10 and late two hours later; the calls are due at 17:00 and 17:10.
std::string two_orders(const std::string& rest) {
    return R"(
  - name: Two orders
    tenant: shop
    rules: [slow-packing]
    events:
      - at: 2026-06-08 14:00
        event: order.paid
        order: { id: A1, fulfilment: warehouse, warehouse: W1 }
        customer: { id: C1 }
      - at: 2026-06-08 14:10
        event: order.paid
        order: { id: A2, fulfilment: warehouse, warehouse: W1 }
        customer: { id: C2 }
)" + rest + "    and_nothing_else_until: 2026-06-08 18:59\n";
}

const std::string late_and_pressed = R"(
    then:
      - { at: 2026-06-08 16:00, late: slow-packing }
      - { at: 2026-06-08 16:00, expedite: warehouse }
      - { at: 2026-06-08 16:10, late: slow-packing }
      - { at: 2026-06-08 16:10, expedite: warehouse }
)";

}  // namespace

TEST_CASE("the second call of a rule waits for its pace", "[story][house]") {
    CHECK(report(*with_keys("", "    calls: { at_most: 1, per: 1 hour }\n"), two_orders(late_and_pressed + R"(
      - { at: 2026-06-08 17:00, call: customer }
      - { at: 2026-06-08 18:00, call: customer }
    suppressed:
      - { at: 2026-06-08 17:10, held: call, rule: slow-packing, reason: rate_limit }
)")) == "");
}

TEST_CASE("two late at one warehouse are one story, and the calls wait for its end", "[story][house]") {
    const auto rules = with_keys(R"(    surge:
      - name: W
        more_than: 1 late in 30 minutes
        per: [rule, order.warehouse]
        do: [{ hold: call }, { escalate: boss }]
)");
    // It is calm half an hour after the first of the two; the calls become due later, and go.
    CHECK(report(*rules, two_orders(late_and_pressed + R"(
      - { at: 2026-06-08 17:00, call: customer }
      - { at: 2026-06-08 17:10, call: customer }
    suppressed: []
)")) == "");
    const auto longer = with_keys(R"(    surge:
      - name: W
        more_than: 1 late in 2 hours
        do: [{ hold: any }]
)");
    CHECK(report(*longer, two_orders(late_and_pressed + R"(
      - { at: 2026-06-08 18:10, call: customer }
      - { at: 2026-06-08 18:10, call: customer }
    suppressed:
      - { at: 2026-06-08 17:00, held: call, reason: incident }
      - { at: 2026-06-08 17:10, held: call, reason: incident }
)")) == "");
}

TEST_CASE("who is left alone is not called, and the warehouse is pressed", "[story][house]") {
    const auto rules = with_keys("    holdout: 50 %\n");
    // Which orders it is follows from their ids alone: the first of these that is left alone, and the first that is not.
    std::string alone;
    std::string other;
    for (int i = 0; alone.empty() || other.empty(); ++i) {
        Customer::OpenCase open;
        open.order = "H" + std::to_string(i);
        std::string& chosen = is_held_out("shop", open, 0.5) ? alone : other;
        if (chosen.empty()) chosen = open.order;
    }
    const std::string story = two_orders(late_and_pressed + R"(
      - { at: 2026-06-08 17:10, call: customer }
    suppressed:
      - { at: 2026-06-08 17:00, dropped: call, reason: holdout }
)");
    CHECK(report(*rules, replaced(replaced(story, "A1", alone), "A2", other)) == "");
}

TEST_CASE("a wrong share, pace or number of late cases is told with what to write", "[story][house]") {
    CHECK_THAT(diagnostics_of("    holdout: 60 %\n"), Catch::Contains("'60 %' is not a share from 0 % to 50 %"));
    CHECK_THAT(diagnostics_of("    holdout: { share: 5 %, except: [slow-pakcing] }\n"), Catch::Contains("slow-packing"));
    CHECK_THAT(diagnostics_of("    surge: [{ name: W, more_than: many, do: [{ hold: call }] }]\n"),
               Catch::Contains("write for example: 25 late in 1 hour"));
    CHECK_THAT(diagnostics_of("    surge: [{ name: W, more_than: 5 late in 1 hour, do: [{ escalate: bos }] }]\n"),
               Catch::Contains("there is no team 'bos'"));
    CHECK_THAT(diagnostics_of("", "    calls: { at_most: 0, per: 1 hour }\n"), Catch::Contains("from 1 to 100000"));
    CHECK_THAT(diagnostics_of("", "    calls: { at_most: 5, per: 2 days }\n"), Catch::Contains("at most one day"));
    CHECK(diagnostics_of("    surge: []\n").find("error") == std::string::npos);
}
