#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"
#include "tests/core/loader_story.h"

// The example files of the design, where the environment variable PREMURA_SHARED says they are.

using namespace premura;
namespace fs = std::filesystem;

namespace {

std::vector<NamedText> examples(const fs::path& folder) {
    std::vector<NamedText> texts;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        // Not ours: a description of the topics.
        if (entry.path().extension() != ".yaml" || entry.path().filename() == "asyncapi.yaml") {
            continue;
        }
        std::ifstream stream{entry.path(), std::ios::binary};
        texts.push_back({entry.path().filename(), {std::istreambuf_iterator<char>{stream}, {}}});
    }
    // The examples show one message; the rules use these, too.
    std::string others = "version: 1\nmessages:\n";
    for (const char* id :
         {"points-late", "refund-late", "update-owed", "courier-problem", "parcel-silent",
          "pickup-reminder", "pickup-last-day", "promise-broken", "we-tried-to-call"}) {
        others += "  " + std::string{id} + ":\n    without: [cause, date, next_step]\n    it: &" + id[0] +
                  " { script: S, sms: T }\n    en: *" + id[0] + "\n";
    }
    texts.push_back({"others.yaml", others});
    return texts;
}

}  // namespace

TEST_CASE("the example files of the design are a rule set", "[shared]") {
    const char* shared = std::getenv("PREMURA_SHARED");
    if (shared == nullptr || *shared == '\0') {
        WARN("SKIPPED: PREMURA_SHARED is not set");
        return;
    }
    const Loaded loaded = load_rule_set(examples(fs::path{shared} / "design/examples"));

    CHECK(YamlStory::told(loaded.diagnostics).empty());
    REQUIRE(loaded.rule_set);
    CHECK(loaded.rule_set->rules.size() == 8);
    CHECK(loaded.rule_set->calendars.size() == 4);
    CHECK(loaded.rule_set->mappings.size() == 3);
}
