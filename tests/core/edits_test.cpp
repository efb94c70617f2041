#include <catch2/catch.hpp>

#include "tests/core/stage_story.h"
#include "tests/core/story_support.h"

// What an edit of the rules means for clocks that run: each row of the table in docs/RULES.md, as the orders stage
// acts on it. An order is placed on Monday 8 June 2026 at 9:00 UTC (11:00 in Rome); the rule gives it a day to be paid.

namespace premura {
namespace {

using namespace stage_story;

const std::string calls = "    if_late:\n      - call: customer\n        script: sorry\n";
const std::string escalates = "    if_late:\n      - escalate: boss\n";
const std::string placed_at = "2026-06-08T09:00:00Z";

std::string rule(const std::string& more, const std::string& id = "unpaid", const std::string& when = "order.placed") {
    return "  - id: " + id +
           "\n    name: Not paid in time\n    owner: care\n    subject: order\n    when: " + when +
           "\n    expect: order.paid\n" + more;
}

std::shared_ptr<const RuleSet> set(const std::string& rules, const std::string& more = "") {
    const Loaded loaded = load_rule_set({{"brand.yaml", story_support::brand()},
                                         {"rules.yaml", "version: 1\nrules:\n" + rules},
                                         {"more.yaml", more.empty() ? "version: 1\nlists:\n  nothing: [x]\n" : more}});
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set);
    return loaded.rule_set;
}

struct Told {
    std::string what;  // "late unpaid", "step unpaid call", "closed unpaid deadline_moved"
    bool by_edit = false;
};

class Shop {
 public:
    explicit Shop(std::shared_ptr<const RuleSet> rules) : stage_{std::make_unique<OrdersStage>(OrdersOptions{}, std::move(rules))} {}

    void tell(const std::string& type, const std::string& time, const std::string& facts = "", const std::string& id = "A1") {
        Effects effects;
        Record record = record_of(id, type + time, type, time, R"({"order":{"id":")" + id + "\"" + facts + "}}");
        record.topic = "anything";
        stage_->apply(record, record.timestamp, effects);
        take(effects);
    }
    void place() { tell("order.placed", placed_at); }
    void use(std::shared_ptr<const RuleSet> rules) { stage_->use(std::move(rules)); }

    // A stop and a start under other rules, with what was committed.
    void restart(std::shared_ptr<const RuleSet> rules) {
        collect();
        stage_ = std::make_unique<OrdersStage>(OrdersOptions{}, std::move(rules));
        for (const auto& [key, value] : state_) stage_->restore(key, value);
    }
    // All that is told until then.
    Texts until(const std::string& time) {
        told_.clear();
        by_edit_.clear();
        Effects effects;
        stage_->fire({at(time), at(time), false}, effects);
        take(effects);
        return told_;
    }
    const Texts& by_edit() const { return by_edit_; }
    Instant next_due() const { return stage_->next_due().value_or(instant_max); }

 private:
    void take(const Effects& effects) {
        for (const Output& output : effects.outputs) {
            std::string error;
            const auto finding = finding_of(delivered(output), error);
            REQUIRE(finding);
            std::string line = std::string{name_of(finding->kind)} + " " + finding->rule;
            if (finding->kind == Finding::Kind::step) line += " " + std::string{name_of(finding->verb)} + " " + finding->target;
            if (finding->kind == Finding::Kind::closed) line += " " + finding->reason;
            if (finding->mode == Rule::Mode::trial) line += " on trial";
            if (finding->by_edit) by_edit_.push_back(line);
            told_.push_back(line);
        }
    }
    void collect() {
        Effects effects;
        stage_->collect_state(effects);
        for (StateRecord& record : effects.state) state_[record.key] = *record.value;
    }

    std::unique_ptr<OrdersStage> stage_;
    std::map<std::string, std::string> state_;
    Texts told_;
    Texts by_edit_;
};

const Texts nothing;
const std::string day = "    within: 1 day\n";

