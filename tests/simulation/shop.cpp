#include "tests/simulation/shop.h"

#include <algorithm>

namespace premura {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

void say(ModelEvent& event, std::string_view fact, ModelValue value) {
    event.facts.emplace_back(fact_named(fact)->number, std::move(value));
}

void name(ModelEvent& event, SubjectType subject, std::string id) {
    event.ids[static_cast<std::size_t>(subject)] = std::move(id);
}

}  // namespace

Shop::Shop(World& world, Random& random, const SimulationRules& rules)
    : world_{world}, random_{random}, rules_{rules} {}

Milliseconds Shop::any_of(Milliseconds least, Milliseconds most) {
    return Milliseconds{random_.between(least.count(), most.count())};
}

void Shop::open_for(int orders, int customers) {
    const std::vector<std::string> zones{"Europe/Rome", "Europe/Rome", "America/New_York", "Europe/London", ""};
    std::vector<std::string> zone_of_customer;
    for (int i = 0; i < customers; ++i) zone_of_customer.push_back(random_.pick(zones));
    for (int i = 0; i < orders; ++i) {
        const auto customer = static_cast<std::size_t>(random_.between(0, customers - 1));
        OrderStory story;
        story.order = "A" + std::to_string(i);
        story.customer = "C" + std::to_string(customer);
        story.zone = zone_of_customer[customer];
        story.placed = world_.begin + any_of(0h, days{8});
        if (random_.chance(3)) story.age = any_of(days{60}, days{800});
        story.first_event = world_.events.size();
        tell_sale(story);
        if (random_.chance(75)) tell_shipment(story, "S" + std::to_string(i));
        if (random_.chance(10)) tell_shipment(story, "T" + std::to_string(i));
        if (random_.chance(20)) tell_return(story);
        if (random_.chance(25)) tell_promise(story);
        if (random_.chance(25)) tell_changes(story);
        if (random_.chance(60)) tell_at_the_last_moment(story);
        for (std::size_t event = story.first_event; event < world_.events.size(); ++event) send(story, event);
    }
}

ModelEvent& Shop::happen(const OrderStory& story, std::string_view type, Instant time) {
    WorldEvent event;
    event.content.id = "e" + std::to_string(world_.events.size());
    event.content.type = event_named(type)->number;
    // Odd milliseconds of its own keep any two events of a world apart.
    event.content.time = std::chrono::floor<std::chrono::seconds>(time - story.age) +
                         Milliseconds{static_cast<int>(world_.events.size()) * 7 + 1};
    name(event.content, SubjectType::order, story.order);
    world_.events.push_back(std::move(event));
    return world_.events.back().content;
}

void Shop::add_sale_facts(const OrderStory& story, ModelEvent& event, int percent) {
    const auto maybe = [this, percent, &event](std::string_view fact, ModelValue value) {
        if (random_.chance(percent)) say(event, fact, std::move(value));
    };
    maybe("order.total", random_.chance(80) ? 45.5 : 12.0);
    maybe("order.channel", std::string{random_.chance(80) ? "web" : "phone"});
    maybe("order.fulfilment", std::string{random_.chance(80) ? "warehouse" : "dropship"});
    maybe("customer.loyalty_member", random_.chance(70));
    if (random_.chance(percent)) {
        name(event, SubjectType::customer, story.customer);
        say(event, "customer.name", "Customer " + story.customer);
        if (!story.zone.empty()) say(event, "customer.time_zone", story.zone);
    }
}

void Shop::tell_sale(OrderStory& story) {
    if (random_.chance(90)) add_sale_facts(story, happen(story, "order.placed", story.placed), 90);
    const Instant paid = story.placed + (random_.chance(70) ? any_of(0h, 2h) : any_of(0h, 45h));
    if (random_.chance(92)) {
        ModelEvent& event = happen(story, "order.paid", paid);
        add_sale_facts(story, event, 60);
        say(event, "order.warehouse", std::string{random_.chance(70) ? "MI1" : "LO1"});
        const Instant promised = event.time + any_of(days{-1}, days{9});
        if (random_.chance(40)) say(event, "order.promised_by", promised);
        else if (random_.chance(50)) say(event, "order.promised_by", std::chrono::floor<days>(promised));
        if (random_.chance(60)) happen(story, "loyalty.credited", paid + any_of(0min, 2h));
    }
    if (random_.chance(25)) {
        const Instant held = paid + any_of(-2h, days{3});
        happen(story, "order.held", held);
        if (random_.chance(80)) happen(story, "order.released", held + any_of(0h, days{3}));
        if (random_.chance(20)) happen(story, "order.held", held + any_of(0h, days{3}));
    }
    if (random_.chance(65)) happen(story, "parcel.packed", paid + any_of(1h, days{5}));
    if (random_.chance(8)) happen(story, "order.cancelled", paid + any_of(0h, days{8}));
    if (random_.chance(4)) happen(story, "order.refunded", paid + any_of(0h, days{8}));
}

