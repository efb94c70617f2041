#pragma once

#include <string>
#include <string_view>

#include "core/contacts/customer.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

// The records that leave the contacts stage, as CloudEvents in binary mode. Their `ce_id` is the derived id, so
// that a repeat is recognised by everyone downstream. Shapes: docs/asyncapi.yaml.

// The state of a call task as its consumers see it.
enum class TaskState { open, merged, withdrawn };

// One version of a call task: raised, changed, merged into another one, or withdrawn.
Output call_task(const Customer& customer, const Customer::Contact& contact, TaskState state,
                 std::string_view reason, const RuleSet& rules, Instant now);

// A message to the customer.
Output notification(const Customer& customer, const Customer::Contact& contact,
                    const RuleSet& rules, Instant now);

// A word to a team.
Output escalation(const Customer& customer, const Customer::Contact& contact,
                  const RuleSet& rules, Instant now);

// A sollecito: a request to a warehouse, a courier or another system to press on.
Output expedite(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules,
                Instant now);

// Why we act, in one sentence: "Anna Rossi, order 100045: Paid order not packed within 24 warehouse hours; it
// was due on 4 June at 08:30." Times in the tenant's zone.
std::string why(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules);

}  // namespace premura
