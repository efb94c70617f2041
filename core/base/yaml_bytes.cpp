#include "core/base/yaml_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace premura {
namespace {

// More lines with tabs than this are not listed.
constexpr int tab_lines_max = 20;

bool starts_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

// Length of the well-formed character at the front, 0 when there is none. Source: RFC 3629,
// section 4.
std::size_t character_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                               : first >= 0xe0 && first <= 0xef ? 3
                               : first >= 0xf0 && first <= 0xf4 ? 4
                                                                : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const std::uint8_t second = byte(1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool surrogate = first == 0xed && second > 0x9f;
    const bool too_high = first == 0xf4 && second > 0x8f;
    return overlong || surrogate || too_high ? 0 : length;
}

// Offset of the first byte that belongs to no character a text may have; npos when all are fine.
std::size_t find_bad_byte(std::string_view line) {
    for (std::size_t i = 0; i < line.size();) {
        const std::size_t length = character_length(line.substr(i));
        const auto first = static_cast<std::uint8_t>(line[i]);
        const bool control = first < 0x20 && first != '\t';
        if (length == 0 || control || first == 0x7f) return i;
        i += length;
    }
    return std::string_view::npos;
}

}  // namespace

int count_characters(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), starts_character));
}

std::size_t byte_of_column(std::string_view line, int column) {
    int seen = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (starts_character(line[i]) && ++seen == column) return i;
    }
    return line.size();
}

bool has_open_quote(std::string_view line, std::size_t begin) {
    line.remove_prefix(std::min(begin, line.size()));
    while (line.starts_with('&') || line.starts_with('!')) {
        line.remove_prefix(std::min(line.find(' '), line.size()));
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    }
    if (!line.starts_with('"') && !line.starts_with('\'')) return false;
    const char quote = line.front();
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (quote == '"' && line[i] == '\\') {
            ++i;
        } else if (line[i] == quote) {
            // Two single quotes are one in the text.
            if (quote == '"' || i + 1 == line.size() || line[i + 1] != '\'') return false;
            ++i;
        }
    }
    return true;
}

bool check_bytes(const YamlText& text, Diagnostics& diagnostics) {
    int tab_lines = 0;
    for (int number = 1; number <= text.line_count(); ++number) {
        const std::string_view line = text.line(number);
        const std::size_t bad = find_bad_byte(line);
        if (bad != line.npos) {
            const std::string_view good = line.substr(0, bad);
            Place place = text.place(number, 1 + count_characters(good));
            place.source = good;
            diagnostics.add(
                error_at(place, "PR003",
                         fmt::format("the byte 0x{:02x} belongs to no text",
                                     static_cast<unsigned>(static_cast<std::uint8_t>(line[bad]))),
                         "save the file as UTF-8"));
            return false;
        }
        const std::size_t tab = line.find('\t');
        if (tab == line.npos || ++tab_lines > tab_lines_max) continue;
        Place place = text.place(number, 1 + count_characters(line.substr(0, tab)));
        std::replace(place.source.begin(), place.source.end(), '\t', ' ');
        diagnostics.add(
            error_at(place, "PR004", "a tab", "YAML wants blanks; in a text write \"\\t\""));
    }
    return tab_lines == 0;
}

}  // namespace premura
