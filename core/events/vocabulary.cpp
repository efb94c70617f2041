#include "core/events/vocabulary.h"

#include <unordered_map>

namespace premura {
namespace {

using enum SubjectType;
using enum FactKind;

constexpr std::array<std::string_view, subject_type_count> subject_names{
    "order", "parcel", "shipment", "return", "refund", "promise", "customer"};

constexpr FactDefinition facts[] = {
    {1, "order.id", text, order, false, "The order's id, the same in every event about it"},
    {2, "order.number", text, order, false, "The number the customer knows"},
    {3, "order.total", number, order, false, "What the customer pays, in the order's currency"},
    {4, "order.currency", text, order, false, "ISO 4217 code, such as EUR"},
    {5, "order.items", number, order, false, "How many pieces were ordered"},
    {6, "order.channel", text, order, false, "web, app, shop, phone or other"},
    {7, "order.fulfilment", text, order, false, "warehouse, shop, dropship or digital"},
    {8, "order.kind", text, order, false, "goods, gift_card, subscription, ..."},
    {9, "order.warehouse", text, order, false, "Who packs it: a warehouse or a seller"},
    {10, "order.warehouse_state", text, order, false, "The region the goods leave from"},
    {11, "order.country", text, order, false, "ISO 3166 code of the destination"},
    {12, "order.promised_by", time, order, false, "When the customer was told it arrives"},
    {13, "order.ship_by", time, order, false, "When the packer must hand it over at the latest"},
    {14, "order.payment", text, order, false, "How it is paid: card, transfer, cash, ..."},
    {20, "parcel.id", text, parcel, false, "The parcel's id"},
    {21, "parcel.weight", number, parcel, false, "Kilograms"},
    {30, "shipment.id", text, shipment, false, "The tracking number, or the shipment's id"},
    {31, "shipment.courier", text, shipment, false, "Who carries it"},
    {32, "shipment.eta", time, shipment, false, "When the courier expects to deliver"},
    {33, "shipment.reason", text, shipment, false, "Why something went wrong"},
    {34, "shipment.location", text, shipment, false, "Where it was last seen"},
    {35, "shipment.pickup_until", time, shipment, false, "Until when it can be collected"},
    {36, "shipment.tracking_url", text, shipment, false, "Where the customer can follow it"},
    {37, "shipment.handed_over_at", time, shipment, false, "When the courier took it"},
    {40, "return.id", text, return_, false, "The return's id"},
    {41, "return.outcome", text, return_, false, "accepted, rejected or exchanged"},
    {42, "return.reason", text, return_, false, "Why it came back: broken, wrong, unwanted, ..."},
    {43, "return.amount", number, return_, false, "What is to be paid back"},
    {50, "refund.id", text, refund, false, "The refund's id"},
    {51, "refund.amount", number, refund, false, "What is paid back"},
    {52, "refund.method", text, refund, false, "Where it goes: card, transfer, voucher, ..."},
    {60, "promise.id", text, promise, false, "The id of something we promised"},
    {61, "promise.kind", text, promise, false, "update, delivery, refund, callback, ..."},
    {62, "promise.due", time, promise, false, "When we said we would keep it"},
    {63, "promise.text", text, promise, false, "What we said"},
    {70, "customer.id", text, customer, false, "The customer's id"},
    {71, "customer.name", text, customer, true, "Full name"},
    {72, "customer.first_name", text, customer, true, "First name"},
    {73, "customer.last_name", text, customer, true, "Last name"},
    {74, "customer.phone", text, customer, true, "Telephone, E.164 where known"},
    {75, "customer.email", text, customer, true, "E-mail address"},
    {76, "customer.language", text, customer, false, "ISO 639 code, such as it"},
    {77, "customer.time_zone", text, customer, false, "IANA name, such as Europe/Rome"},
    {78, "customer.city", text, customer, true, "City"},
    {79, "customer.state", text, customer, false, "Region or state"},
    {80, "customer.postal_code", text, customer, true, "Postal code"},
    {81, "customer.country", text, customer, false, "ISO 3166 code"},
    {82, "customer.loyalty_member", boolean, customer, false, "Collects loyalty points"},
    {83, "customer.segment", text, customer, false, "new, regular, vip, ..."},
    {84, "customer.do_not_call", boolean, customer, false, "Does not want to be called"},
    {85, "customer.do_not_write", boolean, customer, false, "Does not want to be written to"},
    {90, "loyalty.points", number, order, false, "Points credited for the order"},
    {91, "loyalty.program", text, order, false, "Which loyalty program"},
    {100, "contact.channel", text, order, false, "phone, e-mail, chat, review, ..."},
    {101, "contact.mood", text, order, false, "How the customer felt"},
    {102, "contact.outcome", text, order, false, "How the contact ended"},
    {103, "contact.message", text, order, false, "Which message it was"},
    {104, "contact.reference", text, order, false, "The id of the message or call, as the gateway was given it"},
    {105, "contact.text", text, order, true, "What the customer told us, in short"},
    {110, "expedite.id", text, order, false, "The id of a request to press on"},
    {111, "expedite.system", text, order, false, "Who was asked: warehouse, courier, ..."},
    {112, "expedite.request", text, order, false, "What was asked for"},
};

constexpr EventDefinition events[] = {
    {1, "order.placed", order, false, "The customer ordered"},
    {2, "order.paid", order, false, "The order is paid"},
    {3, "order.cancelled", order, true, "The order was called off"},
    {4, "order.refunded", order, true, "The whole order was paid back"},
    {5, "order.held", order, false, "The order was stopped: fraud check, address, stock"},
    {6, "order.released", order, false, "The order goes on"},
    {7, "order.changed", order, false, "Something in the order changed"},
    {10, "parcel.picked", parcel, false, "The goods are taken from the shelf"},
    {11, "parcel.packed", parcel, false, "The parcel is closed"},
    {20, "shipment.label_created", shipment, false, "A label exists; the courier has nothing yet"},
    {21, "shipment.handed_over", shipment, false, "The courier took the parcel"},
    {22, "shipment.scanned", shipment, false, "The courier saw the parcel on its way"},
    {23, "shipment.out_for_delivery", shipment, false, "On the van to the customer"},
    {24, "shipment.attempt_failed", shipment, false, "Nobody there, or a wrong address"},
    {25, "shipment.available_for_pickup", shipment, false, "Waits at a pickup point"},
    {26, "shipment.exception", shipment, false, "The courier reports a problem"},
    {27, "shipment.delivered", shipment, true, "The customer has it"},
    {28, "shipment.returning", shipment, true, "It goes back to the sender"},
    {29, "shipment.lost", shipment, true, "The courier gave it up"},
    {30, "shipment.silent", shipment, false, "The courier has not reported for long"},
    {40, "return.requested", return_, false, "The customer wants to send it back"},
    {41, "return.received", return_, false, "The goods are back"},
    {42, "return.rejected", return_, true, "The return is refused"},
    {43, "return.exchanged", return_, true, "Another piece is sent instead"},
    {50, "refund.approved", refund, false, "The refund may be paid"},
    {51, "refund.paid", refund, true, "The refund left our account"},
    {60, "promise.made", promise, false, "We promised something to the customer"},
    {61, "promise.changed", promise, false, "A promise has a new date"},
    {62, "promise.withdrawn", promise, true, "A promise was taken back"},
    {70, "loyalty.credited", order, false, "Points for the order were credited"},
    {71, "loyalty.adjusted", customer, false, "Points were corrected by hand"},
    {80, "contact.inbound", customer, false, "The customer contacted us"},
    {81, "contact.sent", customer, false, "We wrote to the customer"},
    {82, "contact.call_done", customer, false, "We spoke to the customer"},
    {86, "contact.failed", customer, false, "What we wrote did not reach the customer"},
    {87, "contact.delivered", customer, false, "What we wrote reached the customer, as a gateway reports"},
    {90, "customer.changed", customer, false, "Something about the customer changed"},
    {91, "customer.erased", customer, true, "The customer's data must go"},
    {100, "expedite.sent", order, false, "A warehouse, a courier or another system was asked to press on"},
    {101, "expedite.acknowledged", order, false, "It said that it is on it"},
    {102, "expedite.failed", order, false, "The request did not reach it"},
};

// Tables of 128 entries, from number to place in the list above: numbers have gaps on purpose, so that
// what belongs together can grow together.
template <typename Definition, std::size_t Count>
constexpr std::array<std::uint8_t, 128> places(const Definition (&list)[Count]) {
    std::array<std::uint8_t, 128> table{};
    for (std::size_t i = 0; i < Count; ++i) table[list[i].number] = static_cast<std::uint8_t>(i + 1);
    return table;
}
constexpr auto fact_places = places(facts);
constexpr auto event_places = places(events);

template <typename Definition, std::size_t Count>
std::unordered_map<std::string_view, const Definition*> by_name(const Definition (&list)[Count]) {
    std::unordered_map<std::string_view, const Definition*> index;
    for (const Definition& definition : list) index.emplace(definition.name, &definition);
    return index;
}

template <typename Index>
auto find(const Index& index, std::string_view name) {
    const auto found = index.find(name);
    return found == index.end() ? nullptr : found->second;
}

}  // namespace

std::string_view name_of(SubjectType type) { return subject_names[static_cast<std::size_t>(type)]; }

std::optional<SubjectType> subject_type_named(std::string_view name) {
    for (std::size_t i = 0; i < subject_names.size(); ++i) {
        if (subject_names[i] == name) return static_cast<SubjectType>(i);
    }
    return std::nullopt;
}

std::string_view name_of(FactKind kind) {
    switch (kind) {
        case text: return "text";
        case number: return "number";
        case boolean: return "true or false";
        case time: return "time";
    }
    return "text";
}

std::span<const FactDefinition> all_facts() { return facts; }
std::span<const EventDefinition> all_events() { return events; }

const FactDefinition* fact_named(std::string_view name) {
    static const auto index = by_name(facts);
    return find(index, name);
}

const EventDefinition* event_named(std::string_view name) {
    static const auto index = by_name(events);
    return find(index, name);
}

bool is_fact(FactNumber number) { return number < 128 && fact_places[number] != 0; }
bool is_event(EventNumber number) { return number < 128 && event_places[number] != 0; }

const FactDefinition& fact(FactNumber number) { return facts[fact_places[number] - 1]; }
const EventDefinition& event_definition(EventNumber number) {
    return events[event_places[number] - 1];
}

FactNumber id_fact_of(SubjectType type) {
    static constexpr std::array<FactNumber, subject_type_count> ids{1, 20, 30, 40, 50, 60, 70};
    return ids[static_cast<std::size_t>(type)];
}

}  // namespace premura
