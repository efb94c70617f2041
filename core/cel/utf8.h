#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace premura::cel {

// Source: RFC 3629.
bool is_utf8(std::string_view text);
// Of valid UTF-8.
std::size_t count_code_points(std::string_view text);
// Appends nothing and says false for surrogates and for numbers past U+10FFFF.
bool append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace premura::cel
