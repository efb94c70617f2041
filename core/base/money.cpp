#include "core/base/money.h"

#include <algorithm>

namespace premura {
namespace {

constexpr std::size_t whole_digits_max = 12;
constexpr std::size_t fraction_digits_max = 4;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

}  // namespace

std::optional<std::int64_t> ten_thousandths(std::string_view amount) {
    const bool negative = amount.starts_with('-');
    if (negative) amount.remove_prefix(1);
    const std::size_t point = amount.find('.');
    const std::string_view whole = amount.substr(0, point);
    const std::string_view fraction = point == amount.npos ? std::string_view{} : amount.substr(point + 1);
    if (whole.empty() || whole.size() > whole_digits_max || fraction.size() > fraction_digits_max) return std::nullopt;
    if (point != amount.npos && fraction.empty()) return std::nullopt;
    if (!std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
    if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
    std::int64_t value = 0;
    for (const char digit : whole) value = value * 10 + (digit - '0');
    for (std::size_t i = 0; i < fraction_digits_max; ++i) {
        value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    return negative ? -value : value;
}

std::string amount_of(std::int64_t ten_thousandths) {
    constexpr std::int64_t one = 10'000;
    const std::int64_t absolute = ten_thousandths < 0 ? -ten_thousandths : ten_thousandths;
    std::string text = (ten_thousandths < 0 ? "-" : "") + std::to_string(absolute / one);
    if (absolute % one == 0) return text;
    std::string fraction = std::to_string(one + absolute % one).substr(1);
    while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
    return text + "." + fraction;
}

bool is_currency_code(std::string_view code) {
    return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char letter) {
               return letter >= 'A' && letter <= 'Z';
           });
}

bool is_money(const Money& money) {
    return is_currency_code(money.currency) && ten_thousandths(money.amount).has_value();
}

std::string text_of(const Money& money) { return money.amount + " " + money.currency; }

std::optional<Money> money_in(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == text.npos) return std::nullopt;
    Money money{std::string{text.substr(0, space)}, std::string{text.substr(space + 1)}};
    if (!is_money(money)) return std::nullopt;
    return money;
}

}  // namespace premura
