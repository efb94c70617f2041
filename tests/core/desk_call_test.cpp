#include <catch2/catch.hpp>

#include "core/desk/incident_book.h"
#include "tests/core/desk_story.h"

// One call with its whole story, to who has claimed it and to who has not; and incidents.

namespace premura {
namespace {

using namespace desk_story;
using std::chrono::hours;

TaskStory with_past() {
    TaskStory story;
    story.more["told_us"] = json::array{json::object{{"time", "2026-06-08T10:00:00Z"}, {"channel", "chat"}, {"text", "dopo le 18"}}};
    story.more["contacts"] = json::array{
        json::object{{"time", "2026-05-01T10:00:00Z"}, {"direction", "outbound"}, {"channel", "phone"}, {"outcome", "no_answer"}, {"mood", nullptr}},
        json::object{{"time", "2026-06-08T10:00:00Z"}, {"direction", "inbound"}, {"channel", "chat"}, {"outcome", nullptr},
                     {"mood", "worried"}, {"note", "asked for Giulia's parcel"}}};
    return story;
}

}  // namespace

TEST_CASE("who has not claimed the call sees its story, and not the person", "[desk]") {
    BoardStory desk;
    desk.take(with_past());
    const json::object call = desk.board.story_of(*desk.board.find("T-1"), anna);
    const std::string text = json::serialize(call);
    for (const std::string_view personal : {"Giulia", "Conti", "+39", "mail.example", "dopo le 18", "Milano"}) {
        INFO(personal);
        CHECK(text.find(personal) == std::string::npos);
    }
    CHECK(call.at("customer").at("name") == "G… C…");
    CHECK(call.at("told_us").as_array().empty());
    CHECK(call.at("talking_points").at("language") == "it");
    REQUIRE_FALSE(call.at("talking_points").at("points").as_array().empty());
    CHECK(call.at("cases").at(0) == json::parse(R"({"case": "case-T-1", "rule": "order-not-packed",
        "rule_name": {"text": "Paid order not packed", "in": {"it": "Ordine pagato non imballato"}}, "order": "A1001", "order_number": "1001",
        "subject_type": "order", "subject": "A1001", "started_at": "2026-06-08T04:00:00Z",
        "deadline": "2026-06-09T04:00:00Z", "late": true})"));
}

TEST_CASE("who has claimed it sees the customer by name, and what they have told us", "[desk]") {
    BoardStory desk;
    desk.take(claimed(with_past(), anna));
    const json::object call = desk.board.story_of(*desk.board.find("T-1"), anna);
    CHECK(call.at("customer") == json::parse(R"({"masked": false, "name": "Giulia Conti", "first_name": "Giulia",
        "phones": [{"number": "+390255500101", "state": "usable"}], "email": "giulia@mail.example", "language": "it",
        "city": "Milano", "segment": null, "loyalty_member": true})"));
    CHECK(call.at("told_us").at(0).at("text") == "dopo le 18");
    CHECK(call.at("contacts").at(0).at("note") == "asked for Giulia's parcel");
    CHECK(call.at("contacts").at(1).at("outcome") == "no_answer");
    const std::string first = call.at("talking_points").at("points").at(0).as_string().c_str();
    CHECK(first.find("Giulia Conti") != std::string::npos);
    CHECK(first.find("sono Anna di ACME Casa") != std::string::npos);

    // A colleague sees the same call masked.
    CHECK(desk.board.story_of(*desk.board.find("T-1"), marco).at("customer").at("masked") == true);
}

TEST_CASE("the timeline tells the events of all orders once, and when it should have happened", "[desk]") {
    TaskStory story;
    json::object twice = story.body();
    json::object second = twice.at("cases").at(0).as_object();
    second["case"] = "case-2";
    second["rule"] = "delivery-promise-broken";
    second["deadline"] = "2026-06-09T05:00:00Z";
    twice.at("cases").as_array().push_back(second);
    story.more["cases"] = twice.at("cases");
    BoardStory desk;
    desk.take(story);
    const json::object call = desk.board.story_of(*desk.board.find("T-1"), anna);
    CHECK(call.at("cases_count") == 2);
    CHECK(call.at("timeline") == json::parse(R"([
        {"time": "2026-06-08T03:00:00Z", "event": "order.placed", "order_number": "1001"},
        {"time": "2026-06-08T04:00:00Z", "event": "order.paid", "order_number": "1001"},
        {"time": "2026-06-09T04:00:00Z", "event": "deadline", "order_number": "1001", "rule": "order-not-packed"},
        {"time": "2026-06-09T05:00:00Z", "event": "deadline", "order_number": "1001", "rule": "delivery-promise-broken"}])"));
    // One order is worth its total once.
    CHECK(call.at("value").at("amount") == "20.00");
}

TEST_CASE("offers are what the facts and the agent's discretion allow", "[desk]") {
    TaskStory story;
    story.more["discretion"] = json::object{{"voucher", json::object{{"amount", "15.00"}, {"currency", "EUR"}}}};
    BoardStory desk;
    const auto offers = [&desk](const TaskStory& one) {
        desk.take(one);
        return desk.board.story_of(*desk.board.find("T-1"), anna).at("offers");
    };
    CHECK(offers(story) == json::parse(R"([{"kind": "voucher", "amount_max": {"amount": "15.00", "currency": "EUR"}},
        {"kind": "change_address"}, {"kind": "cancel"}])"));

    TaskStory shipped = story;
    shipped.version = 2;
    json::array cases = shipped.body().at("cases").as_array();
    cases[0].at("history").as_array().push_back(json::object{{"event", "shipment.handed_over"}, {"time", "2026-06-09T07:00:00Z"}});
    cases[0].at("facts").as_object()["shipment"] = json::object{{"eta", "2026-06-10T12:00:00Z"}};
    shipped.more["cases"] = cases;
    CHECK(offers(shipped) == json::parse(R"([{"kind": "new_date", "date": "2026-06-10"},
        {"kind": "voucher", "amount_max": {"amount": "15.00", "currency": "EUR"}}, {"kind": "pickup_point"}, {"kind": "new_delivery"}])"));

    TaskStory said = story;
    said.version = 3;
    said.more["offers"] = json::array{json::object{{"kind", "cancel"}}};
    CHECK(offers(said) == json::parse(R"([{"kind": "cancel"}])"));
}

TEST_CASE("open incidents come first, closed ones stay for a day, and a tenant sees its own and the house's", "[desk]") {
    IncidentBook book;
    std::vector<DeskChange> changes;
    const auto told = [&](std::string_view id, std::string_view members) {
        Record record;
        record.key = id;
        record.value = R"({"incident": ")" + std::string{id} + R"(", "about": "MI1", )" + std::string{members} + "}";
        changes.clear();
        return book.apply(record, tuesday_ten, changes);
    };
    CHECK(told("I-1", R"("kind": "mass_delay", "tenant": "acme-it", "state": "open", "since": "2026-06-09T06:00:00Z",
        "customers": 38, "calls_held": 31, "actions": ["release", "close"], "briefing": [{"text": "No power", "language": "en"}])").empty());
    CHECK(changes.at(0).event == "incident.opened");
    CHECK(changes.at(0).tenant == "acme-it");
    // What may be done about it hears who may do it, and nobody hears it twice.
    REQUIRE(changes.size() == 2);
    CHECK(changes.at(0).audience == DeskAudience::ops);
    CHECK(json::parse(changes.at(0).data).at("actions") == json::parse(R"(["release", "close"])"));
    CHECK(changes.at(1).event == "incident.opened");
    CHECK(changes.at(1).audience == DeskAudience::all_but_ops);
    CHECK(json::parse(changes.at(1).data).at("actions") == json::array{});
    CHECK(told("I-2", R"("kind": "feed_silent", "state": "open", "since": "2026-06-09T07:00:00Z")").empty());
    CHECK(told("I-3", R"("kind": "surge", "tenant": "nord-de", "state": "open", "since": "2026-06-09T07:30:00Z")").empty());
    CHECK(told("I-2", R"("kind": "feed_silent", "state": "closed", "since": "2026-06-09T07:00:00Z", "decided_at": "2026-06-09T07:30:00Z")").empty());
    REQUIRE(changes.size() == 1);
    CHECK(changes.at(0).event == "incident.closed");
    CHECK(changes.at(0).audience == DeskAudience::everybody);
    CHECK(told("I-4", R"("kind": "surge", "state": "ajar", "since": "2026-06-09T07:30:00Z")") == "state");

    const auto ids = [&](Instant now) {
        std::string all;
        const json::object listed = book.list({"acme-it"}, true, now);
        for (const json::value& one : listed.at("incidents").as_array()) {
            all += std::string{one.at("incident").as_string()} + " ";
        }
        return all;
    };
    CHECK(ids(tuesday_ten) == "I-1 I-2 ");
    CHECK(ids(tuesday_ten + hours{24}) == "I-1 ");
    const auto shown = book.list({"acme-it"}, false, tuesday_ten).at("incidents").at(0);
    CHECK(shown == json::parse(R"({"incident": "I-1", "tenant": "acme-it", "kind": "mass_delay", "about": "MI1", "state": "open",
        "since": "2026-06-09T06:00:00Z", "closed_at": null, "customers": 38, "calls_held": 31,
        "briefing": [{"text": "No power", "language": "en"}], "message": null, "actions": []})"));
    CHECK(book.find("I-1", {"acme-it"}, true)->incident.at("actions") == json::parse(R"(["release", "close"])"));
    CHECK_FALSE(book.find("I-1", {"nord-de"}, true));
    CHECK(book.find("I-2", {"nord-de"}, true)->open == false);
    CHECK(book.open_by_kind() == std::map<std::string, std::size_t, std::less<>>{{"mass_delay", 1}, {"surge", 1}});
}

}  // namespace premura
