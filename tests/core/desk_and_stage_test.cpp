#include "core/desk/board.h"
#include "tests/core/call_story.h"

// What the contacts stage writes is what the desk reads.

namespace premura {
namespace {

using namespace call_stories;

const Instant ten = at("2026-06-09T10:00:00+02:00");  // a Tuesday

// The desk of a daemon that follows the stage.
struct Follower {
    Board board{shipped_rules()};
    std::vector<DeskChange> changes;

    void follow(const std::vector<Output>& outputs, Instant now) {
        for (const Output& output : outputs) {
            if (output.topic == "call-tasks") CHECK(board.apply(delivered(output), now, changes) == "");
        }
    }
    json::object story(const std::string& task, const Person& viewer) const {
        const DeskCall* call = board.find(task);
        REQUIRE(call != nullptr);
        return board.story_of(*call, viewer);
    }
};

}  // namespace

TEST_CASE("a call that the stage has just raised is on the desk, with what may be offered", "[desk]") {
    Desk desk;
    Follower follower;
    const std::string task = desk.call_about("A1", ten);
    follower.follow(desk.last, ten);
    REQUIRE(follower.board.find(task) != nullptr);
    CHECK(follower.board.is_listed(*follower.board.find(task)));
    const json::object row = json::parse(follower.board.row_of(*follower.board.find(task))).as_object();
    CHECK(row.at("last_outcome").is_null());
    CHECK(row.at("attempt") == 1);
    CHECK(text(row.at("why").as_object(), "text").starts_with("Order "));

    desk.claim(task, anna, ten);
    follower.follow(desk.last, ten);
    CHECK(follower.board.held_by("anna") == follower.board.find(task));
    const auto vouchers = [&] {
        std::vector<std::string> amounts;
        const json::object story = follower.story(task, anna);
        for (const json::value& offer : story.at("offers").as_array()) {
            if (offer.at("kind") == "voucher") amounts.push_back(text(offer.at("amount_max").as_object(), "amount"));
        }
        return amounts;
    };
    CHECK(vouchers() == Texts{"20"});

    // What was given on this call is not offered again.
    const auto give = [&](const std::string& amount) {
        AgentAction wish = desk.action(AgentAction::Kind::gesture, task, anna, ten);
        wish.gesture_kind = "voucher";
        wish.amount = {amount, "EUR"};
        REQUIRE(desk.act(wish).done());
        follower.follow(desk.last, ten);
    };
    give("12.5");
    CHECK(vouchers() == Texts{"7.50"});
    give("7.50");
    CHECK(vouchers().empty());
    CHECK(follower.story(task, anna).at("gestures").as_array().size() == 2);
}

TEST_CASE("a promise that is kept while its call is open is kept on the desk at once", "[desk]") {
    Desk desk;
    Follower follower;
    const std::string task = desk.call_about("A1", ten);
    follower.follow(desk.last, ten);
    desk.claim(task, anna, ten);
    follower.follow(desk.last, ten);
    AgentAction wish = desk.action(AgentAction::Kind::promise, task, anna, ten);
    wish.promise_kind = "update";
    wish.channel = "email";
    const DeskAnswer made = desk.act(wish);
    REQUIRE(made.promise);
    follower.follow(desk.last, ten);
    const auto state = [&] { return text(follower.story(task, anna).at("promises").as_array().at(0).as_object(), "state"); };
    CHECK(state() == "running");
    const std::int64_t version = follower.board.find(task)->version;

    Finding sent = finding(Finding::Kind::news, "A1", ten + std::chrono::minutes{40});
    sent.reason = "contact.sent";
    sent.started_at = sent.decided_at;
    sent.facts = R"({"contact":{},"promise":{"id":")" + made.promise->id + R"("}})";
    follower.follow(desk.apply(sent), sent.decided_at);
    CHECK(state() == "kept");
    CHECK(follower.board.find(task)->version == version + 1);
    // Told once more, it changes nothing, and nobody is disturbed.
    sent.id += "-again";
    CHECK(desk.apply(sent).empty());
}

}  // namespace premura
