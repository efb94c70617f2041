#include <catch2/catch.hpp>

#include "tests/core/desk_story.h"

// The call list as desks see it: which calls are on it, in which order, who has which, and what is told of changes.

namespace premura {
namespace {

using namespace desk_story;
using std::chrono::hours;
using std::chrono::minutes;
using Tasks = std::vector<std::string>;

TaskStory task(int number) {
    TaskStory story;
    story.task = "T-" + std::to_string(number);
    return story;
}

}  // namespace

TEST_CASE("what is on the list is told with its row, and nobody is named", "[desk]") {
    BoardStory desk;
    desk.take(task(1));
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.opened");
    CHECK(desk.changes[0].tenant == "acme-it");
    CHECK(desk.told() == json::parse(R"({
        "task": "T-1", "version": 1, "tenant": "acme-it", "brand": "ACME Casa", "kind": "call", "priority": "normal",
        "score": 38691060.0,
        "why": {"text": "Order 1001: Paid order not packed; it was due on 9 June at 06:00.", "language": "en"},
        "order_number": "1001", "cases_count": 1, "raised_at": "2026-06-09T06:00:00Z", "due_at": "2026-06-09T04:00:00Z",
        "not_after": "2026-06-09T10:30:00Z", "time_zone": "Europe/Rome", "value": {"amount": "20.00", "currency": "EUR"},
        "attempt": 1, "attempts_max": 3, "last_outcome": null, "call_back": null, "claim": null,
        "customer": {"masked": true, "name": "G… C…", "language": "it"}})").as_object());
    CHECK(desk.listed() == Tasks{"T-1"});
    CHECK(json::serialize(desk.told()).find("Giulia") == std::string::npos);
}

TEST_CASE("the best call is first: time left, priority, value, and signs that they will call us", "[desk]") {
    BoardStory desk;
    desk.take(task(1));
    TaskStory due_later = task(2);
    due_later.due_at += hours{6};
    desk.take(due_later);
    TaskStory high = due_later;
    high.task = "T-3";
    high.priority = "high";
    desk.take(high);
    TaskStory dear = due_later;
    dear.task = "T-4";
    dear.total = 200;  // three doublings of 25
    desk.take(dear);
    TaskStory in_touch = due_later;
    in_touch.task = "T-5";
    in_touch.more["contacts"] = json::array{json::object{{"time", "2026-06-08T10:00:00Z"}, {"direction", "inbound"},
                                                         {"channel", "phone"}, {"outcome", nullptr}, {"mood", "annoyed"}}};
    desk.take(in_touch);
    // By head starts: 8 h, 4 h, 3 h and one of the due time, which counts half; then the one that is due later.
    CHECK(desk.listed() == Tasks{"T-3", "T-5", "T-1", "T-4", "T-2"});
    CHECK(desk.listed({"acme-it"}, 2) == Tasks{"T-3", "T-5"});
    CHECK(desk.board.list({"acme-it"}, 2).total == 5);
    CHECK(desk.listed({"another"}).empty());
}

TEST_CASE("whoever waits is not overtaken for ever", "[desk]") {
    BoardStory desk;
    TaskStory patient = task(1);
    patient.priority = "low";
    desk.take(patient);
    TaskStory today = task(2);
    today.priority = "urgent";
    desk.take(today);
    CHECK(desk.listed() == Tasks{"T-2", "T-1"});
    // An urgent call has a start of 48 hours on one of low priority, and no more.
    TaskStory later = task(3);
    later.priority = "urgent";
    later.raised_at += hours{49};
    later.due_at += hours{49};
    desk.take(later);
    CHECK(desk.listed() == Tasks{"T-2", "T-1", "T-3"});
}

TEST_CASE("a claim is told with who has it, a renewal is not told, a call given back is on the list again", "[desk]") {
    BoardStory desk;
    desk.take(task(1));
    const TaskStory annas = claimed(task(1), anna);
    desk.take(annas);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.claimed");
    CHECK(desk.told().at("claim") == json::parse(R"({"claimed_by": {"user": "anna", "name": "Anna Ferri"},
        "since": "2026-06-09T08:00:00Z", "expires_at": "2026-06-09T08:10:00Z"})"));
    CHECK(desk.board.held_by("anna")->task == "T-1");
    CHECK(desk.listed() == Tasks{"T-1"});

    TaskStory renewed = annas;
    renewed.version = 3;
    renewed.more["claim"].as_object()["expires_at"] = "2026-06-09T08:14:00Z";
    desk.take(renewed);
    CHECK(desk.changes.empty());
    CHECK(desk.board.find("T-1")->claim->expires_at == tuesday_ten + minutes{14});

    TaskStory given_back = task(1);
    given_back.version = 4;
    desk.take(given_back);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.changed");
    CHECK(desk.told().at("claim").is_null());
    CHECK(desk.board.held_by("anna") == nullptr);
}

TEST_CASE("a record that comes twice changes nothing", "[desk]") {
    BoardStory desk;
    desk.take(claimed(task(1), anna));
    desk.take(task(1));
    CHECK(desk.changes.empty());
    CHECK(desk.board.held_by("anna")->task == "T-1");
}

TEST_CASE("a parcel arrives: the call is gone with a word why, and still known for a day", "[desk]") {
    BoardStory desk;
    desk.take(claimed(task(1), anna));
    desk.take(over(claimed(task(1), anna), "done_late", "shipment.delivered"));
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.withdrawn");
    CHECK(desk.told() == json::parse(R"({"task": "T-1", "version": 3, "tenant": "acme-it", "reason": "done_late",
        "event": "shipment.delivered", "at": "2026-06-09T08:00:00Z"})").as_object());
    CHECK(desk.listed().empty());
    CHECK(desk.board.held_by("anna") == nullptr);
    REQUIRE(desk.board.find("T-1") != nullptr);
    CHECK(desk.board.find("T-1")->state == DeskCall::State::over);
    desk.wait_until(tuesday_ten + hours{25});
    CHECK(desk.board.find("T-1") == nullptr);
}

TEST_CASE("after an outcome the call waits for its next attempt, and comes back", "[desk]") {
    BoardStory desk;
    desk.take(claimed(task(1), anna));
    TaskStory waiting = task(1);
    waiting.version = 3;
    waiting.state = "waiting";
    waiting.more = {{"retry_at", "2026-06-09T10:00:00Z"}, {"attempt", 2}, {"last_outcome", "no_answer"}};
    desk.take(waiting);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.withdrawn");
    CHECK(desk.told().at("reason") == "done");
    CHECK(desk.told().at("outcome") == "no_answer");
    CHECK(desk.told().at("by") == json::parse(R"({"user": "anna", "name": "Anna Ferri"})"));
    CHECK(desk.listed().empty());
    CHECK(desk.board.next_at({"anna", {"acme-it"}, {}}) == at("2026-06-09T10:00:00Z"));

    TaskStory again = waiting;
    again.version = 4;
    again.state = "open";
    again.more.erase("retry_at");
    desk.take(again);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.opened");
    CHECK(desk.told().at("attempt") == 2);
}

TEST_CASE("at lunch nobody is called: rows go, and come back after it", "[desk]") {
    BoardStory desk;
    desk.take(task(1));
    desk.take(claimed(task(2), anna));
    CHECK(desk.board.next_change() == tuesday_noon);
    desk.wait_until(tuesday_noon);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.withdrawn");
    CHECK(desk.told().at("task") == "T-1");
    CHECK(desk.told().at("reason") == "quiet_hours");
    // Who is speaking goes on speaking.
    CHECK(desk.listed() == Tasks{"T-2"});
    CHECK(desk.next_for("marco").empty());
    CHECK(desk.board.next_at({"marco", {"acme-it"}, {}}) == tuesday_half_past_two);

    desk.wait_until(tuesday_half_past_two);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.opened");
    CHECK(desk.listed() == Tasks{"T-1", "T-2"});
    CHECK(desk.next_for("marco") == "T-1");
}

TEST_CASE("a customer of several plausible zones is called when all of them allow it", "[desk]") {
    BoardStory desk;
    TaskStory somewhere = task(1);
    somewhere.zones = {"Europe/Rome", "America/New_York"};
    desk.take(somewhere);
    CHECK(desk.changes.empty());
    CHECK(desk.listed().empty());
    // Nine in New York is three in Rome.
    CHECK(desk.board.next_at({"anna", {"acme-it"}, {}}) == at("2026-06-09T09:00:00-04:00"));
    desk.wait_until(at("2026-06-09T09:00:00-04:00"));
    REQUIRE(desk.listed() == Tasks{"T-1"});
    CHECK(desk.told().at("not_after") == "2026-06-09T16:30:00Z");  // lunch in New York
    CHECK(desk.told().at("time_zone") == "Europe/Rome");
}

TEST_CASE("when hours open for very many calls, lists are read again", "[desk]") {
    BoardStory desk{tuesday_noon};
    for (int i = 1; i <= static_cast<int>(Board::told_one_by_one_max) + 1; ++i) desk.take(task(i));
    CHECK(desk.changes.empty());
    desk.wait_until(tuesday_half_past_two);
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "missed");
    CHECK(desk.changes[0].tenant == "acme-it");
}

