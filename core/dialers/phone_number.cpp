#include "core/dialers/phone_number.h"

#include "core/contacts/calling_codes.h"

namespace premura {
namespace {

constexpr std::size_t digits_min = 7;
constexpr std::size_t digits_max = 15;

}  // namespace

std::string e164_of(std::string_view written) {
    std::string number;
    for (const char letter : written) {
        if (letter >= '0' && letter <= '9') {
            number += letter;
        } else if (letter == '+' && number.empty()) {
            number = "+";
        } else if (std::string_view{" .-/()\t"}.find(letter) == std::string_view::npos) {
            return {};
        }
    }
    if (number.starts_with("00")) number.replace(0, 2, "+");
    const std::size_t digits = number.size() - (number.starts_with('+') ? 1 : 0);
    if (digits < digits_min || digits > digits_max || calling_code_of(number).empty()) return {};
    return number;
}

}  // namespace premura
