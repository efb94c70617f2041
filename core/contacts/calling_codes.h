#pragma once

#include <string_view>
#include <vector>

namespace premura {

// The countries, as ISO 3166 codes, whose numbers begin as this one does: `+39...` is Italy's or the Vatican's. The number
// is in E.164, with its plus; empty when it is not, or when nobody has the code. Source: the list of ITU-T Recommendation
// E.164 assigned country codes, and of the North American Numbering Plan its areas outside Canada and the United States.
std::vector<std::string_view> countries_of_phone(std::string_view number);

// The country code that such a number begins with, without the plus: 39, and 1 all over North America, whose areas belong
// to the number. Empty when nobody has the code. Points into `number`.
std::string_view calling_code_of(std::string_view number);

}  // namespace premura
