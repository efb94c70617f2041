#include <catch2/catch.hpp>

#include "tests/core/stage_story.h"
#include "tests/core/story_support.h"

// What rules in YAML can say beyond events and durations: conditions in CEL, lists, named conditions, exceptions,
// earlier ids. Each as an order's clock shows it.

namespace premura {
namespace {

using namespace stage_story;

std::shared_ptr<const RuleSet> rules_with(const std::string& more, const std::string& top = "",
                                          const std::string& id = "unpaid", const std::string& brand_more = "") {
    const std::string rule = "version: 1\n" + top +
                             "rules:\n"
                             "  - id: " + id + "\n"
                             "    name: Not paid in a day\n"
                             "    owner: care\n"
                             "    subject: order\n"
                             "    when: order.placed\n"
                             "    expect: order.paid\n"
                             "    within: 1 day\n" + more;
    const Loaded loaded = load_rule_set(
        {{"brand.yaml", story_support::brand()}, {"rules.yaml", rule}, {"z.yaml", brand_more.empty() ? "version: 1\nlists:\n  nothing: [x]\n" : brand_more}});
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set);
    return loaded.rule_set;
}

const std::string escalates = "    if_late:\n      - escalate: boss\n";
const std::string monday = "2026-06-08T09:00:00Z";
const Instant tuesday = at("2026-06-09T09:00:00Z");

struct Orders {
    explicit Orders(std::shared_ptr<const RuleSet> rules) : stage{{}, std::move(rules)} {}

    void place(const std::string& facts) {
        tell("order.placed", monday, R"({"order":{"id":"A1")" + facts + "}}");
    }
    Effects tell(const std::string& type, const std::string& time, const std::string& data) {
        Effects effects;
        Record record = record_of("A1", type + time, type, time, data);
        record.topic = "anything";
        stage.apply(record, record.timestamp, effects);
        return effects;
    }
    // What is told until an hour after the deadline.
    Texts told(Instant until = tuesday + std::chrono::hours{1}) {
        Effects effects;
        stage.fire({until, until, false}, effects);
        last = effects;
        return types_of(effects.outputs);
    }

    OrdersStage stage;
    Effects last;
};

Texts told_of(const std::shared_ptr<const RuleSet>& rules, const std::string& facts) {
    Orders orders{rules};
    orders.place(facts);
    return orders.told();
}

const Texts late{"finding.late", "finding.step"};
const Texts nothing{};

}  // namespace

TEST_CASE("only_if is read when the clock starts", "[conditions]") {
    const auto rules = rules_with("    only_if: order.total >= 100.0 && order.channel != 'shop'\n" + escalates);
    CHECK(told_of(rules, R"(,"total":100,"channel":"web")") == late);
    CHECK(told_of(rules, R"(,"total":99.9,"channel":"web")") == nothing);
    CHECK(told_of(rules, R"(,"total":100,"channel":"shop")") == nothing);

    // What changes later starts and stops nothing.
    Orders orders{rules};
    orders.place(R"(,"total":100,"channel":"web")");
    orders.tell("order.changed", "2026-06-08T12:00:00Z", R"({"order":{"id":"A1","total":5}})");
    CHECK(orders.told() == late);
}

TEST_CASE("a condition about a fact that nobody told does not match, and that is counted", "[conditions]") {
    Orders orders{rules_with("    only_if: order.total >= 100.0\n" + escalates)};
    const Effects effects = orders.tell("order.placed", monday, R"({"order":{"id":"A1"}})");
    CHECK(counted(effects, "rule_errors", "failed_condition") == 1);
    CHECK(orders.told() == nothing);

    CHECK(told_of(rules_with("    only_if: order.total >= 100.0\n    on_error: match\n" + escalates), "") == late);
    // The other half may decide it all the same.
    CHECK(told_of(rules_with("    only_if: order.total >= 100.0 || order.id == 'A1'\n" + escalates), "") == late);
}

TEST_CASE("still_if is read when the clock fires, with the facts of then", "[conditions]") {
    const auto rules = rules_with("    still_if: order.channel != 'shop'\n" + escalates);
    Orders orders{rules};
    orders.place(R"(,"channel":"web")");
    CHECK(orders.told() == late);

    Orders changed{rules};
    changed.place(R"(,"channel":"web")");
    changed.tell("order.changed", "2026-06-08T20:00:00Z", R"({"order":{"id":"A1","channel":"shop"}})");
    CHECK(changed.told() == nothing);
    CHECK(counted(changed.last, "not_wanted_any_more", "unpaid") == 1);
    // It had its moment: a later change does not bring it back.
    changed.tell("order.changed", "2026-06-10T20:00:00Z", R"({"order":{"id":"A1","channel":"web"}})");
    CHECK(changed.told(tuesday + std::chrono::days{3}) == nothing);
}

TEST_CASE("a step's only_if leaves that step out and no other", "[conditions]") {
    const auto rules = rules_with(
        "    if_late:\n"
        "      - escalate: boss\n"
        "        only_if: order.total >= 100.0\n"
        "      - after: 1 hour\n"
        "        call: customer\n"
        "        script: sorry\n");
    CHECK(told_of(rules, R"(,"total":100)") == late);
    Orders small{rules};
    small.place(R"(,"total":5)");
    CHECK(small.told() == Texts{"finding.late"});
    CHECK(small.told(tuesday + std::chrono::hours{2}) == Texts{"finding.step"});
    CHECK(small.last.outputs[0].value->find(R"("verb":"call")") != std::string::npos);
}

