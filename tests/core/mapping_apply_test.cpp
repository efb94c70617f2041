#include <catch2/catch.hpp>

#include "core/events/mapping_loader.h"
#include "tests/core/decode_story.h"
#include "tests/core/loader_story.h"

using namespace premura;

namespace {

// A decoder with mappings that are written as in a file, one item of `mappings:` each.
struct MappingStory : DecodeStory {
    MappingStory() = default;
    explicit MappingStory(const std::string& yaml) { add(yaml); }

    void add(const std::string& yaml) {
        YamlStory story{yaml};
        YamlReader reader = story.reader();
        const auto loaded = load_mapping(story.root(), reader);
        REQUIRE(story.told() == std::vector<std::string>{});
        rules.mappings.push_back(loaded->mapping);
    }
};

// A mapping of the message {"id": ..., "at": ...} to order.paid, with one more fact.
std::string with_fact(const std::string& fact) {
    return "name: Shop\nevent: { type: order.paid, id: /id, time: /at }\n"
           "facts:\n  order.id: /id\n  " +
           fact + "\n";
}

std::string message(const std::string& more) {
    return R"({"id":"A1","at":"2026-06-01T09:00:00Z",)" + more + "}";
}

// What one fact becomes: what follows the event's own words.
std::string fact_of(const std::string& fact, const std::string& json) {
    MappingStory story{with_fact(fact)};
    const std::string told = story.told(message(json))[0];
    const std::string start = "order.paid 2026-06-01T09:00:00Z order=A1";
    if (!told.starts_with(start)) return told;
    return told.size() == start.size() ? "" : told.substr(start.size() + 1);
}

}  // namespace

TEST_CASE("a shop's message becomes an event by the first mapping that fits", "[mapping_apply]") {
    MappingStory story{R"(name: Paid
topics: [shop.messages]
match: { header.x-topic: paid, /live: true, /kind: [order, 7] }
event: { type: order.paid, id: header.x-event-id, time: /at }
facts: { order.id: /id, order.total: /total }
)"};
    story.add(R"(name: Other
match: { /kind: { present: true } }
event: { type: order.changed, id: key }
facts: { order.id: /id }
)");
    const std::string body =
        R"({"id":17,"kind":"order","live":true,"total":"12.50","at":"2026-06-01T11:00:00+02:00"})";
    const Headers headers{{"x-topic", "paid"}, {"x-event-id", "e1"}};

    CHECK(story.told(body, headers, "shop.messages") ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=17 order.total=12.5"});
    CHECK(story.told(R"({"id":17,"kind":7,"live":true})", headers, "shop.messages") ==
          Lines{"order.paid 2026-06-02T11:59:00Z (log time) order=17"});
    // Another topic, header or value: the next mapping is asked, which wants a record key.
    const std::string no_key = "rejected no_id key mapping 'Other': no event id was found";
    CHECK(story.told(body, headers, "elsewhere") == Lines{no_key});
    CHECK(story.told(body, {{"x-topic", "made"}}, "shop.messages") == Lines{no_key});
    CHECK(story.told(R"({"id":17,"kind":"order","live":false})", headers, "shop.messages") ==
          Lines{no_key});
    CHECK(story.told(R"({"id":17})", headers, "shop.messages")[0].substr(0, 21) ==
          "rejected no_envelope ");
}

TEST_CASE("a list becomes an event for each element", "[mapping_apply]") {
    MappingStory story{R"(name: Tracking
for_each: /msg/checkpoints
event:
  type: { from: tag, map: { Moved: shipment.scanned, Done: shipment.delivered }, otherwise: ignore }
  id: { first_of: [hash], otherwise: { text: "{/msg/id}:{at}" } }
  time: at
facts:
  shipment.id: /msg/number
  shipment.location: place/city
)"};
    const auto told = [&story](const std::string& checkpoints) {
        return story.told(R"({"msg":{"id":"M1","number":"N1","checkpoints":)" + checkpoints + "}}");
    };
    CHECK(told(R"([{"tag":"Moved","at":"2026-06-01T09:00:00Z","place":{"city":"Torino"}},)"
               R"({"tag":"Sung","at":"never"},)"
               R"({"tag":"Done","at":"2026-06-01T10:00:00Z","hash":"h1"}])") ==
          Lines{"shipment.scanned 2026-06-01T09:00:00Z shipment=N1 shipment.location='Torino'",
                "shipment.delivered 2026-06-01T10:00:00Z shipment=N1"});
    CHECK(told("[]") == Lines{"ignored Tracking"});
    CHECK(told("null") == Lines{"ignored Tracking"});
    CHECK(told(R"([{"tag":"Sung"}])") == Lines{"ignored Tracking"});
    CHECK(told("7") ==
          Lines{"rejected bad_data /msg/checkpoints mapping 'Tracking': `for_each` must "
                "find a list"});
    CHECK(
        told(R"([{"tag":"Done","at":"2026-06-01T10:00:00Z"},{"tag":"Done","at":"soon"}])") ==
        Lines{"rejected bad_time /msg/checkpoints/1/at mapping 'Tracking': when it happened cannot "
              "be read"});
    CHECK(
        told(R"([{"tag":"Done"}])") ==
        Lines{"rejected no_id /msg/checkpoints/0/hash mapping 'Tracking': no event id was found"});

    std::string many = "[{}";
    for (int i = 0; i < 1000; ++i) many += ",{}";
    CHECK(told(many + "]") ==
          Lines{"rejected too_large /msg/checkpoints mapping 'Tracking': a list "
                "holds 1000 events at most"});
}

TEST_CASE("the same id from one topic, tenant and type is the same event", "[mapping_apply]") {
    const char* paid = R"(name: Paid
match: { /kind: paid }
event: { type: order.paid, id: /event }
facts: { order.id: /id }
)";
    MappingStory story{paid};
    story.add(R"(name: Placed
match: { /kind: placed }
event: { type: order.placed, id: /event }
facts: { order.id: /id }
)");
    const auto identity = [&story](const char* body, const char* topic = "acme.orders") {
        return story.read(body, {}, topic).events[0].identity;
    };
    const char* first = R"({"kind":"paid","event":"e1","id":"A1"})";
    CHECK(identity(first) == identity(R"({"event":"e1","id":"A1","kind":"paid","more":1})"));
    CHECK(identity(first) != identity(R"({"kind":"paid","event":"e2","id":"A1"})"));
    CHECK(identity(first) != identity(R"({"kind":"placed","event":"e1","id":"A1"})"));
    CHECK(identity(first) != identity(first, "other.orders"));
}

