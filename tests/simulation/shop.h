#pragma once

#include <string>
#include <vector>

#include "tests/simulation/random.h"
#include "tests/simulation/world.h"

namespace premura {

// Makes up what happens to the orders of a few customers: mostly as it should, often too late or never, and
// told to the log in any order. Adds to the world's events and appendings.
class Shop {
 public:
    Shop(World& world, Random& random, const SimulationRules& rules);

    void open_for(int orders, int customers = 2);

 private:
    struct OrderStory {
        std::string order;
        std::string customer;
        std::string zone;
        Instant placed;
        Milliseconds age{0};  // how long ago it was, when an old order is told only now
        std::size_t first_event = 0;
    };

    void tell_sale(OrderStory& story);
    void tell_shipment(const OrderStory& story, const std::string& shipment);
    void tell_return(const OrderStory& story);
    void tell_promise(const OrderStory& story);
    void tell_changes(const OrderStory& story);
    // Something that comes just before, at or after a moment at which the rules decide.
    void tell_at_the_last_moment(const OrderStory& story);

    ModelEvent& happen(const OrderStory& story, std::string_view type, Instant time);
    void add_sale_facts(const OrderStory& story, ModelEvent& event, int percent);
    void send(const OrderStory& story, std::size_t event);
    Milliseconds any_of(Milliseconds least, Milliseconds most);

    World& world_;
    Random& random_;
    const SimulationRules& rules_;
};

}  // namespace premura
