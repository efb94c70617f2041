#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "core/contacts/customer.h"
#include "core/rules/rule_set.h"

namespace premura {

// Why we act, in one English sentence a case: "Anna Rossi, order 100045: Paid order not packed within 24 warehouse hours; it
// was due on 4 June at 08:30." Times in the tenant's zone. Masked, it does not name the customer.
std::string why(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules, bool masked = false);

// The masked sentence in the other languages that we have words for, by language: {"it": "Ordine 100045: ..."}. Only those in
// which every rule it speaks of has a name: half a sentence in each of two languages helps nobody.
boost::json::object why_masked_in(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules);

}  // namespace premura
