#include "daemon/rule_store.h"

#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace premura {

bool RuleStore::load(Diagnostics& diagnostics) {
    std::vector<std::string> paths;
    for (const std::filesystem::path& path : paths_) paths.push_back(path.string());
    const ReadFiles files = read_files(paths);
    for (const Diagnostic& diagnostic : files.diagnostics.all()) diagnostics.add(diagnostic);
    Loaded loaded = load_rule_set(files.texts);
    for (const Diagnostic& diagnostic : loaded.diagnostics.all()) diagnostics.add(diagnostic);
    if (!loaded.rule_set || diagnostics.has_errors()) return false;
    const std::lock_guard lock{mutex_};
    current_ = std::move(loaded.rule_set);
    return true;
}

std::shared_ptr<const RuleSet> RuleStore::current() const {
    const std::lock_guard lock{mutex_};
    return current_;
}

}  // namespace premura
