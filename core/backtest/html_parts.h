#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace premura::html {

// Pieces of the page. Marks are SVG that stretches with the page; words and figures beside them are
// text of the page, so that they keep their size on a telephone. Whatever comes in is escaped here.

std::string escaped(std::string_view text);

// A column of a chart over time or over classes.
struct Column {
    std::string label;  // for the tooltip
    double value = 0;
    bool marked = false;      // in the second colour
    std::string short_label;  // below the first, middle and last column, or below all
};
// Columns side by side; `what` is what is counted, `label_all`: each column has its label below.
std::string columns(const std::vector<Column>& columns, std::string_view what, bool label_all);

// Parts of one bar from the left, each with a class of the style sheet; the whole is `full`.
struct BarPart {
    double value = 0;
    std::string_view style;  // a, b, c
};
std::string bar(const std::vector<BarPart>& parts, double full, const std::string& said);

struct Table {
    std::string caption;
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;  // the first cell of a row names it
};
std::string table(const Table& table);
// The same, folded away.
std::string folded(std::string_view summary, const Table& table);

extern const std::string_view style_sheet;

}  // namespace premura::html