TEST_CASE("without a conversion a value becomes what its fact needs", "[mapping_apply]") {
    CHECK(fact_of("order.number: /n", R"("n":"x")") == "order.number='x'");
    CHECK(fact_of("order.number: /n", R"("n":18446744073709551615)") ==
          "order.number='18446744073709551615'");
    CHECK(fact_of("order.number: /n", R"("n":-5)") == "order.number='-5'");
    CHECK(fact_of("order.number: /n", R"("n":0.10)") == "order.number='0.1'");
    CHECK(fact_of("order.number: /n", R"("n":true)") == "order.number='true'");
    CHECK(fact_of("order.total: /n", R"("n":12.5)") == "order.total=12.5");
    CHECK(fact_of("order.total: /n", R"("n":"12.50")") == "order.total=12.5");
    CHECK(fact_of("customer.loyalty_member: /n", R"("n":true)") == "customer.loyalty_member=true");
    CHECK(fact_of("customer.loyalty_member: /n", R"("n":"false")") ==
          "customer.loyalty_member=false");
    CHECK(fact_of("order.ship_by: /n", R"("n":"2026-06-04")") == "order.ship_by=2026-06-04");
}

TEST_CASE("null, absent and empty values say nothing", "[mapping_apply]") {
    CHECK(fact_of("order.number: /n", R"("n":null)").empty());
    CHECK(fact_of("order.number: /n", R"("n":"")").empty());
    CHECK(fact_of("order.number: /n", R"("m":1)").empty());
    CHECK(fact_of("order.number: /n/0/deep", R"("n":[])").empty());
    CHECK(fact_of("order.number: { first_of: [/a, /b/0, /c] }", R"("a":"","b":[null],"c":"x")") ==
          "order.number='x'");
}

