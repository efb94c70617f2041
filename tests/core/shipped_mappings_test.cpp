#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/events/mapping_loader.h"
#include "tests/core/decode_story.h"
#include "tests/core/loader_story.h"

using namespace premura;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    INFO(path);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string fixture(const std::string& name) {
    return read_file(PREMURA_SOURCE_DIR "/tests/fixtures/payloads/" + name);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t found = text.find(from);
    REQUIRE(found != std::string::npos);
    return text.replace(found, from.size(), to);
}

// A decoder with one mapping file as it is shipped, and the topic it names.
struct PlatformStory : DecodeStory {
    PlatformStory(const std::string& file, const char* topic_name) : topic{topic_name} {
        YamlStory story{read_file(PREMURA_SOURCE_DIR "/config/mappings/" + file)};
        YamlReader reader = story.reader();
        const YamlNode* list = story.root().find("mappings");
        REQUIRE(list != nullptr);
        for (const YamlNode& item : list->items) {
            const auto loaded = load_mapping(item, reader);
            REQUIRE(loaded);
            rules.mappings.push_back(loaded->mapping);
        }
        REQUIRE(story.told() == std::vector<std::string>{});
    }

    Lines events(const std::string& body, Headers headers = {}) {
        return told(body, std::move(headers), topic);
    }

    const char* topic;
};

struct Shopify : PlatformStory {
    Shopify() : PlatformStory("shopify.yaml", "shopify.webhooks") {}
    Lines webhook(const char* kind, const std::string& body) {
        return events(body, {{"content-type", "application/json"},
                             {"x-shopify-topic", kind},
                             {"x-shopify-event-id", "e1"},
                             {"x-shopify-shop-domain", "shop.myshopify.com"}});
    }
};

struct Woocommerce : PlatformStory {
    Woocommerce() : PlatformStory("woocommerce.yaml", "woocommerce.webhooks") {}
    Lines webhook(const char* kind, const std::string& body) {
        return events(body, {{"x-wc-webhook-topic", kind}, {"x-wc-webhook-delivery-id", "d1"}});
    }
};

struct Commercetools : PlatformStory {
    Commercetools() : PlatformStory("commercetools.yaml", "commercetools.messages") {}
    // What a message comes to in both delivery formats; they must agree.
    Lines message(const std::string& type, const std::string& body) {
        const Lines plain = events(body);
        const std::string event = fmt::format(
            R"({{"specversion":"1.0","id":"m-9","source":"/shop/orders","time":"2026-06-01T09:00:00Z",)"
            R"("type":"com.commercetools.order.message.{}","subject":"o-1","data":{}}})",
            type, body);
        CHECK(events(event, structured) == plain);
        CHECK(events(event) == plain);
        return plain;
    }
    Lines state(const std::string& type, const std::string& field, const std::string& value) {
        std::string body = replaced(fixture("commercetools/state_changed.json"), "TYPE", type);
        return message(type, replaced(replaced(body, "FIELD", field), "STATE", value));
    }
};

struct Easypost : PlatformStory {
    Easypost() : PlatformStory("easypost.yaml", "easypost.webhooks") {}
};

struct Aftership : PlatformStory {
    Aftership() : PlatformStory("aftership.yaml", "aftership.webhooks") {}
};

// A payload of the shared folder; nothing, said aloud, where there is none.
std::optional<std::string> shared_payload(const std::string& name) {
    const char* shared = std::getenv("PREMURA_SHARED");
    if (shared == nullptr || *shared == '\0') {
        WARN("skipped: PREMURA_SHARED is not set, so there are no real payloads to try");
        return std::nullopt;
    }
    return read_file(std::string{shared} + "/payloads/" + name);
}

// The REST resources of Shopify stand in a wrapper that its webhooks do not have.
std::string unwrapped(const std::string& text) {
    const std::size_t begin = text.find('{', text.find('{') + 1);
    const std::size_t end = text.rfind('}', text.rfind('}') - 1);
    return text.substr(begin, end - begin + 1);
}

}  // namespace

