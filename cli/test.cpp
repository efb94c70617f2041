#include "cli/test.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <ostream>
#include <set>

#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"
#include "core/story/story_loader.h"
#include "core/story/story_report.h"
#include "core/story/story_runner.h"
#include "files/read_files.h"

namespace premura {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

void write(const Diagnostics& diagnostics, const TestOptions& options, std::ostream& out) {
    if (options.format == TestOptions::Format::json) {
        out << json::serialize(json::object{{"diagnostics", json::parse(format_json(diagnostics))}})
            << '\n';
        return;
    }
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        out << format_text(diagnostic, options.colour);
    }
}

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

// The folders of a config folder that rules need; all of it when it has none of them. The daemon's own settings
// may lie beside them.
void add_config(std::vector<std::string>& paths, const fs::path& config) {
    std::error_code problem;
    bool any = false;
    for (const char* part : {"calendars", "tenants", "messages", "mappings"}) {
        const fs::path folder = config / part;
        if (!fs::is_directory(folder, problem) || !has_yaml(folder)) continue;
        add_folder(paths, folder);
        any = true;
    }
    if (!any) add_folder(paths, config);
}

// All stories of the files that have any; in a folder of rules and tests the others are passed over.
std::vector<Story> load_all(const ReadFiles& files, const RuleSet& rules,
                            Diagnostics& diagnostics) {
    std::vector<Story> stories;
    for (const NamedText& named : files.texts) {
        const auto text = read_yaml(named.file, named.text, diagnostics);
        if (!text || text->root().find("tests") == nullptr) continue;
        for (Story& story : load_stories(*text, rules, diagnostics)) {
            stories.push_back(std::move(story));
        }
    }
    return stories;
}

// Rules that no test runs by name and none expects anything of.
std::vector<std::string> untested(const RuleSet& rules, const std::vector<Story>& stories) {
    std::set<std::string> tested;
    for (const Story& story : stories) {
        tested.insert(story.rules.begin(), story.rules.end());
        for (const StoryOutcome& outcome : story.then) {
            tested.insert(outcome.rules.begin(), outcome.rules.end());
        }
    }
    std::vector<std::string> names;
    for (const Rule& rule : rules.rules) {
        if (!tested.contains(rule.id)) names.push_back(rule.id);
    }
    return names;
}

json::array outcomes_json(const std::vector<StoryOutcome>& outcomes, const Story& story) {
    json::array list;
    for (const StoryOutcome& outcome : outcomes) {
        json::object object{{"at", format_utc(outcome.at)},
                            {"local", format_local(outcome.at, *story.zone)},
                            {name_of(outcome.kind), outcome.what}};
        if (!outcome.rules.empty()) {
            object["rules"] = json::array(outcome.rules.begin(), outcome.rules.end());
        }
        if (outcome.line != 0) object["line"] = outcome.line;
        list.push_back(std::move(object));
    }
    return list;
}

json::object story_json(const Story& story, const StoryResult& result) {
    return {{"name", story.name},
            {"file", story.file},
            {"line", story.line},
            {"passed", result.passed()},
            {"missing", outcomes_json(result.missing, story)},
            {"unexpected", outcomes_json(result.unexpected, story)},
            {"notes", json::array(result.notes.begin(), result.notes.end())}};
}

// Runs them and says how it went.
class Run {
 public:
    Run(const TestOptions& options, const RuleSet& rules, std::ostream& out)
        : options_{options}, rules_{rules}, out_{out} {}

    int play(const std::vector<Story>& stories) {
        for (const Story& story : stories) {
            const StoryResult result = run_story(story, rules_);
            Count& count = files_[story.file];
            ++(result.passed() ? count.passed : count.failed);
            ++(result.passed() ? all_.passed : all_.failed);
            if (as_json()) {
                list_.push_back(story_json(story, result));
            } else {
                out_ << format_text(story, result, options_.colour);
            }
        }
        if (as_json()) {
            close_json(stories);
        } else {
            close_text(stories);
        }
        return all_.failed == 0 ? exit_fine : exit_failed;
    }

 private:
    struct Count {
        int passed = 0;
        int failed = 0;
    };

    bool as_json() const { return options_.format == TestOptions::Format::json; }

    void close_json(const std::vector<Story>& stories) {
        const auto names = untested(rules_, stories);
        out_ << json::serialize(json::object{{"tests", std::move(list_)},
                                             {"passed", all_.passed},
                                             {"failed", all_.failed},
                                             {"rules_without_test",
                                              json::array(names.begin(), names.end())}})
             << '\n';
    }

    void close_text(const std::vector<Story>& stories) {
        for (const auto& [file, count] : files_) {
            out_ << fmt::format("{}: {} passed{}\n", file, count.passed,
                                count.failed == 0 ? ""
                                                  : fmt::format(", {} failed", count.failed));
        }
        for (const std::string& rule : untested(rules_, stories)) {
            out_ << fmt::format("hint: no test for the rule {}\n", rule);
        }
        const int count = all_.passed + all_.failed;
        const std::string_view tests = count == 1 ? "test" : "tests";
        out_ << (all_.failed == 0
                     ? fmt::format("{} {}, all passed\n", count, tests)
                     : fmt::format("{} of {} {} failed\n", all_.failed, count, tests));
    }

    const TestOptions& options_;
    const RuleSet& rules_;
    std::ostream& out_;
    std::map<std::string, Count> files_;
    Count all_;
    json::array list_;
};

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
        write(files->diagnostics, options, out);
        return exit_usage;
    }
    const Loaded loaded = load_rule_set(rule_files.texts);
    if (loaded.rule_set == nullptr) {
        write(loaded.diagnostics, options, out);
        return exit_failed;
    }
    Diagnostics diagnostics;
    const std::vector<Story> stories = load_all(test_files, *loaded.rule_set, diagnostics);
    if (!diagnostics.empty() && (diagnostics.has_errors() || options.format == TestOptions::Format::text)) {
        write(diagnostics, options, out);
    }
    if (diagnostics.has_errors()) return exit_failed;
    if (stories.empty()) {
        out << "there are no tests in " << fmt::format("{}", fmt::join(options.paths, ", ")) << '\n';
        return exit_usage;
    }
    return Run{options, *loaded.rule_set, out}.play(stories);
}

}  // namespace premura
