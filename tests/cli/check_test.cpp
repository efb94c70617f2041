#include "cli/check.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

using namespace premura;
namespace fs = std::filesystem;

namespace {

const fs::path wrong = fs::path{PREMURA_SOURCE_DIR} / "tests/wrong";

struct Checked {
    int exit_code = 0;
    std::string output;
};

Checked check(std::vector<std::string> paths, CheckFormat format = CheckFormat::text) {
    std::ostringstream out;
    const int exit_code = run_check(paths, format, false, out);
    return {exit_code, out.str()};
}

}  // namespace

TEST_CASE("a right set of files is told in one line", "[check]") {
    const Checked checked = check({wrong / "base"});

    CHECK(checked.exit_code == 0);
    CHECK(checked.output == "0 rules, 1 calendar, 1 tenant, 2 messages: no errors\n");
}

TEST_CASE("errors are shown and counted", "[check]") {
    const Checked checked = check({wrong / "base", wrong / "rule-not-a-duration.yaml"});

    CHECK(checked.exit_code == 1);
    CHECK(checked.output.find("rule-not-a-duration.yaml:10:13: error: '2hh' is not a duration "
                              "[PR104]\n") != std::string::npos);
    CHECK(checked.output.ends_with("1 error in 2 files\n"));
}

TEST_CASE("warnings are shown, and are no failure", "[check]") {
    const Checked checked = check({wrong / "base", wrong / "calendar-not-used.yaml"});

    CHECK(checked.exit_code == 0);
    CHECK(checked.output.ends_with(
        "1 rule, 1 calendar, 1 tenant, 2 messages: no errors, 1 warning\n"));
}

TEST_CASE("a path that is not there is a mistake of the command, not of the rules", "[check]") {
    const Checked checked = check({wrong / "base", wrong / "nothing-here"});

    CHECK(checked.exit_code == 2);
    CHECK(checked.output.find("nothing-here: error: cannot be read") != std::string::npos);
}

TEST_CASE("as JSON there are the diagnostics and the counts", "[check]") {
    const Checked fine = check({wrong / "base"}, CheckFormat::json);
    const auto value = boost::json::parse(fine.output).as_object();
    CHECK(fine.exit_code == 0);
    CHECK(value.at("diagnostics").as_array().empty());
    CHECK(value.at("errors") == 0);
    CHECK(value.at("messages") == 2);

    const Checked bad =
        check({wrong / "base", wrong / "rule-not-a-duration.yaml"}, CheckFormat::json);
    const auto told = boost::json::parse(bad.output).as_object();
    CHECK(bad.exit_code == 1);
    CHECK(told.at("diagnostics").as_array().at(0).at("code") == "PR104");
    CHECK_FALSE(told.contains("rules"));
}

TEST_CASE("a code is explained, and one that is nearly a code is guessed", "[check]") {
    std::ostringstream out;
    std::ostringstream problems;
    CHECK(run_explain_code("PR104", out, problems) == 0);
    CHECK(out.str().starts_with("PR104: not a duration\n\nA duration is a number and a unit"));
    CHECK(problems.str().empty());
    CHECK(run_explain_code("PR1O4", out, problems) == 2);
    CHECK(problems.str() == "there is no code 'PR1O4': did you mean 'PR104'?\n");
}
