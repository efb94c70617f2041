#include "core/messages/formats.h"

#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <memory>

namespace premura {
namespace {

std::string plain_blanks(const icu::UnicodeString& text) {
    icu::UnicodeString plain{text};
    plain.findAndReplace(icu::UnicodeString{char16_t{0x00a0}}, icu::UnicodeString{u' '});
    plain.findAndReplace(icu::UnicodeString{char16_t{0x202f}}, icu::UnicodeString{u' '});
    std::string utf8;
    plain.toUTF8String(utf8);
    return utf8;
}

// Does ICU have data of its own for it? Else en_IT would be read as American English.
bool is_known(const std::string& name) {
    std::int32_t count = 0;
    const icu::Locale* all = icu::Locale::getAvailableLocales(count);
    return std::any_of(all, all + count, [&name](const icu::Locale& one) { return name == one.getName(); });
}

std::string locale_of(std::string_view language, std::string_view country, const TimeZone& zone) {
    const std::string plain{language};
    if (!country.empty()) {
        const std::string whole = plain + "_" + std::string{country};
        if (is_known(whole)) return whole;
    }
    // 150 is Europe, 001 the world (UN M49): English as it is written outside America.
    if (plain == "en" && zone.name().starts_with("Europe/")) return "en_150";
    if (plain == "en" && !zone.name().starts_with("America/")) return "en_001";
    return plain;
}

double milliseconds_of_local(LocalDate date) {
    return static_cast<double>(milliseconds_of(Instant{std::chrono::sys_days{date}}));
}

}  // namespace

Formats::Formats(std::string_view language, std::string_view country, TimeZone zone)
    : locale_{locale_of(language, country, zone)}, zone_{std::move(zone)} {}

LocalDate Formats::date_of(Instant time) const {
    return LocalDate{std::chrono::sys_days{zone_.local_day(time).time_since_epoch()}};
}

std::string Formats::formatted(std::string_view skeleton, double local_milliseconds) const {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Locale locale{locale_.c_str()};
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns{
        icu::DateTimePatternGenerator::createInstance(locale, error)};
    if (U_FAILURE(error)) return {};
    const icu::UnicodeString wanted = icu::UnicodeString::fromUTF8({skeleton.data(), static_cast<int>(skeleton.size())});
    icu::SimpleDateFormat format{patterns->getBestPattern(wanted, error), locale, error};
    if (U_FAILURE(error)) return {};
    // The time given is local already.
    format.setTimeZone(*icu::TimeZone::getGMT());
    icu::UnicodeString text;
    return plain_blanks(format.format(local_milliseconds, text));
}

std::string Formats::day(LocalDate date) const { return formatted("EEEEdMMMM", milliseconds_of_local(date)); }

std::string Formats::day_short(LocalDate date) const { return formatted("dMMM", milliseconds_of_local(date)); }

std::string Formats::time(Instant time) const {
    return formatted("jm", static_cast<double>(milliseconds_of(time + zone_.offset_at(time))));
}

std::string Formats::day_and_time(Instant time) const {
    return formatted("EEEEdMMMMjm", static_cast<double>(milliseconds_of(time + zone_.offset_at(time))));
}

std::string Formats::number(double value) const {
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString text = icu::number::NumberFormatter::withLocale(icu::Locale{locale_.c_str()})
                                        .formatDouble(value, error)
                                        .toString(error);
    return U_FAILURE(error) ? std::string{} : plain_blanks(text);
}

std::optional<std::string> Formats::money(double value, std::string_view currency) const {
    const bool letters = currency.size() == 3 && std::all_of(currency.begin(), currency.end(), [](char letter) {
                             return letter >= 'A' && letter <= 'Z';
                         });
    if (!letters) return std::nullopt;
    UErrorCode error = U_ZERO_ERROR;
    const std::u16string code{currency.begin(), currency.end()};
    const icu::CurrencyUnit unit{code.c_str(), error};
    const icu::UnicodeString text = icu::number::NumberFormatter::withLocale(icu::Locale{locale_.c_str()})
                                        .unit(unit)
                                        .formatDouble(value, error)
                                        .toString(error);
    if (U_FAILURE(error)) return std::nullopt;
    return plain_blanks(text);
}

}  // namespace premura
