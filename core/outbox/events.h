#pragma once

#include <optional>

#include "core/outbox/entry.h"
#include "core/stage.h"

namespace premura {

// What became of a message or an expedite as an event that rules know, for the intake topic: contact.sent,
// contact.failed, expedite.sent, expedite.failed. Nothing for other kinds, for what was cancelled, and for a message about
// nobody. `at`: when it happened. The entry still has its body.
std::optional<Output> event_about(const OutboxEntry& entry, Instant at);

}  // namespace premura
