#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace premura {

// Appends the text as a JSON string, quotes included. The text must be UTF-8.
void append_json_string(std::string& json, std::string_view text);

// Base 64 with the alphabet of RFC 4648 section 4; the padding may be left out. Nothing when it is
// not that.
std::optional<std::string> decode_base64(std::string_view text);

// A header value of the CloudEvents HTTP binding: a quoted string is unquoted, then %XX is decoded.
// A `%` without two hexadecimal digits stands for itself.
std::string decode_http_header(std::string_view text);

// 16 hexadecimal digits, as `premuraidentity` has them.
std::optional<std::uint64_t> parse_hex64(std::string_view text);
std::string hex64(std::uint64_t number);

// Do the first characters equal `prefix`, which is in lower case? ASCII letters of either case
// match.
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

}  // namespace premura
