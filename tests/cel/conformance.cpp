// Runs the official conformance suite of the expression language, as JSON Lines (suite_to_jsonl.mjs
// says what a line holds), and holds the result against a list of what is not supported.
//   premura_cel_conformance SUITE.jsonl UNSUPPORTED.txt
// exit: 0 as listed; 1 a test failed that is not listed, or passed that is; 2 usage.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "core/cel/compile.h"
#include "tests/cel/bound_facts.h"
#include "tests/cel/tagged_value.h"

namespace {

using namespace premura::cel;
namespace json = boost::json;

// The files whose subject we have; `needs` says what else a test asks for.
const std::set<std::string> profile_files{
    "basic", "comparisons", "conversions", "fields",   "fp_math", "integer_math", "lists",
    "logic", "macros",      "parse",       "plumbing", "string",  "timestamps"};

struct Count {
    int passed = 0;
    int all = 0;
    void add(bool pass) {
        ++all;
        passed += pass ? 1 : 0;
    }
};

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* found = object.if_contains(key);
    return found == nullptr ? std::string{} : std::string{found->as_string()};
}

std::set<std::string> needs_of(const json::object& test) {
    std::set<std::string> needs;
    if (const json::value* found = test.if_contains("needs")) {
        for (const json::value& need : found->as_array()) needs.emplace(need.as_string());
    }
    return needs;
}

// {"double": "0"} comes from where the sign of zero was lost.
bool is_zero_without_sign(const json::value& expected, const Value& found) {
    const json::value* number = expected.as_object().if_contains("double");
    return number != nullptr && number->as_string() == "0" && found.is(Kind::floating) &&
           found.as_floating() == 0;
}

// Empty when it passes; else what happened.
std::string failure(const json::object& test) {
    TaggedValues values;
    Environment environment;
    environment.limits.macro_nesting_max = Limits::macro_nesting_greatest;
    environment.set_container(text_of(test, "container"));
    BoundFacts facts;
    if (const json::value* bindings = test.if_contains("bindings")) {
        for (const auto& [name, tagged] : bindings->as_object()) {
            const Value value = values.read(tagged);
            environment.add_variable(name, type_of(value));
            facts.add(value);
        }
    }
    const json::value* unchecked = test.if_contains("disable_check");
    const bool check = unchecked == nullptr || !unchecked->as_bool();
    const Compiled compiled = compile(text_of(test, "expr"), environment, std::nullopt,
                                      check ? Checking::types : Checking::nothing);
    const json::object& expected = test.at("expect").as_object();
    const bool error_expected = expected.contains("error");
    if (compiled.program == nullptr) {
        const Problem& problem = compiled.problems.front();
        return error_expected ? std::string{}
                              : fmt::format("column {}: {}", problem.place.column, problem.message);
    }
    Scratch scratch;
    const Value found = compiled.program->evaluate(facts, scratch);
    if (found.is_error()) {
        return error_expected ? std::string{} : compiled.program->explain(found).message;
    }
    if (error_expected) {
        return fmt::format("{} instead of an error", json::serialize(write_tagged(found)));
    }
    const Value wanted = values.read(expected.at("value"));
    if (is_same(found, wanted) || is_zero_without_sign(expected.at("value"), found)) return {};
    return fmt::format("{} instead of {}", json::serialize(write_tagged(found)),
                       json::serialize(expected.at("value")));
}

std::string failure_or_unreadable(const json::object& test) {
    try {
        return failure(test);
    } catch (const std::exception& unreadable) {
        return fmt::format("the test cannot be read: {}", unreadable.what());
    }
}

// Lines `file/section/name`, or `file/section/*` and `file/*` for all of it; `#` begins a comment.
std::set<std::string> read_unsupported(const char* path) {
    std::set<std::string> listed;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        line.resize(std::min(line.find('#'), line.size()));
        while (line.ends_with(' ')) line.pop_back();
        if (!line.empty()) listed.insert(line);
    }
    return listed;
}

struct Run {
    std::set<std::string> unsupported;
    std::set<std::string> used;
    std::map<std::string, Count> files;
    Count profile;
    Count extended;
    Count everything;
    int wrong = 0;

    void test(const json::object& test) {
        const std::string file = text_of(test, "file");
        const std::string section = file + "/" + text_of(test, "section");
        const std::string id = section + "/" + text_of(test, "name");
        const std::string problem = failure_or_unreadable(test);
        files[file].add(problem.empty());
        everything.add(problem.empty());
        count_profile(file, needs_of(test), problem.empty());

        std::string rule;
        for (const std::string& pattern : {id, section + "/*", file + "/*"}) {
            if (rule.empty() && unsupported.contains(pattern)) rule = pattern;
        }
        if (!rule.empty()) used.insert(rule);
        // What is not supported is an error, too: such a test says nothing.
        const bool error_expected = test.at("expect").as_object().contains("error");
        if (!problem.empty() && rule.empty()) {
            fmt::print("FAILED {}: {}\n    {}\n", id, text_of(test, "expr"), problem);
            ++wrong;
        } else if (problem.empty() && !rule.empty() && !error_expected) {
            fmt::print("PASSED {}: it is listed as not supported ({})\n", id, rule);
            ++wrong;
        }
    }

    void count_profile(const std::string& file, std::set<std::string> needs, bool passed) {
        if (!profile_files.contains(file)) return;
        needs.erase("dyn");
        if (needs.empty()) profile.add(passed);
        for (const char* need : {"uint", "bytes", "type"}) needs.erase(need);
        if (needs.empty()) extended.add(passed);
    }

    void report() {
        for (const std::string& pattern : unsupported) {
            if (!used.contains(pattern)) fmt::print("  not in this suite: {}\n", pattern);
        }
        for (const auto& [file, count] : files) {
            fmt::print("  {:<16} {:>4} of {}\n", file, count.passed, count.all);
        }
        fmt::print("profile: {} of {}; with uint, bytes and type(): {} of {}; all: {} of {}\n",
                   profile.passed, profile.all, extended.passed, extended.all, everything.passed,
                   everything.all);
    }
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        fmt::print(stderr, "usage: {} SUITE.jsonl UNSUPPORTED.txt\n", arguments[0]);
        return 2;
    }
    Run run;
    run.unsupported = read_unsupported(arguments[2]);
    std::ifstream suite{arguments[1]};
    for (std::string line; std::getline(suite, line);) {
        if (!line.empty()) run.test(json::parse(line).as_object());
    }
    run.report();
    // A suite that is not there must not look like one that passes.
    return run.wrong == 0 && run.everything.all > 0 ? 0 : 1;
}
