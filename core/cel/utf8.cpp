#include "core/cel/utf8.h"

#include <algorithm>

namespace premura::cel {
namespace {

constexpr bool continues(char letter) {
    return (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U;
}

// How many bytes the character at the front takes; 0 when it is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first < 0xC2   ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!continues(text[i])) return 0;
    }
    // Forms that are too long, surrogates, and what is past the last code point.
    const unsigned second = byte(1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0)) return 0;
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90)) return 0;
    return length;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char letter) { return !continues(letter); }));
}

bool append_utf8(std::string& text, std::uint32_t code_point) {
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    const auto rest = [&add, code_point](unsigned shift) {
        add(0x80U | ((code_point >> shift) & 0x3FU));
    };
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) return false;
    if (code_point < 0x80) {
        add(code_point);
    } else if (code_point < 0x800) {
        add(0xC0U | (code_point >> 6U));
        rest(0);
    } else if (code_point < 0x10000) {
        add(0xE0U | (code_point >> 12U));
        rest(6);
        rest(0);
    } else {
        add(0xF0U | (code_point >> 18U));
        rest(12);
        rest(6);
        rest(0);
    }
    return true;
}

}  // namespace premura::cel
