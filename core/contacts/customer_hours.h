#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/calendar.h"
#include "core/rules/rule_set.h"

namespace premura {

struct Customer;

// What orders told of the customer: where they may be, and what they do not want.
struct ToldOfCustomer {
    std::string zone;      // IANA
    std::string country;   // ISO 3166, of the customer
    std::string phone;
    std::string shipped_to;  // ISO 3166, of the order
    bool do_not_call = false;
    bool do_not_write = false;

    // Adds the facts of one order; what is known stays.
    void add(const boost::json::value& facts);
};
ToldOfCustomer told_of(const Customer& customer);

// The zones in which the customer may be, without one that was told: those of their country; else those of the countries
// of their number and of the order's destination together. Empty: nobody told anything.
std::vector<std::string> plausible_zones(const ToldOfCustomer& told);

// The hours of one channel in every zone where the customer may be: open when it is open in each of them. Points into
// the CustomerHours that made it, until those use another rule set.
class OpenHours {
 public:
    OpenHours() = default;
    explicit OpenHours(std::vector<const Calendar*> calendars) : calendars_{std::move(calendars)} {}

    // False: nobody knows where the customer is, and the tenant does not want to guess.
    bool known() const { return !calendars_.empty(); }
    bool is_open(Instant time) const;
    // The first moment at or after it that is open in all zones; instant_max when there is none in the next 400 days.
    Instant next_open(Instant time) const;
    // Whether it may be the same day for the customer, and the moment at which that day is over in all zones.
    bool may_be_same_day(Instant one, Instant other) const;
    Instant end_of_day(Instant time) const;
    std::vector<std::string> zones() const;

 private:
    std::vector<const Calendar*> calendars_;
};

// Hours by tenant, channel and zone, compiled when first asked for. Bounded by the zones of the world. Owned by one stage,
// on its thread.
class CustomerHours {
 public:
    enum class Channel : std::uint8_t { call, message };

    void use(std::shared_ptr<const RuleSet> rules);
    OpenHours of(const Tenant& tenant, Channel channel, const ToldOfCustomer& told);

 private:
    const Calendar* in_zone(const Tenant& tenant, Channel channel, const std::string& zone);
    const std::vector<std::string>& zones(const ToldOfCustomer& told);

    // More combinations of countries and prefixes than that are forgotten.
    static constexpr std::size_t zones_max = 4096;

    std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, std::shared_ptr<const Calendar>> calendars_;  // null: no such zone here
    std::map<std::string, std::vector<std::string>> zones_;             // by what was told
};

}  // namespace premura
