#include "core/messages/values.h"

#include <array>

#include "core/events/vocabulary.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> ends{".day", ".day_short", ".time", ".text"};

// Names that a contact adds, and the facts that they stand for.
struct OtherName {
    std::string_view name;
    std::string_view fact;
};
constexpr OtherName other_names[] = {
    {"link", "shipment.tracking_url"}, {"promise.day", "promise.due.day"},
    {"promise.day_short", "promise.due.day_short"}, {"promise.time", "promise.due.time"}};

std::string one_line(std::string_view text) {
    std::string line;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte >= 0x20 && byte != 0x7f) {
            line += letter;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (line.size() > MessageValues::text_bytes_max) {
        std::size_t end = MessageValues::text_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;  // no part of a character
        line.resize(end);
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

bool is_web_address(std::string_view text) {
    return (text.starts_with("https://") || text.starts_with("http://")) && text.find(' ') == text.npos;
}

bool is_money(std::string_view fact) {
    return fact == "order.total" || fact == "return.amount" || fact == "refund.amount";
}

}  // namespace

std::string_view KnownFacts::text(std::string_view group, std::string_view name) const {
    if (facts == nullptr) return {};
    const json::value* of_group = facts->if_contains(group);
    if (of_group == nullptr || !of_group->is_object()) return {};
    const json::value* value = of_group->get_object().if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

TimeZone zone_of(const KnownFacts& known) {
    const std::string_view own = known.text("customer", "time_zone");
    if (auto zone = own.empty() ? std::nullopt : TimeZone::find(own)) return *std::move(zone);
    if (auto zone = TimeZone::find(known.tenant->timezone)) return *std::move(zone);
    return *TimeZone::find("UTC");
}

MessageValues::MessageValues(const KnownFacts& known, std::string_view language)
    : known_{known}, language_{language}, formats_{language, known.text("customer", "country"), zone_of(known)} {}

const json::value* MessageValues::fact_value(std::string_view name) const {
    if (known_.facts == nullptr) return nullptr;
    const std::size_t dot = name.find('.');
    const json::value* group = known_.facts->if_contains(name.substr(0, dot));
    if (group == nullptr || !group->is_object() || dot == name.npos) return nullptr;
    const json::value* value = group->get_object().if_contains(name.substr(dot + 1));
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string_view MessageValues::rule_name() const {
    const json::value* own = known_.rule_names == nullptr ? nullptr : known_.rule_names->if_contains(language_);
    return own != nullptr && own->is_string() ? std::string_view{own->get_string()} : known_.rule_name;
}

std::optional<std::string> MessageValues::find(std::string_view name) const {
    const auto given = [](std::string_view text) -> std::optional<std::string> {
        std::string line = one_line(text);
        return line.empty() ? std::nullopt : std::optional{std::move(line)};
    };
    if (name == "brand") return given(known_.tenant->brand);
    if (name == "brand_phone") return given(known_.tenant->phone);
    if (name == "rule.name") return given(rule_name());
    if (name == "reason") {
        auto reason = find("shipment.reason");
        return reason ? reason : find("return.reason");
    }
    if (name == "agent.name" || name == "agent.first_name") {
        const json::value* agent = fact_value(name);
        return agent != nullptr && agent->is_string() ? given(agent->get_string()) : std::nullopt;
    }
    for (const OtherName& other : other_names) {
        if (name == other.name) return find(other.fact);
    }
    std::string_view base = name;
    std::string_view end;
    for (const std::string_view one : ends) {
        if (!name.ends_with(one) || fact_named(name) != nullptr) continue;
        base = name.substr(0, name.size() - one.size());
        end = one;
    }
    const FactDefinition* fact = fact_named(base);
    if (fact == nullptr) {
        constexpr std::string_view at = "_at";
        return base.ends_with(at) ? time_of_event(base.substr(0, base.size() - at.size()), end) : std::nullopt;
    }
    const json::value* value = fact_value(base);
    if (value == nullptr) return std::nullopt;
    switch (fact->kind) {
        case FactKind::text:
            if (!value->is_string() || !end.empty()) return std::nullopt;
            if (base == "shipment.tracking_url" && !is_web_address(value->get_string())) return std::nullopt;
            return given(value->get_string());
        case FactKind::number:
            return value->is_number() ? formatted_number(base, value->to_number<double>(), end) : std::nullopt;
        case FactKind::time: return formatted_time(*value, end);
        case FactKind::boolean: return std::nullopt;
    }
    return std::nullopt;
}

bool MessageValues::holds(std::string_view name) const {
    if (find(name)) return true;
    const json::value* value = fact_value(name);
    if (value != nullptr && value->is_bool()) return value->get_bool();
    if (name.find('.') != name.npos || known_.facts == nullptr) return false;
    const json::value* group = known_.facts->if_contains(name);
    return group != nullptr && group->is_object() && !group->get_object().empty();
}

// The last one, when it happened several times.
std::optional<std::string> MessageValues::time_of_event(std::string_view event, std::string_view end) const {
    if (known_.history == nullptr) return std::nullopt;
    for (auto entry = known_.history->rbegin(); entry != known_.history->rend(); ++entry) {
        if (!entry->is_object()) continue;
        const json::value* name = entry->get_object().if_contains("event");
        const json::value* time = entry->get_object().if_contains("time");
        if (name != nullptr && time != nullptr && name->is_string() && name->get_string() == event) {
            return formatted_time(*time, end);
        }
    }
    return std::nullopt;
}

std::optional<std::string> MessageValues::formatted_time(const json::value& value, std::string_view end) const {
    if (!value.is_string() || end == ".text") return std::nullopt;
    // What was given as a bare date is that day, and has no time.
    if (const auto date = parse_date(value.get_string())) {
        if (end == ".time") return std::nullopt;
        return end == ".day_short" ? formats_.day_short(*date) : formats_.day(*date);
    }
    const auto time = parse_rfc3339(value.get_string());
    if (!time) return std::nullopt;
    if (end == ".day") return formats_.day(*time);
    if (end == ".day_short") return formats_.day_short(*time);
    if (end == ".time") return formats_.time(*time);
    return formats_.day_and_time(*time);
}

std::optional<std::string> MessageValues::formatted_number(std::string_view name, double value,
                                                           std::string_view end) const {
    if (!end.empty() && end != ".text") return std::nullopt;
    // An amount is never said without its currency.
    if (is_money(name)) return formats_.money(value, known_.text("order", "currency"));
    return formats_.number(value);
}

}  // namespace premura
