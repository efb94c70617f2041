#include "cli/test.h"

#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "cli/test_output.h"

// `premura test` as a program calls it: files in, text and exit code out.

using namespace premura;
namespace fs = std::filesystem;

namespace {

const fs::path source = PREMURA_SOURCE_DIR;

struct Ran {
    int exit_code = 0;
    std::string output;
};

// A folder of its own with one file of tests, beside the shipped rules.
class Folder {
 public:
    explicit Folder(const std::string& tests) {
        folder_ = fs::temp_directory_path() / ("premura-test-" + std::to_string(::getpid()));
        fs::create_directories(folder_ / "changed");
        write("one.yaml", "version: 1\ntests:\n" + tests);
    }
    ~Folder() { fs::remove_all(folder_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream{folder_ / name} << text;
    }
    // All of the folder, as people do at the end.
    Ran run_all() const {
        TestOptions options;
        options.paths = {folder_.string()};
        return run(std::move(options));
    }
    Ran run(TestOptions options = {}) const {
        if (options.paths.empty()) options.paths = {(folder_ / "one.yaml").string()};
        options.rules = {(source / "rules").string()};
        for (const char* part : {"calendars", "tenants", "messages"}) {
            options.config.push_back((source / "config" / part).string());
        }
        std::ostringstream out;
        const int exit_code = run_tests(options, out);
        return {exit_code, out.str()};
    }

 private:
    fs::path folder_;
};

std::string promise(const std::string& name, const std::string& then) {
    return "  - name: '" + name + R"('
    tenant: acme-it
    rules: [promised-update-not-sent]
    events:
      - { at: 2026-06-08 10:00, event: promise.made, promise: { id: P1, kind: update } }
)" + then + "    and_nothing_else_until: 2026-06-12 00:00\n";
}

const std::string as_it_is = R"(    then:
      - { at: 2026-06-08 11:00, late: promised-update-not-sent }
      - { at: 2026-06-08 11:00, call: customer }
      - { at: 2026-06-08 11:30, escalate: care-lead }
)";
const std::string as_it_is_not = R"(    then:
      - { at: 2026-06-08 11:00, late: promised-update-not-sent }
      - { at: 2026-06-08 12:00, call: customer }
)";

TestOptions with(TestOptions::Format format,
                 TestOptions::Coverage coverage = TestOptions::Coverage::none) {
    TestOptions options;
    options.format = format;
    options.coverage = coverage;
    return options;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a folder of tests that pass says how many", "[test]") {
    const Folder folder{promise("One", as_it_is)};
    const Ran ran = folder.run_all();

    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.output, "one.yaml: 1 passed\n"));
    CHECK(contains(ran.output, "hint: no test for the rule order-not-packed\n"));
    CHECK_FALSE(contains(ran.output, "hint: no test for the rule promised-update-not-sent"));
    CHECK(ran.output.ends_with("1 test, all passed\n"));
    // Who runs one file of many does not ask about the others.
    CHECK_FALSE(contains(folder.run().output, "hint: no test"));
}

TEST_CASE("of a test that fails only what differs is shown, in columns, with its clock", "[test]") {
    const Folder folder{promise("One", as_it_is_not)};
    const Ran ran = folder.run();

    CHECK(ran.exit_code == 1);
    CHECK(contains(
        ran.output,
        "  - Mon 2026-06-08 12:00  call: customer       happened 1 hour earlier (line 10)\n"
        "  + Mon 2026-06-08 11:00  call: customer       happened; rule "
        "promised-update-not-sent, script update-owed, priority urgent\n"
        "  + Mon 2026-06-08 11:30  escalate: care-lead  was not expected; rule "
        "promised-update-not-sent\n"
        "  clock: promised-update-not-sent of promise P1: from Mon 2026-06-08 10:00, due "
        "Mon 2026-06-08 11:00\n"));
    CHECK_FALSE(contains(ran.output, "late: promised"));
    CHECK(ran.output.ends_with("1 of 1 test failed\n"));
}

TEST_CASE("JUnit's XML names each test, and what differs in those that failed", "[test]") {
    const Folder folder{promise("Tom & <Jerry> say \"hello\"", as_it_is) +
                        promise("Too late", as_it_is_not)};
    const Ran ran = folder.run(with(TestOptions::Format::junit));

    CHECK(ran.exit_code == 1);
    CHECK(ran.output.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"premura "
        "test\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\""));
    CHECK(contains(ran.output,
                   "name=\"Tom &amp; &lt;Jerry&gt; say &quot;hello&quot;\" classname=\""));
    CHECK(contains(ran.output,
                   "<failure message=\"1 missing, 2 not expected\" type=\"difference\">"
                   "FAILED  Too late  ("));
    CHECK(contains(ran.output, "happened 1 hour earlier (line 20)&#10;"));
    CHECK(ran.output.ends_with("  </testsuite>\n</testsuites>\n"));
}

