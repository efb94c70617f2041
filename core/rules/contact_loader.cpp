#include "core/rules/contact_loader.h"

#include <fmt/format.h>

#include <span>

#include "core/rules/call_rules_loader.h"
#include "core/rules/contact_limit_loader.h"
#include "core/rules/restraint_loader.h"

namespace premura {
namespace {

constexpr std::string_view contact_keys[] = {
    "calls",     "messages", "limits", "one_call_for_all_open_cases", "after_customer_contacts_us",
    "retry_call", "unknown_zone", "catch_up"};
constexpr std::string_view unknown_zones[] = {"tenant", "hold"};
constexpr std::string_view hours_keys[] = {"hours", "avoid", "never", "day_before_holiday", "holidays"};
constexpr std::string_view call_keys[] = {"hours",    "avoid", "never",    "day_before_holiday",
                                          "holidays", "lease", "wishes_to"};

constexpr int hour = 60;
constexpr int sunday = 6;
constexpr int saturday = 5;

// What holds for a channel when the tenant's file is silent: narrow on purpose, because a missing
// line must never wake anybody.
struct ChannelDefaults {
    WeeklyHours hours;
    DaySpans avoid;
    bool never_on_sundays_and_holidays = false;
    bool short_day_before_holiday = false;
    std::span<const std::string_view> keys = hours_keys;
};

ChannelDefaults call_defaults() {
    ChannelDefaults defaults;
    for (int day = 0; day < saturday; ++day) defaults.hours[day] = {{9 * hour, 20 * hour}};
    defaults.hours[saturday] = {{10 * hour, 19 * hour}};
    defaults.avoid = {{12 * hour + 30, 14 * hour + 30}, {19 * hour, 21 * hour}};
    defaults.never_on_sundays_and_holidays = true;
    defaults.short_day_before_holiday = true;
    defaults.keys = call_keys;
    return defaults;
}

ChannelDefaults message_defaults() {
    ChannelDefaults defaults;
    for (DaySpans& day : defaults.hours) day = {{8 * hour + 30, 21 * hour + 30}};
    return defaults;
}

// Reads one channel: `calls:` or `messages:`.
class ChannelLoader {
 public:
    ChannelLoader(const YamlNode* node, const Place& place, ChannelDefaults defaults,
                  YamlReader& reader)
        : node_(node), defaults_(std::move(defaults)), reader_(reader) {
        calendar_.places[""] = node == nullptr ? place : reader.place_of(*node);
    }

    LoadedCalendar load(std::string name, const std::string& timezone) {
        const std::size_t errors_before = reader_.error_count();
        calendar_.spec.name = std::move(name);
        calendar_.spec.timezone = timezone;
        if (node_ != nullptr && !reader_.map(*node_, "contact hours", defaults_.keys)) node_ = nullptr;
        load_hours();
        load_avoid();
        load_holiday_sets();
        load_never();
        load_day_before_holiday();
        calendar_.readable = reader_.error_count() == errors_before;
        return std::move(calendar_);
    }

 private:
    const YamlNode* find(std::string_view key) const {
        return node_ == nullptr ? nullptr : node_->find(key);
    }

    void load_hours() {
        const YamlNode* hours = find("hours");
        if (hours == nullptr) {
            calendar_.spec.open = defaults_.hours;
        } else {
            load_weekly_hours(*hours, calendar_, reader_);
        }
    }

    void load_avoid() {
        const YamlNode* avoid = find("avoid");
        if (avoid == nullptr) {
            calendar_.avoid = defaults_.avoid;
            return;
        }
        if (!reader_.map(*avoid, "'avoid'")) return;
        for (const YamlEntry& entry : avoid->entries) {
            for (const MinuteSpan& span : load_day_spans(entry.value, reader_)) {
                if (span.from < span.to) {
                    calendar_.avoid.push_back(span);
                } else {
                    reader_.error("PR150", entry.value, "the hours end before they start",
                                  "hours over midnight are two spans");
                }
            }
        }
    }

    void load_holiday_sets() {
        const YamlNode* holidays = find("holidays");
        if (holidays == nullptr) return;
        calendar_.places["holidays"] = reader_.place_of(*holidays);
        for (const YamlNode* item : reader_.one_or_many(*holidays, "'holidays'")) {
            if (auto name = reader_.name(*item, "the name of a holiday set"))
                sets_.push_back(*name);
        }
    }

