#include "cli/load_rules.h"

#include <filesystem>

#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace premura {

std::shared_ptr<const RuleSet> load_rules(const std::vector<std::string>& rules, const std::vector<std::string>& config,
                                          std::ostream& messages, int& result) {
    std::vector<std::string> paths = rules;
    paths.insert(paths.end(), config.begin(), config.end());
    const ReadFiles files = read_files(paths);
    Loaded loaded;
    if (!files.diagnostics.has_errors()) loaded = load_rule_set(files.texts);
    const Diagnostics& said = files.diagnostics.has_errors() ? files.diagnostics : loaded.diagnostics;
    if (loaded.rule_set != nullptr) return loaded.rule_set;
    for (const Diagnostic& each : said.all()) messages << format_text(each, false);
    result = files.diagnostics.has_errors() ? 2 : 1;
    return nullptr;
}

void add_default_folders(std::vector<std::string>& rules, std::vector<std::string>& config) {
    std::error_code problem;
    if (rules.empty() && std::filesystem::is_directory("rules", problem)) rules = {"rules"};
    if (config.empty() && std::filesystem::is_directory("config", problem)) config = {"config"};
}

}  // namespace premura
