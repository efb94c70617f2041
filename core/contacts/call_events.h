#pragma once

#include <vector>

#include "core/contacts/customer.h"
#include "core/stage.h"

namespace premura {

// What agents do as events that rules know, for the intake topic, each under the key of what it is about.

// contact.call_done for each order of the call, at `spoken_at`. With the case's own subject, so that a rule about one
// parcel or promise knows it.
std::vector<Output> call_done_events(const Customer& customer, const Customer::Contact& call, const AgentAction& action,
                                     Instant spoken_at);

// promise.made, about the order of the first case; when none is known, about the promise itself.
Output promise_event(const Customer& customer, const Customer::Contact& call, const CallPromise& promise);

}  // namespace premura