void Shop::tell_shipment(const OrderStory& story, const std::string& shipment) {
    // Some couriers know nothing but the tracking number.
    const int anonymous_percent = random_.chance(50) ? 70 : 0;
    bool first = true;
    const auto tell = [&](std::string_view type, Instant time) -> ModelEvent& {
        ModelEvent& event = happen(story, type, time);
        name(event, SubjectType::shipment, shipment);
        const bool anonymous = random_.chance(first ? anonymous_percent / 4 : anonymous_percent);
        if (anonymous) name(event, SubjectType::order, "");
        first = false;
        return event;
    };
    Instant time = story.placed + any_of(2h, days{5});
    if (random_.chance(85)) tell("shipment.handed_over", time);
    for (auto scans = random_.between(0, 2); scans > 0; --scans) {
        tell("shipment.scanned", time += any_of(1h, days{3}));
    }
    if (random_.chance(30)) {
        ModelEvent& event = tell("shipment.exception", time += any_of(1h, days{2}));
        if (random_.chance(70)) say(event, "shipment.reason", std::string{random_.chance(30) ? "refused" : "lost_label"});
    }
    if (random_.chance(35)) tell("shipment.out_for_delivery", time += any_of(1h, days{2}));
    if (random_.chance(25)) tell("shipment.available_for_pickup", time += any_of(1h, days{1}));
    if (random_.chance(60)) tell("shipment.delivered", time += any_of(1h, days{7}));
    if (random_.chance(6)) tell("shipment.returning", time += any_of(1h, days{2}));
    if (random_.chance(4)) tell("shipment.lost", time += any_of(1h, days{2}));
}

void Shop::tell_return(const OrderStory& story) {
    const std::string id = "R" + story.order;
    const Instant received = story.placed + any_of(days{1}, days{6});
    ModelEvent& event = happen(story, "return.received", received);
    name(event, SubjectType::return_, id);
    if (random_.chance(90)) say(event, "return.outcome", std::string{random_.chance(80) ? "accepted" : "rejected"});
    if (random_.chance(55)) {
        ModelEvent& paid = happen(story, "refund.paid", received + any_of(days{-1}, days{9}));
        if (random_.chance(70)) name(paid, SubjectType::return_, id);
    }
    if (random_.chance(8)) name(happen(story, "return.rejected", received + any_of(1h, days{5})), SubjectType::return_, id);
}

void Shop::tell_promise(const OrderStory& story) {
    Instant time = story.placed + any_of(1h, days{6});
    for (int i = 0; i < (random_.chance(25) ? 2 : 1); ++i) {
        const std::string id = "P" + std::to_string(i) + story.order;
        ModelEvent& made = happen(story, "promise.made", time);
        name(made, SubjectType::promise, id);
        say(made, "promise.kind", std::string{random_.chance(80) ? "update" : "callback"});
        if (random_.chance(60)) {
            ModelEvent& sent = happen(story, "contact.sent", time + any_of(1min, 20h));
            if (random_.chance(60)) name(sent, SubjectType::promise, id);
            say(sent, "contact.channel", std::string{random_.chance(80) ? "e-mail" : "review"});
        }
        if (random_.chance(10)) {
            name(happen(story, "promise.withdrawn", time + any_of(-1h, 20h)), SubjectType::promise, id);
        }
        time += any_of(1h, 30h);
    }
}

