#pragma once

#include <span>
#include <string>
#include <string_view>

namespace premura {

// For whom a CSV file is: a program that dials takes values as they are; a spreadsheet would take some for formulas.
enum class CsvProfile { dialer, spreadsheet };

// One line with its CRLF, after RFC 4180: cells with a comma, a quote or a line break stand in quotes, quotes are doubled.
//
// For a spreadsheet, a cell that begins with = + - @, a tab, a return or a line feed, or with the same signs in full width,
// gets an apostrophe before it and stands in quotes, so that it is read as text (OWASP, "CSV Injection",
// https://owasp.org/www-community/attacks/CSV_Injection).
std::string csv_line(std::span<const std::string> cells, CsvProfile profile);

}  // namespace premura
