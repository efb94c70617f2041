#include <catch2/catch.hpp>

#include "core/base/hash.h"
#include "core/events/encode.h"
#include "tests/core/decode_story.h"

using namespace premura;

namespace {

Headers binary_headers(char separator) {
    Headers headers;
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"specversion", "1.0"},
                                                          {"id", "e1"},
                                                          {"source", "/shop"},
                                                          {"type", "order.paid"},
                                                          {"time", "2026-06-01T11:00:00+02:00"}}) {
        headers.emplace_back(std::string{"ce"} + separator + name, value);
    }
    headers.emplace_back("content-type", "application/json");
    return headers;
}

Headers with(Headers headers, std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return headers;
}

const Lines paid{"order.paid 2026-06-01T09:00:00Z order=A1"};

}  // namespace

TEST_CASE("the three ways to write a CloudEvent come to the same event", "[cloudevents]") {
    DecodeStory story;
    const std::string body = cloud_event("order.paid", R"({"order":{"id":"A1"}})");
    const std::string data = R"({"order":{"id":"A1"}})";

    CHECK(story.told(body, structured) == paid);
    CHECK(story.told(body) == paid);
    CHECK(story.told(data, binary_headers('_')) == paid);
    CHECK(story.told(data, binary_headers('-')) == paid);
    CHECK(story.told("[" + body + "]", {{"content-type", "application/cloudevents-batch+json"}}) ==
          paid);
    CHECK(story.read(body).events[0].identity == hash64({"/shop", "e1"}));
    CHECK(story.read(data, binary_headers('_')).events[0].identity == hash64({"/shop", "e1"}));
}

TEST_CASE("structured mode is known by its content type, in any case and with parameters",
          "[cloudevents]") {
    DecodeStory story;
    const std::string body = cloud_event("order.paid", R"({"order":{"id":"A1"}})");

    CHECK(story.told(body, {{"content-type", "Application/CloudEvents+JSON; charset=utf-8"}}) ==
          paid);
    CHECK(
        story.told("{}", structured) ==
        Lines{"rejected no_envelope /specversion a CloudEvent needs the attribute `specversion`"});
    CHECK(story.told("[]", structured) ==
          Lines{"rejected no_envelope  the body is no CloudEvent, and no mapping fits"});
}

TEST_CASE("every required attribute is asked for by name", "[cloudevents]") {
    DecodeStory story;
    CHECK(story.told(R"({"specversion":"1.0","source":"/s","type":"order.paid"})") ==
          Lines{"rejected no_envelope /id a CloudEvent needs the attribute `id`"});
    CHECK(story.told(R"({"specversion":"1.0","id":7,"source":"/s","type":"order.paid"})") ==
          Lines{"rejected no_envelope /id a CloudEvent needs the attribute `id`"});
    CHECK(story.told(R"({"specversion":"0.3","id":"1","source":"/s","type":"order.paid"})") ==
          Lines{"rejected no_envelope /specversion only version 1 of CloudEvents is understood"});
}

TEST_CASE("three of the four headers are no binary mode", "[cloudevents]") {
    DecodeStory story;
    Headers headers = binary_headers('_');
    headers.erase(headers.begin() + 3);
    CHECK(story.told(R"({"order":{"id":"A1"}})", headers)[0].substr(0, 21) ==
          "rejected no_envelope ");
}

TEST_CASE("an event in binary mode may have no data, and names its order as subject",
          "[cloudevents]") {
    DecodeStory story;
    const Headers headers = with(binary_headers('_'), "ce_subject", "A1");
    CHECK(story.told("", headers) == paid);
    CHECK(story.told("", binary_headers('_')) ==
          Lines{"rejected no_subject  it names no order, parcel, shipment, return, refund, promise "
                "or customer"});
}

