#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/rules/rule_set.h"

namespace premura {

// The rule set in use, and how it is replaced: read, checked and swapped as a whole, or not at all.
// `current` from any thread, `load` from the main thread.
class RuleStore {
 public:
    explicit RuleStore(std::vector<std::filesystem::path> paths) : paths_{std::move(paths)} {}

    // Reads all files anew. True when there is a new set in use (which may be equal to the old one); false when
    // something is wrong, and the old one stays. All that was found goes to `diagnostics`.
    bool load(Diagnostics& diagnostics);

    // Null before the first successful load.
    std::shared_ptr<const RuleSet> current() const;

 private:
    std::vector<std::filesystem::path> paths_;
    mutable std::mutex mutex_;
    std::shared_ptr<const RuleSet> current_;
};

}  // namespace premura
