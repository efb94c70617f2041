#pragma once

#include "core/explain/explanation.h"
#include "core/orders/clock.h"

namespace premura {

// How the clock's deadline comes about: the open time it counted, what it skipped, and when it stood still. Of a
// clock that stands still now, up to that moment.
Derivation derive(const TenantRules& tenant, const Entity& entity, const Clock& clock);

// A fact as it was known at a moment; personal data are hidden.
ExplainedFact fact_as_known(const Entity& entity, FactNumber number, std::uint8_t subject, Instant at);

}  // namespace premura
