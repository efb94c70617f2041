#include "core/outbox/outbox_stage.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "core/outbox/retry.h"
#include "tests/core/stage_story.h"

// How the outbox gets things out: once, at the right time, with the same key each time, and with an end.

namespace premura {
namespace {

using namespace stage_story;
namespace json = boost::json;

// A Tuesday; messages may reach customers from 08:30 to 21:30.
const Instant ten = at("2026-06-09T10:00:00+02:00");

OutboxOptions all_gateways() {
    OutboxOptions options;
    options.partition = 3;
    options.mail = true;
    options.mail_from = "Premura <premura@example.org>";
    options.webhooks = {"sms", "wms", "ops"};
    options.ops_webhook = "ops";
    return options;
}

std::shared_ptr<const RuleSet> rules_with_systems() {
    static const std::shared_ptr<const RuleSet> rules = [] {
        auto changed = std::make_shared<RuleSet>(*shipped_rules());
        changed->tenants.at("acme-it").systems["warehouse"] = {"wms", ""};
        changed->tenants.at("acme-it").systems["courier"] = {"", "press@courier.example"};
        return changed;
    }();
    return rules;
}

json::object contact(const std::string& id, Instant decided_at) {
    return {{"tenant", "acme-it"},
            {"time_zone", "Europe/Rome"},
            {"customer", "C1"},
            {"priority", "normal"},
            {"planned_at", format_utc(decided_at)},
            {"decided_at", format_utc(decided_at)},
            {"why", "Anna Rossi, order 100045: late."},
            {"cases", json::array{json::object{
                          {"case", "case-" + id},
                          {"rule", "parcel-silent"},
                          {"rule_name", "Parcel not scanned"},
                          {"order", "A1"},
                          {"subject_type", "order"},
                          {"subject", "A1"},
                          {"deadline", format_utc(decided_at)},
                          {"late", true},
                          {"facts", json::object{{"order", json::object{{"id", "A1"}, {"number", "100045"}}},
                                                 {"customer", json::object{{"id", "C1"},
                                                                           {"name", "Anna Rossi"},
                                                                           {"email", "anna@x.example"},
                                                                           {"phone", "+393331112223"}}}}},
                          {"history", json::array{}}}}}};
}

Record record_with(std::string_view type, const std::string& key, const json::object& body, Instant time) {
    Record record;
    record.topic = "premura.x.v1";
    record.key = key;
    record.value = json::serialize(body);
    record.headers = {{"ce_type", "premura." + std::string{type} + ".v1"}};
    record.timestamp = time;
    return record;
}

Record notification(const std::string& id, Instant decided_at) {
    json::object body = contact(id, decided_at);
    body["notification"] = id;
    body["to"] = "customer";
    body["message"] = "parcel-silent";
    return record_with("notification", id, body, decided_at);
}

Record expedite(const std::string& id, const std::string& system, Instant decided_at) {
    json::object body = contact(id, decided_at);
    body["expedite"] = id;
    body["system"] = system;
    body["request"] = "pack-first";
    return record_with("expedite", id, body, decided_at);
}

Record incident(const std::string& id, const std::string& state, Instant decided_at) {
    return record_with("incident." + state, id,
                       {{"incident", id},
                        {"kind", "feed_silent"},
                        {"about", "acme.orders.v1"},
                        {"state", state},
                        {"since", format_utc(decided_at)},
                        {"decided_at", format_utc(decided_at)},
                        {"reason", "The feed has stopped speaking."}},
                       decided_at);
}

Record closed(const std::string& case_id, Instant time) {
    Finding finding;
    finding.kind = Finding::Kind::closed;
    finding.id = case_id + "-closed";
    finding.case_id = case_id;
    finding.tenant = "acme-it";
    finding.rule = "parcel-silent";
    finding.customer = "C1";
    finding.order = finding.subject = "A1";
    finding.started_at = finding.deadline = finding.planned_at = finding.decided_at = time;
    finding.reason = "done_late";
    return delivered(output_of(finding));
}

struct Outbox {
    explicit Outbox(OutboxOptions options = all_gateways(),
                    std::shared_ptr<const RuleSet> rules = rules_with_systems())
        : options_used{options}, stage{std::move(options), std::move(rules)} {}

