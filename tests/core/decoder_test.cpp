#include "core/events/decoder.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/events/fact_names.h"
#include "tests/core/decode_story.h"

using namespace premura;

namespace {

const std::string about_a1 = R"({"order":{"id":"A1"}})";

std::string bare(std::string_view type, std::string_view more) {
    return fmt::format(R"({{"specversion":"1.0","id":"e1","source":"/shop","type":"{}",)"
                       R"("data":{{"order":{{"id":"A1"}}}}{}}})",
                       type, more);
}

}  // namespace

TEST_CASE("an order becomes an event with typed facts", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(cloud_event(
              "order.placed",
              R"({"order":{"id":"A1","number":"100045","total":12.50,"items":3,)"
              R"("promised_by":"2026-06-04","ship_by":"2026-06-02T17:00:00+02:00"},)"
              R"("customer":{"id":"C1","loyalty_member":true},"loyalty":{"points":120}})")) ==
          Lines{"order.placed 2026-06-01T09:00:00Z order=A1 customer=C1 order.number='100045' "
                "order.total=12.5 order.items=3 order.promised_by=2026-06-04 "
                "order.ship_by=2026-06-02T15:00:00Z customer.loyalty_member=true "
                "loyalty.points=120"});
}

TEST_CASE("every fact of the vocabulary is found by its name", "[decoder]") {
    const FactNames& names = FactNames::get();
    for (const FactDefinition& definition : all_facts()) {
        CHECK(names.whole(definition.name) == definition.number);
    }
    CHECK(names.whole("order") == 0);
    CHECK(names.whole("order.") == 0);
    CHECK(names.whole("order.totals") == 0);
    CHECK(names.whole("orders.total") == 0);
    CHECK(names.whole("customer.total") == 0);
}

TEST_CASE("facts may be written flat", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(cloud_event("order.paid",
                                 R"({"order.id":"A1","order.total":12,"customer":{"id":"C1"}})")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1 customer=C1 order.total=12"});
    CHECK(story.told(cloud_event("order.paid", R"({"order.id":"A1","order.total":"12"})")) ==
          Lines{"rejected bad_fact /data/order.total order.total must be a number"});
}

TEST_CASE("null, an empty text and an empty group say nothing", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(cloud_event("order.paid", R"({"order":{"id":"A1","total":null,"channel":""},)"
                                               R"("customer":null,"shipment":{}})")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1"});
    CHECK(story.told(cloud_event("order.paid", "null"))[0].substr(0, 20) == "rejected no_subject ");
}

TEST_CASE("what the vocabulary does not know is counted and left out", "[decoder]") {
    DecodeStory story;
    const DecodeResult result = story.read(cloud_event(
        "order.paid", R"({"order":{"id":"A1","colour":"red","lines":[{"id":1},{"id":[2]}]},)"
                      R"("weather":{"sun":true},"order.mood":"fine"})"));
    CHECK(story.lines(result) == Lines{"order.paid 2026-06-01T09:00:00Z order=A1"});
    CHECK(result.unknown_facts == 4);
}

TEST_CASE("a fact said twice has the last value", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(cloud_event("order.paid",
                                 R"({"order":{"id":"A1","total":1,"items":1,"total":2},)"
                                 R"("order.total":3,"order.ship_by":"2026-06-01 10:00",)"
                                 R"("order":{"ship_by":"2026-06-01 11:00"}})")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1 order.total=3 order.items=1 "
                "order.ship_by=2026-06-01T09:00:00Z"});
}

TEST_CASE("a whole number passes for a text, because ids are often numbers", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(
              cloud_event("order.paid", R"({"order":{"id":820982911946154508 ,"number":-7}})")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=820982911946154508 order.number='-7'"});
    CHECK(story.told(cloud_event("order.paid", R"({"order":{"id":1.5}})")) ==
          Lines{"rejected bad_fact /data/order/id order.id must be a text"});
}

TEST_CASE("a known fact of the wrong kind rejects the event and says where", "[decoder]") {
    DecodeStory story;
    const auto told = [&story](const char* data) {
        return story.told(cloud_event("order.paid", data))[0];
    };
    CHECK(told(R"({"order":{"id":"A1","total":"12"}})") ==
          "rejected bad_fact /data/order/total order.total must be a number");
    CHECK(told(R"({"order":{"id":"A1","total":true}})") ==
          "rejected bad_fact /data/order/total order.total must be a number");
    CHECK(told(R"({"order":{"id":"A1","channel":["web"]}})") ==
          "rejected bad_fact /data/order/channel order.channel must be a text");
    CHECK(
        told(R"({"customer":{"id":"C1","loyalty_member":"yes"}})") ==
        "rejected bad_fact /data/customer/loyalty_member customer.loyalty_member must be a true or "
        "false");
    CHECK(told(R"({"order":{"id":"A1","ship_by":1780308000}})") ==
          "rejected bad_fact /data/order/ship_by order.ship_by must be a time");
    CHECK(told(R"({"order":{"id":"A1","ship_by":"soon"}})") ==
          "rejected bad_fact /data/order/ship_by order.ship_by must be a time such as "
          "2026-06-01T11:00:00+02:00, or a date");
    CHECK(told(R"({"order":"A1"})") ==
          "rejected bad_data /data/order order must be an object of facts");
    CHECK(told(R"(["A1"])") == "rejected bad_data /data the data must be an object of facts");
    CHECK(told(R"({"order":{"id":"A1","total":1e999}})") ==
          "rejected bad_fact /data/order/total order.total must be a number");
}

TEST_CASE("what is read must be JSON", "[decoder]") {
    DecodeStory story;
    for (const char* data :
         {R"({"order":{"id":"A1","total":01}})", R"({"order":{"id":"A1","total":1.}})",
          R"({"order":{"id":"A1","total":+1}})", R"({"order":{"id":"A1","total":nul}})",
          R"({"order":{"id":"A1","total":}})", R"({"order":{"id":"A1",}})",
          R"({"order":{"id" "A1"}})", R"({"order":{"id":"A1" "total":1}})",
          R"({"order":{"id":"A1"})", R"({"order":{"id":"A\x"}})", R"({"order":{"id":"A1"}}})",
          R"({"order":{id:"A1"}})", R"({"order":{"id":"A1"},"more":[1,{"a":2}})",
          "{\"order\":{\"id\":\"A\xff\"}}", "{\"order\":{\"id\":\"A\n\"}}",
          R"({"order":{"id":"\ud800"}})"}) {
        INFO(data);
        CHECK(story.told(cloud_event("order.paid", data)) ==
              Lines{"rejected not_json  the body is not JSON"});
    }
    CHECK(story.told("") == Lines{"rejected not_json  the body is not JSON"});
    CHECK(story.told("   ") == Lines{"rejected not_json  the body is not JSON"});
    CHECK(story.told("hello") == Lines{"rejected no_envelope  the body is no CloudEvent, and no "
                                       "mapping fits"});
}

TEST_CASE("escapes are resolved in keys and values", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(cloud_event(
              "order\\u002epaid",
              R"({"\u006frder":{"\u0069d":"A\u00e91\"\ud83d\ude80","number":"\/"}})")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=Aé1\"🚀 order.number='/'"});
}

