#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/base/diagnostic_codes.h"
#include "tests/core/story_support.h"

// Every file of tests/wrong/tests is a file of rule tests with one mistake; beside it stands what
// Premura says about it, in full. With PREMURA_UPDATE_GOLDEN=1 the expectations are written anew:
// read the difference before keeping it.

using namespace premura;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path{PREMURA_SOURCE_DIR} / "tests/wrong/tests";

std::string read(const fs::path& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace

TEST_CASE("each wrong file of rule tests is told about as expected", "[story][wrong]") {
    const bool update = std::getenv("PREMURA_UPDATE_GOLDEN") != nullptr;
    const auto rules = story_support::rule_set();
    const ReadStoryFile read_beside = [](const std::string&,
                                         const std::string& path) -> std::optional<std::string> {
        if (!fs::exists(folder / path)) return std::nullopt;
        return read(folder / path);
    };
    std::set<std::string> seen;
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (entry.path().extension() != ".yaml") continue;
        ++count;
        Diagnostics diagnostics;
        const auto text = read_yaml(entry.path().filename(), read(entry.path()), diagnostics);
        INFO(entry.path().filename());
        if (text) CHECK(load_stories(*text, *rules, diagnostics, read_beside).empty());
        std::string output;
        for (const Diagnostic& diagnostic : diagnostics.all()) {
            output += format_text(diagnostic, false);
            seen.insert(diagnostic.code);
        }
        const fs::path golden = fs::path{entry.path()}.replace_extension(".expected");
        if (update) std::ofstream{golden, std::ios::binary} << output;
        INFO(entry.path().filename() << "\n--- expected\n"
                                     << read(golden) << "--- found\n"
                                     << output);
        CHECK_FALSE(output.empty());
        CHECK(read(golden) == output);
    }
    CHECK(count >= 15);
    for (const DiagnosticCode& code : all_diagnostic_codes()) {
        if (!code.id.starts_with("PR18")) continue;
        INFO(code.id);
        CHECK(seen.contains(std::string{code.id}));
    }
}
