#include "core/contacts/customer_hours.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "core/calendar/country_zones.h"
#include "core/contacts/calling_codes.h"
#include "core/contacts/customer.h"

namespace premura {
namespace {

constexpr std::chrono::days looked_ahead{400};
// Codes are four digits at most; more of a number is nobody's concern here.
constexpr std::size_t prefix_length = 5;

std::string text_at(const boost::json::value& facts, std::string_view pointer) {
    boost::system::error_code unknown;
    const auto* value = facts.find_pointer(pointer, unknown);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

bool says(const boost::json::value& facts, std::string_view pointer) {
    boost::system::error_code unknown;
    const auto* value = facts.find_pointer(pointer, unknown);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string in_capitals(std::string text) {
    for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    return text;
}

}  // namespace

void ToldOfCustomer::add(const boost::json::value& facts) {
    if (zone.empty()) zone = text_at(facts, "/customer/time_zone");
    if (country.empty()) country = in_capitals(text_at(facts, "/customer/country"));
    if (phone.empty()) phone = text_at(facts, "/customer/phone");
    if (shipped_to.empty()) shipped_to = in_capitals(text_at(facts, "/order/country"));
    do_not_call = do_not_call || says(facts, "/customer/do_not_call");
    do_not_write = do_not_write || says(facts, "/customer/do_not_write");
}

ToldOfCustomer told_of(const Customer& customer) {
    ToldOfCustomer told;
    for (const Customer::OpenCase& open : customer.cases) {
        boost::system::error_code error;
        const boost::json::value facts = boost::json::parse(open.facts, error);
        if (!error) told.add(facts);
    }
    return told;
}

std::vector<std::string> plausible_zones(const ToldOfCustomer& told) {
    std::vector<std::string> zones = zones_of_country(told.country);
    if (!zones.empty()) return zones;
    std::vector<std::string_view> countries = countries_of_phone(told.phone);
    if (!told.shipped_to.empty()) countries.push_back(told.shipped_to);
    for (const std::string_view country : countries) {
        for (std::string& zone : zones_of_country(country)) {
            if (std::find(zones.begin(), zones.end(), zone) == zones.end()) zones.push_back(std::move(zone));
        }
    }
    return zones;
}

bool OpenHours::is_open(Instant time) const {
    return known() && std::all_of(calendars_.begin(), calendars_.end(),
                                  [time](const Calendar* calendar) { return calendar->is_open(time); });
}

Instant OpenHours::next_open(Instant time) const {
    if (!known()) return instant_max;
    // Each calendar moves the moment on to where it opens, until none of them does.
    const Instant end = time + looked_ahead;
    Instant at = time;
    while (at < end && !is_open(at)) {
        for (const Calendar* calendar : calendars_) at = std::max(at, calendar->next_open(at));
    }
    return at < end ? at : instant_max;
}

bool OpenHours::may_be_same_day(Instant one, Instant other) const {
    return std::any_of(calendars_.begin(), calendars_.end(), [one, other](const Calendar* calendar) {
        return calendar->local_date(one) == calendar->local_date(other);
    });
}

Instant OpenHours::end_of_day(Instant time) const {
    Instant end = time;
    for (const Calendar* calendar : calendars_) end = std::max(end, calendar->end_of_local_day(time));
    return end;
}

std::vector<std::string> OpenHours::zones() const {
    std::vector<std::string> names;
    for (const Calendar* calendar : calendars_) names.push_back(calendar->timezone());
    return names;
}

void CustomerHours::use(std::shared_ptr<const RuleSet> rules) {
    rules_ = std::move(rules);
    calendars_.clear();
}

OpenHours CustomerHours::of(const Tenant& tenant, Channel channel, const ToldOfCustomer& told) {
    if (!told.zone.empty()) {
        if (const Calendar* own = in_zone(tenant, channel, told.zone)) return OpenHours{{own}};
    }
    std::vector<const Calendar*> calendars;
    for (const std::string& zone : zones(told)) {
        const Calendar* calendar = in_zone(tenant, channel, zone);
        if (calendar != nullptr) calendars.push_back(calendar);
    }
    if (!calendars.empty()) return OpenHours{std::move(calendars)};
    if (tenant.hold_unknown_zone) return {};
    const Calendar* own = in_zone(tenant, channel, tenant.timezone);
    return own == nullptr ? OpenHours{} : OpenHours{{own}};
}

const Calendar* CustomerHours::in_zone(const Tenant& tenant, Channel channel, const std::string& zone) {
    const bool calls = channel == Channel::call;
    if (zone == tenant.timezone) return calls ? tenant.call_calendar.get() : tenant.message_calendar.get();
    const std::string key = tenant.id + (calls ? "/call/" : "/message/") + zone;
    auto found = calendars_.find(key);
    if (found == calendars_.end()) {
        CalendarSpec local = calls ? tenant.call_hours : tenant.message_hours;
        local.timezone = zone;
        found = calendars_.emplace(key, Calendar::compile(local, rules_->holidays).calendar).first;
    }
    return found->second.get();
}

const std::vector<std::string>& CustomerHours::zones(const ToldOfCustomer& told) {
    const std::string key = told.country + "/" + told.phone.substr(0, prefix_length) + "/" + told.shipped_to;
    auto found = zones_.find(key);
    if (found == zones_.end()) {
        // Whoever sends nonsense for countries must not fill the memory.
        if (zones_.size() >= zones_max) zones_.clear();
        found = zones_.emplace(key, plausible_zones(told)).first;
    }
    return found->second;
}

}  // namespace premura
