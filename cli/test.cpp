#include "cli/test.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>

#include "cli/test_output.h"
#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"
#include "core/story/story_loader.h"
#include "files/read_files.h"

namespace premura {
namespace {

namespace fs = std::filesystem;

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

bool has_yaml(const fs::path& folder) {
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator{folder, problem}) {
        if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml") return true;
    }
    return false;
}

void add_folder(std::vector<std::string>& paths, const fs::path& folder) {
    const std::string path = folder.native();
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
}

// The folders of a config folder that rules need; all of it when it has none of them. The daemon's
// own settings may lie beside them.
void add_config(std::vector<std::string>& paths, const fs::path& config) {
    std::error_code problem;
    bool any = false;
    for (const char* part : {"calendars", "tenants", "messages", "dialers", "mappings"}) {
        const fs::path folder = config / part;
        if (!fs::is_directory(folder, problem) || !has_yaml(folder)) continue;
        add_folder(paths, folder);
        any = true;
    }
    if (!any) add_folder(paths, config);
}

// A file that a test names, by its path as seen from the file of the test.
std::optional<std::string> read_story_file(const std::string& test_file, const std::string& path) {
    ReadFiles files = read_files({(fs::path{test_file}.parent_path() / path).native()});
    if (files.texts.size() != 1) return std::nullopt;
    return std::move(files.texts.front().text);
}

// All stories of the files that have any; in a folder of rules and tests the others are passed
// over.
std::vector<Story> load_all(const ReadFiles& files, const RuleSet& rules,
                            Diagnostics& diagnostics) {
    std::vector<Story> stories;
    for (const NamedText& named : files.texts) {
        const auto text = read_yaml(named.file, named.text, diagnostics);
        if (!text || text->root().find("tests") == nullptr) continue;
        for (Story& story : load_stories(*text, rules, diagnostics, read_story_file)) {
            stories.push_back(std::move(story));
        }
    }
    return stories;
}

PlayedTests play_all(std::vector<Story> stories, const RuleSet& rules) {
    PlayedTests played{{}, StoryCoverage{rules}, 0};
    StoryRunner runner{rules};
    for (Story& story : stories) {
        const auto begin = std::chrono::steady_clock::now();
        StoryResult result = runner.run(story);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        played.coverage.add(result);
        if (!result.passed()) ++played.failed;
        played.tests.push_back({std::move(story), std::move(result), taken.count()});
    }
    return played;
}

}  // namespace

FoundBeside find_beside(const std::vector<std::string>& test_paths) {
    FoundBeside found;
    std::error_code problem;
    for (const std::string& path : test_paths) {
        const fs::path absolute = fs::absolute(path, problem).lexically_normal();
        const bool is_folder = fs::is_directory(absolute, problem);
        fs::path tests = is_folder ? absolute : absolute.parent_path();
        if (!tests.has_filename()) tests = tests.parent_path();  // written with a slash at its end
        const fs::path parent = tests.parent_path();
        const fs::path rules = has_yaml(parent) ? parent : parent / "rules";
        if (fs::is_directory(rules, problem)) add_folder(found.rules, rules);
        for (const fs::path& config : {parent / "config", parent.parent_path() / "config"}) {
            if (!fs::is_directory(config, problem)) continue;
            add_config(found.config, config);
            break;
        }
    }
    return found;
}

int run_tests(const TestOptions& options, std::ostream& out) {
    const FoundBeside beside = find_beside(options.paths);
    std::vector<std::string> sources = options.rules.empty() ? beside.rules : options.rules;
    const auto& config = options.config.empty() ? beside.config : options.config;
    sources.insert(sources.end(), config.begin(), config.end());
    if (sources.empty()) {
        out << "no rules were found beside the tests; name them with --rules and --config\n";
        return exit_usage;
    }
    const ReadFiles rule_files = read_files(sources);
    const ReadFiles test_files = read_files(options.paths);
    for (const ReadFiles* files : {&rule_files, &test_files}) {
        if (!files->diagnostics.has_errors()) continue;
        write_diagnostics(files->diagnostics, options, out);
        return exit_usage;
    }
    const Loaded loaded = load_rule_set(rule_files.texts);
    if (loaded.rule_set == nullptr) {
        write_diagnostics(loaded.diagnostics, options, out);
        return exit_failed;
    }
    Diagnostics diagnostics;
    std::vector<Story> stories = load_all(test_files, *loaded.rule_set, diagnostics);
    const bool as_text = options.format == TestOptions::Format::text;
    if (diagnostics.has_errors() || (as_text && !diagnostics.empty())) {
        write_diagnostics(diagnostics, options, out);
    }
    if (diagnostics.has_errors()) return exit_failed;
    if (stories.empty()) {
        out << "there are no tests in " << fmt::format("{}", fmt::join(options.paths, ", "))
            << '\n';
        return exit_usage;
    }
    const PlayedTests played = play_all(std::move(stories), *loaded.rule_set);
    write_played(played, options, out);
    return played.failed == 0 && !played.coverage_failed(options) ? exit_fine : exit_failed;
}

}  // namespace premura
