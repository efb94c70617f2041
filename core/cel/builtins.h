#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/cel/context.h"
#include "core/cel/moment.h"
#include "core/cel/type.h"
#include "core/cel/value.h"

namespace premura::cel {

// A function of the language itself. At evaluation it looks at the values it is given; the
// overloads are for the checker.
struct Builtin {
    // What compiling does for it when an argument is a literal.
    enum class Preparation : std::uint8_t {
        none,
        convert,  // the literal must be convertible: timestamp('...')
        pattern,  // the regular expression is compiled
        zone,     // the time zone is looked up
    };
    struct Overload {
        std::vector<Type> parameters;  // a method's receiver first
        Type result;
    };
    using Call = Value (*)(std::span<const Value> arguments, Context& context);

    std::string_view name;
    bool as_function = false;  // name(a, b)
    bool as_method = false;    // a.name(b)
    std::vector<Overload> overloads;
    Call call = nullptr;  // none for a zone: `part` says what is asked
    Preparation preparation = Preparation::none;
    Part part = Part::full_year;
};

// Immutable; made at the first call.
std::span<const Builtin> builtins();

// The operators. `no_such_overload` for values that they do not take.
Value add(const Value& left, const Value& right, Context& context);
Value subtract(const Value& left, const Value& right, Context& context);
Value multiply(const Value& left, const Value& right, Context& context);
Value divide(const Value& left, const Value& right, Context& context);
Value modulo(const Value& left, const Value& right, Context& context);
Value negate(const Value& value, Context& context);
Value item_at(const Value& whole, const Value& key, Context& context);
Value is_in(const Value& item, const Value& whole, Context& context);

// The conversions: `int(x)` and so on.
Value to_integer(std::span<const Value> arguments, Context& context);
Value to_unsigned(std::span<const Value> arguments, Context& context);
Value to_floating(std::span<const Value> arguments, Context& context);
Value to_boolean(std::span<const Value> arguments, Context& context);
Value to_string(std::span<const Value> arguments, Context& context);
Value to_bytes(std::span<const Value> arguments, Context& context);
Value to_timestamp(std::span<const Value> arguments, Context& context);
Value to_duration(std::span<const Value> arguments, Context& context);

}  // namespace premura::cel