TEST_CASE("conditions know the moment, the days and the calendars", "[conditions]") {
    // Placed on Monday at 11:00 in Rome: the house has opened three hours before.
    CHECK(told_of(rules_with("    only_if: is_open(now, 'care') && event.type == 'order.placed'\n" + escalates), "") == late);
    CHECK(told_of(rules_with("    only_if: is_open(now + duration('12h'), 'house')\n" + escalates), "") == nothing);
    const std::string promised = R"(,"promised_by":"2026-06-10")";
    CHECK(told_of(rules_with("    only_if: days_until(order.promised_by) == 2\n" + escalates), promised) == late);
    CHECK(told_of(rules_with("    still_if: days_until(order.promised_by) == 1\n" + escalates), promised) == late);
    // Monday 11:00 to Wednesday 24:00: 7 + 10 + 10 hours.
    CHECK(told_of(rules_with("    only_if: business_hours_between(now, order.promised_by, 'care') == 27.0\n" + escalates),
                  promised) == late);
    CHECK(told_of(rules_with("    only_if: is_open(now, 'nowhere')\n" + escalates), "") == nothing);
    CHECK(told_of(rules_with("    only_if: tenant.id == 'shop' && tenant.brand == 'Shop'\n" + escalates), "") == late);
}

TEST_CASE("lists and named conditions are used by name, from any file", "[conditions]") {
    const std::string top =
        "lists:\n"
        "  far: [IS, MT]\n"
        "  round: [10, 20.5]\n"
        "conditions:\n"
        "  worth_a_call: big && !remote\n"
        "  big: order.total >= 100.0\n"
        "  remote: order.country in far\n";
    const auto named = rules_with("    only_if: worth_a_call\n" + escalates, top);
    CHECK(told_of(named, R"(,"total":100,"country":"IT")") == late);
    CHECK(told_of(named, R"(,"total":100,"country":"MT")") == nothing);
    CHECK(told_of(named, R"(,"total":1,"country":"IT")") == nothing);

    const auto filtered = rules_with(
        "    where: { order.country: { not_in_list: far }, order.total: { in_list: round } }\n" + escalates, top);
    CHECK(told_of(filtered, R"(,"total":20.5,"country":"IT")") == late);
    CHECK(told_of(filtered, R"(,"total":20.5,"country":"IS")") == nothing);
    CHECK(told_of(filtered, R"(,"total":21,"country":"IT")") == nothing);
}

TEST_CASE("exceptions keep a clock from starting, the rule's and the brand's own", "[conditions]") {
    const auto rules = rules_with(
        "    exceptions:\n      - { name: gift-cards, where: { order.kind: gift_card } }\n" + escalates);
    CHECK(told_of(rules, R"(,"kind":"gift_card")") == nothing);
    CHECK(told_of(rules, R"(,"kind":"parcel")") == late);

    std::string brand = story_support::brand();
    brand += "    exceptions: {}\n";
    const Loaded loaded = load_rule_set(
        {{"brand.yaml", R"(version: 1
tenants:
  shop:
    brand: Shop
    timezone: Europe/Rome
    languages: [en]
    teams: { boss: { email: boss@shop.example } }
    exceptions:
      unpaid:
        - { name: staff, where: { customer.segment: staff } }
)"},
         {"rules.yaml", "version: 1\nrules:\n  - id: unpaid\n    name: Not paid\n    owner: care\n    subject: order\n"
                        "    when: order.placed\n    expect: order.paid\n    within: 1 day\n" + escalates}});
    REQUIRE(loaded.rule_set);
    Orders staff{loaded.rule_set};
    staff.tell("order.placed", monday, R"({"order":{"id":"A1"},"customer":{"segment":"staff"}})");
    CHECK(staff.told() == nothing);
    CHECK(told_of(loaded.rule_set, "") == late);
}

TEST_CASE("a rule under a new id goes on with the cases of its old one", "[conditions]") {
    Orders orders{rules_with("    if_late:\n      - escalate: boss\n      - after: 1 day\n        escalate: boss\n")};
    orders.place("");
    CHECK(orders.told() == late);
    const std::string case_id = orders.last.outputs[0].value->substr(0, 40);

    orders.stage.use(rules_with("    was: unpaid\n    if_late:\n      - escalate: boss\n      - after: 1 day\n        escalate: boss\n",
                                "", "not-paid"));
    CHECK(orders.told() == nothing);
    CHECK(orders.told(tuesday + std::chrono::hours{25}) == Texts{"finding.step"});
    CHECK(orders.last.outputs[0].value->substr(0, 40) == case_id);
    CHECK(orders.last.outputs[0].value->find(R"("rule":"not-paid")") != std::string::npos);
}

TEST_CASE("an edited condition cancels what waits and leaves what was told", "[conditions]") {
    const auto before = rules_with(escalates);
    const auto after = rules_with("    only_if: order.total >= 100.0\n" + escalates);
    SECTION("the clock still waits") {
        Orders orders{before};
        orders.place(R"(,"total":5)");
        orders.stage.use(after);
        CHECK(orders.told() == nothing);
        orders.stage.use(before);  // and the edit can be undone
        CHECK(orders.told() == late);
    }
    SECTION("the case is open: it stays until what was expected comes, also after a restart") {
        Orders orders{before};
        orders.place(R"(,"total":5)");
        CHECK(orders.told() == late);
        Effects state;
        orders.stage.collect_state(state);

        Orders restarted{after};
        restarted.stage.restore(state.state.at(0).key, *state.state.at(0).value);
        CHECK(restarted.told() == nothing);
        const Effects paid = restarted.tell("order.paid", "2026-06-09T11:00:00Z", R"({"order":{"id":"A1"}})");
        REQUIRE(types_of(paid.outputs) == Texts{"finding.closed"});
        CHECK(paid.outputs[0].value->find(R"("reason":"done_late")") != std::string::npos);
    }
}

}  // namespace premura
