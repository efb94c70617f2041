#include "core/backtest/backtest.h"

#include <catch2/catch.hpp>

#include "tests/backtest/backtest_story.h"

namespace premura {
namespace {

using namespace backtest_story;
using std::chrono::hours;
using std::chrono::minutes;

const LocalDate monday = LocalDate{std::chrono::year{2026} / 6 / 8};
const LocalDate tuesday = LocalDate{std::chrono::year{2026} / 6 / 9};

const BacktestRule& rule(const BacktestResult& result, std::string_view id) {
    const BacktestRule* found = result.rule(id);
    REQUIRE(found != nullptr);
    return *found;
}

BacktestOptions by_arrival() {
    BacktestOptions options;
    options.order = TimeOrder::arrival;
    return options;
}

}  // namespace

TEST_CASE("a late case, its request and its call are counted on their days", "[backtest]") {
    // Due at 17:00, the call is due at 18:00; the second order's call waits from 21:00 for the
    // morning.
    const BacktestResult result = play({},
                                       {{"2026-06-08T13:00:00+02:00", "order.paid", "A1"},
                                        {"2026-06-08T16:00:00+02:00", "order.paid", "A2"},
                                        {"2026-06-09T10:00:00+02:00", "parcel.packed", "A1"}},
                                       "2026-06-09T12:00:00+02:00");
    const BacktestRule& packed = rule(result, "not-packed");
    CHECK(packed.total.opened == 2);
    CHECK(packed.total.requests == 2);
    CHECK(packed.total.calls == 2);
    CHECK(packed.days.at(monday).calls == 1);
    CHECK(packed.days.at(tuesday).calls == 1);
    CHECK(packed.total.withdrawn == 1);
    CHECK(packed.closed_by.at("done_late") == 1);
    CHECK(packed.open_at_end == 1);
    CHECK(packed.held_by.at("quiet_hours") == 1);

    CHECK(result.total.calls == 2);
    CHECK(result.holds.at("quiet_hours").contacts == 1);
    CHECK(result.holds.at("quiet_hours").made == 1);
    CHECK(result.held_for.median() == hours{12});
    CHECK(packed.word_to_deadline.size() == 2);
    CHECK(packed.word_to_deadline.quantile(1) == -hours{1});
}

TEST_CASE("agent-hours are the hours in which customers may be called", "[backtest]") {
    BacktestOptions options;
    options.agents = 2;
    options.calls_per_hour = 0.1;
    // 14:30 (lunch) to 19:00 (dinner) on Monday, 09:00 to 12:00 on Tuesday.
    const BacktestResult result = play(options,
                                       {{"2026-06-08T13:00:00+02:00", "order.paid", "A1"},
                                        {"2026-06-09T09:59:59.999+02:00", "order.paid", "A2"}},
                                       "2026-06-09T12:00:00+02:00");
    CHECK(result.staffed_hours() == Approx(7.5));
    CHECK(*result.calls_per_agent_hour() == Approx(1.0 / 15));
    CHECK(*result.agents_needed(result.days.at(monday)) == 3);  // 1 call, 0.45 calls an agent
}

TEST_CASE("a warning is right when its deadline breaks and wrong when it is met", "[backtest]") {
    const std::string due = "2026-06-09T18:00:00+02:00";
    const BacktestResult result = play(
        {},
        {
            {"2026-06-08T10:00:00+02:00", "order.paid", "late", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "met", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "off", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "early", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "never", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "later", "", "2026-06-12T12:00:00+02:00"},
            {"2026-06-09T10:00:00+02:00", "shipment.delivered", "early"},
            {"2026-06-09T17:00:00+02:00", "shipment.delivered", "met"},
            {"2026-06-09T17:00:00+02:00", "order.cancelled", "off"},
            {"2026-06-09T20:00:00+02:00", "shipment.delivered", "late"},
        },
        "2026-06-12T11:00:00+02:00");
    const BacktestVerdict& verdict = rule(result, "promise").verdict;
    CHECK(verdict.alarms == 5);
    CHECK(verdict.right == 2);
    CHECK(verdict.wrong == 2);
    CHECK(verdict.undecided == 1);  // what is promised for an hour after the end
    CHECK(verdict.truths == 2);
    CHECK(verdict.caught == 2);
    CHECK(*verdict.precision() == Approx(0.5));
    CHECK(*verdict.recall() == Approx(1));
    CHECK(rule(result, "promise").before_deadline.median() == hours{6});
}

TEST_CASE("what was late from its start was not foreseen", "[backtest]") {
    const BacktestResult result = play(
        {}, {{"2026-06-08T10:00:00+02:00", "order.paid", "A1", "", "2026-06-07T12:00:00+02:00"}},
        "2026-06-09T00:00:00+02:00");
    const BacktestVerdict& verdict = rule(result, "promise").verdict;
    CHECK(verdict.alarms == 0);
    CHECK(verdict.truths == 1);
    CHECK(verdict.caught == 0);
    CHECK_FALSE(verdict.precision());
    CHECK(*verdict.recall() == Approx(0));
}

TEST_CASE("a rule without a warning has no recall of its own", "[backtest]") {
    const BacktestResult result =
        play({}, {{"2026-06-08T10:00:00+02:00", "order.paid", "A1"}}, "2026-06-09T00:00:00+02:00");
    CHECK(*rule(result, "not-packed").verdict.precision() == Approx(1));
    CHECK_FALSE(rule(result, "not-packed").verdict.recall());
}

TEST_CASE("alarms of one rule are measured against another rule's deadline", "[backtest]") {
    BacktestOptions options;
    options.against = "promise";
    const std::string due = "2026-06-09T18:00:00+02:00";
    const BacktestResult result = play(
        options,
        {
            {"2026-06-08T10:00:00+02:00", "order.paid", "right", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "wrong", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "missed", "", due},
            {"2026-06-08T10:00:00+02:00", "order.paid", "after", "", "2026-06-08T12:00:00+02:00"},
            {"2026-06-08T10:00:00+02:00", "order.paid", "none"},
            {"2026-06-08T10:00:00+02:00", "order.paid", "open", "", "2026-06-20T18:00:00+02:00"},
            {"2026-06-08T11:00:00+02:00", "parcel.packed", "missed"},
            {"2026-06-09T17:00:00+02:00", "shipment.delivered", "wrong"},
            {"2026-06-10T17:00:00+02:00", "shipment.delivered", "right"},
        },
        "2026-06-12T00:00:00+02:00");
    const BacktestVerdict& verdict = rule(result, "not-packed").verdict;
    CHECK(verdict.alarms == 5);
    CHECK(verdict.right == 1);
    CHECK(verdict.wrong == 1);
    CHECK(verdict.after == 1);
    CHECK(verdict.apart == 1);
    CHECK(verdict.undecided == 1);
    CHECK(verdict.truths == 3);
    CHECK(verdict.caught == 1);
    CHECK(rule(result, "not-packed").before_deadline.median() == hours{28});

    // The rule that tells what was true takes part only once.
    CHECK(result.rules.size() == 2);
    CHECK(rule(result, "promise").total.opened == 3);
    CHECK(result.total.opened == 5 + 3);
}

TEST_CASE("the order of arrival knows only what had come", "[backtest]") {
    const std::vector<Told> lines{
        {"2026-06-08T10:00:00+02:00", "order.paid", "A1"},
        // Packed in time, but the warehouse's message comes an hour after the deadline.
        {"2026-06-08T13:00:00+02:00", "parcel.packed", "A1", "", "", "2026-06-08T15:00:00+02:00"},
    };
    const BacktestResult lagged = play(by_arrival(), lines, "2026-06-09T00:00:00+02:00");
    CHECK(rule(lagged, "not-packed").total.opened == 1);
    CHECK(rule(lagged, "not-packed").closed_by.at("false_alarm_late_data") == 1);
    CHECK(rule(lagged, "not-packed").verdict.wrong == 1);
    CHECK(lagged.total.calls == 0);

    const BacktestResult ideal = play({}, lines, "2026-06-09T00:00:00+02:00");
    CHECK(ideal.total.opened == 0);
}

TEST_CASE("only the period is reported; what is around it is known", "[backtest]") {
    BacktestOptions options;
    options.from = at("2026-06-09T00:00:00+02:00");
    options.to = at("2026-06-10T00:00:00+02:00");
    const std::string due = "2026-06-10T01:00:00+02:00";
    const BacktestResult result = play(options,
                                       {{"2026-06-08T10:00:00+02:00", "order.paid", "A1", "", due},
                                        {"2026-06-08T22:00:00+02:00", "order.paid", "A2"},
                                        {"2026-06-11T10:00:00+02:00", "shipment.delivered", "A1"}},
                                       "2026-06-11T12:00:00+02:00");
    // Monday's case is not counted, Tuesday's is; the warning of Tuesday was right on Wednesday.
    CHECK(result.total.opened == 1);
    CHECK(result.total.warned == 1);
    CHECK(rule(result, "promise").verdict.right == 1);
    CHECK(rule(result, "promise").verdict.truths == 0);
    CHECK(result.days.size() == 1);
    CHECK(result.days.begin()->first == tuesday);
}

TEST_CASE("who spoke first is told by the customer's first contact", "[backtest]") {
    const std::string contact = R"(,"contact":{"channel":"phone"})";
    const BacktestResult result =
        play({},
             {{"2026-06-08T10:00:00+02:00", "order.paid", "we"},
              {"2026-06-08T10:00:00+02:00", "order.paid", "they"},
              {"2026-06-08T09:00:00+02:00", "contact.inbound", "we", contact},
              {"2026-06-08T13:00:00+02:00", "contact.inbound", "they", contact},
              {"2026-06-08T17:00:00+02:00", "contact.inbound", "we", contact}},
             "2026-06-09T00:00:00+02:00");
    const BacktestRule& packed = rule(result, "not-packed");
    CHECK(packed.inbound == 2);  // that before the order was paid was about something else
    CHECK(packed.we_spoke_first == 1);
    CHECK(packed.before_inbound.quantile(0) == -hours{1});
    CHECK(packed.before_inbound.quantile(1) == hours{3});
}

TEST_CASE("what is no event is counted and shown, and the rest goes on", "[backtest]") {
    Backtest backtest{{}, rule_set()};
    Record bad;
    bad.topic = "events";
    bad.value = "{broken";
    for (int i = 0; i < 7; ++i) CHECK_FALSE(backtest.look(bad, "file:" + std::to_string(i)));
    Record foreign = record_of({"2026-06-08T10:00:00+02:00", "stock.counted", "A1"}, 1);
    CHECK_FALSE(backtest.look(foreign, "file:9"));
    const Record good = record_of({"2026-06-08T10:00:00+02:00", "order.paid", "A1"}, 2);
    REQUIRE(backtest.look(good, "file:10"));
    backtest.take(good, good.timestamp);
    backtest.take(good, good.timestamp);
    const BacktestResult result = backtest.finish(at("2026-06-09T00:00:00+02:00"));
    CHECK(result.input.records == 9);
    CHECK(result.input.events == 1);
    CHECK(result.input.rejected_total() == 7);
    CHECK(result.input.examples.size() == 5);
    CHECK(result.input.examples.front().place == "file:0");
    CHECK(result.input.left_out.at("unknown_event_type") == 1);
    CHECK(result.input.repeated == 1);
    CHECK(result.total.opened == 1);
}

TEST_CASE("a rule on trial calls nobody, unless it is asked what it would have done",
          "[backtest]") {
    std::string text = rules();
    text.insert(text.find("    subject: order"), "    mode: trial\n");
    const std::vector<Told> lines{{"2026-06-08T10:00:00+02:00", "order.paid", "A1"}};
    const BacktestResult trial = play({}, lines, "2026-06-09T00:00:00+02:00", rule_set(text));
    CHECK(trial.total.opened == 1);
    CHECK(trial.total.calls == 0);
    CHECK(rule(trial, "not-packed").dropped_by.at("rule_on_trial") == 2);
    BacktestOptions options;
    options.trial_as_live = true;
    CHECK(play(options, lines, "2026-06-09T00:00:00+02:00", rule_set(text)).total.calls == 1);
}

TEST_CASE("a middle value is the one in the middle", "[backtest]") {
    Lengths lengths;
    for (const int each : {9, 1, 4}) lengths.add(minutes{each});
    lengths.sort();
    CHECK(lengths.median() == minutes{4});
    lengths.add(minutes{10});
    lengths.sort();
    CHECK(lengths.median() == std::chrono::seconds{390});
    CHECK(lengths.quantile(0.25) == minutes{1});
    CHECK(lengths.quantile(0.75) == minutes{9});
}

}  // namespace premura
