#include <catch2/catch.hpp>

#include "core/desk/ops_book.h"
#include "tests/core/desk_story.h"

// What the ops view shows of clocks, held contacts and feeds.

namespace premura {
namespace {

using namespace desk_story;
using std::chrono::hours;

const Instant monday = at("2026-06-08T08:00:00+02:00");

// Orders of the shipped rules, counted at a moment.
struct Orders {
    void paid(const std::string& order, const std::string& time) {
        apply(order, "order.paid", time);
    }
    void apply(const std::string& order, const std::string& type, const std::string& time) {
        Effects effects;
        const Record record = record_of(order, order + type, type, time,
                                        R"({"order":{"id":")" + order + R"(","fulfilment":"warehouse","warehouse":"MI1"},"customer":{"id":"C1"}})");
        stage.apply(record, at(time), effects);
    }
    void run_until(Instant now) {
        Effects effects;
        stage.fire({now, now, false}, effects);
    }
    ClockCounts counted(Instant now, const std::string& rule = "order-not-packed") {
        OpsCounter counter{now};
        KeyedStore::Walk walk{stage.store()};
        walk.step(stage.store(), stage.size(), [&](std::string_view bytes) { counter.add_order(stage, bytes); });
        return counter.take().clocks[{"acme-it", rule}];
    }
    OrdersStage stage{OrdersOptions{}, shipped_rules()};
};

Record told(const std::string& part, const OpsCounts& counts) { return delivered(output_of(part, counts, tuesday_ten)); }

}  // namespace

TEST_CASE("each clock is counted once: running, waiting for input, late, met, called off, or a false alarm", "[ops]") {
    Orders orders;
    orders.paid("A1", "2026-06-08T08:00:00+02:00");
    CHECK(orders.counted(monday + hours{1}) == ClockCounts{1, 0, 0, 0, 0, 0, 0, 0});
    // Days later its deadline has passed. Until somebody says that all was heard, it waits.
    const Instant friday = monday + hours{4 * 24};
    CHECK(orders.counted(friday) == ClockCounts{0, 1, 0, 0, 0, 0, 0, 0});
    orders.run_until(friday);
    CHECK(orders.counted(friday) == ClockCounts{0, 0, 1, 0, 0, 0, 0, 0});
    orders.paid("A2", "2026-06-12T07:00:00+02:00");
    orders.apply("A2", "order.cancelled", "2026-06-12T07:30:00+02:00");
    orders.paid("A3", "2026-06-12T07:00:00+02:00");
    orders.apply("A3", "parcel.packed", "2026-06-12T07:30:00+02:00");
    CHECK(orders.counted(friday) == ClockCounts{0, 0, 1, 1, 0, 1, 0, 0});
    // What ended yesterday is not of today.
    CHECK(orders.counted(friday + hours{24}) == ClockCounts{0, 0, 1, 0, 0, 0, 0, 0});
    SECTION("it happens late") {
        orders.apply("A1", "parcel.packed", "2026-06-12T08:00:00+02:00");
        CHECK(orders.counted(friday + hours{1}) == ClockCounts{0, 0, 0, 1, 1, 1, 0, 0});
    }
}

TEST_CASE("parts of all partitions are put together, and a part that is told again stands for itself alone", "[ops]") {
    OpsBook book;
    OpsBook::Changed changed;
    OpsCounts first;
    first.clocks[{"acme-it", "order-not-packed"}] = {10, 2, 3, 4, 1, 0, 0, 0};
    first.held[{"acme-it", "quiet_hours", "call"}] = {2, tuesday_ten - hours{2}, tuesday_ten + hours{4}};
    OpsCounts second;
    second.clocks[{"acme-it", "order-not-packed"}] = {5, 0, 1, 0, 0, 0, 0, 0};
    second.clocks[{"nord-de", "order-not-packed"}] = {7, 0, 0, 0, 0, 0, 0, 0};
    second.held[{"acme-it", "quiet_hours", "call"}] = {1, tuesday_ten - hours{5}, tuesday_ten + hours{9}};
    second.held[{"acme-it", "incident", "call"}] = {31, tuesday_ten - hours{1}, std::nullopt};
    CHECK(book.apply(told("orders/0", first), changed).empty());
    CHECK(book.apply(told("orders/1", second), changed).empty());
    CHECK(changed.clocks);
    CHECK(changed.held);
    CHECK_FALSE(changed.feeds);
    changed = {};
    CHECK(book.apply(told("orders/1", second), changed).empty());
    CHECK_FALSE(changed.clocks);

    BoardStory desk;
    desk.take(TaskStory{});
    TaskStory old;
    old.task = "T-2";
    old.raised_at = tuesday_ten - hours{30};
    desk.take(old);
    TaskStory solved;
    solved.task = "T-3";
    desk.take(solved);
    desk.take(over(solved, "done_late"));
    const json::object rules = book.rules({"acme-it"}, *shipped_rules(), desk.board, tuesday_ten);
    bool found = false;
    for (const json::value& rule : rules.at("rules").as_array()) {
        CHECK(rule.at("tenant") == "acme-it");
        if (rule.at("rule") != "order-not-packed") continue;
        found = true;
        CHECK(rule.at("name") == json::parse(R"({"text": "Paid order not packed within 24 warehouse hours",
            "in": {"it": "Ordine pagato non imballato entro 24 ore di magazzino"}})"));
        CHECK(rule.at("mode") == "live");
        CHECK(rule.at("clocks").at("running") == 15);
        CHECK(rule.at("clocks").at("late") == 4);
        CHECK(rule.at("calls_open") == 2);
        CHECK(rule.at("calls_today") == 2);
        CHECK(rule.at("would_have_called").is_null());
    }
    CHECK(found);
    const json::value held = book.held({"acme-it"}, tuesday_ten).at("held");
    CHECK(held == json::parse(R"([
        {"tenant": "acme-it", "reason": "incident", "verb": "call", "count": 31, "oldest_at": "2026-06-09T07:00:00Z", "next_at": null},
        {"tenant": "acme-it", "reason": "quiet_hours", "verb": "call", "count": 3, "oldest_at": "2026-06-09T03:00:00Z", "next_at": "2026-06-09T12:00:00Z"}])"));
    CHECK(book.held({"nord-de"}, tuesday_ten).at("held") == json::array{});
    Record broken;
    broken.key = "orders/0";
    broken.value = "[]";
    CHECK(book.apply(broken, changed) == "it is no JSON object");
}

TEST_CASE("a feed is as fresh as the latest that any reader heard of it, then quiet, then silent; before its first word nothing is said of it", "[ops]") {
    OpsBook book;
    OpsBook::Changed changed;
    OpsCounts here;
    here.feeds["shop.orders"] = {tuesday_ten - hours{3}, hours{1}};
    OpsCounts there;
    there.feeds["shop.orders"] = {tuesday_ten, hours{1}};
    there.feeds["never.heard"] = {std::nullopt, std::nullopt};
    book.apply(told("feeds/a/0", here), changed);
    book.apply(told("feeds/b/0", there), changed);
    CHECK(changed.feeds);
    const auto state = [&book](Instant now) {
        return std::string{book.feeds({"acme-it"}, *shipped_rules(), now).at("feeds").at(1).at("state").as_string()};
    };
    CHECK(state(tuesday_ten + std::chrono::minutes{30}) == "fresh");
    CHECK(state(tuesday_ten + std::chrono::minutes{31}) == "quiet");
    CHECK(state(tuesday_ten + std::chrono::minutes{61}) == "silent");
    CHECK(book.feeds({"acme-it"}, *shipped_rules(), tuesday_ten).at("feeds").at(0) == json::parse(R"(
        {"feed": "never.heard", "tenants": ["acme-it"], "state": "not_heard", "last_event_at": null, "records_behind": null,
         "silent_after_seconds": null})"));
}

TEST_CASE("the list in numbers: what waits has waited since it could be made", "[ops]") {
    BoardStory desk{tuesday_ten - hours{2}};
    TaskStory early;
    early.raised_at = tuesday_ten - hours{12};
    desk.take(early);
    TaskStory other;
    other.task = "T-2";
    desk.take(claimed(other, anna, tuesday_ten));
    CHECK(desk.board.figures().at("acme-it").listed == 1);
    CHECK(desk.board.figures().at("acme-it").oldest_unclaimed == hours{0});
    // The hours begin at nine.
    desk.wait_until(tuesday_ten - hours{1});
    desk.wait_until(tuesday_ten);
    const Board::Figures figures = desk.board.figures().at("acme-it");
    CHECK(figures.listed == 2);
    CHECK(figures.claimed == 1);
    CHECK(figures.oldest_unclaimed == hours{1});
    CHECK(BoardStory{}.board.figures().at("acme-it").listed == 0);
}

}  // namespace premura