TEST_CASE("Shopify's orders are placed, paid, changed and cancelled", "[shipped_mappings]") {
    Shopify shop;
    const std::string order = fixture("shopify/order.json");
    CHECK(shop.webhook("orders/create", order) ==
          Lines{"order.placed 2026-06-01T08:58:00Z order=5401 customer=77 order.number='#1042' "
                "order.total=59.9 order.currency='EUR' order.channel='web' order.country='IT' "
                "order.payment='bogus' customer.first_name='Anna' customer.last_name='Rossi' "
                "customer.phone='+393331112223' customer.email='anna@example.com' "
                "customer.language='it' customer.city='Torino' customer.state='TO' "
                "customer.postal_code='10121' customer.country='IT'"});
    CHECK(shop.webhook("orders/paid", order) ==
          Lines{"order.paid 2026-06-01T09:00:00Z order=5401 customer=77 order.number='#1042' "
                "order.total=59.9 order.currency='EUR' order.channel='web' "
                "customer.phone='+393331112223' customer.email='anna@example.com' "
                "customer.language='it'"});
    CHECK(shop.webhook("orders/cancelled", replaced(order, R"("cancelled_at": null)",
                                                    R"("cancelled_at": "2026-06-01T12:00:00Z")")) ==
          Lines{"order.cancelled 2026-06-01T12:00:00Z order=5401"});
    CHECK(shop.webhook("orders/updated", order) ==
          Lines{"order.changed 2026-06-01T09:00:00Z order=5401 customer=77 order.total=59.9 "
                "customer.phone='+393331112223' customer.email='anna@example.com'"});
    CHECK(shop.webhook("products/update", R"({"id":1})") ==
          Lines{"ignored Shopify, everything else"});
}

TEST_CASE("Shopify's one click brings several webhooks with one id, and none is lost",
          "[shipped_mappings]") {
    Shopify shop;
    const std::string order = fixture("shopify/order.json");
    const auto identity = [&shop, &order](const char* kind) {
        shop.webhook(kind, order);
        return shop.decoder.decode(shop.record, shop.rules, shop.record.timestamp)
            .events[0]
            .identity;
    };
    CHECK(identity("orders/create") != identity("orders/paid"));
    CHECK(identity("orders/paid") == identity("orders/paid"));
}

TEST_CASE("Shopify's fulfilments, couriers and refunds are followed", "[shipped_mappings]") {
    Shopify shop;
    CHECK(shop.webhook("fulfillments/create", fixture("shopify/fulfillment.json")) ==
          Lines{"parcel.packed 2026-06-01T14:00:00Z order=5401 parcel=901 shipment=901 "
                "shipment.courier='BRT' shipment.tracking_url='https://courier.example/BRT0001'"});

    const std::string event = fixture("shopify/fulfillment_event.json");
    const auto courier = [&shop, &event](const std::string& status) {
        return shop.webhook("fulfillment_events/create",
                            replaced(event, "attempted_delivery", status))[0];
    };
    const std::string facts =
        " 2026-06-02T08:30:00Z order=5401 shipment=901 "
        "shipment.eta=2026-06-02T16:00:00Z shipment.location='Torino'";
    CHECK(courier("attempted_delivery") ==
          "shipment.attempt_failed" + facts + " shipment.reason='attempted delivery'");
    CHECK(courier("label_purchased") == "shipment.label_created" + facts);
    CHECK(courier("carrier_picked_up") == "shipment.handed_over" + facts);
    CHECK(courier("in_transit") == "shipment.scanned" + facts);
    CHECK(courier("out_for_delivery") == "shipment.out_for_delivery" + facts);
    CHECK(courier("ready_for_pickup") == "shipment.available_for_pickup" + facts);
    CHECK(courier("delayed") == "shipment.exception" + facts + " shipment.reason='delayed'");
    CHECK(courier("failure") == "shipment.exception" + facts + " shipment.reason='failure'");
    CHECK(courier("delivered") == "shipment.delivered" + facts);
    CHECK(courier("teleported") == "ignored Shopify, courier event");

    const std::string refund = fixture("shopify/refund.json");
    CHECK(shop.webhook("refunds/create", refund) ==
          Lines{"refund.paid 2026-06-02T07:00:00Z order=5401 refund=7001 refund.amount=20 "
                "refund.method='bogus'"});
    CHECK(shop.webhook("refunds/create", replaced(refund, "success", "pending"))[0].substr(0, 15) ==
          "refund.approved");
    CHECK(shop.webhook("refunds/create",
                       R"({"id":1,"order_id":2,"created_at":"2026-06-02","transactions":[]})") ==
          Lines{"refund.approved 2026-06-01T22:00:00Z order=2 refund=1"});
}

