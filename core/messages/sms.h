#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace premura {

// What a finished text costs as an SMS, and how it would be in characters of the GSM alphabet.
struct SmsCost {
    bool plain = true;           // all characters are of the GSM alphabet, else UCS-2 is used
    std::size_t units = 0;       // septets, or UTF-16 units
    std::size_t segments = 1;    // each is paid for
    std::string plain_form;      // of a text that is not plain; empty when a character has no plain form
};

// Segments of a text that needs several hold 153 septets or 67 UTF-16 units (3GPP TS 23.040, 9.2.3.24.1), and none
// divides a character.
SmsCost sms_cost(std::string_view text);

}  // namespace premura