TEST_CASE("a call back falls to the agent it was agreed with, for a quarter of an hour", "[desk]") {
    BoardStory desk;
    TaskStory urgent = task(1);
    urgent.priority = "urgent";
    desk.take(urgent);
    TaskStory call_back = task(2);
    call_back.priority = "low";
    call_back.more["call_back"] = json::object{{"at", format_utc(tuesday_ten)},
                                               {"agreed_with", json::object{{"user", "marco"}, {"name", "Marco Bassi"}}}};
    desk.take(call_back);
    CHECK(desk.told().at("kind") == "call_back");
    CHECK(desk.next_for("marco") == "T-2");
    CHECK(desk.next_for("anna") == "T-1");
    desk.take(claimed(urgent, marco));
    CHECK(desk.next_for("anna").empty());
    desk.wait_until(tuesday_ten + minutes{15});
    CHECK(desk.next_for("anna") == "T-2");
}

TEST_CASE("the next call is of a language the agent speaks, and none that was lost a moment ago", "[desk]") {
    BoardStory desk;
    desk.take(task(1));
    TaskStory english = task(2);
    english.language = "en-GB";
    english.priority = "low";
    desk.take(english);
    CHECK(desk.next_for("anna") == "T-1");
    CHECK(desk.next_for("anna", {"en"}) == "T-2");
    CHECK(desk.board.next_for({"anna", {"acme-it"}, {}}, {"T-1"})->task == "T-2");
}

