#include "cli/test_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <ostream>

#include "core/story/story_report.h"

namespace premura {
namespace {

namespace json = boost::json;

std::string counted(int count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

json::array outcomes_json(const std::vector<StoryOutcome>& outcomes, const Story& story) {
    json::array list;
    for (const StoryOutcome& outcome : outcomes) {
        json::object object{{"at", format_utc(outcome.at)},
                            {"local", format_local(outcome.at, *story.zone)},
                            {name_of(outcome.kind), outcome.what}};
        const auto add = [&object](std::string_view key, const std::string& value) {
            if (!value.empty()) object[key] = value;
        };
        if (!outcome.rules.empty()) {
            object["rules"] = json::array(outcome.rules.begin(), outcome.rules.end());
        }
        add("text", outcome.text);
        add("priority", outcome.priority);
        add("channel", outcome.channel);
        add("reason", outcome.reason);
        if (outcome.due) object["due"] = format_utc(*outcome.due);
        if (outcome.until) object["until"] = format_utc(*outcome.until);
        if (outcome.line != 0) object["line"] = outcome.line;
        list.push_back(std::move(object));
    }
    return list;
}

json::object test_json(const PlayedTest& test) {
    const auto& [story, result, seconds] = test;
    json::array clocks;
    for (const StoryClock& clock : result.clocks) {
        clocks.push_back(json::string{format_clock(clock, *story.zone)});
    }
    return {{"name", story.name},
            {"file", story.file},
            {"line", story.line},
            {"passed", result.passed()},
            {"seconds", seconds},
            {"missing", outcomes_json(result.missing, story)},
            {"unexpected", outcomes_json(result.unexpected, story)},
            {"clocks", std::move(clocks)},
            {"notes", json::array(result.notes.begin(), result.notes.end())}};
}

json::object coverage_json(const StoryCoverage& coverage) {
    json::array rules;
    for (const StoryCoverage::OfRule& rule : coverage.rules()) {
        json::array steps;
        for (const auto& step : rule.steps) {
            steps.push_back(json::object{{"ladder", step.warning ? "early_warning" : "if_late"},
                                         {"number", step.number},
                                         {"does", step.does},
                                         {"tests", step.tests}});
        }
        json::array branches;
        for (const auto& branch : rule.branches) {
            branches.push_back(
                json::object{{"key", name_of(branch.branch)}, {"tests", branch.tests}});
        }
        const auto gaps = StoryCoverage::gaps(rule);
        rules.push_back(json::object{{"rule", rule.rule},
                                     {"file", rule.file},
                                     {"line", rule.line},
                                     {"tests", rule.tests},
                                     {"steps", std::move(steps)},
                                     {"branches", std::move(branches)},
                                     {"gaps", json::array(gaps.begin(), gaps.end())}});
    }
    const StoryCoverage::Totals totals = coverage.totals();
    return {{"complete", totals.complete()}, {"rules_tested", totals.rules_tested},
            {"steps", totals.steps},         {"steps_run", totals.steps_run},
            {"branches", totals.branches},   {"branches_taken", totals.branches_taken},
            {"rules", std::move(rules)}};
}

void write_json(const PlayedTests& played, const TestOptions& options, std::ostream& out) {
    json::array tests;
    for (const PlayedTest& test : played.tests) tests.push_back(test_json(test));
    const auto untested = played.coverage.untested();
    json::object result{{"tests", std::move(tests)},
                        {"passed", static_cast<int>(played.tests.size()) - played.failed},
                        {"failed", played.failed},
                        {"rules_without_test", json::array(untested.begin(), untested.end())}};
    if (options.coverage != TestOptions::Coverage::none) {
        result["coverage"] = coverage_json(played.coverage);
    }
    out << json::serialize(result) << '\n';
}

// A line a rule with its counts, then what is missing, then all in all.
void write_coverage(const StoryCoverage& coverage, std::ostream& out) {
    std::size_t width = 0;
    for (const auto& rule : coverage.rules()) width = std::max(width, rule.rule.size());
    for (const auto& rule : coverage.rules()) {
        const auto steps_run = std::count_if(rule.steps.begin(), rule.steps.end(),
                                             [](const auto& step) { return step.tests > 0; });
        const auto taken = std::count_if(rule.branches.begin(), rule.branches.end(),
                                         [](const auto& branch) { return branch.tests > 0; });
        out << fmt::format("{:<{}}  {:>4} {:<5}  {} of {} steps  {} of {} branches\n", rule.rule,
                           width, rule.tests, rule.tests == 1 ? "test" : "tests", steps_run,
                           rule.steps.size(), taken, rule.branches.size());
    }
    for (const auto& rule : coverage.rules()) {
        const std::string place = fmt::format("{}:{}: {}: ", rule.file, rule.line, rule.rule);
        if (rule.tests == 0) {
            out << place << "no test starts it\n";
            continue;
        }
        for (const std::string& gap : StoryCoverage::gaps(rule)) out << place << gap << '\n';
    }
    const StoryCoverage::Totals totals = coverage.totals();
    out << fmt::format("coverage: {} of {} rules, {} of {} steps, {} of {} branches\n",
                       totals.rules_tested, totals.rules, totals.steps_run, totals.steps,
                       totals.branches_taken, totals.branches);
}

void write_text(const PlayedTests& played, const TestOptions& options, std::ostream& out) {
    struct Count {
        int passed = 0;
        int failed = 0;
    };
    std::map<std::string, Count> files;
    for (const PlayedTest& test : played.tests) {
        Count& count = files[test.story.file];
        ++(test.result.passed() ? count.passed : count.failed);
        out << format_text(test.story, test.result, options.colour);
    }
    for (const auto& [file, count] : files) {
        out << fmt::format("{}: {} passed{}\n", file, count.passed,
                           count.failed == 0 ? "" : fmt::format(", {} failed", count.failed));
    }
    // Who runs one file of many does not ask about the others.
    const bool whole_folder = std::any_of(options.paths.begin(), options.paths.end(), [](const std::string& path) {
        std::error_code unknown;
        return std::filesystem::is_directory(path, unknown);
    });
    if (options.coverage == TestOptions::Coverage::none && !whole_folder) {
        // Nothing to say of rules without a test.
    } else if (options.coverage == TestOptions::Coverage::none) {
        for (const std::string& rule : played.coverage.untested()) {
            out << fmt::format("hint: no test for the rule {}\n", rule);
        }
    } else {
        write_coverage(played.coverage, out);
    }
    if (played.coverage_failed(options)) {
        out << counted(static_cast<int>(played.coverage.untested().size()), "rule")
            << " without a test\n";
    }
    const auto count = static_cast<int>(played.tests.size());
    out << (played.failed == 0
                ? fmt::format("{}, all passed\n", counted(count, "test"))
                : fmt::format("{} of {} failed\n", played.failed, counted(count, "test")));
}

}  // namespace

void write_played(const PlayedTests& played, const TestOptions& options, std::ostream& out) {
    switch (options.format) {
        case TestOptions::Format::text:
            write_text(played, options, out);
            return;
        case TestOptions::Format::json:
            write_json(played, options, out);
            return;
        case TestOptions::Format::junit:
            write_junit(played, options, out);
            return;
    }
}

void write_diagnostics(const Diagnostics& diagnostics, const TestOptions& options,
                       std::ostream& out) {
    if (options.format == TestOptions::Format::junit) {
        write_junit(diagnostics, out);
        return;
    }
    if (options.format == TestOptions::Format::json) {
        out << json::serialize(json::object{{"diagnostics", json::parse(format_json(diagnostics))}})
            << '\n';
        return;
    }
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        out << format_text(diagnostic, options.colour);
    }
}

}  // namespace premura
