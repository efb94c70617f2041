#include <algorithm>

#include "core/calendar/country_zones.h"
#include "tests/simulation/shop.h"
#include "tests/simulation/world.h"

namespace premura {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

void say(ModelEvent& event, std::string_view fact, ModelValue value) {
    event.facts.emplace_back(fact_named(fact)->number, std::move(value));
}

// Where nothing is told of countries, a machine without the system's table says the same as one with it.
const std::vector<Whereabouts>& places() {
    static const std::vector<Whereabouts> zones_only{{"Europe/Rome", "", "", ""}, {"America/New_York", "", "", ""},
                                                     {"", "", "", ""}};
    static const std::vector<Whereabouts> all{{"Europe/Rome", "", "", ""},      {"America/New_York", "", "", ""},
                                              {"", "", "", ""},                 {"", "IT", "", ""},
                                              {"", "PT", "", ""},               {"", "ES", "", ""},
                                              {"", "RU", "", ""},               {"", "", "+351912345678", ""},
                                              {"", "", "+393331234567", "ES"},  {"", "", "+442071234567", "PT"},
                                              {"", "", "", "ES"},               {"Europe/London", "ES", "", ""}};
    return zones_of_country("PT").empty() ? zones_only : all;
}

// What is told of a customer, with any event that names them.
void tell_customers(Random& random, World& world) {
    const FactNumber zone = fact_named("customer.time_zone")->number;
    for (int i = 0; i < 4; ++i) world.customers["C" + std::to_string(i)] = random.pick(places());
    for (WorldEvent& event : world.events) {
        const std::string& customer = event.content.id_of(SubjectType::customer);
        if (customer.empty()) continue;
        std::erase_if(event.content.facts, [zone](const auto& fact) { return fact.first == zone; });
        const Whereabouts& place = world.customers.at(customer);
        const auto maybe = [&](std::string_view fact, const std::string& text) {
            if (!text.empty() && random.chance(90)) say(event.content, fact, text);
        };
        maybe("customer.time_zone", place.zone);
        maybe("customer.country", place.country);
        maybe("customer.phone", place.phone);
        maybe("order.country", place.ships_to);
        if (random.chance(3)) say(event.content, "customer.do_not_call", true);
        if (random.chance(3)) say(event.content, "customer.do_not_write", true);
    }
}

// Customers call, about an order of theirs; often in the morning or after lunch, shortly before we would have called them.
void let_customers_call(Random& random, World& world) {
    std::vector<std::pair<std::string, std::string>> orders;
    for (const WorldEvent& event : world.events) {
        const auto& content = event.content;
        if (content.id_of(SubjectType::customer).empty() || content.id_of(SubjectType::order).empty()) continue;
        orders.emplace_back(content.id_of(SubjectType::order), content.id_of(SubjectType::customer));
    }
    if (orders.empty()) return;
    for (auto count = random.between(0, 4); count > 0; --count) {
        const auto& [order, customer] = random.pick(orders);
        WorldEvent event;
        const auto number = world.events.size();
        event.content.id = "e" + std::to_string(number);
        event.content.type = event_named("contact.inbound")->number;
        Instant at = world.begin + Milliseconds{random.between(0, days{14} / Milliseconds{1})};
        const Milliseconds past = at - std::chrono::floor<days>(at);
        if (past < 8h) at += 6h + 15min - past + past / 8;
        if (past > 16h) at += 11h + 15min - past + (past - 16h) / 8;
        event.content.time = std::chrono::floor<std::chrono::seconds>(std::max(at, world.begin)) +
                             Milliseconds{static_cast<int>(number) * 7 + 1};
        event.content.ids[static_cast<std::size_t>(SubjectType::order)] = order;
        event.content.ids[static_cast<std::size_t>(SubjectType::customer)] = customer;
        say(event.content, "contact.channel", std::string{"telephone"});
        world.appendings.push_back({number, event.content.time + Milliseconds{random.between(0, 20min / 1ms)}, order});
        world.events.push_back(std::move(event));
    }
}

}  // namespace

World make_policy_world(std::uint64_t seed) {
    Random random{seed ^ 0x9071c7};
    World world;
    world.seed = seed;
    world.has_house = true;
    world.begin = make_beginning(random);
    Shop shop{world, random, simulation_rules()};
    shop.open_for(static_cast<int>(random.between(2, 7)), 4);
    tell_customers(random, world);
    let_customers_call(random, world);
    std::stable_sort(world.appendings.begin(), world.appendings.end(),
                     [](const Appending& one, const Appending& other) { return one.at < other.at; });
    world.end = world.begin + days{50};
    // Somebody makes rules stricter, so that many cases are late at once.
    if (random.chance(30)) world.edited_at = world.begin + Milliseconds{random.between(days{1} / 1ms, days{8} / 1ms)};
    // In some worlds nothing goes wrong, and what happens at once can be told from what happens in the end.
    if (random.chance(30)) return world;
    make_faults(random, world);
    for (Fault& fault : world.faults) fault.stage = static_cast<int>(random.between(0, 2));
    world.batch_records_max = random.chance(30) ? static_cast<std::size_t>(random.between(2, 12)) : 5000;
    world.due_ignored_percent = random.chance(50) ? static_cast<int>(random.between(0, 80)) : 0;
    return world;
}

}  // namespace premura
