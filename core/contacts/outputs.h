#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contacts/customer.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

// The records that leave the contacts stage, as CloudEvents in binary mode. Their `ce_id` is the derived id, so
// that a repeat is recognised by everyone downstream. Shapes: docs/asyncapi.yaml.

// The state of a call task as its consumers see it. `waiting`: not now, but again at `retry_at`.
enum class TaskState { open, waiting, merged, withdrawn, done };

// What happened to a call task with this version of it.
struct TaskChange {
    TaskState state = TaskState::open;  // an open one that waits is told as waiting
    std::string reason{};               // why it was changed, merged or withdrawn; empty at first
    std::string event{};                // of withdrawn: what solved it, when an event did
    std::optional<CallOutcome> outcome{};  // of done
    Person by{};                        // of done
    std::vector<std::string> zones{};   // where the customer may be, as IANA names
};

// One version of a call task: raised, changed, merged into another one, withdrawn or done.
Output call_task(const Customer& customer, const Customer::Contact& contact, const TaskChange& change,
                 const RuleSet& rules, Instant now);

// Nothing is known of the task any more: the record that makes the compacted topic forget it.
Output forgotten_task(const Customer& customer, const std::string& task, Instant now);

// A message to the customer.
Output notification(const Customer& customer, const Customer::Contact& contact,
                    const RuleSet& rules, Instant now);

// A word to a team. With a text it is what the customer wished on a call, which stands though the case be solved.
Output escalation(const Customer& customer, const Customer::Contact& contact,
                  const RuleSet& rules, Instant now);

// A sollecito: a request to a warehouse, a courier or another system to press on.
Output expedite(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules,
                Instant now);

// A voucher or a refund that an agent asks a system for, as an expedite. It stands though the case be solved.
Output gesture_request(const Customer& customer, const Customer::Contact& contact, const CallGesture& gesture,
                       const RuleSet& rules, Instant now);

}  // namespace premura
