#pragma once

#include <boost/json.hpp>

#include "core/base/time.h"
#include "core/rules/tenant.h"

namespace premura {

// What the agent may offer on a call, of the order of its first case: `offers` of the record when the stage has said it,
// and else what the facts allow. Each as an Offer of docs/openapi.yaml.
//
//   new_date        the courier's date (shipment.eta), else the promised one (order.promised_by), when it is still to come
//   voucher, refund what the tenant's `discretion` allows, each with its amount_max
//   pickup_point, new_delivery   the parcel is with the courier, and was not delivered
//   change_address, cancel       it is not with the courier yet
boost::json::array offers_of(const boost::json::object& body, const Tenant* tenant, Instant now);

}  // namespace premura
