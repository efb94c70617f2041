#include "core/cel/comparison.h"

#include <utility>

namespace premura::cel {
namespace {

double to_double(const Value& number) {
    switch (number.kind()) {
        case Kind::integer:
            return static_cast<double>(number.as_integer());
        case Kind::unsigned_integer:
            return static_cast<double>(number.as_unsigned());
        default:
            return number.as_floating();
    }
}

std::partial_ordering order_numbers(const Value& left, const Value& right) {
    if (left.is(Kind::floating) || right.is(Kind::floating)) {
        return to_double(left) <=> to_double(right);
    }
    if (left.kind() == right.kind()) {
        return left.is(Kind::integer) ? left.as_integer() <=> right.as_integer()
                                      : left.as_unsigned() <=> right.as_unsigned();
    }
    if (left.is(Kind::integer)) {
        if (left.as_integer() < 0) return std::partial_ordering::less;
        return left.as_unsigned() <=> right.as_unsigned();
    }
    if (right.as_integer() < 0) return std::partial_ordering::greater;
    return left.as_unsigned() <=> right.as_unsigned();
}

bool equal_lists(std::span<const Value> left, std::span<const Value> right, Context& context) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (!context.spend(1) || !equal(left[i], right[i], context)) return false;
    }
    return true;
}

bool equal_maps(std::span<const MapEntry> left, std::span<const MapEntry> right, Context& context) {
    if (left.size() != right.size()) return false;
    for (const MapEntry& entry : left) {
        const Value* const other = find(right, entry.key, context);
        if (other == nullptr || !equal(entry.value, *other, context)) return false;
    }
    return true;
}

}  // namespace

bool equal(const Value& left, const Value& right, Context& context) {
    if (left.is_number() && right.is_number()) return order_numbers(left, right) == 0;
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
        case Kind::null:
            return true;
        case Kind::boolean:
        case Kind::duration:
            return left.as_integer() == right.as_integer();
        case Kind::timestamp:
            return left.seconds() == right.seconds() && left.nanoseconds() == right.nanoseconds();
        case Kind::string:
        case Kind::bytes:
        case Kind::type:
            return left.as_text() == right.as_text();
        case Kind::list:
            return equal_lists(left.as_list(), right.as_list(), context);
        case Kind::map:
            return equal_maps(left.as_map(), right.as_map(), context);
        default:
            return false;
    }
}

std::optional<std::partial_ordering> order(const Value& left, const Value& right) {
    if (left.is_number() && right.is_number()) return order_numbers(left, right);
    if (left.kind() != right.kind()) return std::nullopt;
    switch (left.kind()) {
        case Kind::boolean:
        case Kind::duration:
            return left.as_integer() <=> right.as_integer();
        case Kind::timestamp:
            return std::pair{left.seconds(), left.nanoseconds()} <=>
                   std::pair{right.seconds(), right.nanoseconds()};
        // Byte by byte, which is the order of code points in UTF-8.
        case Kind::string:
        case Kind::bytes:
            return left.as_text() <=> right.as_text();
        default:
            return std::nullopt;
    }
}

const Value* find(std::span<const MapEntry> entries, const Value& key, Context& context) {
    for (const MapEntry& entry : entries) {
        if (!context.spend(1)) return nullptr;
        if (equal(entry.key, key, context)) return &entry.value;
    }
    return nullptr;
}

bool can_be_key(const Value& value) {
    return value.is(Kind::boolean) || value.is(Kind::integer) || value.is(Kind::unsigned_integer) ||
           value.is(Kind::string);
}

}  // namespace premura::cel
