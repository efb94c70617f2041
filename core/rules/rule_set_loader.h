#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/diagnostics.h"

namespace premura {

struct RuleSet;

// A file as it was read, with the name that diagnostics show.
struct NamedText {
    std::string file;
    std::string text;
};

struct Loaded {
    std::shared_ptr<const RuleSet> rule_set;  // null when there are errors
    Diagnostics diagnostics;                  // of all files, sorted
};

// Makes one rule set of all the files that ops teams own. What a file is, is told by its keys at
// the top: rules, calendars, holidays, tenants, messages, dialers, mappings, beside `version: 1`; `tests`
// belong to `premura test` and are passed over. All that is wrong is found in one pass; what one
// file asks of another is checked at the end. Files are taken in the order of their names. Looks up
// time zones (core/calendar/time_zone.h), and nothing else outside its arguments.
Loaded load_rule_set(const std::vector<NamedText>& texts);

}  // namespace premura
