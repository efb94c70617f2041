#include <cmath>
#include <cstdint>
#include <optional>

#include "core/cel/builtins.h"
#include "core/cel/comparison.h"

namespace premura::cel {
namespace {

Value no_overload(const Context& context) {
    return context.error(ErrorCode::no_such_overload);
}

bool are(const Value& left, Kind left_kind, const Value& right, Kind right_kind) {
    return left.is(left_kind) && right.is(right_kind);
}

// Nothing when the result does not fit.
template <typename Number>
std::optional<Number> sum(Number left, Number right) {
    Number result{};
    if (__builtin_add_overflow(left, right, &result)) return std::nullopt;
    return result;
}

template <typename Number>
std::optional<Number> difference(Number left, Number right) {
    Number result{};
    if (__builtin_sub_overflow(left, right, &result)) return std::nullopt;
    return result;
}

template <typename Number>
std::optional<Number> product(Number left, Number right) {
    Number result{};
    if (__builtin_mul_overflow(left, right, &result)) return std::nullopt;
    return result;
}

Value or_overflow(std::optional<std::int64_t> number, const Context& context) {
    return number ? Value::integer(*number) : context.error(ErrorCode::overflow);
}

Value or_overflow(std::optional<std::uint64_t> number, const Context& context) {
    return number ? Value::unsigned_integer(*number) : context.error(ErrorCode::overflow);
}

Value duration_or(std::optional<std::int64_t> nanoseconds, const Context& context) {
    return nanoseconds ? Value::duration(std::chrono::nanoseconds{*nanoseconds})
                       : context.error(ErrorCode::out_of_range);
}

Value or_out_of_range(const std::optional<Value>& value, const Context& context) {
    return value ? *value : context.error(ErrorCode::out_of_range);
}

}  // namespace

Value add(const Value& left, const Value& right, Context& context) {
    if (left.kind() == right.kind()) {
        switch (left.kind()) {
            case Kind::floating:
                return Value::floating(left.as_floating() + right.as_floating());
            case Kind::integer:
                return or_overflow(sum(left.as_integer(), right.as_integer()), context);
            case Kind::unsigned_integer:
                return or_overflow(sum(left.as_unsigned(), right.as_unsigned()), context);
            case Kind::duration:
                return duration_or(sum(left.as_integer(), right.as_integer()), context);
            case Kind::string:
            case Kind::bytes:
                return context.make_text(left.as_text(), right.as_text(), left.is(Kind::bytes));
            case Kind::list:
                return context.make_list(left.as_list(), right.as_list());
            default:
                return no_overload(context);
        }
    }
    if (are(left, Kind::timestamp, right, Kind::duration)) {
        return or_out_of_range(moved(left, right.as_duration()), context);
    }
    if (are(left, Kind::duration, right, Kind::timestamp)) {
        return or_out_of_range(moved(right, left.as_duration()), context);
    }
    return no_overload(context);
}

Value subtract(const Value& left, const Value& right, Context& context) {
    if (left.kind() == right.kind()) {
        switch (left.kind()) {
            case Kind::floating:
                return Value::floating(left.as_floating() - right.as_floating());
            case Kind::integer:
                return or_overflow(difference(left.as_integer(), right.as_integer()), context);
            case Kind::unsigned_integer:
                return or_overflow(difference(left.as_unsigned(), right.as_unsigned()), context);
            case Kind::duration:
                return duration_or(difference(left.as_integer(), right.as_integer()), context);
            case Kind::timestamp:
                return or_out_of_range(time_between(right, left), context);
            default:
                return no_overload(context);
        }
    }
    if (!are(left, Kind::timestamp, right, Kind::duration)) return no_overload(context);
    // The smallest length has no positive counterpart; as a movement it is out of range anyway.
    const auto back = difference(std::int64_t{0}, right.as_integer());
    if (!back) return context.error(ErrorCode::out_of_range);
    return or_out_of_range(moved(left, std::chrono::nanoseconds{*back}), context);
}

Value multiply(const Value& left, const Value& right, Context& context) {
    if (left.kind() != right.kind()) return no_overload(context);
    switch (left.kind()) {
        case Kind::floating:
            return Value::floating(left.as_floating() * right.as_floating());
        case Kind::integer:
            return or_overflow(product(left.as_integer(), right.as_integer()), context);
        case Kind::unsigned_integer:
            return or_overflow(product(left.as_unsigned(), right.as_unsigned()), context);
        default:
            return no_overload(context);
    }
}

Value divide(const Value& left, const Value& right, Context& context) {
    if (left.kind() != right.kind()) return no_overload(context);
    switch (left.kind()) {
        case Kind::floating:
            // By zero it is infinite or no number, as IEEE 754 has it.
            return Value::floating(left.as_floating() / right.as_floating());
        case Kind::integer:
            if (right.as_integer() == 0) return context.error(ErrorCode::division_by_zero);
            if (left.as_integer() == INT64_MIN && right.as_integer() == -1) {
                return context.error(ErrorCode::overflow);
            }
            return Value::integer(left.as_integer() / right.as_integer());
        case Kind::unsigned_integer:
            if (right.as_unsigned() == 0) return context.error(ErrorCode::division_by_zero);
            return Value::unsigned_integer(left.as_unsigned() / right.as_unsigned());
        default:
            return no_overload(context);
    }
}

Value modulo(const Value& left, const Value& right, Context& context) {
    if (left.kind() != right.kind()) return no_overload(context);
    switch (left.kind()) {
        case Kind::integer:
            if (right.as_integer() == 0) return context.error(ErrorCode::division_by_zero);
            // The processor cannot divide the smallest number by -1; nothing is left of it.
            if (right.as_integer() == -1) return Value::integer(0);
            return Value::integer(left.as_integer() % right.as_integer());
        case Kind::unsigned_integer:
            if (right.as_unsigned() == 0) return context.error(ErrorCode::division_by_zero);
            return Value::unsigned_integer(left.as_unsigned() % right.as_unsigned());
        default:
            return no_overload(context);
    }
}

Value negate(const Value& value, Context& context) {
    if (value.is(Kind::floating)) return Value::floating(-value.as_floating());
    if (!value.is(Kind::integer)) return no_overload(context);
    if (value.as_integer() == INT64_MIN) return context.error(ErrorCode::overflow);
    return Value::integer(-value.as_integer());
}

Value item_at(const Value& whole, const Value& key, Context& context) {
    if (whole.is(Kind::map)) {
        const Value* const found = find(whole.as_map(), key, context);
        if (context.exhausted()) return context.error(ErrorCode::too_many_steps);
        if (found != nullptr) return *found;
        return context.error(ErrorCode::no_such_key,
                             key.is(Kind::string) ? key.as_text() : std::string_view{});
    }
    if (!whole.is(Kind::list) || !key.is_number()) return no_overload(context);
    const std::span<const Value> items = whole.as_list();
    std::uint64_t index = key.as_unsigned();
    if (key.is(Kind::floating)) {
        const double size = key.as_floating();
        if (!(size >= 0) || size >= static_cast<double>(items.size()) || size != std::floor(size)) {
            return context.error(ErrorCode::index_out_of_range);
        }
        index = static_cast<std::uint64_t>(size);
    }
    // A negative number is a very large one here.
    if (index >= items.size()) return context.error(ErrorCode::index_out_of_range);
    return items[index];
}

Value is_in(const Value& item, const Value& whole, Context& context) {
    bool found = false;
    if (whole.is(Kind::map)) {
        found = find(whole.as_map(), item, context) != nullptr;
    } else if (whole.is(Kind::list)) {
        for (const Value& other : whole.as_list()) {
            if (!context.spend(1)) break;
            found = equal(item, other, context);
            if (found) break;
        }
    } else {
        return no_overload(context);
    }
    if (context.exhausted()) return context.error(ErrorCode::too_many_steps);
    return Value::boolean(found);
}

}  // namespace premura::cel
