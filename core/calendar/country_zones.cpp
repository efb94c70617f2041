#include "core/calendar/country_zones.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "core/calendar/time_zone.h"

namespace premura {
namespace {

using Table = std::map<std::string, std::vector<std::string>, std::less<>>;

// Lines of both tables: countries, coordinates, zone and perhaps a comment, with tabs between. zone1970.tab names several
// countries of one zone, with commas between.
bool read_table(const std::string& file, Table& table) {
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t first = line.find('\t');
        const std::size_t second = first == line.npos ? line.npos : line.find('\t', first + 1);
        if (second == line.npos) continue;
        const std::string zone = line.substr(second + 1, line.find('\t', second + 1) - second - 1);
        std::string_view countries{line.data(), first};
        while (!countries.empty()) {
            const std::size_t comma = countries.find(',');
            table[std::string{countries.substr(0, comma)}].push_back(zone);
            countries = comma == countries.npos ? std::string_view{} : countries.substr(comma + 1);
        }
    }
    return !table.empty();
}

Table load_table() {
    Table table;
    const char* own = std::getenv("TZDIR");  // as the C library finds zones
    const std::string folder = own != nullptr && *own != '\0' ? own : "/usr/share/zoneinfo";
    if (!read_table(folder + "/zone1970.tab", table)) read_table(folder + "/zone.tab", table);
    return table;
}

// What the clocks show at noon UTC of each day of the years that rules are likely to be about.
std::vector<std::int32_t> clock_of(const TimeZone& zone) {
    using namespace std::chrono;
    std::vector<std::int32_t> offsets;
    for (auto day = sys_days{2020y / January / 1}; day < sys_days{2038y / January / 1}; day += days{1}) {
        offsets.push_back(static_cast<std::int32_t>(zone.offset_at(day + hours{12}).count()));
    }
    return offsets;
}

}  // namespace

std::vector<std::string> zones_of_country(std::string_view country) {
    static const Table table = load_table();
    const auto found = table.find(country);
    if (found == table.end()) return {};
    std::vector<std::string> names;
    std::vector<std::vector<std::int32_t>> clocks;
    for (const std::string& name : found->second) {
        const auto zone = TimeZone::find(name);
        if (!zone) continue;
        auto clock = clock_of(*zone);
        if (std::find(clocks.begin(), clocks.end(), clock) != clocks.end()) continue;
        names.push_back(name);
        clocks.push_back(std::move(clock));
    }
    return names;
}

}  // namespace premura
