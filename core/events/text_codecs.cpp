#include "core/events/text_codecs.h"

#include <array>
#include <cstdint>

namespace premura {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr std::array<std::int8_t, 256> base64_digits() {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}
constexpr auto digit_of = base64_digits();

std::string unquote(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    json += '"';
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto code = static_cast<unsigned char>(c);
        if (c != '"' && c != '\\' && code >= 0x20) continue;
        json += text.substr(done, i - done);
        done = i + 1;
        if (code >= 0x20) {
            json += '\\';
            json += c;
        } else {
            json += "\\u00";
            json += hex[code >> 4];
            json += hex[code & 15];
        }
    }
    json += text.substr(done);
    json += '"';
}

std::optional<std::string> decode_base64(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int digit = digit_of[static_cast<unsigned char>(c)];
        if (digit < 0) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> count) & 0xff);
        }
    }
    return bytes;
}

std::string decode_http_header(std::string_view text) {
    std::string unquoted;
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
        unquoted = unquote(text.substr(1, text.size() - 2));
        text = unquoted;
    }
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool complete = text[i] == '%' && i + 2 < text.size();
        const int high = complete ? hex_digit(text[i + 1]) : -1;
        const int low = complete ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            plain += text[i];
        } else {
            plain += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return plain;
}

std::string hex64(std::uint64_t number) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (auto position = text.rbegin(); position != text.rend(); ++position, number >>= 4) {
        *position = digits[number & 15];
    }
    return text;
}

std::optional<std::uint64_t> parse_hex64(std::string_view text) {
    if (text.size() != 16) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        const int digit = hex_digit(c);
        if (digit < 0) return std::nullopt;
        number = (number << 4) | static_cast<std::uint64_t>(digit);
    }
    return number;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    if (text.starts_with(prefix)) return true;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        const char c = text[i];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != prefix[i]) return false;
    }
    return true;
}

}  // namespace premura
