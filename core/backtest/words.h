#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace premura::words {

// Figures as people read them. Everything that is said in English stands in words.cpp and texts.h.

std::string number(std::int64_t number);         // 129,398
std::string decimal(double number);              // 4.1, 0.042, 1,234
std::string share(std::optional<double> share);  // 82 %, 0.4 %; a dash without one
std::string length(Milliseconds length);         // 3.2 days, 5.5 h, 12 min; a minus before it
std::string difference(std::int64_t before, std::int64_t now);  // +12, -3, =
std::string day(LocalDate date);                                // 24 Nov 2017
std::string day_short(LocalDate date);                          // 24 Nov
std::string day_long(LocalDate date);                           // Fri 24 Nov 2017
std::string plural(std::int64_t count, std::string_view one,
                   std::string_view many);  // 1 call, 3 calls

// What a reason code of a hold, a drop or a closed case means. A code that is not known becomes
// words.
std::string reason(std::string_view code);

}  // namespace premura::words