    std::vector<Output> apply(const Record& record, Instant now) {
        Effects effects;
        stage.apply(record, now, effects);
        return std::move(effects.outputs);
    }
    std::vector<Output> fire(Instant now) {
        Effects effects;
        stage.fire({now, now, false}, effects);
        return std::move(effects.outputs);
    }
    // The one request that goes out now.
    DeliveryRequest request(Instant now) {
        const std::vector<Output> outputs = fire(now);
        REQUIRE(types_of(outputs) == Texts{"delivery.requested"});
        CHECK(outputs[0].partition == options_used.partition);
        return delivery_request_of(*outputs[0].value).value();
    }
    std::vector<Output> answer(const DeliveryRequest& request, DeliveryResult::Kind kind, Instant now,
                               const std::string& reason = "http_503") {
        const DeliveryResult result{request.id, request.partition, request.number, kind,
                                    kind == DeliveryResult::Kind::sent ? "" : reason, std::nullopt, now};
        return apply(delivered(output_of(result)), now);
    }
    // Another process that goes on with what this one has written.
    std::unique_ptr<Outbox> restored() {
        Effects effects;
        stage.collect_state(effects);
        auto next = std::make_unique<Outbox>(options_used);
        for (const StateRecord& record : effects.state) {
            if (record.value) next->stage.restore(record.key, *record.value);
        }
        return next;
    }
    OutboxEntry entry(const std::string& id) const { return stage.find(id).value(); }

    // When it is next attended to. The stage may ask to be called before that, and then does nothing.
    Instant due(const std::string& id) const {
        const Instant due = entry(id).due;
        CHECK(stage.next_due().value() <= due);
        return due;
    }