TEST_CASE("a customer who was erased leaves nothing behind", "[desk]") {
    BoardStory desk;
    desk.take(task(1));
    Record erased;
    erased.key = "T-1";
    erased.tombstone = true;
    desk.changes.clear();
    CHECK(desk.board.apply(erased, desk.now, desk.changes).empty());
    REQUIRE(desk.changes.size() == 1);
    CHECK(desk.changes[0].event == "call.withdrawn");
    CHECK(desk.told().at("reason") == "erased");
    CHECK(desk.board.find("T-1")->body.empty());
    CHECK(desk.listed().empty());
}

TEST_CASE("a record that makes no sense is refused with what is wrong, and nothing of it", "[desk]") {
    BoardStory desk;
    Record record = task(1).record();
    record.value = "Giulia Conti";
    CHECK(desk.board.apply(record, desk.now, desk.changes) == "it is no JSON object");
    TaskStory story = task(1);
    story.more["raised_at"] = "this morning";
    CHECK(desk.board.apply(story.record(), desk.now, desk.changes) == "raised_at");
    story.more["raised_at"] = format_utc(tuesday_ten);
    story.more["cases"] = json::array{};
    CHECK(desk.board.apply(story.record(), desk.now, desk.changes) == "cases");
    CHECK(desk.board.size() == 0);
}

}  // namespace premura
