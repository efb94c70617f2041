#include "daemon/rules/rule_store.h"

#include "core/difference/rule_edits.h"
#include "files/read_files.h"

namespace premura {

std::shared_ptr<const RuleSet> RuleStore::read(Diagnostics& diagnostics) const {
    std::vector<std::string> paths;
    for (const std::filesystem::path& path : paths_) paths.push_back(path.string());
    const ReadFiles files = read_files(paths);
    for (const Diagnostic& diagnostic : files.diagnostics.all()) diagnostics.add(diagnostic);
    return read(files.texts, diagnostics);
}

std::shared_ptr<const RuleSet> RuleStore::read(const std::vector<NamedText>& files, Diagnostics& diagnostics) const {
    Loaded loaded = load_rule_set(files);
    for (const Diagnostic& diagnostic : loaded.diagnostics.all()) diagnostics.add(diagnostic);
    const auto before = current();
    if (before && loaded.rule_set) check_edits(*before, *loaded.rule_set, diagnostics);
    if (!loaded.rule_set || diagnostics.has_errors()) return nullptr;
    return std::move(loaded.rule_set);
}

void RuleStore::use(std::shared_ptr<const RuleSet> rules) {
    const std::lock_guard lock{mutex_};
    current_ = std::move(rules);
}

std::shared_ptr<const RuleSet> RuleStore::current() const {
    const std::lock_guard lock{mutex_};
    return current_;
}

}  // namespace premura
