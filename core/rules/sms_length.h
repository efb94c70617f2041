#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace premura {

// What a text costs as an SMS. Source: 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1 (GSM 7 bit default
// alphabet and its extension).
struct SmsLength {
    bool plain = true;          // all characters are of the GSM alphabet, else UCS-2 is used
    std::size_t units = 0;      // septets, or UTF-16 units
    std::size_t units_max = 0;  // of one segment: 160, or 70
    std::string first_other;    // the first character that is not of the alphabet
};

// Counts a text in UTF-8; what stands in {{ }} is left out, because its length is not known.
SmsLength sms_length(std::string_view text);

// A character of the alphabet to write instead, for `’ – È` and the like; empty when there is none.
std::string_view plain_form(std::string_view character);

}  // namespace premura
