#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "core/rules/tenant.h"

namespace premura::known {

// Internal to core/desk: members of records that others wrote, which may be missing or of another type.
std::string_view text_in(const boost::json::object& object, std::string_view name);
const boost::json::object& object_in(const boost::json::value& value);
const boost::json::object& object_in(const boost::json::object& object, std::string_view name);
const boost::json::array& array_in(const boost::json::object& object, std::string_view name);

// Of the facts of a customer (`customer.*`). The name they told, else what first and last name make; empty when neither
// is known.
std::string name_of_customer(const boost::json::object& customer);
// ISO 639 in lower case; the tenant's first when the customer's is not known.
std::string language_of(const boost::json::object& customer, const Tenant* tenant);

}  // namespace premura::known
