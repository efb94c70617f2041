#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "core/outbox/outbox_stage.h"
#include "tests/core/desk_story.h"

// How a dialer hears of call tasks: of each the newest version that matters, in their order, each with a key of its own.

namespace premura {
namespace {

using namespace desk_story;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = DeliveryResult::Kind;

const Instant ten = tuesday_ten;

std::shared_ptr<const RuleSet> rules_with_dialer(const std::string& map = "vicidial") {
    auto changed = std::make_shared<RuleSet>(*shipped_rules());
    changed->tenants.at("acme-it").dialer = {"dialer", map};
    return changed;
}

struct Dialer {
    explicit Dialer(std::shared_ptr<const RuleSet> rules_used = rules_with_dialer()) : rules{std::move(rules_used)} {
        options.webhooks = {"dialer"};
        stage = std::make_unique<OutboxStage>(options, rules);
    }

    std::vector<Output> take(const TaskStory& story, Instant now) { return apply(story.record(), now); }
    std::vector<Output> apply(const Record& record, Instant now) {
        Effects effects;
        stage->apply(record, now, effects);
        return std::move(effects.outputs);
    }
    std::vector<DeliveryRequest> requests(Instant now) {
        Effects effects;
        stage->fire({now, now, false}, effects);
        std::vector<DeliveryRequest> found;
        for (const Output& output : effects.outputs) {
            if (const auto request = delivery_request_of(*output.value)) found.push_back(*request);
        }
        return found;
    }
    DeliveryRequest request(Instant now) {
        const auto found = requests(now);
        REQUIRE(found.size() == 1);
        return found[0];
    }
    std::vector<Output> answer(const DeliveryRequest& request, Kind kind, Instant now) {
        const DeliveryResult result{request.id, 0, request.number, kind, kind == Kind::sent ? "" : "http_503", std::nullopt, now};
        return apply(delivered(output_of(result)), now);
    }
    // The dialer has this version.
    void deliver(const TaskStory& story, Instant now) {
        take(story, now);
        answer(request(now), Kind::sent, now);
    }
    // Another process goes on with what this one has written.
    void restart() {
        Effects effects;
        stage->collect_state(effects);
        for (const StateRecord& record : effects.state) state[record.key] = record.value;
        stage = std::make_unique<OutboxStage>(options, rules);
        for (const auto& [key, value] : state) {
            if (value) stage->restore(key, *value);
        }
    }

