#include "core/base/diagnostics.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "core/base/diagnostic_codes.h"

using namespace premura;

namespace {

Diagnostic not_a_duration() {
    return {Severity::error,
            "PR104",
            "rules/late.yaml",
            3,
            13,
            "'2hh' is not a duration",
            "write for example: 24 business hours",
            "    within: 2hh"};
}

}  // namespace

TEST_CASE("a diagnostic is shown with its line, a caret and a hint", "[diagnostics]") {
    CHECK(format_text(not_a_duration(), false) ==
          "rules/late.yaml:3:13: error: '2hh' is not a duration [PR104]\n"
          "        within: 2hh\n"
          "                ^\n"
          "    hint: write for example: 24 business hours\n");
}

TEST_CASE("the caret counts characters, not bytes", "[diagnostics]") {
    Diagnostic diagnostic = not_a_duration();
    diagnostic.source = "è è: 2hh";
    diagnostic.column = 6;
    diagnostic.hint.clear();

    CHECK(format_text(diagnostic, false) ==
          "rules/late.yaml:3:6: error: '2hh' is not a duration [PR104]\n"
          "    è è: 2hh\n"
          "         ^\n");
}

TEST_CASE("what concerns a whole file has neither line nor caret", "[diagnostics]") {
    Diagnostic diagnostic;
    diagnostic.code = "PR013";
    diagnostic.severity = Severity::warning;
    diagnostic.file = "rules/late.yaml";
    diagnostic.message = "the file is empty";

    CHECK(format_text(diagnostic, false) ==
          "rules/late.yaml: warning: the file is empty [PR013]\n");
}

TEST_CASE("colours are those of compilers, and only when asked for", "[diagnostics]") {
    const std::string text = format_text(not_a_duration(), true);

    CHECK(text.starts_with("\x1b[1mrules/late.yaml:3:13: \x1b[0m\x1b[1;31merror:\x1b[0m "));
    CHECK(text.find("\x1b[1;32m^\x1b[0m") != text.npos);
    CHECK(format_text(not_a_duration(), false).find('\x1b') == std::string::npos);
}

TEST_CASE("a very long line is cut around the place, and the caret still points at it",
          "[diagnostics]") {
    Diagnostic diagnostic = not_a_duration();
    diagnostic.source = std::string(500, 'a') + "X" + std::string(500, 'b');
    diagnostic.column = 501;
    diagnostic.hint.clear();
    const std::string text = format_text(diagnostic, false);

    const std::size_t line = text.find('\n') + 1;
    const std::size_t caret_line = text.find('\n', line) + 1;
    const std::size_t caret = text.find('^') - caret_line;
    CHECK(text[line + caret] == 'X');
    CHECK(text.substr(line, 7) == "    ...");
    CHECK(text.size() < 400);
}

TEST_CASE("diagnostics are sorted by place, and equal places keep their order", "[diagnostics]") {
    Diagnostics all;
    all.add({Severity::error, "PR101", "b.yaml", 1, 1, "third", "", ""});
    all.add({Severity::error, "PR101", "a.yaml", 9, 2, "second", "", ""});
    all.add({Severity::warning, "PR102", "a.yaml", 9, 1, "first", "", ""});
    all.add({Severity::error, "PR100", "b.yaml", 1, 1, "fourth", "", ""});
    all.sort();

    std::string order;
    for (const Diagnostic& each : all.all()) order += each.message + " ";
    CHECK(order == "first second third fourth ");
    CHECK(all.error_count() == 3);
    CHECK(all.warning_count() == 1);
    CHECK(all.has_errors());
}

TEST_CASE("as JSON each diagnostic is an object with the names of the struct", "[diagnostics]") {
    Diagnostics all;
    all.add(not_a_duration());

    const auto list = boost::json::parse(format_json(all)).as_array();
    REQUIRE(list.size() == 1);
    CHECK(list[0].at("severity") == "error");
    CHECK(list[0].at("code") == "PR104");
    CHECK(list[0].at("file") == "rules/late.yaml");
    CHECK(list[0].at("line") == 3);
    CHECK(list[0].at("column") == 13);
    CHECK(list[0].at("message") == "'2hh' is not a duration");
    CHECK(list[0].at("hint") == "write for example: 24 business hours");
    CHECK(list[0].at("source") == "    within: 2hh");
    CHECK(format_json(Diagnostics{}) == "[]");
}

TEST_CASE("every code stands in the table once, in order, and is explained", "[diagnostics]") {
    std::string_view before;
    for (const DiagnosticCode& code : all_diagnostic_codes()) {
        INFO(code.id);
        CHECK(before < code.id);
        CHECK(code.id.size() == 5);
        CHECK(code.id.starts_with("PR"));
        CHECK_FALSE(code.title.empty());
        CHECK(code.explanation.ends_with('.'));
        before = code.id;
    }
    CHECK(diagnostic_code("PR104")->title == "not a duration");
    CHECK(diagnostic_code("PR999") == nullptr);
}
