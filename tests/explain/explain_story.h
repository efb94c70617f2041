#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/explain.h"
#include "cli/explain_recorded.h"
#include "core/explain/text_explanation.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

// Words for tests of explanations: events in a few words, played to the shipped rules or to some of the test's own.
namespace premura::explain_story {

// The shipped calendars, tenants and messages, with the shipped rules or with the text of others.
inline std::shared_ptr<const RuleSet> rules_with(const std::string& own = {}) {
    const std::string root = PREMURA_SOURCE_DIR;
    std::vector<std::string> paths{root + "/config/calendars", root + "/config/tenants", root + "/config/messages"};
    if (own.empty()) paths.push_back(root + "/rules");
    std::vector<NamedText> texts = read_files(paths).texts;
    if (!own.empty()) texts.push_back({"own.yaml", own});
    const Loaded loaded = load_rule_set(texts);
    for (const Diagnostic& each : loaded.diagnostics.all()) {
        if (each.severity == Severity::error) INFO(format_text(each, false));
        if (each.severity == Severity::error) CHECK(format_text(each, false) == "");
    }
    REQUIRE(loaded.rule_set);
    return loaded.rule_set;
}

// A recording in a file of its own, which goes with it.
class Recording {
 public:
    Recording() : path_{std::filesystem::temp_directory_path() / ("premura-explain-" + std::to_string(::getpid()) + ".jsonl")} {}
    ~Recording() { std::filesystem::remove(path_); }

    // "order.paid" at "2026-06-01 11:00" in Rome, with what is known: {"order":{"id":"A1"}}.
    Recording& add(const std::string& type, const std::string& time, const std::string& data) {
        text_ += R"({"specversion":"1.0","source":"/test","id":")" + std::to_string(++count_) + R"(","tenant":"acme-it","type":")" +
                 type + R"(","time":")" + time + R"(","data":)" + data + "}\n";
        return *this;
    }
    std::string file() const {
        std::ofstream{path_} << text_;
        return path_.string();
    }

    Explanation explain(const std::string& order, const std::string& at, const std::string& own_rules = {}) const {
        ExplainOptions options;
        options.order = order;
        options.at = at;
        options.events = {file()};
        const RecordedExplanation explained = explain_recorded(options, rules_with(own_rules));
        INFO(explained.error);
        CHECK(explained.first_unread == "");
        REQUIRE(explained.explanation);
        return *explained.explanation;
    }

 private:
    std::filesystem::path path_;
    std::string text_;
    int count_ = 0;
};

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// The lines about one rule, from its head to the next one.
inline std::vector<std::string> part_of(const std::string& text, const std::string& rule) {
    std::vector<std::string> part;
    bool inside = false;
    for (const std::string& line : lines_of(text)) {
        const bool head = line.starts_with("  ") && !line.starts_with("   ");
        if (head) inside = line.substr(2).starts_with(rule);
        if (line.empty()) inside = false;
        if (inside) part.push_back(line);
    }
    return part;
}

using Lines = std::vector<std::string>;

}  // namespace premura::explain_story
