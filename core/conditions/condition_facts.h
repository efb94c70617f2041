#pragma once

#include <string_view>

#include "core/base/time.h"
#include "core/cel/facts.h"

namespace premura {

class Calendar;
class TimeZone;

// What an evaluation reads beside facts, for the functions of core/conditions/definitions.h.
class ConditionFacts : public cel::Facts {
 public:
    virtual Instant now() const = 0;
    // The tenant's, in which days are counted.
    virtual const TimeZone& zone() const = 0;
    // By the tenant's alias or a calendar's own name; null when there is none.
    virtual const Calendar* calendar(std::string_view name) const = 0;
};

}  // namespace premura