    void close_on_holidays() {
        for (const std::string& set : sets_) {
            calendar_.places[fmt::format("closed[{}]", calendar_.spec.closed.size())] =
                calendar_.places["holidays"];
            calendar_.spec.closed.emplace_back(HolidaySetReference{set});
        }
    }

    void load_never() {
        const YamlNode* never = find("never");
        if (never == nullptr) {
            if (!defaults_.never_on_sundays_and_holidays) return;
            calendar_.spec.open[sunday].clear();
            close_on_holidays();
            if (sets_.empty()) warn_about_holidays();
            return;
        }
        // An empty list is a decision: no day is left out.
        if (never->is_list() && never->items.empty()) return;
        for (const YamlNode* item : reader_.one_or_many(*never, "'never'")) {
            if (item->is_scalar() && item->text == "holidays") {
                close_on_holidays();
                if (sets_.empty() && find("holidays") == nullptr) {
                    reader_.error("PR161", *item, "which holidays?",
                                  "add for example holidays: italy");
                }
            } else if (const auto weekday = load_weekday(*item, reader_)) {
                hours_of(calendar_.spec.open, *weekday).clear();
            }
        }
    }

    void warn_about_holidays() {
        reader_.add(warning_at(calendar_.places.at(""), "PR161",
                               "customers would be called on holidays too: no holidays are named",
                               "add for example contact: { calls: { holidays: italy } }"));
    }

    void load_day_before_holiday() {
        const YamlNode* day = find("day_before_holiday");
        if (day == nullptr) {
            if (defaults_.short_day_before_holiday && !sets_.empty()) {
                calendar_.spec.day_before_holiday = DayBeforeHoliday{std::chrono::Saturday, sets_};
                calendar_.places["day_before_holiday"] = calendar_.places["holidays"];
            }
            return;
        }
        calendar_.places["day_before_holiday"] = reader_.place_of(*day);
        const auto weekday = load_weekday(*day, reader_);
        if (!weekday) return;
        calendar_.spec.day_before_holiday = DayBeforeHoliday{*weekday, sets_};
        if (sets_.empty() && find("holidays") == nullptr) {
            reader_.error("PR161", *day, "before which holidays?",
                          "add for example holidays: italy");
        }
    }

    const YamlNode* node_;
    ChannelDefaults defaults_;
    YamlReader& reader_;
    LoadedCalendar calendar_;
    std::vector<std::string> sets_;
};

}  // namespace

LoadedContact load_contact(const YamlNode* node, const Place& tenant_place,
                           const std::string& timezone, YamlReader& reader) {
    if (node != nullptr && !reader.map(*node, "'contact'", contact_keys)) node = nullptr;
    const YamlNode* calls = node == nullptr ? nullptr : node->find("calls");
    const YamlNode* messages = node == nullptr ? nullptr : node->find("messages");
    const Place place = node == nullptr ? tenant_place : reader.place_of(*node);
    LoadedContact contact;
    contact.calls =
        ChannelLoader{calls, place, call_defaults(), reader}.load("contact-calls", timezone);
    contact.messages = ChannelLoader{messages, place, message_defaults(), reader}.load(
        "contact-messages", timezone);
    contact.limits = load_limits(node, reader);
    contact.wait_after_inbound = load_wait_after_inbound(node, contact.wait_after_inbound, reader);
    contact.call_rules = load_call_rules(node, reader, contact.uses);
    if (node == nullptr) return contact;
    if (const YamlNode* one_call = node->find("one_call_for_all_open_cases")) {
        reader.boolean(*one_call, "'one_call_for_all_open_cases'");
    }
    if (const YamlNode* zone = node->find("unknown_zone")) {
        contact.hold_unknown_zone = reader.word(*zone, "'unknown_zone'", unknown_zones) == 1;
    }
    if (const YamlNode* rate = node->find("catch_up")) {
        contact.catch_up = load_rate(*rate, "'catch_up'", reader).value_or(contact.catch_up);
    }
    return contact;
}

}  // namespace premura
