#include "core/desk/offers.h"

#include <algorithm>
#include <initializer_list>

#include "core/calendar/time_zone.h"
#include "core/desk/known_json.h"

namespace premura {
namespace {

namespace json = boost::json;
using namespace known;

bool has_happened(const json::array& history, std::initializer_list<std::string_view> events) {
    return std::ranges::any_of(history, [events](const json::value& entry) {
        return std::ranges::find(events, text_in(object_in(entry), "event")) != events.end();
    });
}

// The day of a fact, on the tenant's clock; nothing when it has passed or is none.
std::optional<std::string> coming_day(std::string_view fact, const Tenant* tenant, Instant now) {
    const auto zone = tenant == nullptr ? std::nullopt : TimeZone::find(tenant->timezone);
    if (!zone) return std::nullopt;
    const auto today = zone->local_day(now);
    std::optional<std::chrono::local_days> day;
    if (const auto date = parse_date(fact)) day = std::chrono::local_days{*date};
    if (const auto time = parse_rfc3339(fact)) {
        if (*time < now) return std::nullopt;
        day = zone->local_day(*time);
    }
    if (!day || *day < today) return std::nullopt;
    return format_date(LocalDate{*day});
}

}  // namespace

json::array offers_of(const json::object& body, const Tenant* tenant, Instant now) {
    if (body.contains("offers")) return array_in(body, "offers");
    json::array offers;
    const json::array& cases = array_in(body, "cases");
    const json::object& first = cases.empty() ? object_in(json::value{}) : object_in(cases[0]);
    const json::object& facts = object_in(first, "facts");
    const json::array& history = array_in(first, "history");
    auto date = coming_day(text_in(object_in(facts, "shipment"), "eta"), tenant, now);
    if (!date) date = coming_day(text_in(object_in(facts, "order"), "promised_by"), tenant, now);
    if (date) offers.push_back(json::object{{"kind", "new_date"}, {"date", *date}});

    for (const std::string_view kind : {"voucher", "refund"}) {
        const json::object& allowed = object_in(object_in(body, "discretion"), kind);
        if (text_in(allowed, "amount").empty()) continue;
        offers.push_back(json::object{{"kind", kind}, {"amount_max", allowed}});
    }

    if (has_happened(history, {"shipment.delivered", "order.cancelled", "order.refunded"})) return offers;
    const bool with_courier = has_happened(history, {"shipment.handed_over", "shipment.scanned",
                                                     "shipment.out_for_delivery", "shipment.attempt_failed"});
    const bool placed = has_happened(history, {"order.placed", "order.paid"});
    const auto offer = [&offers](std::string_view kind) { offers.push_back(json::object{{"kind", kind}}); };
    if (with_courier) {
        offer("pickup_point");
        offer("new_delivery");
    } else if (placed) {
        offer("change_address");
        offer("cancel");
    }
    return offers;
}

}  // namespace premura
