#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/contacts/customer.h"
#include "core/explain/explanation.h"
#include "core/orders/clock.h"

namespace premura {

// What is known at the moment of the question.
struct ExplainMoment {
    Instant now;
    Instant complete_until = instant_max;              // how far the input is complete
    Milliseconds settle = std::chrono::minutes{2};     // OrdersOptions::settle; 0 in a replay
    bool decisions_known = true;                       // false: `customers` could not be asked for
    // By rule id: starts before that moment are not the rule's, because it was added later (TenantRule::since).
    std::map<std::string, Instant, std::less<>> since = {};
};

// All that the rules say about one order (or what stands in for one). `customers`: those that its cases were told
// to, see customers_of. Pure; pointers are not kept.
Explanation explain(const RuleSet& rules, const Entity& entity, std::span<const Customer> customers,
                    const ExplainMoment& moment);

// Under which names the contacts stage may know something of this order (Finding::customer), each once.
std::vector<std::string> customers_of(const Entity& entity);

// Is the order meant by what somebody typed: its id, its number, or the id of a parcel, a shipment, a return, ... of it?
bool is_meant(const Entity& entity, std::string_view typed);
// Is it only a signpost to an order, whose clocks run there?
bool is_signpost(const Entity& entity);

}  // namespace premura
