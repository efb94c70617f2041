#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/test.h"
#include "core/base/diagnostics.h"
#include "core/story/story_coverage.h"
#include "core/story/story_runner.h"

namespace premura {

// One rule test as it went.
struct PlayedTest {
    Story story;
    StoryResult result;
    double seconds = 0;
};

// All of them, in the order of files and lines.
struct PlayedTests {
    std::vector<PlayedTest> tests;
    StoryCoverage coverage;
    int failed = 0;

    // Rules without a test are failures, and there are some.
    bool coverage_failed(const TestOptions& options) const {
        return options.coverage == TestOptions::Coverage::strict && !coverage.untested().empty();
    }
};

// The result in the format of the options.
void write_played(const PlayedTests& played, const TestOptions& options, std::ostream& out);
// Why nothing could be played.
void write_diagnostics(const Diagnostics& diagnostics, const TestOptions& options,
                       std::ostream& out);

// JUnit's XML, as continuous integration reads it: a suite a file, a case a test, and with coverage
// a suite with a case a rule. See cli/test_junit.cpp.
void write_junit(const PlayedTests& played, const TestOptions& options, std::ostream& out);
void write_junit(const Diagnostics& diagnostics, std::ostream& out);

// Text that can stand in XML, also in an attribute. What XML cannot hold becomes a question mark.
std::string xml_text(std::string_view text);

}  // namespace premura