    OutboxOptions options;
    std::shared_ptr<const RuleSet> rules;
    std::unique_ptr<OutboxStage> stage;
    std::map<std::string, std::optional<std::string>> state;
};

json::object posted(const DeliveryRequest& request) { return json::parse(request.content).as_object(); }
std::string event_of(const DeliveryRequest& request) { return posted(request).at("event").as_string().c_str(); }

TaskStory next_version(TaskStory story) {
    ++story.version;
    return story;
}
TaskStory released(TaskStory story) {
    story = next_version(std::move(story));
    story.more["claim"] = nullptr;
    return story;
}

}  // namespace

TEST_CASE("a dialer hears of a call in its own words, with a key that says which version", "[outbox][dialers]") {
    Dialer dialer;
    dialer.take(TaskStory{}, ten);
    const DeliveryRequest opened = dialer.request(ten);
    CHECK(opened.gateway == "dialer");
    CHECK(opened.channel == "dialer");
    CHECK(opened.key == "T-1.1.dialer");
    const json::object body = posted(opened);
    CHECK(body.at("id") == "T-1.1.dialer");
    CHECK(body.at("kind") == "task");
    CHECK(body.at("event") == "task.opened");
    CHECK(body.at("tenant") == "acme-it");
    CHECK(body.at("brand") == "ACME Casa");
    CHECK(body.at("task") == "T-1");
    CHECK(body.at("version") == 1);
    CHECK(body.at("state") == "open");
    CHECK(body.at("map") == "vicidial");
    CHECK(body.at("columns").at("phone_code") == "39");
    CHECK(body.at("columns").at("phone_number") == "0255500101");
    CHECK(body.at("columns").at("status") == "NEW");
    const std::vector<Output> done = dialer.answer(opened, Kind::sent, ten);
    REQUIRE(types_of(done) == Texts{"delivery.sent"});
    CHECK(json::parse(*done[0].value).at("version") == 1);
    // Nothing about anybody is kept, only that the dialer knows.
    CHECK(dialer.stage->find("T-1")->body.empty());
    CHECK(dialer.stage->find("T-1")->content.empty());
}

TEST_CASE("claimed, given back and solved: the dialer hears each; a claim that is renewed is no news", "[outbox][dialers]") {
    Dialer dialer;
    dialer.deliver(TaskStory{}, ten);
    TaskStory story = claimed(TaskStory{}, anna);
    dialer.take(story, ten + minutes{1});
    const DeliveryRequest changed = dialer.request(ten + minutes{1});
    CHECK(changed.key == "T-1.2.dialer");
    CHECK(event_of(changed) == "task.changed");
    CHECK(posted(changed).at("columns").at("status") == "PRHOLD");
    dialer.answer(changed, Kind::sent, ten + minutes{1});

    const TaskStory renewed = claimed(story, anna, ten + minutes{3});
    dialer.take(renewed, ten + minutes{3});
    CHECK(dialer.requests(ten + minutes{3}).empty());

    dialer.take(released(renewed), ten + minutes{4});
    const DeliveryRequest open_again = dialer.request(ten + minutes{4});
    CHECK(open_again.key == "T-1.4.dialer");
    CHECK(event_of(open_again) == "task.changed");
    dialer.answer(open_again, Kind::sent, ten + minutes{4});

    dialer.take(over(released(renewed), "met_late", "shipment.delivered"), ten + minutes{5});
    const DeliveryRequest withdrawn = dialer.request(ten + minutes{5});
    CHECK(withdrawn.key == "T-1.5.dialer");
    CHECK(event_of(withdrawn) == "task.withdrawn");
    CHECK(posted(withdrawn).at("reason") == "met_late");
    CHECK(posted(withdrawn).at("columns").at("vendor_lead_code") == "T-1");
    CHECK(posted(withdrawn).at("columns").at("status") == "PRDONE");
    // What it was about is told on the version before; nothing is overwritten with nothing.
    const json::object body = posted(withdrawn);
    for (const auto& column : body.at("columns").as_object()) CHECK_FALSE(column.value().as_string().empty());
}

TEST_CASE("what a dialer was never asked to take is not withdrawn from it either", "[outbox][dialers]") {
    Dialer dialer;
    dialer.take(TaskStory{}, ten);
    const std::vector<Output> ended = dialer.take(over(TaskStory{}, "met_in_time"), ten);
    CHECK(types_of(ended) == Texts{"delivery.cancelled"});
    CHECK(dialer.requests(ten).empty());
    // One that was over, or somebody's, when the dialer was first listened to.
    TaskStory second;
    second.task = "T-2";
    dialer.take(over(second, "met_in_time"), ten);
    TaskStory third;
    third.task = "T-3";
    dialer.take(claimed(third, anna), ten);
    CHECK(dialer.requests(ten).empty());
    // Given back it may be dialled.
    dialer.take(released(claimed(third, anna)), ten);
    CHECK(event_of(dialer.request(ten)) == "task.opened");
}

TEST_CASE("a withdrawal waits for the answer to its call, and follows it whatever that was", "[outbox][dialers]") {
    const Kind kind = GENERATE(Kind::sent, Kind::failed, Kind::refused, Kind::postponed);
    Dialer dialer;
    dialer.take(TaskStory{}, ten);
    const DeliveryRequest opened = dialer.request(ten);
    dialer.take(claimed(TaskStory{}, anna), ten + seconds{1});
    dialer.take(over(claimed(TaskStory{}, anna), "met_in_time"), ten + seconds{2});
    CHECK(dialer.requests(ten + seconds{2}).empty());
    dialer.restart();
    dialer.answer(opened, kind, ten + seconds{3});
    // After a failure at the time of its next try.
    const DeliveryRequest withdrawn = dialer.request(ten + minutes{1});
    CHECK(withdrawn.key == "T-1.3.dialer");
    CHECK(event_of(withdrawn) == "task.withdrawn");
    dialer.answer(withdrawn, Kind::sent, ten + minutes{1});
    CHECK(dialer.requests(ten + std::chrono::hours{1}).empty());
}

TEST_CASE("nobody answered: the same bytes under the same key; a late answer is not taken for that of a newer version",
          "[outbox][dialers]") {
    Dialer dialer;
    dialer.take(TaskStory{}, ten);
    const DeliveryRequest first = dialer.request(ten);
    CHECK(dialer.requests(ten + dialer.options.lease).empty());
    const DeliveryRequest again = dialer.request(ten + dialer.options.lease + minutes{1});
    CHECK(again.key == first.key);
    CHECK(again.content == first.content);
    CHECK(again.number == 2);

    dialer.take(over(TaskStory{}, "met_in_time"), ten + minutes{4});
    CHECK(dialer.requests(again.valid_until).empty());
    // The withdrawal has taken its place; the answer is to what was asked before.
    dialer.answer(again, Kind::sent, again.valid_until + seconds{1});
    CHECK(event_of(dialer.request(again.valid_until + minutes{1})) == "task.withdrawn");
}

TEST_CASE("what failed for good is tried anew with the next version", "[outbox][dialers]") {
    Dialer dialer;
    dialer.take(TaskStory{}, ten);
    CHECK(types_of(dialer.answer(dialer.request(ten), Kind::refused, ten)) == Texts{"delivery.failed"});
    dialer.take(claimed(TaskStory{}, anna), ten + minutes{1});
    // Whether it knows of the call nobody can tell.
    CHECK(event_of(dialer.request(ten + minutes{1})) == "task.changed");
}

TEST_CASE("a dialer is told of the end of a call weeks later, and of a customer who is forgotten only the id",
          "[outbox][dialers]") {
    Dialer dialer;
    dialer.deliver(TaskStory{}, ten);
    const Instant weeks_later = ten + std::chrono::days{21};
    CHECK(dialer.requests(weeks_later).empty());
    dialer.restart();
    Record forgotten;
    forgotten.topic = "premura.call-tasks.v1";
    forgotten.key = "T-1";
    forgotten.tombstone = true;
    dialer.apply(forgotten, weeks_later);
    const DeliveryRequest withdrawn = dialer.request(weeks_later);
    CHECK(withdrawn.key == "T-1.2.dialer");
    CHECK(event_of(withdrawn) == "task.withdrawn");
    CHECK(posted(withdrawn).at("reason") == "erased");
    CHECK(posted(withdrawn).at("columns").at("source_id") == "T-1");
    CHECK(withdrawn.content.find("Giulia") == std::string::npos);
    CHECK(withdrawn.content.find("0255500101") == std::string::npos);
    dialer.answer(withdrawn, Kind::sent, weeks_later);
    // Then it is forgotten here as well.
    dialer.requests(weeks_later + dialer.options.remembered);
    CHECK_FALSE(dialer.stage->find("T-1"));
    dialer.apply(forgotten, weeks_later + dialer.options.remembered);
    CHECK(dialer.requests(weeks_later + dialer.options.remembered).empty());
}

TEST_CASE("without a dialer nothing is kept of calls", "[outbox][dialers]") {
    Dialer dialer{shipped_rules()};
    dialer.take(TaskStory{}, ten);
    CHECK(dialer.stage->size() == 0);
    CHECK(dialer.requests(ten).empty());
}

TEST_CASE("a wrong number is taken out of the dialer, and the next one put in", "[outbox][dialers]") {
    Dialer dialer{rules_with_dialer("genesys")};
    dialer.deliver(TaskStory{}, ten);
    TaskStory wrong = next_version(TaskStory{});
    wrong.more["phones"] = json::array{json::object{{"number", "+390255500101"}, {"state", "wrong"}}};
    dialer.take(wrong, ten + minutes{1});
    const DeliveryRequest withdrawn = dialer.request(ten + minutes{1});
    CHECK(event_of(withdrawn) == "task.withdrawn");
    CHECK(posted(withdrawn).at("reason") == "no_number");
    dialer.answer(withdrawn, Kind::sent, ten + minutes{1});
    TaskStory another = next_version(wrong);
    another.more["phones"].as_array().push_back(json::object{{"number", "+393331112223"}, {"state", "usable"}});
    dialer.take(another, ten + minutes{2});
    const DeliveryRequest open_again = dialer.request(ten + minutes{2});
    CHECK(event_of(open_again) == "task.changed");
    CHECK(posted(open_again).at("columns").at("phone") == "+393331112223");
}

}  // namespace premura
