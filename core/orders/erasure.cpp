#include <algorithm>

#include "core/orders/orders_stage.h"

// The part of the orders stage that forgets a customer. Orders do not know each other, and a customer's may be anywhere:
// so whoever reads `customer.erased` tells every partition, and each looks through all it has, once a round.

namespace premura {
namespace {

EventNumber erased_event() {
    static const EventNumber number = event_named("customer.erased")->number;
    return number;
}

}  // namespace

bool OrdersStage::take_erasure(const Event& event, const Record& record, Instant now, Effects& effects) {
    if (event.type != erased_event()) return false;
    const std::string_view customer = event.subject_id(SubjectType::customer);
    if (customer.empty()) return false;
    const bool told_by_partition = !header_of(record, erasure_header).empty();
    if (!told_by_partition) {
        effects.count("customers_erased", std::string{event.tenant});
        effects.outputs.push_back(output_of(news_of(event, event.tenant, customer, now)));
        for (int partition = 0; partition < options_.partitions && options_.partitions > 1; ++partition) {
            Output word = forwarded(event, {SubjectType::customer, customer});
            word.headers.emplace_back(erasure_header, "1");
            word.partition = partition;
            effects.outputs.push_back(std::move(word));
        }
    }
    if (told_by_partition || options_.partitions == 1) {
        erasures_.push_back({std::string{event.tenant}, std::string{customer}, event.identity, event.time});
    }
    return true;
}

// Where the bytes of a state do not hold the customer's id, nothing of it is decoded.
void OrdersStage::erase_customers(Instant now, Effects& effects) {
    if (erasures_.empty()) return;
    for (const Key128& key : store_.keys()) {
        for (const Erasure& erasure : erasures_) {
            const std::string_view bytes = store_.find(key);
            if (bytes.find(erasure.customer) == bytes.npos || !decode(bytes, entity_)) continue;
            if (entity_.tenant != erasure.tenant) continue;
            if (entity_.find_subject(SubjectType::customer, erasure.customer) == Entity::no_subject) continue;
            erase_from_entity(key, erasure, now, effects);
        }
    }
    erasures_.clear();
}

// What happened to the order stays, without whose it was; all that is open about it ends.
void OrdersStage::erase_from_entity(const Key128& key, const Erasure& erasure, Instant now, Effects& effects) {
    Event mark;
    mark.tenant = entity_.tenant;
    mark.type = erased_event();
    mark.identity = erasure.identity;
    mark.time = erasure.time;
    entity_.add(mark, options_.limits);
    derive(nullptr);
    close_ended(now, effects);
    // A case that was told before the customer was known was told of somebody who stands in for them.
    std::string_view told;
    for (const Entity::Case& known : entity_.cases) {
        if (known.customer.empty() || known.customer == erasure.customer || known.customer == told) continue;
        told = known.customer;
        effects.outputs.push_back(output_of(news_of(mark, entity_.tenant, told, now)));
    }
    const bool is_the_customer = entity_.kind == SubjectType::customer && entity_.id == erasure.customer;
    if (is_the_customer) {
        store_.erase(key, state_key(store_.find(key)));
        return;
    }
    entity_.erase_personal();
    encode(entity_, encoded_);
    store_.put(key, encoded_, next_due_of_entity());
    effects.count("orders_erased");
}

}  // namespace premura