TEST_CASE("a file with mistakes is an error to JUnit, too", "[test]") {
    const Folder folder{promise("Wrong", "    then: []\n    daemon_down: [2026-06-08 11:00]\n")};
    const Ran ran = folder.run(with(TestOptions::Format::junit));

    CHECK(ran.exit_code == 1);
    CHECK(contains(ran.output, "errors=\"1\""));
    CHECK(contains(ran.output,
                   "<error message=\"&apos;daemon_down&apos; is not two times\" type=\"PR185\">"));
}

TEST_CASE("XML holds no control characters, and line ends survive in attributes", "[test]") {
    CHECK(xml_text("a\x01"
                   "b\nc\td]]>") == "a?b&#10;c&#9;d]]&gt;");
}

TEST_CASE("as JSON there are the tests with what differs", "[test]") {
    const Folder folder{promise("One", as_it_is) + promise("Two", as_it_is_not)};
    const Ran ran = folder.run(with(TestOptions::Format::json, TestOptions::Coverage::told));
    const auto result = boost::json::parse(ran.output).as_object();

    CHECK(ran.exit_code == 1);
    CHECK(result.at("passed") == 1);
    CHECK(result.at("failed") == 1);
    const auto& two = result.at("tests").as_array().at(1).as_object();
    CHECK(two.at("missing").as_array().at(0).at("at") == "2026-06-08T10:00:00Z");
    CHECK(two.at("unexpected").as_array().size() == 2);
    CHECK(two.at("unexpected").as_array().at(0).at("text") == "update-owed");
    CHECK(two.at("clocks").as_array().size() == 1);

    const auto& coverage = result.at("coverage").as_object();
    CHECK(coverage.at("complete") == false);
    CHECK(coverage.at("rules_tested") == 1);
    CHECK(coverage.at("steps_run") == 2);
    for (const auto& rule : coverage.at("rules").as_array()) {
        if (rule.at("rule") != "promised-update-not-sent") continue;
        CHECK(rule.at("tests") == 2);
        CHECK(rule.at("steps").as_array().at(1).at("does") == "escalate: care-lead");
        CHECK(rule.at("steps").as_array().at(1).at("tests") == 2);
        CHECK(rule.at("branches").as_array().at(1).at("key") == "expect");
        CHECK(rule.at("branches").as_array().at(1).at("tests") == 0);
        CHECK(rule.at("gaps").as_array().size() == 4);
    }
}

TEST_CASE("coverage names what no test does, and is a failure only when asked to be", "[test]") {
    const Folder folder{promise("One", as_it_is)};
    const Ran told = folder.run(with(TestOptions::Format::text, TestOptions::Coverage::told));

    CHECK(told.exit_code == 0);
    CHECK(contains(told.output,
                   "promised-update-not-sent           1 test   2 of 2 steps  0 of 4 branches\n"));
    CHECK(contains(told.output, "order-not-packed: no test starts it\n"));
    CHECK(contains(told.output, "promised-update-not-sent: in no test is there a second start\n"));
    CHECK(contains(told.output, "coverage: 1 of 10 rules, 2 of "));

    const Ran strict = folder.run(with(TestOptions::Format::text, TestOptions::Coverage::strict));
    CHECK(strict.exit_code == 1);
    CHECK(contains(strict.output, "9 rules without a test\n"));

    const Ran junit = folder.run(with(TestOptions::Format::junit, TestOptions::Coverage::strict));
    CHECK(junit.exit_code == 1);
    CHECK(contains(junit.output,
                   "<testsuite name=\"coverage of the rules\" tests=\"10\" failures=\"9\""));
    CHECK(contains(junit.output, "<failure message=\"no test starts the rule\"/>"));
    CHECK(contains(folder.run(with(TestOptions::Format::junit, TestOptions::Coverage::told)).output,
                   "<skipped message=\"no test starts the rule\"/>"));
}

TEST_CASE("changed rules come from a file whose path is seen from the test", "[test]") {
    const std::string test =
        promise("Edited", R"(    edit_rules: { at: 2026-06-08 10:30, file: changed/june.txt }
    then:
      - { at: 2026-06-08 11:40, late: promised-update-not-sent }
      - { at: 2026-06-08 11:40, escalate: care-lead }
)");
    const Folder folder{test};
    CHECK(contains(folder.run().output, "the file 'changed/june.txt' cannot be read [PR001]"));
    folder.write("changed/june.txt", R"(version: 1
rules:
  - id: promised-update-not-sent
    name: Promised update not sent
    owner: customer-care
    subject: promise
    when: promise.made
    expect: contact.sent
    within: 100 business minutes
    calendar: care
    again: each_time
    if_late:
      - escalate: care-lead
)");
    const Ran ran = folder.run();
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
}
