#include "core/contacts/customer_hours.h"

#include <catch2/catch.hpp>

#include "core/calendar/country_zones.h"
#include "core/contacts/calling_codes.h"
#include "tests/core/stage_story.h"

// Where a customer may be, and when that place may be called.

namespace premura {
namespace {

using namespace stage_story;
using Channel = CustomerHours::Channel;

struct Hours {
    explicit Hours(std::shared_ptr<const RuleSet> set = shipped_rules()) : rules{std::move(set)} { hours.use(rules); }
    OpenHours of(const ToldOfCustomer& told, Channel channel = Channel::call) {
        return hours.of(rules->tenants.at("acme-it"), channel, told);
    }
    std::shared_ptr<const RuleSet> rules;
    CustomerHours hours;
};

ToldOfCustomer in_country(std::string country) {
    ToldOfCustomer told;
    told.country = std::move(country);
    return told;
}

std::vector<std::string_view> countries(std::string_view number) { return countries_of_phone(number); }

}  // namespace

TEST_CASE("a country has the zones of the system's table, those that always agree once", "[hours]") {
    CHECK(zones_of_country("IT") == Texts{"Europe/Rome"});
    // Berlin's clocks and those of Zurich, which one German village uses, agree.
    CHECK(zones_of_country("DE").size() == 1);
    CHECK(zones_of_country("ES").size() == 2);
    CHECK(zones_of_country("PT") == Texts{"Europe/Lisbon", "Atlantic/Azores"});
    CHECK(zones_of_country("XX").empty());
    CHECK(zones_of_country("").empty());
}

TEST_CASE("a number begins with the code of its country", "[hours]") {
    using Countries = std::vector<std::string_view>;
    CHECK(countries("+393331112223") == Countries{"IT", "VA"});
    CHECK(countries("+351211234567") == Countries{"PT"});
    CHECK(countries("+12125550100") == Countries{"US", "CA"});
    CHECK(countries("+18095550100") == Countries{"DO"});
    CHECK(countries("+79991234567") == Countries{"RU", "KZ"});
    CHECK(countries("0333111222").empty());
    CHECK(countries("+").empty());
    CHECK(countries("+999123").empty());
}

TEST_CASE("in Portugal it must be time in Lisbon and on the Azores", "[hours]") {
    Hours hours;
    const OpenHours open = hours.of(in_country("PT"));
    REQUIRE(open.zones() == Texts{"Europe/Lisbon", "Atlantic/Azores"});
    // 9:30 in Lisbon is 8:30 on the Azores; when it is 12:29 there, Lisbon has lunch since an hour.
    CHECK_FALSE(open.is_open(at("2026-06-09T09:30:00+01:00")));
    CHECK(open.next_open(at("2026-06-09T09:30:00+01:00")) == at("2026-06-09T10:00:00+01:00"));
    CHECK(open.is_open(at("2026-06-09T12:29:00+01:00")));
    CHECK_FALSE(open.is_open(at("2026-06-09T13:00:00+01:00")));
    // Lunch from 12:30 in Lisbon until 14:30 on the Azores.
    CHECK(open.next_open(at("2026-06-09T12:30:00+01:00")) == at("2026-06-09T15:30:00+01:00"));
    // And on to Wednesday when Lisbon has dinner.
    CHECK(open.next_open(at("2026-06-09T19:00:00+01:00")) == at("2026-06-10T10:00:00+01:00"));
}

TEST_CASE("what is told best counts", "[hours]") {
    Hours hours;
    ToldOfCustomer told = in_country("PT");
    told.zone = "America/New_York";
    CHECK(hours.of(told).zones() == Texts{"America/New_York"});
    told.zone = "Nowhere/At_All";
    CHECK(hours.of(told).zones() == Texts{"Europe/Lisbon", "Atlantic/Azores"});
    told.country = "Portugal";  // no code
    told.phone = "+34600111222";
    told.shipped_to = "IT";
    CHECK(hours.of(told).zones().size() == 3);  // Madrid and the Canary Islands, and Rome
    CHECK(hours.of({}).zones() == Texts{"Europe/Rome"});
}

TEST_CASE("a brand may want to know where a customer is", "[hours]") {
    auto rules = std::make_shared<RuleSet>(*shipped_rules());
    rules->tenants.at("acme-it").hold_unknown_zone = true;
    Hours hours{rules};
    CHECK_FALSE(hours.of({}).known());
    CHECK(hours.of({}).next_open(at("2026-06-09T10:00:00+02:00")) == instant_max);
    CHECK(hours.of(in_country("IT")).known());
}

TEST_CASE("where no hour suits all of a country, nobody is called, but written to", "[hours]") {
    Hours hours;
    const Instant noon = at("2026-06-09T12:00:00Z");
    // From Kaliningrad to Kamchatka it is never between nine and lunch, or between lunch and dinner, everywhere.
    CHECK(hours.of(in_country("RU")).next_open(noon) == instant_max);
    CHECK(hours.of(in_country("US"), Channel::message).next_open(noon) < noon + std::chrono::days{1});
}

}  // namespace premura