TEST_CASE("the subject stands for the order only where the event is about an order",
          "[cloudevents]") {
    DecodeStory story;
    CHECK(story.told(cloud_event("order.paid", R"({"order":{"id":"B2"}})", R"(,"subject":"A1")")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=B2"});
    CHECK(story.told(cloud_event("shipment.scanned", "{}", R"(,"subject":"A1")"))[0].substr(
              0, 20) == "rejected no_subject ");
}

TEST_CASE("HTTP headers are percent-decoded and unquoted, Kafka's are taken as they are",
          "[cloudevents]") {
    DecodeStory story;
    CHECK(story.told("", with(binary_headers('-'), "ce-subject", "Euro%20%E2%82%AC%20%zz%4")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=Euro € %zz%4"});
    CHECK(story.told("", with(binary_headers('-'), "ce-subject", R"("A \"1\"")")) ==
          Lines{R"(order.paid 2026-06-01T09:00:00Z order=A "1")"});
    CHECK(story.told("", with(binary_headers('_'), "ce_subject", "A%201")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A%201"});
    CHECK(story.told("", with(binary_headers('_'), "ce_subject", "A\xff")) ==
          Lines{"rejected bad_attribute header.ce_subject the header is not UTF-8"});
}

TEST_CASE("data may be written in base 64", "[cloudevents]") {
    DecodeStory story;
    const auto event = [](std::string_view data) {
        return fmt::format(
            R"({{"specversion":"1.0","id":"e1","source":"/shop","type":"order.paid",)"
            R"("time":"2026-06-01T09:00:00Z","data_base64":{}}})",
            data);
    };
    CHECK(story.told(event(R"("eyJvcmRlciI6eyJpZCI6IkExIn19")")) == paid);
    CHECK(story.told(event(R"("?")")) ==
          Lines{"rejected bad_data /data_base64 the data must be an object of facts"});
    CHECK(story.told(event(R"("W10=")")) ==
          Lines{"rejected bad_data /data_base64 the data must be an object of facts"});
    CHECK(story.told(event(R"("ew==")")) ==
          Lines{"rejected not_json /data_base64 the data is not JSON"});

    const std::string other = event(R"("eyJvcmRlci5pZCI6ICJCMiJ9")");
    CHECK(story.told("[" + event(R"("eyJvcmRlciI6eyJpZCI6IkExIn19")") + "," + other + "]",
                     {{"content-type", "application/cloudevents-batch+json"}}) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1",
                "order.paid 2026-06-01T09:00:00Z order=B2"});
}

TEST_CASE("a batch is taken whole or not at all", "[cloudevents]") {
    DecodeStory story;
    const Headers batch{{"content-type", "application/cloudevents-batch+json"}};
    const std::string fine = cloud_event("order.paid", R"({"order":{"id":"A1"}})");
    const std::string foreign = cloud_event("com.other.thing", R"({"order":{"id":5.5}})");
    const std::string wrong = cloud_event("order.placed", R"({"order":{"id":"A1","total":"9"}})");

    CHECK(story.told("[" + fine + "," + wrong + "]", batch) ==
          Lines{"rejected bad_fact /1/data/order/total order.total must be a number"});
    CHECK(story.told("[" + fine + ",7]", batch) ==
          Lines{"rejected no_envelope /1 a batch must be an array of CloudEvents"});
    CHECK(story.told(fine, batch) ==
          Lines{"rejected no_envelope  a batch must be an array of CloudEvents"});
    CHECK(story.told("[" + fine + "]]", batch) == Lines{"rejected not_json  the body is not JSON"});
    CHECK(story.told("[]", batch) == Lines{"ignored empty_batch"});
    CHECK(story.told("[" + foreign + "]", batch) == Lines{"ignored unknown_event_type"});

    const DecodeResult mixed = story.read("[" + foreign + "," + fine + "," + foreign + "]", batch);
    CHECK(story.lines(mixed) == paid);
    CHECK(mixed.ignored_events == 2);
    CHECK(mixed.label == "unknown_event_type");
}

TEST_CASE("a batch holds a thousand events, and not one more", "[cloudevents]") {
    DecodeStory story;
    const Headers batch{{"content-type", "application/cloudevents-batch+json"}};
    std::string body = "[";
    for (int i = 0; i < 1000; ++i) {
        body +=
            cloud_event("order.paid", fmt::format(R"({{"order":{{"id":"A\u003{}"}}}})", i % 10));
        body += ',';
    }
    body.back() = ']';
    const DecodeResult full = story.read(body, batch);
    CHECK(full.events.size() == 1000);
    CHECK(full.events[0].subject_id(SubjectType::order) == "A0");
    CHECK(full.events[999].subject_id(SubjectType::order) == "A9");

    body.back() = ',';
    body += cloud_event("order.paid", R"({"order":{"id":"A1"}})") + "]";
    CHECK(story.told(body, batch) ==
          Lines{"rejected too_large  a batch holds 1000 events at most"});
}

TEST_CASE("what a schema registry puts before the JSON is taken off", "[cloudevents]") {
    DecodeStory story;
    const std::string frame{"\0\0\0\0\x2a", 5};
    CHECK(story.told(frame + cloud_event("order.paid", R"({"order":{"id":"A1"}})")) == paid);
    CHECK(story.told(frame + R"({"order":{"id":"A1"}})", binary_headers('_')) == paid);
}

TEST_CASE("an event that is sent on comes back as it was", "[cloudevents]") {
    DecodeStory story;
    const std::string text = cloud_event(
        "shipment.handed_over",
        R"({"order":{"id":"A\"1\\","number":"7","total":0.1,"promised_by":"2026-06-04"},)"
        R"("customer":{"id":"C1","name":"Zoë\n\u0001","loyalty_member":true},)"
        R"("shipment":{"id":"S1","eta":"2026-06-03T08:00:00.125Z","handed_over_at":"2026-06-01 09:30"},)"
        R"("loyalty":{"points":1e21},"contact":{"channel":"web"}})");
    for (const bool with_time : {true, false}) {
        std::string body = text;
        if (!with_time) body.replace(body.find("\"time\""), 6, "\"xime\"");
        const DecodeResult first = story.read(body);
        REQUIRE(first.events.size() == 1);
        const Event event = first.events[0];
        CHECK(event.broker_time == !with_time);
        const std::string before = DecodeStory::line(event);
        const std::string sent = encode_event(event);
        const std::uint64_t identity = event.identity;

        for (const Headers& headers : {structured, Headers{}}) {
            const DecodeResult again = story.read(sent, headers, "premura.intake.v1");
            REQUIRE(again.events.size() == 1);
            CHECK(DecodeStory::line(again.events[0]) == before);
            CHECK(again.events[0].identity == identity);
            CHECK(again.events[0].tenant == "acme-it");
            CHECK(again.unknown_facts == 0);
        }
    }
}

TEST_CASE("a malformed identity is refused", "[cloudevents]") {
    DecodeStory story;
    CHECK(story.told(cloud_event("order.paid", R"({"order":{"id":"A1"}})",
                                 R"(,"premuraidentity":"12")")) ==
          Lines{"rejected bad_attribute /premuraidentity premuraidentity must be 16 hexadecimal "
                "digits"});
}

TEST_CASE("the clock of a replay is a record of its own", "[cloudevents]") {
    DecodeStory story;
    story.rules.tenants.clear();
    const Instant noon = *parse_rfc3339("2026-06-04T12:00:00.007Z");
    CHECK(story.told(encode_clock(noon)) == Lines{"clock 2026-06-04T12:00:00.007Z"});
    CHECK(story.told("[" + encode_clock(noon) + "]",
                     {{"content-type", "application/cloudevents-batch+json"}}) ==
          Lines{"rejected no_envelope /0 a clock must come alone, not in a batch"});
    CHECK(story.told(R"({"specversion":"1.0","id":"1","source":"/s","type":"premura.clock"})") ==
          Lines{"rejected bad_time /time the attribute `time` must be like "
                "2026-06-01T11:00:00+02:00"});
}
