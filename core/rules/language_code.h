#pragma once

#include <string_view>

namespace premura {

// Whether it looks like a language's code of ISO 639: two or three small letters.
inline bool is_language_code(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == text.npos;
}

}  // namespace premura
