#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "core/story/story_coverage.h"
#include "tests/core/story_support.h"

// The rules, config and rule tests that are shipped, and those of the design.

using namespace premura;

namespace {

namespace fs = std::filesystem;

std::vector<NamedText> texts_in(const fs::path& folder) {
    std::vector<NamedText> texts;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (entry.path().extension() != ".yaml") continue;
        std::ifstream file{entry.path()};
        texts.push_back(
            {entry.path().string(), std::string{std::istreambuf_iterator<char>{file}, {}}});
    }
    return texts;
}

std::shared_ptr<const RuleSet> shipped_rules() {
    const fs::path root = PREMURA_SOURCE_DIR;
    std::vector<NamedText> texts = texts_in(root / "rules");
    for (const char* part : {"calendars", "tenants", "messages"}) {
        for (NamedText& text : texts_in(root / "config" / part)) texts.push_back(std::move(text));
    }
    const Loaded loaded = load_rule_set(texts);
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set != nullptr);
    CHECK(loaded.diagnostics.empty());
    return loaded.rule_set;
}

std::vector<Story> stories_in(const fs::path& folder, const RuleSet& rules) {
    std::vector<Story> stories;
    Diagnostics diagnostics;
    for (const NamedText& named : texts_in(folder)) {
        const auto text = read_yaml(named.file, named.text, diagnostics);
        if (!text) continue;
        for (Story& story : load_stories(*text, rules, diagnostics)) {
            stories.push_back(std::move(story));
        }
    }
    for (const Diagnostic& each : diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(diagnostics.empty());
    return stories;
}

}  // namespace

TEST_CASE("the shipped rules pass their tests, stopped at any moment or not", "[story][shipped]") {
    const auto rules = shipped_rules();
    const auto stories = stories_in(fs::path{PREMURA_SOURCE_DIR} / "rules" / "tests", *rules);
    std::map<std::string, int> tests;
    StoryRunner runner{*rules};
    StoryCoverage coverage{*rules};
    for (const Story& story : stories) {
        const StoryResult result = runner.run(story);
        CHECK(format_text(story, result, false) == "");
        coverage.add(result);
        INFO("with a restart between any two moments");
        CHECK(format_text(story, run_story(story, *rules, {.restart_between_moments = true}),
                          false) == "");
        for (const std::string& rule : story.rules) ++tests[rule];
    }
    for (const Rule& rule : rules->rules) {
        INFO(rule.id);
        CHECK(tests[rule.id] >= 3);
    }
    for (const StoryCoverage::OfRule& rule : coverage.rules()) {
        INFO(rule.rule);
        CHECK(rule.tests > 0);
        CHECK(StoryCoverage::gaps(rule) == std::vector<std::string>{});
    }
    CHECK(coverage.totals().complete());
}

TEST_CASE("the rule tests of the design pass with the shipped rules", "[story][shared]") {
    const char* shared = std::getenv("PREMURA_SHARED");
    if (shared == nullptr) {
        WARN("SKIPPED: PREMURA_SHARED does not name the folder with the design");
        return;
    }
    const auto rules = shipped_rules();
    const auto stories = stories_in(fs::path{shared} / "design" / "examples" / "tests", *rules);
    CHECK(stories.size() == 9);
    for (const Story& story : stories) {
        CHECK(format_text(story, run_story(story, *rules), false) == "");
    }
}
