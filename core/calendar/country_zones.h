#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace premura {

// The time zones of a country, by its ISO 3166 code in capitals, from the system's own table (zone1970.tab, or the older
// zone.tab, of the IANA time zone database): read once, when first asked, as constant as the zones themselves. Zones whose
// clocks have shown the same on every day since 2020 come once. Empty: the country is not in the table, or this machine
// has no table. Safe to call from any thread.
std::vector<std::string> zones_of_country(std::string_view country);

}  // namespace premura
