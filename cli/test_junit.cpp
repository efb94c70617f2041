#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "cli/test_output.h"
#include "core/story/story_report.h"

// The format has no standard; this is the part of it that all readers share: testsuites, testsuite,
// testcase, failure, error, skipped, with counts and times.

namespace premura {
namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

struct Counts {
    int tests = 0;
    int failures = 0;
    int errors = 0;
    int skipped = 0;
    double seconds = 0;

    std::string attributes() const {
        return fmt::format(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", tests,
            failures, errors, skipped, seconds);
    }
    void add(const Counts& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        seconds += other.seconds;
    }
};

struct Suite {
    std::string name;
    Counts counts;
    std::string cases;

    std::string text() const {
        return fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml_text(name),
                           counts.attributes(), cases);
    }
};

// Readers make folders of the parts between dots.
std::string class_name(const std::string& file) {
    std::string name = file;
    for (const std::string_view ending : {".yaml", ".yml"}) {
        if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    }
    while (name.starts_with('/') || name.starts_with('.')) name.erase(0, 1);
    std::replace(name.begin(), name.end(), '.', '_');
    std::replace(name.begin(), name.end(), '/', '.');
    return name;
}

std::string case_of(const PlayedTest& test) {
    const auto& [story, result, seconds] = test;
    const std::string head = fmt::format(
        "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3f}\"",
        xml_text(story.name), xml_text(class_name(story.file)), xml_text(story.file), story.line,
        seconds);
    if (result.passed()) return head + "/>\n";
    const std::string summary =
        fmt::format("{} missing, {} not expected", result.missing.size(), result.unexpected.size());
    return fmt::format(
        "{}>\n      <failure message=\"{}\" type=\"difference\">{}</failure>\n    </testcase>\n",
        head, summary, xml_text(format_text(story, result, false)));
}

// A rule without a test: what is said of it counts as a failure only when that was asked for.
Suite coverage_suite(const StoryCoverage& coverage, bool strict) {
    Suite suite{"coverage of the rules", {}, {}};
    for (const StoryCoverage::OfRule& rule : coverage.rules()) {
        ++suite.counts.tests;
        suite.cases += fmt::format(
            "    <testcase name=\"{}\" classname=\"coverage\" file=\"{}\" line=\"{}\" time=\"0\"",
            xml_text(rule.rule), xml_text(rule.file), rule.line);
        const auto gaps = StoryCoverage::gaps(rule);
        if (rule.tests == 0) {
            ++(strict ? suite.counts.failures : suite.counts.skipped);
            suite.cases +=
                fmt::format(">\n      <{} message=\"no test starts the rule\"/>\n    </testcase>\n",
                            strict ? "failure" : "skipped");
        } else if (gaps.empty()) {
            suite.cases += "/>\n";
        } else {
            suite.cases += fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n",
                                       xml_text(fmt::format("{}", fmt::join(gaps, "\n"))));
        }
    }
    return suite;
}

void write(const std::vector<Suite>& suites, std::ostream& out) {
    Counts all;
    for (const Suite& suite : suites) all.add(suite.counts);
    out << declaration << fmt::format("<testsuites name=\"premura test\" {}>\n", all.attributes());
    for (const Suite& suite : suites) out << suite.text();
    out << "</testsuites>\n";
}

Suite& suite_named(std::vector<Suite>& suites, const std::string& name) {
    const auto found = std::find_if(suites.begin(), suites.end(),
                                    [&name](const Suite& suite) { return suite.name == name; });
    return found == suites.end() ? suites.emplace_back(Suite{name, {}, {}}) : *found;
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&apos;";
                break;
            // As themselves a reader would make blanks of them in an attribute.
            case '\n':
                escaped += "&#10;";
                break;
            case '\t':
                escaped += "&#9;";
                break;
            case '\r':
                escaped += "&#13;";
                break;
            default:
                // Other control characters cannot stand in XML 1.0, not even escaped.
                escaped += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
    return escaped;
}

void write_junit(const PlayedTests& played, const TestOptions& options, std::ostream& out) {
    std::vector<Suite> suites;
    for (const PlayedTest& test : played.tests) {
        Suite& suite = suite_named(suites, test.story.file);
        ++suite.counts.tests;
        if (!test.result.passed()) ++suite.counts.failures;
        suite.counts.seconds += test.seconds;
        suite.cases += case_of(test);
    }
    if (options.coverage != TestOptions::Coverage::none) {
        const bool strict = options.coverage == TestOptions::Coverage::strict;
        suites.push_back(coverage_suite(played.coverage, strict));
    }
    write(suites, out);
}

void write_junit(const Diagnostics& diagnostics, std::ostream& out) {
    std::vector<Suite> suites;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        if (diagnostic.severity != Severity::error) continue;
        Suite& suite = suite_named(suites, diagnostic.file);
        ++suite.counts.tests;
        ++suite.counts.errors;
        suite.cases += fmt::format(
            "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"0\">\n"
            "      <error message=\"{}\" type=\"{}\">{}</error>\n    </testcase>\n",
            xml_text(fmt::format("line {}", diagnostic.line)),
            xml_text(class_name(diagnostic.file)), xml_text(diagnostic.file), diagnostic.line,
            xml_text(diagnostic.message), diagnostic.code,
            xml_text(format_text(diagnostic, false)));
    }
    write(suites, out);
}

}  // namespace premura