    OutboxOptions options_used;
    OutboxStage stage;
};

json::object outcome(const Output& output) { return json::parse(*output.value).as_object(); }

}  // namespace

TEST_CASE("a notification goes out by the first channel that the customer and the message have", "[outbox]") {
    Outbox outbox;
    CHECK(outbox.apply(notification("n1", ten), ten).empty());
    const DeliveryRequest mail = outbox.request(ten);
    CHECK(mail.channel == "email");
    CHECK(mail.gateway == "smtp");
    CHECK(mail.to == "anna@x.example");
    CHECK(mail.from == "assistenza@acme.example");
    CHECK(mail.key == "n1.email");
    CHECK(mail.valid_until == ten + outbox.options_used.lease);
    CHECK_THAT(mail.content, Catch::Contains("Message-ID: <n1.email@acme.example>"));

    const std::vector<Output> done = outbox.answer(mail, DeliveryResult::Kind::sent, ten);
    CHECK(types_of(done) == Texts{"intake", "delivery.sent"});
    CHECK_THAT(*done[0].value, Catch::Contains("\"contact.sent\"") && Catch::Contains("\"order.id\":\"A1\"") &&
                                   Catch::Contains("\"contact.channel\":\"email\"") &&
                                   Catch::Contains("\"contact.message\":\"parcel-silent\""));
    CHECK(done[0].key == "A1");
    CHECK(outbox.entry("n1").state == OutboxEntry::State::sent);
    CHECK(outbox.fire(ten + std::chrono::days{1}).empty());
}

TEST_CASE("what is done keeps nothing about anybody", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    outbox.answer(outbox.request(ten), DeliveryResult::Kind::sent, ten);
    Effects effects;
    outbox.stage.collect_state(effects);
    REQUIRE(effects.state.size() == 1);
    CHECK_THAT(*effects.state[0].value, !Catch::Contains("anna") && !Catch::Contains("Anna") && !Catch::Contains("333111"));
}

TEST_CASE("the same notification again is known", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    const DeliveryRequest request = outbox.request(ten);
    outbox.apply(notification("n1", ten), ten);
    CHECK(outbox.fire(ten).empty());
    outbox.answer(request, DeliveryResult::Kind::sent, ten);
    outbox.apply(notification("n1", ten), ten);
    CHECK(outbox.fire(ten).empty());
}

TEST_CASE("what did not get through is tried again at exact times, with the same bytes and key", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    const RetryPolicy retry = outbox.options_used.retry;
    Instant now = ten;
    DeliveryRequest first = outbox.request(now);
    DeliveryRequest last = first;
    for (int tries = 1; tries < 4; ++tries) {
        CHECK(outbox.answer(last, DeliveryResult::Kind::failed, now).empty());
        const Milliseconds pause = retry.pause_after(tries, "n1");
        CHECK(outbox.due("n1") == now + pause);
        CHECK(outbox.fire(now + pause - Milliseconds{1}).empty());
        now += pause;
        last = outbox.request(now);
        CHECK(last.number == tries + 1);
        CHECK(last.key == first.key);
        CHECK(last.content == first.content);
    }
}

TEST_CASE("pauses double up to the longest, and are spread by the id alone", "[outbox]") {
    const RetryPolicy retry;
    Milliseconds whole = retry.first;
    for (int tries = 1; tries <= 40; ++tries) {
        const Milliseconds pause = retry.pause_after(tries, "n1");
        CHECK(pause >= whole / 2);
        CHECK(pause <= whole);
        CHECK(pause == retry.pause_after(tries, "n1"));
        whole = std::min(whole * 2, retry.longest);
    }
    CHECK(retry.pause_after(3, "n1") != retry.pause_after(3, "n2"));
}

TEST_CASE("a gateway's own wish to be left alone is heeded", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    const DeliveryRequest request = outbox.request(ten);
    DeliveryResult result{request.id, 3, 1, DeliveryResult::Kind::failed, "http_429", std::chrono::minutes{10}, ten};
    outbox.apply(delivered(output_of(result)), ten);
    CHECK(outbox.due("n1") == ten + std::chrono::minutes{10});
}

TEST_CASE("a channel that never will is left for the next one; at the end it is noted", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    outbox.answer(outbox.request(ten), DeliveryResult::Kind::refused, ten, "smtp_550");
    const DeliveryRequest sms = outbox.request(ten);
    CHECK(sms.channel == "sms");
    CHECK(sms.key == "n1.sms");
    const json::object body = json::parse(sms.content).as_object();
    CHECK(body.at("to") == "+393331112223");
    CHECK(body.at("id") == "n1.sms");
    CHECK(body.at("segments") == 1);
    const std::vector<Output> done = outbox.answer(sms, DeliveryResult::Kind::refused, ten, "http_422");
    CHECK(types_of(done) == Texts{"intake", "delivery.failed"});
    CHECK_THAT(*done[0].value, Catch::Contains("\"contact.failed\"") && Catch::Contains("\"contact.outcome\":\"http_422\""));
    CHECK(outcome(done[1]).at("reason") == "http_422");
}

TEST_CASE("attempts end, and ops hear of the gateway before", "[outbox]") {
    OutboxOptions options = all_gateways();
    options.webhooks.erase("sms");
    Outbox outbox{options};
    outbox.apply(notification("n1", ten), ten);
    Instant now = ten;
    Texts types;
    for (int attempt = 1; attempt <= options.retry.attempts_max; ++attempt) {
        const auto ended = outbox.answer(outbox.request(now), DeliveryResult::Kind::failed, now);
        for (const std::string& type : types_of(ended)) types.push_back(std::to_string(attempt) + " " + type);
        now = outbox.due("n1");
    }
    CHECK(types == Texts{"4 incident.open", "8 intake", "8 delivery.failed"});
    CHECK(outbox.entry("n1").state == OutboxEntry::State::failed);
    // What passes again closes it.
    const Instant later = now + std::chrono::minutes{1};
    outbox.apply(notification("n2", later), later);
    const auto passed = outbox.answer(outbox.request(later), DeliveryResult::Kind::sent, later);
    CHECK(types_of(passed) == Texts{"incident.closed", "intake", "delivery.sent"});
}

TEST_CASE("what was only postponed is no attempt, but it ends with its time", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    Instant now = ten;
    Texts types;
    int postponed = 0;
    for (; outbox.entry("n1").state != OutboxEntry::State::expired && postponed < 1000; ++postponed) {
        const auto outputs = outbox.fire(now);
        if (types_of(outputs) == Texts{"delivery.requested"}) {
            const auto request = delivery_request_of(*outputs[0].value).value();
            for (const auto& type : types_of(outbox.answer(request, DeliveryResult::Kind::postponed, now, "circuit_open"))) {
                types.push_back(type);
            }
        }
        now = outbox.due("n1");
    }
    CHECK(postponed > outbox.options_used.retry.attempts_max);
    CHECK(outbox.entry("n1").attempts == 0);
    CHECK(types == Texts{"incident.open", "intake", "delivery.expired"});
    CHECK(now - ten > std::chrono::hours{20});
}

TEST_CASE("a gateway that only has enough to do is asked again soon, and ops need not hear", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    Instant now = ten;
    for (int i = 0; i < 10; ++i) {
        CHECK(outbox.answer(outbox.request(now), DeliveryResult::Kind::postponed, now, "waited_too_long").empty());
        CHECK(outbox.due("n1") - now == outbox.options_used.retry.pause_after(1, "n1"));
        now = outbox.due("n1");
    }
}

TEST_CASE("a message about a solved problem is not sent", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    const DeliveryRequest request = outbox.request(ten);
    outbox.answer(request, DeliveryResult::Kind::failed, ten);
    const auto cancelled = outbox.apply(closed("case-n1", ten + Milliseconds{1000}), ten + Milliseconds{1000});
    CHECK(types_of(cancelled) == Texts{"delivery.cancelled"});
    CHECK(outcome(cancelled[0]).at("reason") == "solved");
    CHECK(outbox.fire(ten + std::chrono::hours{20}).empty());
}

TEST_CASE("nor when the solution is read before the message", "[outbox]") {
    Outbox outbox;
    outbox.apply(closed("case-n1", ten + Milliseconds{1000}), ten + Milliseconds{1000});
    const auto restored = outbox.restored();
    CHECK(types_of(restored->apply(notification("n1", ten), ten + Milliseconds{2000})) == Texts{"delivery.cancelled"});
    // A case that opened again after that is told of.
    CHECK(restored->apply(notification("n1b", ten), ten).empty());
    Outbox later;
    later.apply(closed("case-n1", ten - std::chrono::hours{1}), ten);
    CHECK(later.apply(notification("n1", ten), ten).empty());
}

TEST_CASE("what the senders have when it is solved may still go, but is not tried again", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    const DeliveryRequest request = outbox.request(ten);
    CHECK(outbox.apply(closed("case-n1", ten), ten).empty());
    SECTION("it did not get through") {
        CHECK(types_of(outbox.answer(request, DeliveryResult::Kind::failed, ten)) == Texts{"delivery.cancelled"});
    }
    SECTION("it went") {
        CHECK(types_of(outbox.answer(request, DeliveryResult::Kind::sent, ten)) == Texts{"intake", "delivery.sent"});
    }
}

TEST_CASE("after a crash the same request is made again, when the senders' time is over", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    const DeliveryRequest before = outbox.request(ten);
    const auto next = outbox.restored();
    const Instant over = ten + outbox.options_used.lease;
    CHECK(next->fire(over - Milliseconds{1}).empty());
    CHECK(next->fire(over).empty());
    const DeliveryRequest again = next->request(over + next->options_used.retry.pause_after(1, "n1"));
    CHECK(again.key == before.key);
    CHECK(again.content == before.content);
    CHECK(again.number == 2);
    // The answer to the first one may still come: it did go out.
    CHECK(types_of(next->answer(before, DeliveryResult::Kind::sent, over)) == Texts{"intake", "delivery.sent"});
    CHECK(next->answer(again, DeliveryResult::Kind::failed, over).empty());
}

TEST_CASE("a sentence with a gap is not sent: the fact that is missing is told", "[outbox]") {
    Outbox outbox;
    json::object body = json::parse(notification("n1", ten).value).as_object();
    body["message"] = "pickup-reminder";
    json::object& customer = body.at("cases").at(0).at("facts").at("customer").as_object();
    customer.erase("phone");
    outbox.apply(record_with("notification", "n1", body, ten), ten);
    const auto outputs = outbox.fire(ten);
    REQUIRE(types_of(outputs) == Texts{"intake", "delivery.skipped"});
    CHECK(outcome(outputs[1]).at("reason") == "fact_missing");
    CHECK(outcome(outputs[1]).at("missing") == json::array{"shipment.location"});
}

TEST_CASE("another channel whose text is complete takes its place", "[outbox]") {
    Outbox outbox;
    json::object body = json::parse(notification("n1", ten).value).as_object();
    body["message"] = "pickup-reminder";  // its SMS does not say where
    outbox.apply(record_with("notification", "n1", body, ten), ten);
    CHECK(outbox.request(ten).channel == "sms");
}

TEST_CASE("a retry does not reach the customer in the night", "[outbox]") {
    Outbox outbox;
    const Instant evening = at("2026-06-09T21:29:50+02:00");
    outbox.apply(notification("n1", evening), evening);
    outbox.answer(outbox.request(evening), DeliveryResult::Kind::failed, evening);
    CHECK(outbox.due("n1") == at("2026-06-10T08:30:00+02:00"));
    // Read late, after a stop: it waits as well.
    Outbox late;
    const Instant night = at("2026-06-09T23:00:00+02:00");
    late.apply(notification("n1", evening), night);
    CHECK(late.fire(night).empty());
    CHECK(late.due("n1") == at("2026-06-10T08:30:00+02:00"));
}

TEST_CASE("what is a day old is not sent any more", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten - std::chrono::hours{25}), ten);
    const auto outputs = outbox.fire(ten);
    CHECK(types_of(outputs) == Texts{"intake", "delivery.expired"});
    CHECK(outcome(outputs[1]).at("reason") == "too_old");
}

