#pragma once

#include <string_view>

#include "core/base/diagnostics.h"
#include "core/base/yaml.h"

namespace premura {

// What core/base/yaml.cpp needs to know of the bytes of a text before and beside yaml-cpp, which
// lets such things pass.

// Characters (code points) in well-formed UTF-8.
int count_characters(std::string_view text);

// Offset of the character in that column, counted from 1; the size when the line is shorter.
std::size_t byte_of_column(std::string_view line, int column);

// Does a quoted text that begins at or after `begin` (anchors may stand before it) lack its closing
// quote on the line? False when no quote stands there.
bool has_open_quote(std::string_view line, std::size_t begin);

// False, with a diagnostic, when the text has bytes that are no UTF-8, control characters or tabs.
bool check_bytes(const YamlText& text, Diagnostics& diagnostics);

}  // namespace premura
