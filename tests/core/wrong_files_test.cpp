#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "core/base/diagnostic_codes.h"
#include "core/rules/rule_set_loader.h"

// Every file of tests/wrong has one mistake; beside it stands what Premura says about it, in full.
// With PREMURA_UPDATE_GOLDEN=1 the expectations are written anew: read the difference before
// keeping it.

using namespace premura;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path{PREMURA_SOURCE_DIR} / "tests/wrong";

std::string read(const fs::path& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

Loaded load(const fs::path& path) {
    const std::string name = path.filename();
    std::vector<NamedText> texts{{name, read(path)}};
    // The base has the tenant; one mistake is to have none.
    if (!name.starts_with("alone-"))
        texts.push_back({"base.yaml", read(folder / "base/base.yaml")});
    return load_rule_set(texts);
}

// Each file once, because all the calendars are compiled each time.
const std::map<fs::path, Loaded>& all_loaded() {
    static const std::map<fs::path, Loaded> loaded = [] {
        std::map<fs::path, Loaded> map;
        for (const auto& entry : fs::directory_iterator{folder}) {
            if (entry.path().extension() == ".yaml") map[entry.path()] = load(entry.path());
        }
        return map;
    }();
    return loaded;
}

std::string output_of(const Loaded& loaded) {
    std::string output;
    for (const Diagnostic& diagnostic : loaded.diagnostics.all()) {
        output += format_text(diagnostic, false);
    }
    return output;
}

}  // namespace

TEST_CASE("each wrong file is told about as expected", "[wrong]") {
    const bool update = std::getenv("PREMURA_UPDATE_GOLDEN") != nullptr;
    REQUIRE(all_loaded().size() >= 45);
    for (const auto& [path, loaded] : all_loaded()) {
        const fs::path golden = fs::path{path}.replace_extension(".expected");
        const std::string output = output_of(loaded);
        if (update) std::ofstream{golden, std::ios::binary} << output;
        INFO(path.filename() << "\n--- expected\n" << read(golden) << "--- found\n" << output);
        CHECK(read(golden) == output);
    }
}

TEST_CASE("the base of the wrong files is right", "[wrong]") {
    const Loaded loaded = load_rule_set({{"base.yaml", read(folder / "base/base.yaml")}});

    CHECK(output_of(loaded) == "");
    CHECK(loaded.rule_set != nullptr);
}

TEST_CASE("every wrong file is told about, and a rule set comes from warnings only", "[wrong]") {
    for (const auto& [path, loaded] : all_loaded()) {
        INFO(path.filename());
        CHECK_FALSE(loaded.diagnostics.empty());
        CHECK((loaded.rule_set == nullptr) == loaded.diagnostics.has_errors());
    }
}

TEST_CASE("every code is explained, and every code has a wrong file", "[wrong]") {
    std::set<std::string> seen;
    for (const auto& [path, loaded] : all_loaded()) {
        for (const Diagnostic& diagnostic : loaded.diagnostics.all()) seen.insert(diagnostic.code);
    }
    for (const std::string& code : seen) {
        INFO(code);
        CHECK(diagnostic_code(code) != nullptr);
    }
    for (const DiagnosticCode& code : all_diagnostic_codes()) {
        // These belong to reading files, to edits, to rule tests and to settings, which have tests of their own.
        if (code.id == "PR001" || code.id == "PR139" || code.id.starts_with("PR18") || code.id.starts_with("PR3")) continue;
        INFO(code.id);
        CHECK(seen.contains(std::string{code.id}));
    }
}
