#include "core/events/mapping_value.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace premura {
namespace {

using Kind = FoundValue::Kind;
using Conversion = ValueExpression::Conversion;
using simdjson::dom::element;
using simdjson::dom::element_type;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

FoundValue text_value(std::string_view text) {
    if (text.empty()) return {};
    return {.kind = simdjson::validate_utf8(text) ? Kind::text : Kind::broken, .text = text};
}

template <typename Integer>
FoundValue integer_value(Integer number, TextArena& arena) {
    return {.kind = Kind::integer,
            .text = arena.keep(fmt::format_int{number}.c_str()),
            .number = static_cast<double>(number)};
}

FoundValue json_value(element value, TextArena& arena) {
    switch (value.type()) {
        case element_type::NULL_VALUE:
            return {};
        case element_type::STRING:
            return text_value(value.get_string().value_unsafe());
        case element_type::INT64:
            return integer_value(value.get_int64().value_unsafe(), arena);
        case element_type::UINT64:
            return integer_value(value.get_uint64().value_unsafe(), arena);
        case element_type::DOUBLE:
            return {.kind = Kind::number, .number = value.get_double().value_unsafe()};
        case element_type::BOOL:
            return {.kind = Kind::boolean, .boolean = value.get_bool().value_unsafe()};
        case element_type::ARRAY:
        case element_type::OBJECT:
            break;
    }
    return {.kind = Kind::structure, .element = value};
}

FoundValue find_in(const std::optional<element>& root, const std::string& pointer,
                   TextArena& arena) {
    element found;
    if (!root || root->at_pointer(pointer).get(found)) return {};
    return json_value(found, arena);
}

FoundValue join(const std::vector<TextPiece>& pieces, const MappingScope& scope) {
    std::string joined;
    for (const TextPiece& piece : pieces) {
        if (!piece.path) {
            joined += piece.literal;
            continue;
        }
        const FoundValue value = find_value(*piece.path, scope);
        if (value.kind == Kind::broken) return value;
        const auto text = text_of(value, scope.arena);
        if (!text) return {};
        joined += *text;
    }
    return text_value(scope.arena.keep(joined));
}

std::string_view part_of(std::string_view text, const std::string& separator, int part) {
    std::vector<std::string_view> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        parts.push_back(text.substr(start, end - start));
        if (end == std::string_view::npos) break;
        start = end + separator.size();
    }
    const auto count = static_cast<std::int64_t>(parts.size());
    const std::int64_t index = part < 0 ? count + part : part;
    return index < 0 || index >= count ? std::string_view{}
                                       : parts[static_cast<std::size_t>(index)];
}

std::string_view take(std::string_view text, const Take& rule, TextArena& arena) {
    if (rule.what == Take::What::part) return part_of(text, rule.separator, rule.part);
    std::string digits;
    for (const char c : text) {
        if (is_digit(c)) digits += c;
    }
    return arena.keep(digits);
}

Converted wrong() {
    return {{}, FactError::wrong_kind};
}

Converted to_number(const FoundValue& value) {
    if (value.kind == Kind::integer || value.kind == Kind::number) return {Value::of(value.number)};
    if (value.kind != Kind::text) return wrong();
    const std::string_view text = value.text;
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
        return wrong();
    }
    return {Value::of(number)};
}

Converted to_boolean(const FoundValue& value) {
    if (value.kind == Kind::boolean) return {Value::of(value.boolean)};
    if (value.kind != Kind::text) return wrong();
    if (value.text == "true" || value.text == "false") return {Value::of(value.text == "true")};
    return wrong();
}

// Seconds since 1970, or milliseconds: those of today's dates differ by a factor of a thousand, and
// the border lies at the year 5138 and in March 1973.
Converted to_instant(double number) {
    constexpr double seconds_end = 1e11;
    constexpr double milliseconds_end = 1e14;
    if (!(std::abs(number) < milliseconds_end)) return {{}, FactError::bad_time};
    const double milliseconds = std::abs(number) < seconds_end ? number * 1000 : number;
    return {Value::of(instant_of(std::llround(milliseconds)))};
}

Converted to_time(const FoundValue& value, std::string_view zone_name, TimeZones& zones) {
    if (value.kind == Kind::integer || value.kind == Kind::number) return to_instant(value.number);
    if (value.kind != Kind::text) return wrong();
    if (const auto instant = parse_rfc3339(value.text)) return {Value::of(*instant)};
    if (const auto date = parse_date(value.text)) {
        return {Value::of_date(std::chrono::sys_days{*date})};
    }
    const auto local = parse_local_time(value.text);
    const TimeZone* zone = local ? zones.find(zone_name) : nullptr;
    if (zone == nullptr) return {{}, FactError::bad_time};
    return {Value::of(zone->instant_of_local(*local))};
}