TEST_CASE("a value that cannot be converted rejects the message and says where",
          "[mapping_apply]") {
    const std::string number = " mapping 'Shop': order.total must be a number";
    CHECK(fact_of("order.total: /n", R"("n":"much")") == "rejected bad_fact /n" + number);
    CHECK(fact_of("order.total: /n", R"("n":"12,50")") == "rejected bad_fact /n" + number);
    CHECK(fact_of("order.total: /n", R"("n":"inf")") == "rejected bad_fact /n" + number);
    CHECK(fact_of("order.total: /n", R"("n":[1])") == "rejected bad_fact /n" + number);
    CHECK(fact_of("order.total: header.x", R"("n":1)").empty());
    CHECK(fact_of("order.number: { first_of: [/m, /n] }", R"("n":{"a":1})") ==
          "rejected bad_fact /n mapping 'Shop': order.number must be a text");
    CHECK(fact_of("order.number: /n", "\"n\":\"" + std::string(4097, 'x') + "\"") ==
          "rejected too_large /n mapping 'Shop': order.number is longer than 4096 bytes");
}

TEST_CASE("tables turn their words into ours, and `otherwise` catches the rest",
          "[mapping_apply]") {
    const std::string channel =
        "order.channel: { from: /n, map: { web: web, pos: shop }, otherwise: other }";
    CHECK(fact_of(channel, R"("n":"pos")") == "order.channel='shop'");
    CHECK(fact_of(channel, R"("n":"fax")") == "order.channel='other'");
    CHECK(fact_of(channel, R"("n":null)") == "order.channel='other'");
    CHECK(fact_of("order.channel: { from: /n, map: { web: web } }", R"("n":"fax")").empty());
    CHECK(fact_of("order.channel: { from: /n, map: { \"3\": shop } }", R"("n":3)") ==
          "order.channel='shop'");
    CHECK(fact_of("order.total: { from: /n, map: { small: \"5\" } }", R"("n":"small")") ==
          "order.total=5");
}

