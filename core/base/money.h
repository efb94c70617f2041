#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace premura {

// An amount as decimal text ("49.90") in a currency of ISO 4217 ("EUR"). Never a binary fraction, which has no 0.10.
struct Money {
    std::string amount;
    std::string currency;

    bool operator==(const Money&) const = default;
};

// The amount in ten-thousandths, exact: 12.5 is 125000. Nothing when it is not up to twelve digits, with up to four
// behind the point, and a sign only for less than zero.
std::optional<std::int64_t> ten_thousandths(std::string_view amount);

// And back: 125000 is "12.50". Whole amounts have no point, others at least two digits behind it.
std::string amount_of(std::int64_t ten_thousandths);

// Three capital letters. Whether the currency is in use is not asked.
bool is_currency_code(std::string_view code);

bool is_money(const Money& money);

// "12.50 EUR" as two words, and back; nothing when it is none.
std::string text_of(const Money& money);
std::optional<Money> money_in(std::string_view text);

}  // namespace premura
