#include "core/cel/builtins.h"

#include "core/cel/pattern.h"
#include "core/cel/utf8.h"

namespace premura::cel {
namespace {

Value no_overload(const Context& context) {
    return context.error(ErrorCode::no_such_overload);
}

Value size(std::span<const Value> arguments, Context& context) {
    const Value& given = arguments.front();
    switch (given.kind()) {
        case Kind::string:
            return Value::integer(static_cast<std::int64_t>(count_code_points(given.as_text())));
        case Kind::bytes:
            return Value::integer(static_cast<std::int64_t>(given.as_text().size()));
        case Kind::list:
            return Value::integer(static_cast<std::int64_t>(given.as_list().size()));
        case Kind::map:
            return Value::integer(static_cast<std::int64_t>(given.as_map().size()));
        default:
            return no_overload(context);
    }
}

Value type_of(std::span<const Value> arguments, Context&) {
    return Value::type(name_of(arguments.front().kind()));
}

Value itself(std::span<const Value> arguments, Context&) {
    return arguments.front();
}

bool are_strings(std::span<const Value> arguments) {
    return arguments[0].is(Kind::string) && arguments[1].is(Kind::string);
}

Value contains(std::span<const Value> arguments, Context& context) {
    if (!are_strings(arguments)) return no_overload(context);
    const std::string_view text = arguments[0].as_text();
    const std::string_view part = arguments[1].as_text();
    // A search can look at a text once for every few letters of the part.
    constexpr std::size_t bytes_a_step = 64;
    if (!context.spend(text.size() / bytes_a_step * (1 + part.size() / bytes_a_step))) {
        return context.error(ErrorCode::too_many_steps);
    }
    return Value::boolean(text.find(part) != std::string_view::npos);
}

Value starts_with(std::span<const Value> arguments, Context& context) {
    if (!are_strings(arguments)) return no_overload(context);
    return Value::boolean(arguments[0].as_text().starts_with(arguments[1].as_text()));
}

Value ends_with(std::span<const Value> arguments, Context& context) {
    if (!are_strings(arguments)) return no_overload(context);
    return Value::boolean(arguments[0].as_text().ends_with(arguments[1].as_text()));
}

Value matches(std::span<const Value> arguments, Context& context) {
    if (!are_strings(arguments)) return no_overload(context);
    const std::string_view written = arguments[1].as_text();
    // Compiling costs more than anything else that one node can do.
    constexpr std::size_t compile_steps = 200;
    if (written.size() > context.limits().pattern_bytes_max) {
        return context.error(ErrorCode::bad_pattern, "too long");
    }
    if (!context.spend(compile_steps + 10 * written.size())) {
        return context.error(ErrorCode::too_many_steps);
    }
    const Pattern pattern{written};
    if (!pattern.ok()) return context.error(ErrorCode::bad_pattern, pattern.problem());
    return pattern.find_in(arguments[0].as_text(), context);
}

using Preparation = Builtin::Preparation;
using Overload = Builtin::Overload;

Builtin conversion(std::string_view name, Kind result, std::initializer_list<Kind> from,
                   Builtin::Call call, Preparation preparation = Preparation::none) {
    Builtin made{name, true, false, {}, call, preparation, {}};
    for (const Kind kind : from) made.overloads.push_back(Overload{{kind}, result});
    return made;
}

Builtin text_method(std::string_view name, Builtin::Call call) {
    return {name, false, true, {{{Kind::string, Kind::string}, Kind::boolean}}, call, {}, {}};
}

Builtin time_method(std::string_view name, Part part, bool of_durations = false) {
    Builtin made{
        name,
        false,
        true,
        {{{Kind::timestamp}, Kind::integer}, {{Kind::timestamp, Kind::string}, Kind::integer}},
        nullptr,
        Preparation::zone,
        part};
    if (of_durations) made.overloads.push_back({{Kind::duration}, Kind::integer});
    return made;
}

std::vector<Builtin> all_builtins() {
    const Type any_list = Type::list_of({});
    const Type any_map = Type::map_of({}, {});
    constexpr Kind boolean = Kind::boolean;
    constexpr Kind integer = Kind::integer;
    constexpr Kind uint = Kind::unsigned_integer;
    constexpr Kind floating = Kind::floating;
    constexpr Kind string = Kind::string;
    constexpr Kind bytes = Kind::bytes;
    constexpr Kind timestamp = Kind::timestamp;
    constexpr Kind duration = Kind::duration;
    return {
        {"size",
         true,
         true,
         {{{string}, integer}, {{bytes}, integer}, {{any_list}, integer}, {{any_map}, integer}},
         size,
         {},
         {}},
        {"type", true, false, {{{Kind::dyn}, Kind::type}}, type_of, {}, {}},
        {"dyn", true, false, {{{Kind::dyn}, Kind::dyn}}, itself, {}, {}},
        conversion("int", integer, {integer, uint, floating, string, timestamp}, to_integer),
        conversion("uint", uint, {uint, integer, floating, string}, to_unsigned),
        conversion("double", floating, {floating, integer, uint, string}, to_floating),
        conversion("bool", boolean, {boolean, string}, to_boolean),
        conversion("string", string,
                   {string, boolean, integer, uint, floating, bytes, timestamp, duration},
                   to_string),
        conversion("bytes", bytes, {bytes, string}, to_bytes),
        conversion("timestamp", timestamp, {timestamp, string, integer}, to_timestamp,
                   Preparation::convert),
        conversion("duration", duration, {duration, string}, to_duration, Preparation::convert),
        text_method("contains", contains),
        text_method("startsWith", starts_with),
        text_method("endsWith", ends_with),
        {"matches", true, true, {{{string, string}, boolean}}, matches, Preparation::pattern, {}},
        time_method("getFullYear", Part::full_year),
        time_method("getMonth", Part::month),
        time_method("getDate", Part::date),
        time_method("getDayOfMonth", Part::day_of_month),
        time_method("getDayOfWeek", Part::day_of_week),
        time_method("getDayOfYear", Part::day_of_year),
        time_method("getHours", Part::hours, true),
        time_method("getMinutes", Part::minutes, true),
        time_method("getSeconds", Part::seconds, true),
        time_method("getMilliseconds", Part::milliseconds, true),
    };
}

}  // namespace

std::span<const Builtin> builtins() {
    static const std::vector<Builtin> all = all_builtins();
    return all;
}

}  // namespace premura::cel
