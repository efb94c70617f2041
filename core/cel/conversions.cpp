#include <fmt/format.h>

#include <cmath>
#include <string>

#include "core/cel/builtins.h"
#include "core/cel/literal.h"
#include "core/cel/utf8.h"

namespace premura::cel {
namespace {

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

Value no_overload(const Context& context) {
    return context.error(ErrorCode::no_such_overload);
}

Value or_bad_conversion(const std::optional<Value>& value, const Value& text,
                        const Context& context) {
    return value ? *value : context.error(ErrorCode::bad_conversion, text.as_text());
}

std::optional<Value> parse_integer(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.find_first_of("xX") != std::string_view::npos) return std::nullopt;
    const auto value = read_integer(text, negative);
    if (!value) return std::nullopt;
    return Value::integer(*value);
}

std::optional<Value> parse_unsigned(std::string_view text) {
    if (text.find_first_of("xX") != std::string_view::npos) return std::nullopt;
    const auto value = read_unsigned(text);
    if (!value) return std::nullopt;
    return Value::unsigned_integer(*value);
}

std::optional<Value> parse_floating(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    const auto value = read_floating(text);
    if (!value) return std::nullopt;
    return Value::floating(*value);
}

std::optional<Value> parse_boolean(std::string_view text) {
    constexpr std::string_view yes[] = {"1", "t", "true", "TRUE", "True"};
    constexpr std::string_view no[] = {"0", "f", "false", "FALSE", "False"};
    for (const std::string_view name : yes) {
        if (text == name) return Value::boolean(true);
    }
    for (const std::string_view name : no) {
        if (text == name) return Value::boolean(false);
    }
    return std::nullopt;
}

}  // namespace

Value to_integer(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    switch (given.kind()) {
        case Kind::integer:
            return given;
        case Kind::unsigned_integer:
            if (given.as_unsigned() > INT64_MAX) return context.error(ErrorCode::out_of_range);
            return Value::integer(static_cast<std::int64_t>(given.as_unsigned()));
        case Kind::floating:
            // Neither bound itself: a double there may stand for a number beyond. Source: the
            // conformance suite, conversions/int.
            if (!(given.as_floating() > -two_to_63 && given.as_floating() < two_to_63)) {
                return context.error(ErrorCode::out_of_range);
            }
            return Value::integer(static_cast<std::int64_t>(given.as_floating()));
        case Kind::string:
            return or_bad_conversion(parse_integer(given.as_text()), given, context);
        case Kind::timestamp:
            return Value::integer(given.seconds());
        default:
            return no_overload(context);
    }
}

Value to_unsigned(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    switch (given.kind()) {
        case Kind::unsigned_integer:
            return given;
        case Kind::integer:
            if (given.as_integer() < 0) return context.error(ErrorCode::out_of_range);
            return Value::unsigned_integer(given.as_unsigned());
        case Kind::floating:
            if (!(given.as_floating() >= 0 && given.as_floating() < two_to_64)) {
                return context.error(ErrorCode::out_of_range);
            }
            return Value::unsigned_integer(static_cast<std::uint64_t>(given.as_floating()));
        case Kind::string:
            return or_bad_conversion(parse_unsigned(given.as_text()), given, context);
        default:
            return no_overload(context);
    }
}

Value to_floating(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    switch (given.kind()) {
        case Kind::floating:
            return given;
        case Kind::integer:
            return Value::floating(static_cast<double>(given.as_integer()));
        case Kind::unsigned_integer:
            return Value::floating(static_cast<double>(given.as_unsigned()));
        case Kind::string:
            return or_bad_conversion(parse_floating(given.as_text()), given, context);
        default:
            return no_overload(context);
    }
}

Value to_boolean(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    if (given.is(Kind::boolean)) return given;
    if (!given.is(Kind::string)) return no_overload(context);
    return or_bad_conversion(parse_boolean(given.as_text()), given, context);
}

Value to_string(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    switch (given.kind()) {
        case Kind::string:
            return given;
        case Kind::boolean:
            return Value::string(given.as_boolean() ? "true" : "false");
        case Kind::integer:
            return context.make_string(fmt::format_int{given.as_integer()}.c_str());
        case Kind::unsigned_integer:
            return context.make_string(fmt::format_int{given.as_unsigned()}.c_str());
        case Kind::floating:
            return context.make_string(write_floating(given.as_floating()));
        case Kind::bytes:
            if (!is_utf8(given.as_text())) return context.error(ErrorCode::bad_conversion);
            return Value::string(given.as_text());
        case Kind::timestamp:
            return context.make_string(format_timestamp(given));
        case Kind::duration:
            return context.make_string(format_duration(given.as_duration()));
        default:
            return no_overload(context);
    }
}

Value to_bytes(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    if (given.is(Kind::bytes)) return given;
    if (!given.is(Kind::string)) return no_overload(context);
    return Value::bytes(given.as_text());
}

Value to_timestamp(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    if (given.is(Kind::timestamp)) return given;
    if (given.is(Kind::string)) {
        return or_bad_conversion(parse_timestamp(given.as_text()), given, context);
    }
    if (!given.is(Kind::integer)) return no_overload(context);
    const auto moment = timestamp_of_seconds(given.as_integer());
    return moment ? *moment : context.error(ErrorCode::out_of_range);
}

Value to_duration(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    if (given.is(Kind::duration)) return given;
    if (!given.is(Kind::string)) return no_overload(context);
    return or_bad_conversion(parse_duration(given.as_text()), given, context);
}

}  // namespace premura::cel
