#include "core/events/mapping_loader.h"

#include <catch2/catch.hpp>

#include "tests/core/loader_story.h"

using namespace premura;
using Root = ValuePath::Root;
using Conversion = ValueExpression::Conversion;

namespace {

LoadedMapping load(YamlStory& story) {
    auto reader = story.reader();
    return *load_mapping(story.root(), reader);
}

const ValueExpression& value_of(const Mapping& mapping, const char* fact) {
    for (const Mapping::FactRule& rule : mapping.facts) {
        if (rule.fact == fact_named(fact)->number) return rule.value;
    }
    throw std::runtime_error{fact};
}

}  // namespace

TEST_CASE("a mapping with every operator becomes the value that was written", "[mapping_loader]") {
    YamlStory story{R"(name: Tracking update
topics: [courier.trackings]
match: { body./event: [update, new], header.X-Kind: tracking, /msg: { present: true }, /live: true }
for_each: /msg/checkpoints
event:
  type:
    from: tag
    map: { InTransit: shipment.scanned, Delivered: shipment.delivered }
    otherwise: ignore
  id: { first_of: [hash, /event_id], otherwise: { text: "{/msg/id}:{subtag}" } }
  time: { from: checkpoint_time, zone: Europe/Rome }
  tenant: { from: header.x-shop, map: { shop-it: acme-it } }
facts:
  shipment.id: /msg/tracking_number
  order.id: { from: /msg/order, take: { part: -1, of: "/" } }
  order.total: { from: /msg/cents, as: money_cents }
  order.channel: { from: source, map: { web: web }, otherwise: other }
  customer.phone: { first_of: [/a/phone, key], as: phone }
  customer.language: { from: /locale, as: language, otherwise: it }
  order.kind: { text: goods }
  order.number: { from: /number, take: digits }
)"};
    const LoadedMapping loaded = load(story);
    const Mapping& mapping = loaded.mapping;

    CHECK(story.told().empty());
    CHECK(mapping.name == "Tracking update");
    CHECK(mapping.topics == Lines{"courier.trackings"});
    CHECK(mapping.for_each == "/msg/checkpoints");
    REQUIRE(mapping.match.size() == 4);
    CHECK(mapping.match[0].path == ValuePath{Root::body, "/event"});
    CHECK(mapping.match[0].any_of == Lines{"update", "new"});
    CHECK(mapping.match[1].path == ValuePath{Root::header, "x-kind"});
    CHECK(mapping.match[2].any_of.empty());
    CHECK(mapping.match[3].any_of == Lines{"true"});

    CHECK(mapping.type.first_of == std::vector<ValuePath>{{Root::element, "/tag"}});
    CHECK(mapping.type.map.at("Delivered") == "shipment.delivered");
    CHECK(mapping.type.otherwise_ignore);
    CHECK(mapping.type.otherwise == std::nullopt);
    CHECK(mapping.id.first_of ==
          std::vector<ValuePath>{{Root::element, "/hash"}, {Root::body, "/event_id"}});
    CHECK(mapping.id.text_pieces ==
          std::vector<TextPiece>{{"", ValuePath{Root::body, "/msg/id"}},
                                 {":", std::nullopt},
                                 {"", ValuePath{Root::element, "/subtag"}}});
    CHECK(mapping.time.as == Conversion::time);
    CHECK(mapping.time.zone == "Europe/Rome");
    CHECK(mapping.tenant.map.at("shop-it") == "acme-it");
    REQUIRE(loaded.tenants.size() == 1);
    CHECK(loaded.tenants[0].tenant == "acme-it");

    CHECK(value_of(mapping, "shipment.id").first_of ==
          std::vector<ValuePath>{{Root::body, "/msg/tracking_number"}});
    CHECK(value_of(mapping, "order.id").take == Take{Take::What::part, "/", -1});
    CHECK(value_of(mapping, "order.total").as == Conversion::money_cents);
    CHECK(value_of(mapping, "order.channel").otherwise == "other");
    CHECK(value_of(mapping, "customer.phone").first_of ==
          std::vector<ValuePath>{{Root::body, "/a/phone"}, {Root::key, ""}});
    CHECK(value_of(mapping, "customer.language").as == Conversion::language);
    CHECK(value_of(mapping, "order.kind").text_pieces ==
          std::vector<TextPiece>{{"goods", std::nullopt}});
    CHECK(value_of(mapping, "order.number").take.what == Take::What::digits);
}

TEST_CASE("a plain word as type or tenant is the value itself", "[mapping_loader]") {
    YamlStory story{
        "name: Late\nevent: { type: order.paid, id: key, tenant: acme-it }\n"
        "facts: { order.id: /id }\n"};
    const LoadedMapping loaded = load(story);

    CHECK(story.told().empty());
    CHECK(loaded.mapping.type.first_of == std::vector<ValuePath>{{Root::constant, "order.paid"}});
    CHECK(loaded.mapping.tenant.first_of == std::vector<ValuePath>{{Root::constant, "acme-it"}});
    CHECK(loaded.mapping.id.first_of == std::vector<ValuePath>{{Root::key, ""}});
    CHECK_FALSE(loaded.mapping.time.given());
    CHECK(loaded.mapping.topics.empty());
}

TEST_CASE("all mistakes of a mapping are found in one pass", "[mapping_loader]") {
    YamlStory story{R"(name: Late
match: { event: paid, /kind: { present: false } }
event:
  type: { from: /t, map: { a: order.payed }, otherwise: order.lost }
  time: { from: /time, as: text }
facts:
  order.totl: /total
  order.total: { from: /total, as: phone }
  order.number: { from: /n, zone: Europe/Rome }
  order.kind: { text: "{/a" }
  order.channel: { map: { a: b } }
  order.country: { from: /c, otherwise: { text: x }, map: { a: b } }
)"};
    load(story);

    CHECK(story.told() ==
          Lines{"PR190 2:10 'event' is not a path into the message",
                "PR193 2:41 only 'present: true' can be asked of a message",
                "PR105 4:31 there is no event 'order.payed'",
                "PR105 4:57 there is no event 'order.lost'", "PR102 4:3 'event' has no 'id'",
                "PR194 5:28 'as: text' does not make a time, which the time of an event is",
                "PR106 7:3 there is no fact 'order.totl'",
                "PR194 8:36 'as: phone' does not make a number, which order.total is",
                "PR194 9:35 only times have a zone", "PR190 10:23 a brace without its partner",
                "PR191 11:18 a value comes from exactly one place",
                "PR191 12:41 a text is made up instead of a path only, not beside 'text' or 'map'",
                "PR195 7:3 no fact says whose event this is"});
}