TEST_CASE("WooCommerce's orders are told by their state", "[shipped_mappings]") {
    Woocommerce shop;
    const std::string order = fixture("woocommerce/order.json");
    CHECK(shop.webhook("order.created", order) ==
          Lines{"order.placed 2026-06-01T09:00:00Z order=812 customer=31 order.number='812' "
                "order.total=29.35 order.currency='EUR' order.channel='web' order.payment='stripe' "
                "order.country='IT' customer.first_name='Anna' customer.last_name='Rossi' "
                "customer.phone='+393331112223' customer.email='anna@example.com' "
                "customer.city='Torino' customer.state='TO' customer.postal_code='10121' "
                "customer.country='IT'"});
    const std::string paid =
        "order.paid 2026-06-01T09:04:00Z order=812 customer=31 order.number='812' "
        "order.total=29.35 "
        "order.currency='EUR' customer.phone='+393331112223' customer.email='anna@example.com'";
    CHECK(shop.webhook("order.updated", order) == Lines{paid});
    CHECK(shop.events(order) == Lines{paid});

    const auto in_state = [&shop, &order](const std::string& state) {
        return shop.webhook("order.updated", replaced(order, "processing", state))[0];
    };
    CHECK(in_state("completed") == "shipment.handed_over 2026-06-01T09:05:00Z order=812");
    CHECK(in_state("on-hold") == "order.held 2026-06-01T09:05:00Z order=812");
    CHECK(in_state("failed") == "order.held 2026-06-01T09:05:00Z order=812");
    CHECK(in_state("cancelled") == "order.cancelled 2026-06-01T09:05:00Z order=812");
    CHECK(in_state("refunded") == "order.refunded 2026-06-01T09:05:00Z order=812");
    CHECK(in_state("pending") == "ignored WooCommerce, order in another state");
    CHECK(shop.webhook("order.deleted", R"({"id":812})") ==
          Lines{"ignored WooCommerce, everything else"});
}

TEST_CASE("WooCommerce's guests are not one person", "[shipped_mappings]") {
    Woocommerce shop;
    const std::string order =
        replaced(fixture("woocommerce/order.json"), R"("customer_id": 31)", R"("customer_id": 0)");
    for (const char* kind : {"order.created", "order.updated"}) {
        shop.webhook(kind, order);
        const DecodeResult result =
            shop.decoder.decode(shop.record, shop.rules, shop.record.timestamp);
        CHECK(result.events[0].subject_id(SubjectType::customer) == "guest-812");
    }
}

TEST_CASE("commercetools' messages are read in both delivery formats", "[shipped_mappings]") {
    Commercetools shop;
    CHECK(shop.message("OrderCreated", fixture("commercetools/order_created.json")) ==
          Lines{"order.placed 2026-06-01T09:00:00.250Z order=o-1 customer=c-1 "
                "order.number='100045' order.total=59.9 order.currency='EUR' order.country='IT' "
                "customer.first_name='Anna' customer.last_name='Rossi' "
                "customer.phone='+393331112223' customer.email='anna@example.com' "
                "customer.language='it' customer.city='Torino' customer.postal_code='10121'"});
    CHECK(shop.message("ParcelAddedToDelivery", fixture("commercetools/parcel_added.json")) ==
          Lines{"parcel.packed 2026-06-01T12:00:00Z order=o-1 parcel=p-1 shipment=BRT0001 "
                "shipment.courier='BRT'"});
    CHECK(shop.message("ParcelTrackingDataUpdated",
                       fixture("commercetools/tracking_data_updated.json")) ==
          Lines{"shipment.label_created 2026-06-01T12:30:00Z order=o-1 parcel=p-1 "
                "shipment=BRT0001 shipment.courier='BRT'"});
    CHECK(shop.message("ReturnInfoAdded", fixture("commercetools/return_info_added.json")) ==
          Lines{"return.requested 2026-06-02T08:00:00Z order=o-1 return=r-1 return.reason='broken'",
                "return.received 2026-06-02T08:00:00Z order=o-1 return=r-2"});
}

