#include "core/base/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

namespace premura {
namespace {

// A line longer than this is shown in part, around the place that is meant.
constexpr std::size_t shown_characters_max = 120;
constexpr std::size_t shown_before_place = 80;

struct Colours {
    std::string_view bold;
    std::string_view severity;
    std::string_view caret;
    std::string_view reset;
};

Colours colours_of(Severity severity, bool colour) {
    if (!colour) return {};
    const bool error = severity == Severity::error;
    return {"\x1b[1m", error ? "\x1b[1;31m" : "\x1b[1;35m", "\x1b[1;32m", "\x1b[0m"};
}

std::string_view name_of(Severity severity) {
    return severity == Severity::error ? "error" : "warning";
}

bool starts_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

// Byte offset of the character with that number, counted from 0; the size when there are fewer.
std::size_t offset_of_character(std::string_view text, std::size_t number) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (starts_character(text[i]) && number-- == 0) return i;
    }
    return text.size();
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

struct ShownLine {
    std::string text;
    std::size_t caret = 0;  // characters before it
};

ShownLine cut_to_width(std::string_view line, std::size_t column) {
    const std::size_t length = count_characters(line);
    if (length <= shown_characters_max) return {std::string{line}, column};
    const std::size_t first = column > shown_before_place ? column - shown_before_place : 0;
    const std::size_t begin = offset_of_character(line, first);
    const std::size_t end = offset_of_character(line, first + shown_characters_max);
    const std::string_view before = first > 0 ? "..." : "";
    const std::string_view after = end < line.size() ? "..." : "";
    return {fmt::format("{}{}{}", before, line.substr(begin, end - begin), after),
            column - first + before.size()};
}

}  // namespace

bool Diagnostics::has_errors() const {
    return error_count() > 0;
}

std::size_t Diagnostics::error_count() const {
    return static_cast<std::size_t>(std::count_if(
        all_.begin(), all_.end(),
        [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; }));
}

std::size_t Diagnostics::warning_count() const {
    return all_.size() - error_count();
}

void Diagnostics::sort() {
    std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic& left, const Diagnostic& right) {
        return std::tie(left.file, left.line, left.column) <
               std::tie(right.file, right.line, right.column);
    });
}

std::string format_text(const Diagnostic& diagnostic, bool colour) {
    const Colours colours = colours_of(diagnostic.severity, colour);
    std::string place = diagnostic.file;
    if (diagnostic.line > 0) place += fmt::format(":{}", diagnostic.line);
    if (diagnostic.line > 0 && diagnostic.column > 0)
        place += fmt::format(":{}", diagnostic.column);
    if (!place.empty()) place += ": ";

    std::string text = fmt::format("{}{}{}{}{}:{} {} [{}]\n", colours.bold, place, colours.reset,
                                   colours.severity, name_of(diagnostic.severity), colours.reset,
                                   diagnostic.message, diagnostic.code);
    if (!diagnostic.source.empty() && diagnostic.column > 0) {
        const auto column = static_cast<std::size_t>(diagnostic.column - 1);
        const ShownLine shown = cut_to_width(diagnostic.source, column);
        text += fmt::format("    {}\n    {:>{}}{}^{}\n", shown.text, "", shown.caret, colours.caret,
                            colours.reset);
    }
    if (!diagnostic.hint.empty()) text += fmt::format("    hint: {}\n", diagnostic.hint);
    return text;
}

std::string format_json(const Diagnostics& diagnostics) {
    boost::json::array list;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        list.push_back({{"severity", name_of(diagnostic.severity)},
                        {"code", diagnostic.code},
                        {"file", diagnostic.file},
                        {"line", diagnostic.line},
                        {"column", diagnostic.column},
                        {"message", diagnostic.message},
                        {"hint", diagnostic.hint},
                        {"source", diagnostic.source}});
    }
    return boost::json::serialize(list);
}

}  // namespace premura