TEST_CASE("texts are put together from paths", "[mapping_apply]") {
    const std::string number = "order.number: { text: \"{/a}-{header.x-b}:{/c/0}\" }";
    MappingStory story{with_fact(number)};
    CHECK(story.told(message(R"("a":7,"c":[1.5])"), {{"x-b", "B"}}) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1 order.number='7-B:1.5'"});
    CHECK(story.told(message(R"("a":7,"c":[])"), {{"x-b", "B"}}) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=A1"});
}

TEST_CASE("parts and digits are taken out of a text", "[mapping_apply]") {
    const std::string last = "order.number: { from: /n, take: { part: -1, of: \"/\" } }";
    CHECK(fact_of(last, R"("n":"gid://shop/Order/4507")") == "order.number='4507'");
    CHECK(fact_of(last, R"("n":"4507")") == "order.number='4507'");
    CHECK(fact_of("order.number: { from: /n, take: { part: 1, of: \"::\" } }",
                  R"("n":"a::b::c")") == "order.number='b'");
    CHECK(fact_of("order.number: { from: /n, take: { part: 5, of: \"-\" } }", R"("n":"a-b")")
              .empty());
    CHECK(fact_of("order.number: { from: /n, take: { part: -3, of: \"-\" } }", R"("n":"a-b")")
              .empty());
    CHECK(fact_of("order.number: { from: /n, take: digits }", R"("n":"#10-04.5")") ==
          "order.number='10045'");
    CHECK(fact_of("order.number: { from: /n, take: digits, otherwise: none }", R"("n":"#")") ==
          "order.number='none'");
}

TEST_CASE("telephone numbers keep their digits, and a country only where it was written",
          "[mapping_apply]") {
    const auto phone = [](const char* written) {
        return fact_of("customer.phone: { from: /n, as: phone }",
                       std::string{R"("n":")"} + written + "\"");
    };
    CHECK(phone("+39 333 111-22.23") == "customer.phone='+393331112223'");
    CHECK(phone("(+39) 333/1112223") == "customer.phone='+393331112223'");
    CHECK(phone("0039 333 1112223") == "customer.phone='+393331112223'");
    CHECK(phone("(555) 555-5555") == "customer.phone='5555555555'");
    CHECK(phone("555-1234 ext. 77") == "customer.phone='5551234'");
    CHECK(phone("none").empty());
}

TEST_CASE("languages lose their country", "[mapping_apply]") {
    const auto language = [](const char* written) {
        return fact_of("customer.language: { from: /n, as: language }",
                       std::string{R"("n":")"} + written + "\"");
    };
    CHECK(language("it-IT") == "customer.language='it'");
    CHECK(language("PT_br") == "customer.language='pt'");
    CHECK(language("fil") == "customer.language='fil'");
    CHECK(language("Italian").empty());
    CHECK(language("i").empty());
    CHECK(language("1t").empty());
}

TEST_CASE("money comes as cents, with or without the number of its digits", "[mapping_apply]") {
    const auto total = [](const char* json) {
        return fact_of("order.total: { from: /n, as: money_cents }", std::string{"\"n\":"} + json);
    };
    CHECK(total("1099") == "order.total=10.99");
    CHECK(total("\"1099\"") == "order.total=10.99");
    CHECK(total(R"({"centAmount":1099,"fractionDigits":2,"currencyCode":"EUR"})") ==
          "order.total=10.99");
    CHECK(total(R"({"centAmount":1099,"fractionDigits":0})") == "order.total=1099");
    CHECK(total(R"({"centAmount":1099})") == "order.total=10.99");
    const std::string wrong = "rejected bad_fact /n mapping 'Shop': order.total must be a number";
    CHECK(total("10.99") == wrong);
    CHECK(total("{}") == wrong);
    CHECK(total(R"({"centAmount":1,"fractionDigits":99})") == wrong);
}

TEST_CASE("times come in many forms", "[mapping_apply]") {
    const auto ship_by = [](const char* json, const char* more = "") {
        return fact_of(std::string{"order.ship_by: { from: /n, as: time"} + more + " }",
                       std::string{"\"n\":"} + json);
    };
    CHECK(ship_by("\"2026-06-01T11:00:00+02:00\"") == "order.ship_by=2026-06-01T09:00:00Z");
    CHECK(ship_by("\"2026-06-01 11:00\"") == "order.ship_by=2026-06-01T09:00:00Z");
    CHECK(ship_by("\"2026-06-01 11:00\"", ", zone: Etc/UTC") ==
          "order.ship_by=2026-06-01T11:00:00Z");
    CHECK(ship_by("\"2026-06-01\"") == "order.ship_by=2026-06-01");
    CHECK(ship_by("1780308000") == "order.ship_by=2026-06-01T10:00:00Z");
    CHECK(ship_by("1780308000123") == "order.ship_by=2026-06-01T10:00:00.123Z");
    CHECK(ship_by("1780308000.5") == "order.ship_by=2026-06-01T10:00:00.500Z");
    const std::string wrong = "rejected bad_fact /n mapping 'Shop': order.ship_by must be a time";
    CHECK(ship_by("\"soon\"") == wrong);
    CHECK(ship_by("1e20") == wrong);
    CHECK(ship_by("true") == wrong);
}

TEST_CASE("when it happened may be a local time, a date or missing", "[mapping_apply]") {
    MappingStory story{with_fact("order.number: /n")};
    const auto told = [&story](const char* at) {
        return story.told(std::string{R"({"id":"A1","at":)"} + at + "}")[0];
    };
    CHECK(told("\"2026-06-01T11:00:00\"") == "order.paid 2026-06-01T09:00:00Z order=A1");
    CHECK(told("\"2026-06-01\"") == "order.paid 2026-05-31T22:00:00Z order=A1");
    CHECK(told("null") == "order.paid 2026-06-02T11:59:00Z (log time) order=A1");
    CHECK(told("\"2030-01-01T00:00:00Z\"") == "order.paid 2026-06-02T12:00:00Z order=A1");
    CHECK(told("\"soon\"") ==
          "rejected bad_time /at mapping 'Shop': when it happened cannot be read");
}

TEST_CASE("a mapping may say whose message it is", "[mapping_apply]") {
    MappingStory story{R"(name: Shop
event:
  type: order.paid
  id: /id
  tenant: { from: header.x-shop, map: { shop-de: acme-de } }
facts: { order.id: /id }
)"};
    story.add_tenant("acme-de", "Europe/Berlin", {});
    CHECK(story.read(R"({"id":"A1"})", {{"x-shop", "shop-de"}}).events[0].tenant == "acme-de");
    // An unknown shop is nobody's, even on a topic that has an owner.
    const Lines unknown{
        "rejected unknown_tenant header.x-shop mapping 'Shop': whose event it is "
        "cannot be told"};
    CHECK(story.told(R"({"id":"A1"})", {{"x-shop", "shop-fr"}}) == unknown);
    CHECK(story.told(R"({"id":"A1"})") == unknown);
}

TEST_CASE("an event type that is none of ours is ignored, a missing one is not",
          "[mapping_apply]") {
    MappingStory story{"name: Shop\nevent: { type: /type, id: /id }\nfacts: { order.id: /id }\n"};
    CHECK(story.told(R"({"id":"A1","type":"order.paid"})")[0].substr(0, 10) == "order.paid");
    CHECK(story.told(R"({"id":"A1","type":"party"})") == Lines{"ignored unknown_event_type"});
    CHECK(story.told(R"({"id":"A1"})") ==
          Lines{"rejected no_type /type mapping 'Shop': no event type was found"});
    CHECK(story.told(R"({"type":"order.paid"})") ==
          Lines{"rejected no_id /id mapping 'Shop': no event id was found"});
}

TEST_CASE("a header that is not UTF-8 cannot be a fact", "[mapping_apply]") {
    MappingStory story{with_fact("order.number: header.x-number")};
    CHECK(story.told(message(R"("n":1)"), {{"x-number", "\xff"}}) ==
          Lines{"rejected bad_attribute header.x-number mapping 'Shop': the header or key is not "
                "UTF-8"});
}

TEST_CASE("a mapping that fits by its headers wants JSON", "[mapping_apply]") {
    MappingStory story{R"(name: Shop
match: { header.x-topic: paid }
event: { type: order.paid, id: /id }
facts: { order.id: /id }
)"};
    CHECK(story.told("{\"id\":", {{"x-topic", "paid"}}) ==
          Lines{"rejected not_json  mapping 'Shop': the body is not JSON"});
}

TEST_CASE("a CloudEvent of a foreign type is offered to the mappings", "[mapping_apply]") {
    MappingStory story{R"(name: Shop
match: { /type: com.shop.OrderPaid }
event: { type: order.paid, id: /id, time: /time }
facts: { order.id: /data/number }
)"};
    story.add(R"(name: Shop, binary
match: { header.ce_type: com.shop.OrderPaid }
event: { type: order.paid, id: header.ce_id, time: header.ce_time }
facts: { order.id: /number }
)");
    const Lines paid{"order.paid 2026-06-01T09:00:00Z order=7"};
    CHECK(story.told(cloud_event("com.shop.OrderPaid", R"({"number":7,"order":"?"})"),
                     structured) == paid);
    CHECK(story.told(cloud_event("com.shop.OrderPaid", R"({"number":7})")) == paid);
    CHECK(story.told(R"({"number":7})", {{"ce_specversion", "1.0"},
                                         {"ce_id", "e1"},
                                         {"ce_source", "/shop"},
                                         {"ce_type", "com.shop.OrderPaid"},
                                         {"ce_time", "2026-06-01T09:00:00Z"}}) == paid);
    CHECK(story.told(cloud_event("com.shop.OrderLost", "{}"), structured) ==
          Lines{"ignored unknown_event_type"});
    // One of ours is not, whatever a mapping would make of it.
    story.rules.mappings[0].match.clear();
    CHECK(story.told(cloud_event("order.placed", R"({"order":{"id":"A1"},"number":7})"),
                     structured) == Lines{"order.placed 2026-06-01T09:00:00Z order=A1"});
}

TEST_CASE("a mapped message that is cut off or changed is events or a clean rejection",
          "[mapping_apply][fuzz]") {
    MappingStory story{R"(name: Tracking
match: { /event: update }
for_each: /msg/list
event:
  type: { from: tag, map: { a: shipment.scanned }, otherwise: ignore }
  id: { text: "{/msg/id}:{at}" }
  time: at
facts:
  shipment.id: { from: /msg/n, take: { part: -1, of: "/" } }
  order.total: { from: /msg/money, as: money_cents }
  customer.phone: { from: phone, as: phone }
  customer.language: { from: /msg/l, as: language }
)"};
    const std::string whole =
        R"({"event":"update","msg":{"id":1,"n":"a/b","money":{"centAmount":5},"l":"it-IT","list":)"
        R"([{"tag":"a","at":"2026-06-01 09:00","phone":"+39 1"},{"tag":"b"}]}})";
    REQUIRE(story.read(whole).events.size() == 1);
    int events = 0;
    int rejections = 0;
    for (std::size_t position = 0; position < whole.size(); ++position) {
        CHECK(story.read(whole.substr(0, position)).outcome == DecodeResult::Outcome::rejected);
        for (const char replacement : std::string_view{"\0\x01\"\\{}[],: 0-e\x7f\xff", 17}) {
            std::string changed = whole;
            changed[position] = replacement;
            const DecodeResult result = story.read(changed);
            events += static_cast<int>(result.events.size());
            if (result.outcome != DecodeResult::Outcome::rejected) continue;
            ++rejections;
            CHECK_FALSE(result.rejection.message.empty());
        }
    }
    CHECK(events > 100);
    CHECK(rejections > 100);
}