TEST_CASE("only so many requests of a gateway are under way", "[outbox]") {
    OutboxOptions options = all_gateways();
    options.asked_max = 2;
    Outbox outbox{options};
    for (int i = 0; i < 5; ++i) outbox.apply(notification("n" + std::to_string(i), ten), ten);
    const auto first = outbox.fire(ten);
    REQUIRE(types_of(first) == Texts{"delivery.requested", "delivery.requested"});
    CHECK(outbox.fire(ten).empty());
    outbox.answer(delivery_request_of(*first[0].value).value(), DeliveryResult::Kind::sent, ten);
    CHECK(outbox.fire(ten).size() == 1);
    // Who waited is not forgotten by a restart.
    const auto next = outbox.restored();
    next->answer(delivery_request_of(*first[1].value).value(), DeliveryResult::Kind::sent, ten);
    CHECK(next->fire(ten).size() == 1);
}

TEST_CASE("an expedite goes to its customer's partition first, and says nothing about the customer", "[outbox]") {
    Outbox outbox;
    const auto sent_on = outbox.apply(expedite("e1", "warehouse", ten), ten);
    REQUIRE(types_of(sent_on) == Texts{"delivery.expedite"});
    CHECK(sent_on[0].partition_key == "acme-it/C1");
    outbox.apply(delivered(sent_on[0]), ten);
    const DeliveryRequest post = outbox.request(ten);
    CHECK(post.gateway == "wms");
    CHECK_THAT(post.content, Catch::Contains("100045") && Catch::Contains("pack-first") && !Catch::Contains("Anna") &&
                                 !Catch::Contains("anna@"));
    const auto done = outbox.answer(post, DeliveryResult::Kind::sent, ten);
    CHECK(types_of(done) == Texts{"intake", "delivery.sent"});
    CHECK_THAT(*done[0].value, Catch::Contains("\"expedite.sent\"") && Catch::Contains("\"expedite.system\":\"warehouse\""));

    outbox.apply(delivered(outbox.apply(expedite("e2", "courier", ten), ten).at(0)), ten);
    const DeliveryRequest mail = outbox.request(ten);
    CHECK(mail.to == "press@courier.example");
    CHECK_THAT(mail.content, !Catch::Contains("Anna") && Catch::Contains("100045"));

    // A system that nobody described reads the topic: it has heard.
    outbox.apply(delivered(outbox.apply(expedite("e3", "seller", ten), ten).at(0)), ten);
    CHECK(types_of(outbox.fire(ten)) == Texts{"intake", "delivery.sent"});
    CHECK(outbox.entry("e3").channel == "topic");
}

