#include "core/messages/sms.h"

#include <vector>

#include "core/rules/sms_length.h"

namespace premura {
namespace {

constexpr std::size_t septets_of_part = 153;
constexpr std::size_t units_of_part = 67;

std::size_t bytes_of_character(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

std::vector<std::string_view> characters_of(std::string_view text) {
    std::vector<std::string_view> characters;
    while (!text.empty()) {
        characters.push_back(text.substr(0, bytes_of_character(text.front())));
        text.remove_prefix(characters.back().size());
    }
    return characters;
}

// Empty when a character has no plain form.
std::string plain_form_of(std::string_view text) {
    std::string plain;
    for (const std::string_view character : characters_of(text)) {
        if (sms_length(character).plain) {
            plain += character;
            continue;
        }
        const std::string_view instead = plain_form(character);
        if (instead.empty()) return {};
        plain += instead;
    }
    return plain;
}

}  // namespace

SmsCost sms_cost(std::string_view text) {
    SmsCost cost;
    std::vector<std::size_t> units;
    for (const std::string_view character : characters_of(text)) {
        const SmsLength length = sms_length(character);
        cost.plain = cost.plain && length.plain;
    }
    for (const std::string_view character : characters_of(text)) {
        units.push_back(cost.plain ? sms_length(character).units : character.size() == 4 ? 2 : 1);
        cost.units += units.back();
    }
    if (cost.units > sms_length(cost.plain ? "" : "’").units_max) {
        const std::size_t room = cost.plain ? septets_of_part : units_of_part;
        std::size_t used = 0;
        for (const std::size_t one : units) {
            if (used + one > room) {
                ++cost.segments;
                used = 0;
            }
            used += one;
        }
    }
    if (!cost.plain) cost.plain_form = plain_form_of(text);
    return cost;
}

}  // namespace premura
