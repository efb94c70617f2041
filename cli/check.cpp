#include "cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <ostream>

#include "core/base/diagnostic_codes.h"
#include "core/base/nearest.h"
#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace premura {
namespace {

constexpr int exit_fine = 0;
constexpr int exit_errors = 1;
constexpr int exit_usage = 2;

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string closing_line(const RuleSet* rule_set, const Diagnostics& diagnostics,
                         std::size_t files) {
    const std::size_t warnings = diagnostics.warning_count();
    const std::string also_warnings =
        warnings == 0 ? std::string{} : fmt::format(", {}", counted(warnings, "warning"));
    if (rule_set == nullptr) {
        return fmt::format("{}{} in {}", counted(diagnostics.error_count(), "error"), also_warnings,
                           counted(files, "file"));
    }
    std::string line = fmt::format("{}, {}, {}, {}", counted(rule_set->rules.size(), "rule"),
                                   counted(rule_set->calendars.size(), "calendar"),
                                   counted(rule_set->tenants.size(), "tenant"),
                                   counted(rule_set->messages.size(), "message"));
    if (!rule_set->dialer_maps.empty()) {
        line += fmt::format(", {}", counted(rule_set->dialer_maps.size(), "dialer"));
    }
    if (!rule_set->mappings.empty()) {
        line += fmt::format(", {}", counted(rule_set->mappings.size(), "mapping"));
    }
    return line + ": no errors" + also_warnings;
}

void write_json(const RuleSet* rule_set, const Diagnostics& diagnostics, std::ostream& out) {
    boost::json::object result;
    result["diagnostics"] = boost::json::parse(format_json(diagnostics));
    result["errors"] = diagnostics.error_count();
    result["warnings"] = diagnostics.warning_count();
    if (rule_set != nullptr) {
        result["rules"] = rule_set->rules.size();
        result["calendars"] = rule_set->calendars.size();
        result["tenants"] = rule_set->tenants.size();
        result["messages"] = rule_set->messages.size();
        result["dialers"] = rule_set->dialer_maps.size();
        result["mappings"] = rule_set->mappings.size();
        result["digest"] = rule_set->digest;
    }
    out << boost::json::serialize(result) << '\n';
}

}  // namespace

int run_check(const std::vector<std::string>& paths, CheckFormat format, bool colour,
              std::ostream& out) {
    const ReadFiles files = read_files(paths);
    const bool all_read = !files.diagnostics.has_errors();
    Loaded loaded = load_rule_set(files.texts);
    // What a file lacks that could not be read, is no mistake of the others.
    const Diagnostics& diagnostics = all_read ? loaded.diagnostics : files.diagnostics;
    const RuleSet* rule_set = all_read ? loaded.rule_set.get() : nullptr;

    if (format == CheckFormat::json) {
        write_json(rule_set, diagnostics, out);
    } else {
        for (const Diagnostic& diagnostic : diagnostics.all()) {
            out << format_text(diagnostic, colour);
        }
        out << closing_line(rule_set, diagnostics, files.texts.size()) << '\n';
    }
    if (!all_read) return exit_usage;
    return rule_set == nullptr ? exit_errors : exit_fine;
}

int run_explain_code(std::string id, std::ostream& out, std::ostream& problems) {
    std::transform(id.begin(), id.end(), id.begin(), [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    const DiagnosticCode* code = diagnostic_code(id);
    if (code == nullptr) {
        std::vector<std::string_view> ids;
        for (const DiagnosticCode& each : all_diagnostic_codes()) ids.push_back(each.id);
        const auto nearest = did_you_mean(id, ids);
        problems << fmt::format("there is no code '{}'{}{}\n", id, nearest.empty() ? "" : ": ", nearest);
        return exit_usage;
    }
    out << fmt::format("{}: {}\n\n{}\n", code->id, code->title, code->explanation);
    return exit_fine;
}

}  // namespace premura
