#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace premura::cel {

// A text literal of the source with prefix and quotes, read into what it stands for: UTF-8 for
// strings, any bytes for bytes. Source: the language definition of cel-spec, "String and Bytes
// Values".
struct TextLiteral {
    std::string text;
    std::string wrong;         // what is wrong with it; empty when nothing is
    std::size_t wrong_at = 0;  // offset within the literal
};
TextLiteral read_text_literal(std::string_view literal, bool bytes);

// `12` or `0x1F`; nothing when it does not fit. The sign belongs to it, so that the smallest number
// can be written.
std::optional<std::int64_t> read_integer(std::string_view digits, bool negative);
// Without its `u`.
std::optional<std::uint64_t> read_unsigned(std::string_view digits);
// The nearest double; infinity and zero when it is beyond them. Nothing when it is no number.
std::optional<double> read_floating(std::string_view text);

// With as few digits as name it and no other double: `1000000`, `0.1`, `1e+21`, `Infinity`. Source:
// ECMA-262, Number::toString.
std::string write_floating(double value);

}  // namespace premura::cel
