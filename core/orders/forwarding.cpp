#include <algorithm>

#include "core/orders/orders_stage.h"

// The part of the orders stage that sends events on, through the intake topic: to the order that a tracking
// number belongs to, to the customer whom a rule watches, or to the partition whose key they should have had.

namespace premura {

// What an order's new event means to others: a tracking number it names for the first time learns which
// order it belongs to, and a rule about customers sees what happened to them.
void OrdersStage::forward_links(const Event& event, std::size_t subjects_before,
                                Effects& effects) {
    const TenantRules* rules = rules_of_entity();
    if (rules == nullptr) return;
    const auto& links = rules->tenant->links;
    for (std::size_t i = subjects_before; i < entity_.subjects.size(); ++i) {
        const Entity::Subject& subject = entity_.subjects[i];
        if (std::find(links.begin(), links.end(), subject.type) != links.end()) {
            effects.outputs.push_back(forwarded(event, {subject.type, subject.id}));
        }
    }
    if (rules->customer_events.empty()) return;
    const auto customer = std::find_if(
        entity_.subjects.begin(), entity_.subjects.end(),
        [](const Entity::Subject& subject) { return subject.type == SubjectType::customer; });
    if (customer == entity_.subjects.end() || customer->id.empty()) return;

    const auto position = static_cast<std::size_t>(customer - entity_.subjects.begin());
    const bool new_customer = position >= subjects_before;
    const std::size_t first = new_customer ? 0 : entity_.history.size() - 1;
    Event scratch;
    for (std::size_t i = first; i < entity_.history.size(); ++i) {
        if (!rules->customer_events.contains(entity_.history[i].type)) continue;
        event_of_history(i, scratch);
        scratch.subject_ids[static_cast<std::size_t>(SubjectType::customer)] = customer->id;
        effects.outputs.push_back(forwarded(scratch, {SubjectType::customer, customer->id}));
    }
}

// A shipment (return, ...) that knows its order sends every event there that did not name it: those that
// waited, when the order becomes known, and each new one.
void OrdersStage::forward_to_order(const Event& event, Effects& effects) {
    const auto order = std::find_if(
        entity_.subjects.begin(), entity_.subjects.end(),
        [](const Entity::Subject& subject) { return subject.type == SubjectType::order; });
    if (order == entity_.subjects.end()) return;

    const auto bit = std::uint32_t{1} << (order - entity_.subjects.begin());
    const bool just_learned = !event.subject_id(SubjectType::order).empty();
    const std::size_t first = just_learned ? 0 : entity_.history.size() - 1;
    Event scratch;
    for (std::size_t i = first; i < entity_.history.size(); ++i) {
        if ((entity_.history[i].subjects & bit) != 0) continue;
        event_of_history(i, scratch);
        scratch.subject_ids[static_cast<std::size_t>(SubjectType::order)] = order->id;
        effects.outputs.push_back(forwarded(scratch, {SubjectType::order, order->id}));
    }
}

void OrdersStage::event_of_history(std::size_t index, Event& event) const {
    const Entity::Entry& entry = entity_.history[index];
    event = Event{};
    event.tenant = entity_.tenant;
    event.type = entry.type;
    event.time = entry.time;
    event.identity = entry.identity;
    for (std::size_t i = 0; i < entity_.subjects.size(); ++i) {
        if (((entry.subjects >> i) & 1) == 0) continue;
        event.subject_ids[static_cast<std::size_t>(entity_.subjects[i].type)] =
            entity_.subjects[i].id;
    }
    for (const Entity::KnownFact& known : entity_.facts) {
        if (known.first == index || known.last == index) {
            event.facts.push_back({known.number, known.value});
        }
    }
}

}  // namespace premura