TEST_CASE("blanks between the tokens change nothing", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(" {\n\"specversion\" : \"1.0\" ,\t\"id\":\"e1\" ,\"source\" : \"/shop\",\r\n"
                     "\"type\": \"order.paid\" , \"data\" : { \"order\" :\t{ \"id\" : \"A1\" , "
                     "\"total\" : 5 } } }\n") ==
          Lines{"order.paid 2026-06-02T11:59:00Z (log time) order=A1 order.total=5"});
}

TEST_CASE("a time without a zone is the tenant's, and a date stays a date", "[decoder]") {
    DecodeStory story;
    const auto ship_by = [&story](const char* time) {
        return story.told(cloud_event(
            "order.paid", fmt::format(R"({{"order":{{"id":"A1","ship_by":"{}"}}}})", time)))[0];
    };
    const std::string start = "order.paid 2026-06-01T09:00:00Z order=A1 order.ship_by=";
    CHECK(ship_by("2026-06-01 17:00") == start + "2026-06-01T15:00:00Z");
    CHECK(ship_by("2026-01-15T17:00:30") == start + "2026-01-15T16:00:30Z");
    CHECK(ship_by("2026-06-01") == start + "2026-06-01");
    // Skipped in spring: moved forward by the gap. Twice in autumn: the first one.
    CHECK(ship_by("2026-03-29 02:30") == start + "2026-03-29T01:30:00Z");
    CHECK(ship_by("2026-10-25 02:30") == start + "2026-10-25T00:30:00Z");

    story.rules.tenants.at("acme-it").timezone = "Atlantis/Capital";
    CHECK(ship_by("2026-06-01 17:00") ==
          "rejected bad_fact /data a time has no zone, and its tenant has none");
}

TEST_CASE("an event without a time gets the log's, and says so", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(bare("order.paid", "")) ==
          Lines{"order.paid 2026-06-02T11:59:00Z (log time) order=A1"});
    CHECK(story.told(bare("order.paid", R"(,"time":null)")) ==
          Lines{"order.paid 2026-06-02T11:59:00Z (log time) order=A1"});
}