void Shop::tell_changes(const OrderStory& story) {
    if (random_.chance(50)) {
        ModelEvent& changed = happen(story, "promise.changed", story.placed + any_of(1h, days{6}));
        if (random_.chance(80)) say(changed, "order.promised_by", changed.time + any_of(days{-1}, days{6}));
    }
    Instant time = story.placed + any_of(1h, days{6});
    for (auto count = random_.between(0, 2); count > 0; --count) {
        ModelEvent& changed = happen(story, "order.changed", time);
        if (random_.chance(15)) say(changed, "order.total", random_.chance(50) ? 5.0 : 90.0);
        if (random_.chance(50)) happen(story, "contact.call_done", time + any_of(1min, 6h));
        time += any_of(1h, 20h);
    }
}

void Shop::tell_at_the_last_moment(const OrderStory& story) {
    std::vector<const ModelEvent*> known;
    for (std::size_t i = story.first_event; i < world_.events.size(); ++i) known.push_back(&world_.events[i].content);
    std::vector<ModelClock> clocks = evaluate(known, rules_);
    std::erase_if(clocks, [](const ModelClock& clock) {
        return clock.deadline == instant_max || clock.ended_at <= clock.deadline;
    });
    if (clocks.empty()) return;
    const ModelClock clock = random_.pick(clocks);
    const Instant decided = random_.chance(70) ? clock.late_at : random_.pick(clock.steps);
    std::vector<std::string_view> types;
    for (const EventDefinition& definition : all_events()) {
        if (clock.rule->expect.contains(definition.number)) types.push_back(definition.name);
        if (clock.rule->unless.contains(definition.number)) types.push_back(definition.name);
        if (clock.rule->pause_from.contains(definition.number)) types.push_back(definition.name);
    }
    ModelEvent& event = happen(story, random_.pick(types), story.placed);
    const std::vector<Milliseconds> steps{-1h, -30s, -1s, -1ms, 0ms, 1ms, 1s, 30s, 150s};
    event.time = decided + random_.pick(steps);
    const std::string number = story.order.substr(1);
    switch (event_definition(event.type).subject) {
        case SubjectType::shipment: name(event, SubjectType::shipment, "S" + number); break;
        case SubjectType::return_: name(event, SubjectType::return_, "R" + story.order); break;
        case SubjectType::promise: name(event, SubjectType::promise, "P0" + story.order); break;
        default: break;
    }
    if (clock.rule->subject != SubjectType::order) name(event, clock.rule->subject, clock.subject);
    Appending appending;
    appending.event = world_.events.size() - 1;
    appending.at = decided + story.age + (random_.chance(75) ? Milliseconds{2min} : 0ms) + random_.pick(steps);
    appending.at = std::max({appending.at, event.time - 4min, world_.begin});
    appending.key = story.order;
    world_.appendings.push_back(std::move(appending));
}

// Mostly at once; sometimes late by hours or days; now and then before it says it happened, or without a time.
void Shop::send(const OrderStory& story, std::size_t number) {
    const bool sent_already = std::any_of(world_.appendings.begin(), world_.appendings.end(),
                                          [number](const Appending& one) { return one.event == number; });
    if (sent_already) return;
    WorldEvent& event = world_.events[number];
    Milliseconds delay = any_of(0s, 30s);
    if (random_.chance(20)) delay = any_of(0h, 2h);
    if (random_.chance(15)) delay = any_of(0h, days{4});
    const bool ahead = random_.chance(3);
    if (ahead) delay = -any_of(1min, random_.chance(50) ? Milliseconds{6min} : Milliseconds{days{2}});
    event.timeless = random_.chance(2);
    Appending appending;
    appending.event = number;
    appending.at = std::max(world_.begin, event.content.time + story.age + delay);
    const std::string& order = event.content.id_of(SubjectType::order);
    const std::string& shipment = event.content.id_of(SubjectType::shipment);
    appending.key = order.empty() || (!shipment.empty() && random_.chance(20)) ? shipment : order;
    if (random_.chance(8)) appending.key = "k" + std::to_string(random_.between(0, 9));
    if (!ahead && !event.timeless && random_.chance(12)) {
        Appending again = appending;
        again.at += random_.chance(50) ? any_of(0s, 10s) : any_of(0h, days{5});
        if (random_.chance(20)) again.key = "k" + std::to_string(random_.between(0, 9));
        world_.appendings.push_back(std::move(again));
    }
    world_.appendings.push_back(std::move(appending));
}

}  // namespace premura