TEST_CASE("ops hear that an incident began and that it is over, or of neither", "[outbox]") {
    Outbox outbox;
    outbox.apply(incident("i1", "open", ten), ten);
    const DeliveryRequest opened = outbox.request(ten);
    CHECK(opened.gateway == "ops");
    outbox.answer(opened, DeliveryResult::Kind::sent, ten);
    outbox.apply(incident("i1", "closed", ten), ten);
    CHECK(outbox.request(ten).key == "i1.closed.webhook");

    outbox.apply(incident("i2", "open", ten), ten);
    CHECK(types_of(outbox.apply(incident("i2", "closed", ten), ten)) == Texts{"delivery.cancelled", "delivery.cancelled"});
    CHECK(outbox.fire(ten).empty());
}

TEST_CASE("what is over is forgotten after a while", "[outbox]") {
    Outbox outbox;
    outbox.apply(notification("n1", ten), ten);
    outbox.apply(closed("case-n1", ten), ten);
    CHECK(outbox.stage.size() == 2);
    outbox.fire(ten + std::chrono::days{8});
    CHECK(outbox.stage.size() == 0);
    Effects effects;
    outbox.stage.collect_state(effects);
    for (const StateRecord& record : effects.state) CHECK_FALSE(record.value);
}

}  // namespace premura