TEST_CASE("a time that cannot be read rejects the event", "[decoder]") {
    DecodeStory story;
    const Lines bad{
        "rejected bad_time /time the attribute `time` must be like 2026-06-01T11:00:00+02:00"};
    CHECK(story.told(bare("order.paid", R"(,"time":"yesterday")")) == bad);
    CHECK(story.told(bare("order.paid", R"(,"time":"2026-06-01T11:00:00")")) == bad);
    CHECK(story.told(bare("order.paid", R"(,"time":"2026-06-01")")) == bad);
    CHECK(story.told(bare("order.paid", R"(,"time":1780308000)")) == bad);
    CHECK(story.told(bare("order.paid", R"(,"time":"0000-01-01T00:00:00Z")")) == bad);
    CHECK(story.told(bare("order.paid", R"(,"time":"9999-12-31T23:59:59-01:00")")) == bad);
}

TEST_CASE("a time five minutes ahead is believed, a later one becomes the arrival", "[decoder]") {
    DecodeStory story;
    const DecodeResult early = story.read(bare("order.paid", R"(,"time":"2026-06-02T12:05:00Z")"));
    CHECK(story.lines(early) == Lines{"order.paid 2026-06-02T12:05:00Z order=A1"});
    CHECK(early.future_times == 0);

    const DecodeResult late =
        story.read(bare("order.paid", R"(,"time":"2026-06-02T12:05:00.001Z")"));
    CHECK(story.lines(late) == Lines{"order.paid 2026-06-02T12:00:00Z order=A1"});
    CHECK(late.future_times == 1);
}

TEST_CASE("the tenant is named by the event, else by the topic, else it is the only one",
          "[decoder]") {
    DecodeStory story;
    const std::string body = cloud_event("order.paid", about_a1);
    const std::string named = cloud_event("order.paid", about_a1, R"(,"tenant":"acme-de")");
    CHECK(story.read(body, {}, "elsewhere").events[0].tenant == "acme-it");
    CHECK(story.told(named)[0] ==
          "rejected unknown_tenant /tenant whose event it is cannot be told");

    story.add_tenant("acme-de", "Europe/Berlin", {"acme.de", "acme.shared"});
    CHECK(story.read(named, {}, "elsewhere").events[0].tenant == "acme-de");
    CHECK(story.read(body, {}, "acme.de").events[0].tenant == "acme-de");
    CHECK(story.read(body, {}, "acme.orders").events[0].tenant == "acme-it");
    CHECK(story.told(body, {}, "elsewhere")[0] ==
          "rejected unknown_tenant /tenant whose event it is cannot be told");

    story.rules.tenants.at("acme-it").topics.push_back("acme.shared");
    CHECK(story.told(body, {}, "acme.shared")[0] ==
          "rejected unknown_tenant /tenant whose event it is cannot be told");
}

TEST_CASE("another rule set is noticed by its digest", "[decoder]") {
    DecodeStory story;
    story.add_tenant("acme-de", "Europe/Berlin", {"acme.de"});
    story.rules.digest = "one";
    const std::string body = cloud_event("order.paid", about_a1);
    CHECK(story.read(body, {}, "acme.de").events[0].tenant == "acme-de");

    story.rules.tenants.at("acme-de").topics.clear();
    story.rules.tenants.at("acme-it").topics.push_back("acme.de");
    story.rules.digest = "two";
    CHECK(story.read(body, {}, "acme.de").events[0].tenant == "acme-it");
}

TEST_CASE("a tenant's prefix and a version are taken off the type", "[decoder]") {
    DecodeStory story;
    story.rules.tenants.at("acme-it").event_type_prefixes = {"com.acme.", "it.acme."};
    for (const char* type : {"com.acme.order.paid.v1", "it.acme.order.paid", "order.paid.v12"}) {
        CHECK(story.told(cloud_event(type, about_a1)) ==
              Lines{"order.paid 2026-06-01T09:00:00Z order=A1"});
    }
    for (const char* type : {"org.acme.order.paid", "com.acme.order.paid.v", "order.paid.vx"}) {
        CHECK(story.told(cloud_event(type, about_a1)) == Lines{"ignored unknown_event_type"});
    }
}

TEST_CASE("a foreign event is ignored whatever its data looks like", "[decoder]") {
    DecodeStory story;
    CHECK(story.told(cloud_event("com.other.thing", R"({"order":{"total":"much"},"x":[1]})")) ==
          Lines{"ignored unknown_event_type"});
    CHECK(story.told(cloud_event("com.other.thing", "[1,2]")) ==
          Lines{"ignored unknown_event_type"});
    // With two tenants nobody can say whether it is one of ours behind a tenant's prefix.
    story.add_tenant("acme-de", "Europe/Berlin", {});
    CHECK(story.told(cloud_event("com.other.thing", "{}"), {}, "elsewhere")[0] ==
          "rejected unknown_tenant /tenant whose event it is cannot be told");
}

