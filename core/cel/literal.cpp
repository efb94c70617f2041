#include "core/cel/literal.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "core/cel/utf8.h"

namespace premura::cel {
namespace {

struct Escape {
    std::uint32_t value = 0;
    std::size_t length = 0;  // with the backslash; 0: it is none
};

Escape number_escape(std::string_view text, std::size_t begin, std::size_t digits, int base) {
    const std::string_view written = text.substr(begin, digits);
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), value, base);
    if (error != std::errc{} || written.size() != digits || end != written.data() + digits) {
        return {};
    }
    return {value, begin + digits};
}

Escape escape_at_front(std::string_view text) {
    constexpr std::string_view names = "abfnrtv\\?\"'`";
    constexpr std::string_view values = "\a\b\f\n\r\t\v\\?\"'`";
    const char name = text.size() > 1 ? text[1] : '\0';
    const std::size_t known = name == '\0' ? std::string_view::npos : names.find(name);
    if (known != std::string_view::npos) return {static_cast<unsigned char>(values[known]), 2};
    if (name == 'x' || name == 'X') return number_escape(text, 2, 2, 16);
    if (name == 'u') return number_escape(text, 2, 4, 16);
    if (name == 'U') return number_escape(text, 2, 8, 16);
    if (name >= '0' && name <= '3') return number_escape(text, 1, 3, 8);
    return {};
}

}  // namespace

TextLiteral read_text_literal(std::string_view literal, bool bytes) {
    TextLiteral read;
    const std::size_t quotes = literal.find_first_of("'\"");
    const bool raw = literal.substr(0, quotes).find_first_of("rR") != std::string_view::npos;
    const std::string_view quoted = literal.substr(quotes);
    const bool triple = quoted.size() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0];
    const std::size_t width = triple ? 3 : 1;
    const std::string_view inside = quoted.substr(width, quoted.size() - 2 * width);
    if (raw) {
        read.text = inside;
        return read;
    }
    for (std::size_t i = 0; i < inside.size();) {
        if (inside[i] != '\\') {
            read.text += inside[i++];
            continue;
        }
        const Escape escape = escape_at_front(inside.substr(i));
        const bool letter = inside[i + 1] == 'u' || inside[i + 1] == 'U';
        read.wrong_at = quotes + width + i;
        if (escape.length == 0 || (bytes && letter)) {
            read.wrong = "an escape that there is not";
            return read;
        }
        if (bytes) {
            read.text += static_cast<char>(escape.value);
        } else if (!append_utf8(read.text, escape.value)) {
            read.wrong = "an escape that names no character";
            return read;
        }
        i += escape.length;
    }
    return read;
}

std::optional<std::uint64_t> read_unsigned(std::string_view digits) {
    const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    if (hexadecimal) digits.remove_prefix(2);
    std::uint64_t value = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end != last) return std::nullopt;
    return value;
}

std::optional<std::int64_t> read_integer(std::string_view digits, bool negative) {
    constexpr auto greatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto value = read_unsigned(digits);
    if (!value || *value > greatest + (negative ? 1 : 0)) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - *value : *value);
}

std::optional<double> read_floating(std::string_view text) {
    double value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (end != last || text.empty()) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        // from_chars does not say on which side. Too large: more digits before the point than a
        // double has, or an exponent above zero.
        const std::size_t exponent = text.find_first_of("eE");
        const bool small = exponent != std::string_view::npos
                               ? text.substr(exponent + 1).starts_with('-')
                               : text.find('.') == 0 || text.starts_with("0.");
        const double size = small ? 0.0 : std::numeric_limits<double>::infinity();
        return text.starts_with('-') ? -size : size;
    }
    if (error != std::errc{}) return std::nullopt;
    return value;
}

std::string write_floating(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    if (value == 0) return "0";
    char written[32];
    const char* const end =
        std::to_chars(written, written + sizeof written, value, std::chars_format::scientific).ptr;
    std::string_view text{written, static_cast<std::size_t>(end - written)};
    std::string sign;
    if (text.starts_with('-')) {
        sign = "-";
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    int exponent = 0;
    const std::string_view power = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    std::string digits{text.substr(0, e)};
    std::erase(digits, '.');
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the point
    if (point > 21 || point <= -6) {
        if (count > 1) digits.insert(1, ".");
        return fmt::format("{}{}e{:+}", sign, digits, exponent);
    }
    if (point <= 0)
        return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    if (point >= count)
        return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
    return sign + digits.insert(static_cast<std::size_t>(point), ".");
}

}  // namespace premura::cel
