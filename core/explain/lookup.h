#pragma once

#include <string>
#include <string_view>

#include "core/contacts/contacts_stage.h"
#include "core/explain/explain.h"
#include "core/orders/orders_stage.h"

namespace premura {

// What somebody asks about: an order's id or number, a tracking number, the id of a parcel, a return, ...
struct OrderQuestion {
    std::string typed;
    std::string tenant;  // empty: any
};

// Looks the typed text up as the id of an order, else of anything that has no order: no walk. The bytes of the
// entity, or of a signpost to its order; empty when there is none here.
std::string_view find_by_id(const OrdersStage& stage, const OrderQuestion& question);

// Is that entity (not a signpost) the one meant? For a walk over all of them.
bool is_meant(std::string_view bytes, const OrderQuestion& question, Entity& scratch);

// The order that a signpost leads to; empty when it is none.
std::string order_of_signpost(const Entity& entity);

// Since when each rule of the tenant counts, as ExplainMoment::since wants it.
std::map<std::string, Instant, std::less<>> rules_since(const OrdersStage& stage, std::string_view tenant);

// Adds what the stage knows of the customers of that order.
void find_customers(const ContactsStage& stage, std::string_view tenant, const std::vector<std::string>& names,
                    std::vector<Customer>& customers);

}  // namespace premura
