#pragma once

#include <string>
#include <vector>

#include "core/base/yaml_reader.h"
#include "core/conditions/definitions.h"
#include "core/rules/rule.h"

namespace premura {

// A name in a rule that must exist in another file. Looked up once all files are read.
struct NameUse {
    enum class Kind { calendar, message, script, team, tenant, rule };
    Kind kind = Kind::calendar;
    std::string name;            // for a calendar empty when `calendar` says a fact
    CalendarReference calendar;  // of Kind::calendar
    Place place;
};

// Which ladder a step belongs to: `early_warning` counts back from the deadline (`before`),
// `if_late` on from the step above (`after`).
enum class Ladder { early_warning, if_late };

// Reads the steps of a ladder. Adds the names they use to `uses`.
std::vector<Step> load_steps(const YamlNode& node, Ladder ladder, const Definitions& definitions,
                             YamlReader& reader, std::vector<NameUse>& uses);

}  // namespace premura
