#pragma once

#include <string>
#include <string_view>

#include "core/stage.h"

namespace premura {

// ASCII letters to lower case; every other byte stays. Header names are compared in this form.
std::string lower_case(std::string_view name);

// Headers as one run of bytes for a store that has a single column for them: names and values in
// turn, each with its length before it. Names go to lower case on the way in.
std::string encode_headers(const Headers& headers);

// The way back. Bytes that are no such run give what could be read of them.
Headers decode_headers(std::string_view bytes);

}  // namespace premura
