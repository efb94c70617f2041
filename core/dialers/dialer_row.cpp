#include "core/dialers/dialer_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "core/contacts/calling_codes.h"
#include "core/dialers/phone_number.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::size_t short_id_length = 20;  // 100 of the 128 bits of a derived id
constexpr std::string_view rfc3339 = "%Y-%m-%dT%H:%M:%S%z";

const json::value* member(const json::object& object, std::string_view name) {
    return object.if_contains(name);
}

std::string text_of(const json::value* value) {
    if (value == nullptr) return {};
    if (value->is_string()) return std::string{value->get_string()};
    if (value->is_bool()) return value->get_bool() ? "true" : "false";
    if (value->is_int64()) return std::to_string(value->get_int64());
    if (value->is_uint64()) return std::to_string(value->get_uint64());
    if (!value->is_double()) return {};
    // The shortest digits that mean the same number, never with an exponent.
    char digits[400];
    const auto written = std::to_chars(std::begin(digits), std::end(digits), value->get_double(), std::chars_format::fixed);
    return {std::begin(digits), written.ptr};
}

std::string text_in(const json::object& object, std::string_view name) { return text_of(member(object, name)); }

const json::array& cases_of(const json::object& record) {
    static const json::array none;
    const json::value* cases = member(record, "cases");
    return cases != nullptr && cases->is_array() ? cases->get_array() : none;
}

// A fact of the first case that knows it.
std::string fact_of(const json::object& record, std::string_view name) {
    const std::size_t dot = name.find('.');
    for (const json::value& one : cases_of(record)) {
        const json::value* facts = one.is_object() ? member(one.get_object(), "facts") : nullptr;
        if (facts == nullptr || !facts->is_object()) continue;
        const json::value* group = member(facts->get_object(), name.substr(0, dot));
        if (group == nullptr || !group->is_object()) continue;
        std::string text = text_of(member(group->get_object(), name.substr(dot + 1)));
        if (!text.empty()) return text;
    }
    return {};
}

std::string of_first_case(const json::object& record, std::string_view name) {
    const json::array& cases = cases_of(record);
    return cases.empty() || !cases[0].is_object() ? std::string{} : text_in(cases[0].get_object(), name);
}

std::string zone_of_customer(const DialerTask& task, ZonesByName& zones_known) {
    const json::value* zones = member(task.record, "zones");
    if (zones != nullptr && zones->is_array() && zones->get_array().size() == 1) return text_of(&zones->get_array()[0]);
    const std::string told = fact_of(task.record, "customer.time_zone");
    if (!told.empty() && zones_known.find(told) != nullptr) return told;
    return task.tenant == nullptr ? "UTC" : task.tenant->timezone;
}

std::string name_of_customer(const json::object& record) {
    std::string name = fact_of(record, "customer.name");
    if (!name.empty()) return name;
    const std::string first = fact_of(record, "customer.first_name");
    const std::string last = fact_of(record, "customer.last_name");
    return first + (first.empty() || last.empty() ? "" : " ") + last;
}

// What stands after the first word, when nobody told which are the family's.
std::string last_name(const json::object& record) {
    std::string told = fact_of(record, "customer.last_name");
    if (!told.empty()) return told;
    const std::string name = fact_of(record, "customer.name");
    const std::string first = fact_of(record, "customer.first_name");
    if (!first.empty() && name.starts_with(first + " ")) return name.substr(first.size() + 1);
    const std::size_t blank = name.find(' ');
    return blank == name.npos ? std::string{} : name.substr(blank + 1);
}

std::string first_name(const json::object& record) {
    std::string told = fact_of(record, "customer.first_name");
    if (!told.empty()) return told;
    const std::string name = fact_of(record, "customer.name");
    return name.substr(0, name.find(' '));
}

std::string in_form(std::string_view form, Instant time, const TimeZone* zone) {
    const std::chrono::seconds offset = zone != nullptr ? zone->offset_at(time) : std::chrono::seconds{0};
    const Instant local = std::chrono::floor<std::chrono::seconds>(time + offset);
    const auto midnight = std::chrono::floor<std::chrono::days>(local);
    const LocalDate date{midnight};
    const std::chrono::hh_mm_ss<Milliseconds> clock{local - midnight};
    std::string text;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '%' || i + 1 == form.size()) {
            text += form[i];
            continue;
        }
        switch (form[++i]) {
            case 'Y': text += fmt::format("{:04}", static_cast<int>(date.year())); break;
            case 'm': text += fmt::format("{:02}", static_cast<unsigned>(date.month())); break;
            case 'd': text += fmt::format("{:02}", static_cast<unsigned>(date.day())); break;
            case 'H': text += fmt::format("{:02}", clock.hours().count()); break;
            case 'M': text += fmt::format("{:02}", clock.minutes().count()); break;
            case 'S': text += fmt::format("{:02}", clock.seconds().count()); break;
            case 'z': {
                const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
                text += fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
                break;
            }
            default: text += form[i];
        }
    }
    return text;
}

std::size_t character_bytes(std::string_view text, std::size_t at) {
    std::size_t length = 1;
    while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xc0) == 0x80) ++length;
    return length;
}

// The bytes of the first so many characters.
std::size_t bytes_of_first(std::string_view text, std::size_t characters) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < characters && bytes < text.size(); ++i) bytes += character_bytes(text, bytes);
    return bytes;
}

class Row {
 public:
    Row(const DialerTask& task, ZonesByName& zones)
        : task_{task}, zones_{zones}, record_{task.record}, numbers_{dialable_numbers(record_)}, zone_{zone_of_customer(task, zones)} {}