TEST_CASE("commercetools' states become events where a rule can wait for them",
          "[shipped_mappings]") {
    Commercetools shop;
    const std::string at = " 2026-06-01T10:00:00Z order=o-1";
    CHECK(shop.state("OrderStateChanged", "orderState", "Cancelled") ==
          Lines{"order.cancelled" + at});
    CHECK(shop.state("OrderStateChanged", "orderState", "Complete") ==
          Lines{"ignored commercetools, order state"});
    CHECK(shop.state("OrderPaymentStateChanged", "paymentState", "Paid") ==
          Lines{"order.paid" + at + " order.number='100045'"});
    CHECK(shop.state("OrderPaymentStateChanged", "paymentState", "Pending") ==
          Lines{"ignored commercetools, payment state"});
    CHECK(shop.state("OrderShipmentStateChanged", "shipmentState", "Ready") ==
          Lines{"parcel.packed" + at});
    CHECK(shop.state("OrderShipmentStateChanged", "shipmentState", "Shipped") ==
          Lines{"shipment.handed_over" + at});
    CHECK(shop.state("OrderShipmentStateChanged", "shipmentState", "Delivered") ==
          Lines{"shipment.delivered" + at});
    CHECK(shop.state("OrderShipmentStateChanged", "shipmentState", "Delayed") ==
          Lines{"shipment.exception" + at + " shipment.reason='delayed'"});
    CHECK(shop.state("OrderReturnShipmentStateChanged", "returnShipmentState", "Returned") ==
          Lines{"return.received" + at});
    CHECK(shop.events(replaced(fixture("commercetools/state_changed.json"), "TYPE",
                               "CustomerLastNameSet")) ==
          Lines{"ignored commercetools, everything else"});
}

TEST_CASE("EasyPost's trackers bring their whole history", "[shipped_mappings]") {
    Easypost couriers;
    const std::string body = fixture("easypost/tracker_updated.json");
    const std::string more = " shipment.courier='BRT' shipment.eta=2026-06-03T00:00:00Z";
    const std::string url = " shipment.tracking_url='https://track.example/1'";
    const DecodeResult result = couriers.read(body, {}, couriers.topic);
    CHECK(couriers.lines(result) ==
          Lines{"shipment.label_created 2026-06-01T12:00:00Z shipment=BRT0001" + more + url,
                "shipment.scanned 2026-06-01T19:27:00Z shipment=BRT0001" + more +
                    " shipment.location='MILANO'" + url,
                "shipment.exception 2026-06-02T07:10:00Z shipment=BRT0001" + more +
                    " shipment.location='TORINO' shipment.reason='failure'" + url});
    CHECK(result.ignored_events == 1);
    CHECK(result.label == "EasyPost, tracker webhook");
    CHECK(result.events[0].identity != result.events[1].identity);

    const std::string back =
        replaced(replaced(body, R"("is_return": false)", R"("is_return": true)"),
                 R"("failure", "datetime")", R"("delivered", "datetime")");
    CHECK(couriers.events(back) ==
          Lines{"return.received 2026-06-02T07:10:00Z shipment=BRT0001 return=BRT0001 "
                "shipment.courier='BRT'"});
    CHECK(couriers.events(R"({"object":"Event","id":"evt_2","description":"batch.updated"})") ==
          Lines{"ignored EasyPost, everything else"});
}

TEST_CASE("AfterShip's checkpoints become events, local times in the brand's zone",
          "[shipped_mappings]") {
    Aftership couriers;
    CHECK(couriers.events(fixture("aftership/tracking_update.json")) ==
          Lines{"shipment.scanned 2026-06-01T17:27:00Z order=o-1 shipment=BRT0001 "
                "shipment.courier='brt-it' shipment.location='Milano' "
                "shipment.reason='InTransit_003'",
                "shipment.exception 2026-06-02T07:10:00Z order=o-1 shipment=BRT0001 "
                "shipment.courier='brt-it' shipment.location='Torino' "
                "shipment.reason='Exception_002'"});
    CHECK(couriers.events(fixture("aftership/edd_revise.json")) ==
          Lines{"order.changed 2026-06-02T10:00:00Z shipment=BRT0001 shipment.courier='brt-it' "
                "shipment.eta=2026-06-05"});
    CHECK(
        couriers.events(R"({"event":"tracking_pending_time","event_id":"1","msg":{"id":"t1"}})") ==
        Lines{"ignored AfterShip, everything else"});
}

