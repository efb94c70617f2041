#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "core/rules/rule_set.h"

namespace premura {

// A moment as people write it: with its zone, or a time or a day (as it begins) on the clock of the tenant; of the first
// one when none is named. Nothing when it is no moment.
std::optional<Instant> moment_on_clock(const std::string& text, const RuleSet& rules, const std::string& tenant);

}  // namespace premura
