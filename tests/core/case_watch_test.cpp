#include <catch2/catch.hpp>

#include "core/effect/case_result.h"
#include "tests/core/call_story.h"

// What the contacts stage tells of each case once it is known what became of it.

namespace premura {
namespace {

using namespace call_stories;

// Thursday, 10:00 in Rome.
const Instant ten = at("2026-06-11T10:00:00+02:00");
constexpr std::chrono::minutes minute{1};
constexpr std::chrono::hours hour{1};
constexpr std::chrono::days day{1};

std::vector<CaseResult> results_of(const std::vector<Output>& outputs) {
    std::vector<CaseResult> results;
    for (const Output& output : outputs) {
        if (output.topic != "case-results") continue;
        std::string error;
        const auto result = case_result_of(delivered(output), error);
        INFO(error);
        REQUIRE(result);
        results.push_back(*result);
    }
    return results;
}

Finding contacted_us(const std::string& order, Instant time) {
    Finding news;
    news.kind = Finding::Kind::news;
    news.id = "news-" + order;
    news.tenant = "acme-it";
    news.customer = "C1";
    news.order = order;
    news.reason = "contact.inbound";
    news.started_at = news.deadline = news.planned_at = news.decided_at = time;
    return news;
}

}  // namespace

TEST_CASE("Three days after a case has ended it is told who spoke first, and that the customer came all the same", "[effect]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.tried(task, anna, ten + 30 * minute, CallOutcome::reached_informed);
    desk.apply(contacted_us("A1", ten + 2 * hour));
    desk.restart();
    Finding closed = finding(Finding::Kind::closed, "A1", ten + day);
    desk.apply(closed);

    CHECK(results_of(desk.fire(ten + 4 * day - minute)).empty());
    const auto results = results_of(desk.fire(ten + 4 * day));
    REQUIRE(results.size() == 1);
    const CaseResult& result = results.front();
    CHECK(result.id == "case-A1");
    CHECK(result.tenant == "acme-it");
    CHECK(result.rule == "order-not-packed");
    CHECK(result.day == "2026-06-11");
    CHECK(result.right);
    CHECK_FALSE(result.holdout);
    CHECK(result.outreaches == 1);
    CHECK(result.spoke_at == ten + 30 * minute);
    CHECK(result.inbound_at == ten + 2 * hour);
    CHECK(result.spoke_first());
    CHECK(result.called_back());
    // Nobody can tell from it whose order it was.
    for (const Output& output : desk.last) {
        CHECK(output.value->find("A1\"") == output.value->find("case-A1\"") + 5);
        CHECK(output.value->find("Rosa") == std::string::npos);
        CHECK(output.value->find("C1") == std::string::npos);
    }
    CHECK(results_of(desk.fire(ten + 40 * day)).empty());
}

TEST_CASE("A call that nobody answered is no word of ours", "[effect]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    desk.tried(task, anna, ten + 30 * minute, CallOutcome::no_answer);
    desk.apply(finding(Finding::Kind::closed, "A1", ten + hour));
    const auto results = results_of(desk.fire(ten + 4 * day));
    REQUIRE(results.size() == 1);
    CHECK(results[0].spoke_at == instant_max);
    CHECK(results[0].outreaches == 0);
    CHECK(results[0].inbound_at == instant_max);
}

TEST_CASE("What had happened in time is a false alarm, and what was only warned of has no result", "[effect]") {
    Desk desk;
    desk.apply(finding(Finding::Kind::late, "A1", ten));
    Finding false_alarm = finding(Finding::Kind::closed, "A1", ten + hour);
    false_alarm.reason = "false_alarm_late_data";
    desk.apply(false_alarm);
    desk.apply(finding(Finding::Kind::warning, "A2", ten));
    Finding in_time = finding(Finding::Kind::closed, "A2", ten + hour);
    in_time.reason = "met_in_time";
    desk.apply(in_time);

    const auto results = results_of(desk.fire(ten + 10 * day));
    REQUIRE(results.size() == 1);
    CHECK(results[0].id == "case-A1");
    CHECK_FALSE(results[0].right);
}

TEST_CASE("A case that lost its ground says nothing, and one that does not end is told after thirty days", "[effect]") {
    Desk desk;
    desk.apply(finding(Finding::Kind::late, "A1", ten));
    Finding removed = finding(Finding::Kind::closed, "A1", ten + hour);
    removed.reason = "rule_removed";
    desk.apply(removed);
    desk.apply(finding(Finding::Kind::late, "A2", ten));

    CHECK(results_of(desk.fire(ten + 30 * day - minute)).empty());
    const auto results = results_of(desk.fire(ten + 30 * day));
    REQUIRE(results.size() == 1);
    CHECK(results[0].id == "case-A2");
}

TEST_CASE("A rule on trial has no results: nobody was to be contacted", "[effect]") {
    Desk desk;
    Finding late = finding(Finding::Kind::late, "A1", ten);
    late.mode = Rule::Mode::trial;
    desk.apply(late);
    CHECK(results_of(desk.fire(ten + 31 * day)).empty());
}

TEST_CASE("A promise is kept by what goes out in time, or it is late", "[effect]") {
    Desk desk;
    const std::string task = desk.call_about("A1", ten);
    REQUIRE(desk.claim(task, anna, ten + minute).done());
    AgentAction promise = desk.action(AgentAction::Kind::promise, task, anna, ten + 2 * minute);
    promise.promise_kind = "update";
    promise.channel = "email";
    promise.within = hour;
    const DeskAnswer made = desk.act(promise);
    REQUIRE(made.promise);
    const bool kept = GENERATE(true, false);
    if (kept) {
        Finding sent = contacted_us("A1", ten + 40 * minute);
        sent.reason = "contact.sent";
        sent.facts = R"({"promise":{"id":")" + made.promise->id + R"("}})";
        desk.apply(sent);
    }
    CHECK(results_of(desk.fire(ten + day)).empty());
    std::vector<CaseResult> promises;
    for (const CaseResult& result : results_of(desk.fire(ten + 2 * day))) {
        if (result.kind == CaseResult::Kind::promise) promises.push_back(result);
    }
    REQUIRE(promises.size() == 1);
    CHECK(promises[0].id == made.promise->id);
    CHECK(promises[0].right == kept);
    CHECK(promises[0].rule.empty());
}

}  // namespace premura
