#pragma once

#include <string>
#include <string_view>

namespace premura {

// The number in E.164 (`+393331112223`) of one as somebody wrote it: with its plus or 00, and blanks, dots, dashes, slashes
// or brackets between the digits. Empty when it has no country code, or no 7 to 15 digits: a number that may be another
// one's is not dialled. Source: ITU-T Recommendation E.164, 6.1.
std::string e164_of(std::string_view written);

}  // namespace premura
