#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"

namespace premura {

// The rule set in use, and how the next one is read and checked: as a whole, or not at all.
// `current` from any thread, the others from the main thread.
class RuleStore {
 public:
    explicit RuleStore(std::vector<std::filesystem::path> paths) : paths_{std::move(paths)} {}

    // Reads all files anew. The set they are, or null when something is wrong. All that was found goes to
    // `diagnostics`; edits that no running clock could survive are errors, too.
    std::shared_ptr<const RuleSet> read(Diagnostics& diagnostics) const;

    // The same of files that lie elsewhere.
    std::shared_ptr<const RuleSet> read(const std::vector<NamedText>& files, Diagnostics& diagnostics) const;

    // From now on this set is in use.
    void use(std::shared_ptr<const RuleSet> rules);

    // Null before the first `use`.
    std::shared_ptr<const RuleSet> current() const;

    const std::vector<std::filesystem::path>& paths() const { return paths_; }

 private:
    std::vector<std::filesystem::path> paths_;
    mutable std::mutex mutex_;
    std::shared_ptr<const RuleSet> current_;
};

}  // namespace premura
