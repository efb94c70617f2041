#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/calendar/time_zone.h"

namespace premura {

// Values as people of one language and region read them, formatted by ICU. Pure: which offset holds comes from
// the zone, not from ICU's own copy of the zones. Blanks that do not break lines become plain ones: they are not of the
// alphabet of SMS. For one message; copying is cheap.
class Formats {
 public:
    // `country`: ISO 3166 of the customer, empty when it is not known. English in Europe is written as there, with the day
    // before the month and 24 hours.
    Formats(std::string_view language, std::string_view country, TimeZone zone);

    std::string day(LocalDate date) const;        // giovedì 4 giugno
    std::string day_short(LocalDate date) const;  // 4 giu
    std::string day(Instant time) const { return day(date_of(time)); }
    std::string day_short(Instant time) const { return day_short(date_of(time)); }
    std::string time(Instant time) const;         // 14:30
    std::string day_and_time(Instant time) const; // giovedì 4 giugno 14:30, as the language joins them
    std::string number(double value) const;       // 1.234,5
    // 12,50 €; nothing when the currency is not one of ISO 4217.
    std::optional<std::string> money(double value, std::string_view currency) const;

 private:
    LocalDate date_of(Instant time) const;
    std::string formatted(std::string_view skeleton, double local_milliseconds) const;

    std::string locale_;  // "it_IT"
    TimeZone zone_;
};

}  // namespace premura