// Under both: an edit of a running daemon, and one that was made while it was stopped.
void edit(Shop& shop, bool with_restart, const std::string& rules, const std::string& more = "") {
    with_restart ? shop.restart(set(rules, more)) : shop.use(set(rules, more));
}

}  // namespace

TEST_CASE("a longer time moves the deadlines of clocks that run", "[edits]") {
    const bool restarted = GENERATE(false, true);
    Shop shop{set(rule(day + calls))};
    shop.place();
    edit(shop, restarted, rule("    within: 2 days\n" + calls));
    CHECK(shop.until("2026-06-09T12:00:00Z") == nothing);
    CHECK(shop.until("2026-06-10T12:00:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    CHECK(shop.by_edit() == nothing);
}

TEST_CASE("a shorter time that is over already makes late at once, and says that an edit did", "[edits]") {
    const bool restarted = GENERATE(false, true);
    Shop shop{set(rule(day + calls))};
    shop.place();
    CHECK(shop.until("2026-06-08T12:00:00Z") == nothing);
    edit(shop, restarted, rule("    within: 2 hours\n" + calls));
    CHECK(shop.until("2026-06-08T12:01:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    CHECK(shop.by_edit() == Texts{"late unpaid", "step unpaid call customer"});
}

TEST_CASE("a shorter time that is not over yet is no lateness by edit", "[edits]") {
    Shop shop{set(rule(day + calls))};
    shop.place();
    shop.use(set(rule("    within: 5 hours\n" + calls)));
    CHECK(shop.until("2026-06-08T12:00:00Z") == nothing);
    CHECK(shop.until("2026-06-08T14:05:00Z").size() == 2);
    CHECK(shop.by_edit() == nothing);
}

TEST_CASE("what was late already when its rule was edited is not late by the edit", "[edits]") {
    Shop shop{set(rule(day + "    if_late:\n      - escalate: boss\n      - after: 1 day\n        escalate: boss\n"))};
    shop.place();
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid", "step unpaid escalate boss"});
    shop.use(set(rule("    within: 20 hours\n    if_late:\n      - escalate: boss\n      - after: 1 day\n        escalate: boss\n")));
    CHECK(shop.until("2026-06-10T10:00:00Z") == Texts{"step unpaid escalate boss"});
    CHECK(shop.by_edit() == nothing);
}

TEST_CASE("with on_edit: keep a deadline stays as it was counted, through a stop, too", "[edits]") {
    const bool restarted = GENERATE(false, true);
    const std::string keep = "    on_edit: keep\n";
    Shop shop{set(rule(keep + day + calls))};
    shop.place();
    edit(shop, restarted, rule(keep + "    within: 2 hours\n" + calls));
    CHECK(shop.until("2026-06-08T20:00:00Z") == nothing);
    SECTION("an order that comes after the edit has the new time") {
        shop.tell("order.placed", "2026-06-08T20:00:00Z", "", "B2");
        CHECK(shop.until("2026-06-08T22:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    }
    SECTION("the old one fires when it would have") {
        CHECK(shop.until("2026-06-09T08:59:00Z") == nothing);
        CHECK(shop.until("2026-06-09T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
        CHECK(shop.by_edit() == nothing);
    }
    SECTION("what was expected still ends it") {
        shop.tell("order.paid", "2026-06-08T21:00:00Z");
        CHECK(shop.until("2026-06-12T09:05:00Z") == nothing);
    }
    SECTION("and the next edit keeps it, too") {
        edit(shop, restarted, rule(keep + "    within: 9 days\n" + calls));
        CHECK(shop.until("2026-06-09T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    }
}

TEST_CASE("an edit that itself says keep keeps the deadlines of the rule it edits", "[edits]") {
    Shop shop{set(rule(day + calls))};
    shop.place();
    CHECK(shop.until("2026-06-08T12:00:00Z") == nothing);
    shop.use(set(rule("    on_edit: keep\n    within: 2 hours\n" + calls)));
    CHECK(shop.until("2026-06-08T20:00:00Z") == nothing);
    shop.tell("order.placed", "2026-06-08T20:00:00Z", "", "B2");
    CHECK(shop.until("2026-06-08T22:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    CHECK(shop.until("2026-06-09T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    CHECK(shop.by_edit() == nothing);
}

TEST_CASE("a kept deadline still moves with a pause while its rule is as it was", "[edits]") {
    const std::string keep = "    on_edit: keep\n    pause_between: [order.held, order.released]\n";
    Shop shop{set(rule(keep + day + calls))};
    shop.place();
    shop.tell("order.held", "2026-06-08T10:00:00Z");
    shop.tell("order.released", "2026-06-08T20:00:00Z");
    shop.use(set(rule(keep + "    within: 3 days\n" + calls)));
    CHECK(shop.until("2026-06-09T18:59:00Z") == nothing);
    CHECK(shop.until("2026-06-09T19:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
}

TEST_CASE("an open case whose deadline moves on is withdrawn when nobody was contacted", "[edits]") {
    const bool restarted = GENERATE(false, true);
    const std::string ladder = "    if_late:\n      - expedite: warehouse\n        request: pack_today\n      - after: 8 hours\n        call: customer\n        script: sorry\n";
    Shop shop{set(rule(day + ladder))};
    shop.place();
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid", "step unpaid expedite warehouse"});
    edit(shop, restarted, rule("    within: 2 days\n" + ladder));
    CHECK(shop.until("2026-06-09T10:01:00Z") == Texts{"closed unpaid deadline_moved"});
    CHECK(shop.until("2026-06-10T08:00:00Z") == nothing);
    // Late again, by the new deadline: the warehouse was pressed already and is not pressed twice.
    CHECK(shop.until("2026-06-10T10:00:00Z") == Texts{"late unpaid"});
    CHECK(shop.until("2026-06-10T18:00:00Z") == Texts{"step unpaid call customer"});
}

TEST_CASE("a case that closes by an edit opens again only for orders that the rule is still for", "[edits]") {
    const std::string ladder = "    if_late:\n      - expedite: warehouse\n        request: pack_today\n      - after: 8 hours\n        call: customer\n        script: sorry\n";
    Shop shop{set(rule(day + ladder))};
    shop.tell("order.placed", placed_at, ",\"total\":5");
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid", "step unpaid expedite warehouse"});
    shop.use(set(rule("    within: 2 days\n    exceptions: [{ name: small, where: { order.total: { less_than: 20 } } }]\n" + ladder)));
    CHECK(shop.until("2026-06-09T10:01:00Z") == Texts{"closed unpaid deadline_moved"});
    CHECK(shop.until("2026-06-15T10:00:00Z") == nothing);
}

TEST_CASE("an open case stays when the customer was called already", "[edits]") {
    Shop shop{set(rule(day + calls))};
    shop.place();
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    shop.use(set(rule("    within: 2 days\n" + calls)));
    CHECK(shop.until("2026-06-12T10:00:00Z") == nothing);
    shop.tell("order.paid", "2026-06-12T11:00:00Z");
    CHECK(shop.until("2026-06-12T12:00:00Z") == nothing);  // closed with the event, and not again
}

TEST_CASE("holidays and hours are edits of every rule that counts by them", "[edits]") {
    const auto hours = [](const std::string& closed) {
        return "version: 1\ncalendars:\n  shop-hours:\n    name: Shop\n    timezone: Europe/Rome\n    open: { monday-friday: 09:00-17:00 }\n" + closed;
    };
    const std::string counted = rule("    within: 8 business hours\n    calendar: shop-hours\n" + calls);
    Shop shop{set(counted, hours(""))};
    shop.place();  // 11:00 in Rome: due on Tuesday at 11:00
    shop.use(set(counted, hours("    closed: [{ from: 2026-06-09, to: 2026-06-09 }]\n")));
    CHECK(shop.until("2026-06-09T12:00:00Z") == nothing);
    CHECK(shop.until("2026-06-10T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
}

TEST_CASE("steps that have run stay run when the ladder changes", "[edits]") {
    const bool restarted = GENERATE(false, true);
    const auto ladder = [](const std::string& before, const std::string& between) {
        return day + "    if_late:\n" + before + "      - id: first\n        escalate: boss\n" + between +
               "      - id: last\n        after: 8 hours\n        call: customer\n        script: sorry\n";
    };
    const std::string expedites = "      - expedite: warehouse\n        request: pack_today\n";
    Shop shop{set(rule(ladder("", "")))};
    shop.place();
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid", "step unpaid escalate boss"});
    SECTION("one put before them is not run in the past") {
        edit(shop, restarted, rule(ladder(expedites, "")));
        CHECK(shop.until("2026-06-09T17:05:00Z") == Texts{"step unpaid call customer"});
    }
    SECTION("one put after them whose time is over is not run either") {
        edit(shop, restarted, rule(ladder("", "      - after: 30 minutes\n        expedite: warehouse\n        request: pack_today\n")));
        CHECK(shop.until("2026-06-09T17:20:00Z") == nothing);
        CHECK(shop.until("2026-06-09T17:35:00Z") == Texts{"step unpaid call customer"});
    }
    SECTION("one whose time has not come yet is run") {
        edit(shop, restarted, rule(ladder("", "      - after: 3 hours\n        expedite: warehouse\n        request: pack_today\n")));
        CHECK(shop.until("2026-06-09T10:01:00Z") == nothing);
        CHECK(shop.until("2026-06-09T12:05:00Z") == Texts{"step unpaid expedite warehouse"});
    }
    SECTION("and what is taken away is gone") {
        edit(shop, restarted, rule(day + "    if_late:\n      - id: first\n        escalate: boss\n"));
        CHECK(shop.until("2026-06-10T12:05:00Z") == nothing);
    }
}

TEST_CASE("where and only_if are read again; what waited is cancelled, what is open stays", "[edits]") {
    const bool restarted = GENERATE(false, true);
    const std::string filtered = rule("    where: { order.total: { at_least: 100 } }\n" + day + calls);
    Shop shop{set(rule(day + calls))};
    shop.tell("order.placed", placed_at, ",\"total\":5");
    SECTION("still waiting") {
        edit(shop, restarted, filtered);
        CHECK(shop.until("2026-06-12T10:00:00Z") == nothing);
    }
    SECTION("with a kept deadline as well, and the edit can be undone") {
        Shop keeping{set(rule("    on_edit: keep\n" + day + calls))};
        keeping.tell("order.placed", placed_at, ",\"total\":5");
        edit(keeping, restarted, rule("    on_edit: keep\n    where: { order.total: { at_least: 100 } }\n" + day + calls));
        CHECK(keeping.until("2026-06-09T08:00:00Z") == nothing);
        edit(keeping, restarted, rule("    on_edit: keep\n" + day + calls));
        CHECK(keeping.until("2026-06-09T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    }
    SECTION("open") {
        CHECK(shop.until("2026-06-09T10:00:00Z").size() == 2);
        edit(shop, restarted, filtered);
        CHECK(shop.until("2026-06-12T10:00:00Z") == nothing);
    }
}

TEST_CASE("an edited expect looks at what has happened already", "[edits]") {
    const bool restarted = GENERATE(false, true);
    const auto expecting = [](const std::string& event) {
        return "  - id: unpaid\n    name: Nothing came\n    owner: care\n    subject: order\n    when: order.placed\n    expect: " + event + "\n" + day + calls;
    };
    Shop shop{set(expecting("order.paid"))};
    shop.place();
    shop.tell("parcel.packed", "2026-06-08T10:00:00Z");
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    edit(shop, restarted, expecting("[order.paid, parcel.packed]"));
    CHECK(shop.until("2026-06-09T10:01:00Z") == Texts{"closed unpaid false_alarm_late_data"});
}

TEST_CASE("a rule that is added counts only what happens from then on", "[edits]") {
    const bool restarted = GENERATE(false, true);
    Shop shop{set(rule(day + calls, "other", "order.held"))};
    shop.place();
    CHECK(shop.until("2026-06-08T10:00:00Z") == nothing);
    SECTION("as it is") {
        edit(shop, restarted, rule(day + calls, "other", "order.held") + rule(day + calls));
        CHECK(shop.until("2026-06-08T11:00:00Z") == nothing);
        shop.tell("order.placed", "2026-06-08T12:00:00Z", "", "B2");
        CHECK(shop.until("2026-06-09T10:00:00Z") == nothing);
        CHECK(shop.until("2026-06-09T12:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    }
    SECTION("with backfill, what was not older than that") {
        edit(shop, restarted, rule(day + calls, "other", "order.held") + rule("    backfill: 3 hours\n" + day + calls));
        CHECK(shop.until("2026-06-08T11:00:00Z") == nothing);
        CHECK(shop.until("2026-06-09T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    }
    SECTION("with backfill, but older") {
        edit(shop, restarted, rule(day + calls, "other", "order.held") + rule("    backfill: 30 minutes\n" + day + calls));
        CHECK(shop.until("2026-06-08T11:00:00Z") == nothing);
        CHECK(shop.until("2026-06-12T09:05:00Z") == nothing);
    }
}

TEST_CASE("a rule that is taken away and put back within a week goes on", "[edits]") {
    const std::string others = rule(day + calls, "other", "order.held");
    Shop shop{set(others + rule("    within: 3 days\n" + calls))};
    shop.place();
    shop.restart(set(others));
    CHECK(shop.until("2026-06-09T09:00:00Z") == nothing);
    shop.restart(set(others + rule("    within: 3 days\n" + calls)));
    CHECK(shop.until("2026-06-11T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
}

TEST_CASE("after more than a week it is a new rule", "[edits]") {
    const std::string others = rule(day + calls, "other", "order.held");
    Shop shop{set(others + rule("    within: 30 days\n" + calls))};
    shop.place();
    shop.restart(set(others));
    CHECK(shop.until("2026-06-09T09:00:00Z") == nothing);
    shop.restart(set(others + rule("    within: 30 days\n" + calls)));
    CHECK(shop.until("2026-06-17T09:00:00Z") == nothing);
    CHECK(shop.until("2026-07-12T09:05:00Z") == nothing);
}

TEST_CASE("a rule removed closes its open cases", "[edits]") {
    const bool restarted = GENERATE(false, true);
    const std::string others = rule(day + calls, "other", "order.held");
    Shop shop{set(others + rule(day + calls))};
    shop.place();
    CHECK(shop.until("2026-06-09T10:00:00Z").size() == 2);
    edit(shop, restarted, others);
    CHECK(shop.until("2026-06-09T10:01:00Z") == Texts{"closed unpaid rule_removed"});
}

TEST_CASE("what became late on trial is not contacted when the rule goes live", "[edits]") {
    const std::string ladder = "    if_late:\n      - escalate: boss\n      - after: 1 day\n        call: customer\n        script: sorry\n";
    Shop shop{set(rule("    mode: trial\n" + day + ladder))};
    shop.place();
    shop.tell("order.placed", "2026-06-08T20:00:00Z", "", "B2");
    CHECK(shop.until("2026-06-09T10:00:00Z") == Texts{"late unpaid on trial", "step unpaid escalate boss on trial"});
    shop.use(set(rule(day + ladder)));
    // The clock that still ran is live now, and the case of the trial stays what it was.
    CHECK(shop.until("2026-06-09T20:05:00Z") == Texts{"late unpaid", "step unpaid escalate boss"});
    CHECK(shop.until("2026-06-10T10:00:00Z") == Texts{"step unpaid call customer on trial"});
}

TEST_CASE("names and texts change nothing that runs", "[edits]") {
    const bool restarted = GENERATE(false, true);
    Shop shop{set(rule(day + calls))};
    shop.place();
    edit(shop, restarted, "  - id: unpaid\n    name: Another name\n    owner: somebody\n    subject: order\n    when: order.placed\n    expect: order.paid\n" + day + calls);
    CHECK(shop.until("2026-06-09T08:59:00Z") == nothing);
    CHECK(shop.until("2026-06-09T09:05:00Z") == Texts{"late unpaid", "step unpaid call customer"});
    CHECK(shop.by_edit() == nothing);
}

}  // namespace premura