// Commercetools writes {"centAmount": 1099, "fractionDigits": 2}; others a bare number of cents.
Converted to_money(const FoundValue& value) {
    std::int64_t cents = 0;
    std::int64_t digits = 2;
    if (value.kind == Kind::structure) {
        if (value.element["centAmount"].get(cents)) return wrong();
        const auto error = value.element["fractionDigits"].get(digits);
        if (error && error != simdjson::NO_SUCH_FIELD) return wrong();
        if (digits < 0 || digits > 12) return wrong();
        return {
            Value::of(static_cast<double>(cents) / std::pow(10.0, static_cast<double>(digits)))};
    }
    const Converted number = to_number(value);
    if (number.error != FactError::none) return number;
    if (number.value.number != std::floor(number.value.number)) return wrong();
    return {Value::of(number.value.number / 100)};
}

// Digits, with a plus in front where the country is known. What follows a letter is an extension.
Converted to_phone(std::string_view text, TextArena& arena) {
    std::string digits;
    bool plus = false;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) break;
        if (c == '+' && digits.empty()) plus = true;
        if (is_digit(c)) digits += c;
    }
    if (!plus && digits.starts_with("00")) {
        plus = true;
        digits.erase(0, 2);
    }
    if (digits.empty()) return {};
    if (plus) digits.insert(digits.begin(), '+');
    return {Value::of(arena.keep(digits))};
}

// `it-IT`, `it_IT` and `IT` are `it`. What is no language says nothing.
Converted to_language(std::string_view text, TextArena& arena) {
    std::string language;
    for (const char c : text.substr(0, text.find_first_of("-_"))) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower < 'a' || lower > 'z') return {};
        language += lower;
    }
    if (language.size() < 2 || language.size() > 3) return {};
    return {Value::of(arena.keep(language))};
}

Conversion conversion_to(FactKind wanted) {
    switch (wanted) {
        case FactKind::text:
            return Conversion::text;
        case FactKind::number:
            return Conversion::number;
        case FactKind::time:
            return Conversion::time;
        case FactKind::boolean:
            break;
    }
    return Conversion::none;
}

}  // namespace

FoundValue find_value(const ValuePath& path, const MappingScope& scope) {
    FoundValue found;
    switch (path.root) {
        case ValuePath::Root::body:
            found = find_in(scope.body, path.path, scope.arena);
            break;
        case ValuePath::Root::element:
            found = find_in(scope.element, path.path, scope.arena);
            break;
        case ValuePath::Root::constant:
            found = text_value(path.path);
            break;
        case ValuePath::Root::key:
            found = text_value(scope.record.key);
            break;
        case ValuePath::Root::header:
            for (const auto& [name, text] : scope.record.headers) {
                if (name != path.path) continue;
                found = text_value(text);
                break;
            }
            break;
    }
    found.path = &path;
    return found;
}

std::optional<std::string_view> text_of(const FoundValue& value, TextArena& arena) {
    switch (value.kind) {
        case Kind::text:
        case Kind::integer:
            return value.text;
        case Kind::number:
            return arena.keep(fmt::format("{}", value.number));
        case Kind::boolean:
            return value.boolean ? "true" : "false";
        case Kind::missing:
        case Kind::ignored:
        case Kind::structure:
        case Kind::broken:
            break;
    }
    return std::nullopt;
}

FoundValue evaluate(const ValueExpression& expression, const MappingScope& scope) {
    FoundValue found;
    for (const ValuePath& path : expression.first_of) {
        found = find_value(path, scope);
        if (found.kind != Kind::missing) break;
    }
    if (found.kind == Kind::missing && !expression.text_pieces.empty()) {
        found = join(expression.text_pieces, scope);
    }
    if (found.kind == Kind::broken) return found;

    const ValuePath* path = found.path;
    const bool plain = expression.take.what == Take::What::all && expression.map.empty();
    if (!plain && found.kind != Kind::missing) {
        std::string_view text = text_of(found, scope.arena).value_or("");
        if (expression.take.what != Take::What::all) {
            text = take(text, expression.take, scope.arena);
        }
        if (!expression.map.empty() && !text.empty()) {
            const auto entry = expression.map.find(std::string{text});
            text = entry == expression.map.end() ? std::string_view{} : entry->second;
        }
        found = text_value(text);
    }
    if (found.kind == Kind::missing) {
        if (expression.otherwise_ignore) found.kind = Kind::ignored;
        if (expression.otherwise) found = text_value(*expression.otherwise);
    }
    found.path = path;
    return found;
}

Converted convert(const FoundValue& value, const ValueExpression& expression, FactKind wanted,
                  std::string_view default_zone, TimeZones& zones, TextArena& arena) {
    if (value.kind == Kind::missing) return {};
    Conversion conversion = expression.as;
    if (conversion == Conversion::none) conversion = conversion_to(wanted);
    switch (conversion) {
        case Conversion::none:
            return to_boolean(value);
        case Conversion::number:
            return to_number(value);
        case Conversion::money_cents:
            return to_money(value);
        case Conversion::time:
            return to_time(value, expression.zone.empty() ? default_zone : expression.zone, zones);
        case Conversion::text:
        case Conversion::phone:
        case Conversion::language:
            break;
    }
    const auto text = text_of(value, arena);
    if (!text) return wrong();
    if (conversion == Conversion::phone) return to_phone(*text, arena);
    if (conversion == Conversion::language) return to_language(*text, arena);
    return {Value::of(*text)};
}

}  // namespace premura