TEST_CASE("real Shopify payloads are read", "[shipped_mappings][shared]") {
    Shopify shop;
    const auto order = shared_payload("shopify/order.json");
    if (!order) return;
    CHECK(shop.webhook("orders/paid", unwrapped(*order)) ==
          Lines{"order.paid 2008-01-10T16:00:00Z order=450789469 customer=207119551 "
                "order.number='#1001' order.total=409.94 order.currency='USD' order.channel='web' "
                "customer.phone='5556251199' customer.email='bob.norman@hostmail.com'"});
    CHECK(shop.webhook("fulfillments/create",
                       unwrapped(*shared_payload("shopify/fulfillment.json"))) ==
          Lines{"parcel.packed 2013-11-01T20:06:08Z order=450789469 parcel=255858046 "
                "shipment=255858046 shipment.courier='null-company' "
                "shipment.tracking_url='http://www.google.com/search?q=1Z2345'"});
    CHECK(shop.webhook("fulfillment_events/create",
                       unwrapped(*shared_payload("shopify/fulfillment_event.json"))) ==
          Lines{"shipment.label_created 2021-01-25T21:32:23Z order=2776493818019 "
                "shipment=2608403447971"});
    CHECK(shop.webhook("refunds/create", unwrapped(*shared_payload("shopify/refund.json"))) ==
          Lines{"refund.paid 2016-06-20T17:35:06Z order=450789469 refund=509562969 "
                "refund.amount=209 refund.method='bogus'"});
}

TEST_CASE("real WooCommerce payloads are read", "[shipped_mappings][shared]") {
    Woocommerce shop;
    const auto order = shared_payload("woocommerce/order_v3_0.json");
    if (!order) return;
    CHECK(shop.webhook("order.updated", *order) ==
          Lines{"order.paid 2017-03-22T19:28:08Z order=727 customer=guest-727 order.number='727' "
                "order.total=29.35 order.currency='USD' customer.phone='5555555555' "
                "customer.email='john.doe@example.com'"});
}

TEST_CASE("real commercetools payloads are read", "[shipped_mappings][shared]") {
    Commercetools shop;
    const auto order = shared_payload("commercetools/order.example.json");
    if (!order) return;
    const std::string created = fmt::format(
        R"({{"notificationType":"Message","id":"m1","resource":{{"typeId":"order","id":"o1"}},)"
        R"("type":"OrderCreated","order":{},"createdAt":"2017-01-04T19:54:49.797Z"}})",
        *order);
    CHECK(shop.message("OrderCreated", created) ==
          Lines{"order.placed 2017-01-04T19:54:49.797Z order=o1 "
                "customer=7297c742-d8b0-484b-aadc-1d0ba6769dc9 order.total=10 "
                "order.currency='EUR'"});
    CHECK(shop.events(*shared_payload("commercetools/message-payload.example.json")) ==
          Lines{"ignored commercetools, everything else"});
    CHECK(shop.events(*shared_payload("commercetools/cloudevents-payload.example.json"),
                      structured) == Lines{"ignored unknown_event_type"});
}

TEST_CASE("real EasyPost payloads are read", "[shipped_mappings][shared]") {
    Easypost couriers;
    const auto body = shared_payload("easypost/event-body.json");
    if (!body) return;
    const std::string start = " shipment=1 shipment.courier='FedEx' shipment.eta=2024-08-05";
    const std::string end = " shipment.tracking_url='https://track.easypost.com/1'";
    const auto line = [&start, &end](const char* event, const std::string& city) {
        return event + start + (city.empty() ? "" : " shipment.location='" + city + "'") + end;
    };
    CHECK(couriers.events(*body) ==
          Lines{line("shipment.label_created 2024-07-31T15:00:00Z", ""),
                line("shipment.scanned 2024-07-31T19:27:00Z", "ORLANDO"),
                line("shipment.scanned 2024-07-31T22:35:00Z", "ORLANDO"),
                line("shipment.scanned 2024-08-01T14:42:13Z", "ORLANDO"),
                line("shipment.scanned 2024-08-02T02:46:19Z", "KENLY"),
                line("shipment.scanned 2024-08-02T18:35:20Z", "EDISON TWP"),
                line("shipment.scanned 2024-08-02T18:50:00Z", "EDISON")});
    CHECK(couriers.events(*shared_payload("easypost/test_tracker_create_0.json")).size() == 2);
    CHECK(couriers.events(*shared_payload("easypost/trackers-retrieve.json")).size() == 2);
    CHECK(couriers.events(*shared_payload("easypost/events-retrieve.json")) ==
          Lines{"ignored EasyPost, everything else"});
}