    std::string cell(const DialerColumn& column, std::size_t cell_max) const {
        std::string text;
        bool exact = false;
        for (const DialerColumn::Piece& piece : column.pieces) {
            if (!piece.field) {
                text += piece.text;
                continue;
            }
            text += value({piece.text, *piece.field}, column);
            exact = exact || *piece.field != DialerField::Kind::text;
        }
        if (!column.words.empty()) {
            const auto word = column.words.find(text);
            text = word != column.words.end() ? word->second : column.otherwise.value_or("");
        }
        const std::size_t length = column.length == 0 ? cell_max : column.length;
        const std::size_t fits = bytes_of_first(text, length);
        if (fits == text.size()) return text;
        return exact && column.pieces.size() == 1 ? std::string{} : text.substr(0, fits);
    }

 private:
    std::string value(const DialerField& field, const DialerColumn& column) const {
        if (field.kind == DialerField::Kind::time) return time(field.name, column);
        if (field.name.starts_with("phone")) return number(0, field.name);
        if (field.name.starts_with("other_phone")) return number(1, field.name);
        return text(field.name);
    }

    std::string time(std::string_view field, const DialerColumn& column) const {
        const std::optional<Instant> at = instant(field);
        if (!at) return {};
        const std::string& zone = column.zone == "customer"                           ? zone_
                                  : column.zone == "tenant" && task_.tenant != nullptr ? task_.tenant->timezone
                                                                                      : column.zone;
        return in_form(column.time.empty() ? rfc3339 : std::string_view{column.time}, *at, zones_.find(zone));
    }

    std::optional<Instant> instant(std::string_view field) const {
        if (field == "not_before") return task_.window.not_before;
        if (field == "not_after") return task_.window.not_after;
        if (field == "due_at") return parse_rfc3339(of_first_case(record_, "deadline"));
        if (field == "raised_at" || field == "retry_at") return parse_rfc3339(text_in(record_, field));
        return parse_rfc3339(fact_of(record_, field));
    }

    std::string number(std::size_t position, std::string_view field) const {
        if (position >= numbers_.size()) return {};
        const std::string& number = numbers_[position];
        if (field.ends_with(".digits")) return number.substr(1);
        const std::string_view code = calling_code_of(number);
        if (field.ends_with(".code")) return std::string{code};
        if (field.ends_with(".national")) return number.substr(1 + code.size());
        return number;
    }

    std::string text(std::string_view field) const {
        if (field == "task.short") return text_in(record_, "task").substr(0, short_id_length);
        if (field == "idempotency_key") return text_in(record_, "task") + "." + text_in(record_, "version");
        if (field == "state") return dialer_state(record_);
        if (field == "brand") return task_.tenant == nullptr ? std::string{} : task_.tenant->brand;
        if (field == "rule" || field == "rule_name") return of_first_case(record_, field);
        if (field == "time_zone") return zone_;
        if (field == "language") return language();
        if (field == "name") return name_of_customer(record_);
        if (field == "first_name") return first_name(record_);
        if (field == "last_name") return last_name(record_);
        if (field.find('.') != field.npos) return fact_of(record_, field);
        return text_in(record_, field);
    }

    std::string language() const {
        const std::string told = fact_of(record_, "customer.language");
        if (!told.empty()) return told.substr(0, told.find_first_of("-_"));
        return task_.tenant == nullptr || task_.tenant->languages.empty() ? std::string{} : task_.tenant->languages.front();
    }

    const DialerTask& task_;
    ZonesByName& zones_;
    const json::object& record_;
    const std::vector<std::string> numbers_;
    const std::string zone_;
};

}  // namespace

std::string dialer_state(const json::object& record) {
    const std::string state = text_in(record, "state");
    if (state != "open" && state != "waiting") return "withdrawn";
    if (dialable_numbers(record).empty()) return "withdrawn";
    const auto holds = [&record](std::string_view name) {
        const json::value* value = member(record, name);
        return value != nullptr && value->is_object();
    };
    if (holds("claim")) return "claimed";
    return state == "waiting" || holds("call_back") ? "waiting" : "open";
}

std::vector<std::string> dialable_numbers(const json::object& record) {
    std::vector<std::string> numbers;
    const json::value* phones = member(record, "phones");
    if (phones == nullptr || !phones->is_array()) {
        // A record of before there were numbers in it.
        if (std::string number = e164_of(fact_of(record, "customer.phone")); !number.empty()) numbers.push_back(std::move(number));
        return numbers;
    }
    for (const json::value& phone : phones->get_array()) {
        if (!phone.is_object() || text_in(phone.get_object(), "state") != "usable") continue;
        std::string number = e164_of(text_in(phone.get_object(), "number"));
        if (!number.empty() && std::ranges::find(numbers, number) == numbers.end()) numbers.push_back(std::move(number));
    }
    return numbers;
}

const TimeZone* ZonesByName::find(const std::string& name) {
    auto known = zones_.find(name);
    if (known == zones_.end()) known = zones_.emplace(name, TimeZone::find(name)).first;
    return known->second ? &*known->second : nullptr;
}

std::vector<std::string> dialer_row(const DialerMap& map, const DialerTask& task, ZonesByName& zones) {
    const Row row{task, zones};
    std::vector<std::string> cells;
    cells.reserve(map.columns.size());
    for (const DialerColumn& column : map.columns) cells.push_back(row.cell(column, map.cell_max));
    return cells;
}

std::vector<std::string> dialer_header(const DialerMap& map) {
    std::vector<std::string> names;
    for (const DialerColumn& column : map.columns) names.push_back(column.name);
    return names;
}

}  // namespace premura
