#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace premura {

struct TestOptions {
    enum class Format : std::uint8_t { text, json, junit };
    // Whether it is told what no test makes the rules do; strict: a rule without a test is a
    // failure.
    enum class Coverage : std::uint8_t { none, told, strict };

    std::vector<std::string> paths;   // files of rule tests, or folders of them
    std::vector<std::string> rules;   // files and folders of rules; empty: found beside the tests
    std::vector<std::string> config;  // calendars, tenants, messages; empty: found beside the tests
    Format format = Format::text;
    Coverage coverage = Coverage::none;
    bool colour = false;
};

// `premura test`: plays the rule tests to the real engines in virtual time and says what differs.
// As text: each failed test with its lines, a line a file, rules that no test starts, and one
// closing line. Gives the exit code: 0 all passed, 1 a test failed or a file has errors, 2 nothing
// to test or a path cannot be read.
int run_tests(const TestOptions& options, std::ostream& out);

// Where rules and config lie for a folder of tests that is given alone: of `rules/tests` the rules
// are in `rules`, of `tests` in `rules` beside it; the config is in the nearest `config` beside
// either.
struct FoundBeside {
    std::vector<std::string> rules;
    std::vector<std::string> config;
};
FoundBeside find_beside(const std::vector<std::string>& test_paths);

}  // namespace premura
