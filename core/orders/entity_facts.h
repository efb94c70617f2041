#pragma once

#include "core/conditions/condition_facts.h"
#include "core/conditions/definitions.h"
#include "core/orders/clock.h"

namespace premura {

// An order's facts as its rules' conditions read them: those known at one moment, of one subject.
// For one evaluation; everything given must outlive it.
class EntityFacts final : public ConditionFacts {
 public:
    struct Moment {
        Instant facts_as_of;  // which facts are known; instant_max: all
        Instant now;          // what `now` means
        EventNumber started_by = 0;
        Instant started_at;
    };
    EntityFacts(const Entity& entity, std::uint8_t subject, const Moment& moment, const TenantRules& tenant)
        : entity_{entity}, subject_{subject}, moment_{moment}, tenant_{tenant} {}

    cel::Value variable(cel::VariableNumber variable) const override;
    cel::Value field(cel::VariableNumber variable, cel::FieldNumber field) const override;
    Instant now() const override { return moment_.now; }
    const TimeZone& zone() const override { return *tenant_.zone; }
    const Calendar* calendar(std::string_view name) const override;

 private:
    const Entity& entity_;
    std::uint8_t subject_;
    Moment moment_;
    const TenantRules& tenant_;
};

// Does the condition hold? True when there is none. An error (a fact that is missing, say) counts in `errors` and
// is `on_error`.
bool holds(const Expression& condition, const EntityFacts& facts, bool on_error, int& errors);

}  // namespace premura