TEST_CASE("a tombstone is ignored", "[decoder]") {
    DecodeStory story;
    story.record.tombstone = true;
    CHECK(story.lines(story.decoder.decode(story.record, story.rules, {})) ==
          Lines{"ignored tombstone"});
}

TEST_CASE("what is larger than its bound is rejected", "[decoder]") {
    DecodeStory story;
    const auto with_number = [](std::size_t size) {
        return cloud_event("order.paid", fmt::format(R"({{"order":{{"id":"A1","number":"{}"}}}})",
                                                     std::string(size, 'x')));
    };
    CHECK(story.read(with_number(4096)).events.size() == 1);
    CHECK(story.told(with_number(4097)) ==
          Lines{"rejected too_large /data/order/number order.number is longer than 4096 bytes"});
    const std::string unknown = cloud_event(
        "order.paid",
        fmt::format(R"({{"order":{{"id":"A1","x":"{}"}}}})", std::string(1 << 19, 'x')));
    CHECK(story.read(unknown).events.size() == 1);
    CHECK(story.told(std::string((1 << 20) + 1, ' ')) ==
          Lines{"rejected too_large  the record is larger than 1048576 bytes"});
}

TEST_CASE("deep nesting is skipped without recursion", "[decoder]") {
    DecodeStory story;
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    CHECK(story.told(cloud_event("order.paid", R"({"order":{"id":"A1"},"deep":)" + deep + "}")) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1"});
    CHECK(story.told(cloud_event("order.paid", R"({"order":)" + deep + "}")) ==
          Lines{"rejected bad_data /data/order order must be an object of facts"});
}

TEST_CASE("a rejection never repeats what the payload says", "[decoder]") {
    DecodeStory story;
    for (const char* data : {R"({"customer":{"id":"C1","name":["Anna Rossi"]}})",
                             R"({"order":{"id":"A1","ship_by":"Anna Rossi"}})",
                             R"({"order":"Anna Rossi"})", R"("Anna Rossi")", R"({"Anna Rossi":)"}) {
        const DecodeResult result = story.read(cloud_event("order.paid", data));
        REQUIRE(result.outcome == DecodeResult::Outcome::rejected);
        CHECK(result.rejection.message.find("Anna") == std::string::npos);
        CHECK(result.rejection.place.find("Anna") == std::string::npos);
    }
}

TEST_CASE("whatever is cut off or changed is an event or a clean rejection", "[decoder][fuzz]") {
    DecodeStory story;
    const std::string whole = cloud_event(
        "order.placed",
        R"({"order":{"id":"A\u0031","total":12.5,"promised_by":"2026-06-04","items":null},)"
        R"("customer":{"id":7,"loyalty_member":true,"x":[1,{"y":"\n"}]},"order.number":"9"})",
        R"(,"subject":"A1","data_base64":"eyJvcmRlciI6eyJpZCI6IkExIn19")");
    const std::set<std::string_view> reasons{
        rejected::not_json,       rejected::no_envelope, rejected::no_subject,
        rejected::bad_time,       rejected::bad_fact,    rejected::bad_data,
        rejected::unknown_tenant, rejected::too_large,   rejected::bad_attribute};
    int events = 0;
    int rejections = 0;
    const auto try_one = [&](const std::string& body, const Headers& headers) {
        const DecodeResult result = story.read(body, headers);
        if (result.outcome == DecodeResult::Outcome::events) {
            ++events;
            for (const Event& event : result.events) CHECK_FALSE(DecodeStory::line(event).empty());
        } else if (result.outcome == DecodeResult::Outcome::rejected) {
            ++rejections;
            CHECK(reasons.count(result.rejection.reason) == 1);
            CHECK_FALSE(result.rejection.message.empty());
        }
    };
    const Headers batch{{"content-type", "application/cloudevents-batch+json"}};
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string cut = whole.substr(0, length);
        CHECK(story.read(cut).outcome == DecodeResult::Outcome::rejected);
        CHECK(story.read("[" + cut, batch).outcome == DecodeResult::Outcome::rejected);
    }
    for (std::size_t position = 0; position < whole.size(); ++position) {
        for (const char replacement : std::string_view{"\0\x01\"\\{}[],: 0-e\x7f\xc3\xff", 18}) {
            std::string changed = whole;
            changed[position] = replacement;
            try_one(changed, structured);
            try_one("[" + changed + "," + whole + "]", batch);
        }
    }
    CHECK(events > 1000);
    CHECK(rejections > 1000);
}
