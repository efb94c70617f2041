#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "core/rules/rule_set.h"

namespace premura {

// All files and folders of rules and config as one set. Null when something is wrong; then `messages` has been told
// all of it, and `result` is the exit code: 1 for what is wrong in the files, 2 for files that cannot be read.
std::shared_ptr<const RuleSet> load_rules(const std::vector<std::string>& rules, const std::vector<std::string>& config,
                                          std::ostream& messages, int& result);

// ./rules and ./config where nothing was named and they are there.
void add_default_folders(std::vector<std::string>& rules, std::vector<std::string>& config);

}  // namespace premura
