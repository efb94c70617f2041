#pragma once

#include "core/explain/explanation.h"
#include "core/orders/clock.h"

namespace premura {

// Why a rule has no clock for a subject: the verdict, and what it rests on. Asked only when there is none.
void explain_absence(const TenantRules& tenant, const TenantRule& rule, const Entity& entity, std::uint8_t subject,
                     ExplainedRule& explained);

// The facts that a condition reads, as they were known at `as_of`; those of the conditions that it names, too.
std::vector<ExplainedFact> facts_read(const Expression& expression, const TenantRules& tenant, const Entity& entity,
                                      std::uint8_t subject, Instant as_of);

}  // namespace premura
