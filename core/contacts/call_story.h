#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/money.h"
#include "core/contacts/customer.h"
#include "core/rules/rule_set.h"

namespace premura {

// Adds to the record of a call task what an agent needs beside its cases: whose it is and what was tried, the numbers,
// what we did, what the customer told us, earlier contacts, promises and gestures. As docs/openapi.yaml shapes them.
void add_story(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules, boost::json::object& body);

// What the agent may still give on this call: a voucher, or else a refund. Several small ones are one. Nothing when the brand
// lets its agents give none.
std::optional<Money> left_to_give(const Customer& customer, const Customer::Contact& call, const Tenant& tenant, bool voucher);

// The telephone numbers that orders told, each once, in the order of the cases.
std::vector<std::string> numbers_of(const Customer& customer);

// Empty when nothing bad is known of it; else wrong or dead.
std::string state_of_number(const Customer& customer, const std::string& number);

// The first number of which nothing bad is known; empty when there is none.
std::string usable_number(const Customer& customer);

}  // namespace premura
