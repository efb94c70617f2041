#include "core/dialers/csv.h"

#include <algorithm>

namespace premura {
namespace {

constexpr std::string_view formula_begins[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

bool looks_like_a_formula(std::string_view cell) {
    return std::ranges::any_of(formula_begins, [cell](std::string_view begin) { return cell.starts_with(begin); });
}

void add_cell(std::string& line, std::string_view cell, CsvProfile profile) {
    const bool guarded = profile == CsvProfile::spreadsheet && looks_like_a_formula(cell);
    if (!guarded && cell.find_first_of(",\"\r\n") == cell.npos) {
        line += cell;
        return;
    }
    line += '"';
    if (guarded) line += '\'';
    for (const char letter : cell) {
        if (letter == '"') line += '"';
        line += letter;
    }
    line += '"';
}

}  // namespace

std::string csv_line(std::span<const std::string> cells, CsvProfile profile) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        add_cell(line, cells[i], profile);
    }
    line += "\r\n";
    return line;
}

}  // namespace premura
