#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "core/rules/tenant.h"

namespace premura {

// What goes to our own people and to systems by e-mail. Not templates: they are the same for every brand.
struct Letter {
    std::string subject;
    std::string text;
};

// To a team: why it is asked, and the cases. In the tenant's first language where we have its words, else in English.
Letter letter_to_team(const boost::json::object& notification, const Tenant& tenant);
// To a warehouse, a courier or another system: what is asked for which order. Without a word about the customer.
Letter letter_to_system(const boost::json::object& expedite, const Tenant& tenant);
// To ops, in English.
Letter letter_about_incident(const boost::json::object& incident);

// The cases of a record as others may see them: without `facts.customer`, and without history.
boost::json::array cases_without_customer(const boost::json::object& record);

// The text of a field, empty when there is none.
std::string_view text_in(const boost::json::object& object, std::string_view name);

}  // namespace premura
