#include "core/rules/sms_length.h"

namespace premura {
namespace {

constexpr std::size_t plain_units_max = 160;
constexpr std::size_t wide_units_max = 70;

// Without A-Z, a-z, 0-9 and blank.
constexpr std::string_view alphabet =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
// Two septets each.
constexpr std::string_view extension = "^{}\\[~]|€";

struct PlainForm {
    std::string_view written;
    std::string_view plain;
};
constexpr PlainForm plain_forms[] = {
    {"’", "'"},  {"‘", "'"},  {"“", "\""}, {"”", "\""}, {"–", "-"},  {"—", "-"}, {"…", "..."},
    {"È", "E'"}, {"À", "A'"}, {"Ì", "I'"}, {"Ò", "O'"}, {"Ù", "U'"}, {"ç", "c"}, {"á", "à"},
    {"í", "ì"},  {"ó", "ò"},  {"ú", "ù"},  {"«", "\""}, {"»", "\""}};

std::size_t character_bytes(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool is_common(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == ' ';
}

}  // namespace

SmsLength sms_length(std::string_view text) {
    SmsLength length;
    std::size_t septets = 0;
    std::size_t wide_units = 0;
    while (!text.empty()) {
        const std::size_t tag_end = text.starts_with("{{") ? text.find("}}") : text.npos;
        if (tag_end != text.npos) {
            text.remove_prefix(tag_end + 2);
            if (text.starts_with('}')) text.remove_prefix(1);
            continue;
        }
        const std::size_t bytes = character_bytes(text.front());
        const std::string_view character = text.substr(0, bytes);
        text.remove_prefix(character.size());
        wide_units += bytes == 4 ? 2 : 1;
        if (is_common(character.front()) || alphabet.find(character) != alphabet.npos) {
            septets += 1;
        } else if (extension.find(character) != extension.npos) {
            septets += 2;
        } else if (length.plain) {
            length.plain = false;
            length.first_other = character;
        }
    }
    length.units = length.plain ? septets : wide_units;
    length.units_max = length.plain ? plain_units_max : wide_units_max;
    return length;
}

std::string_view plain_form(std::string_view character) {
    for (const PlainForm& form : plain_forms) {
        if (form.written == character) return form.plain;
    }
    return {};
}

}  // namespace premura
