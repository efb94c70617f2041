#include "core/cel/operator_types.h"

#include <span>

namespace premura::cel {
namespace {

struct Row {
    Kind left;
    Kind right;
    Kind result;
};

constexpr Row additions[] = {
    {Kind::integer, Kind::integer, Kind::integer},
    {Kind::unsigned_integer, Kind::unsigned_integer, Kind::unsigned_integer},
    {Kind::floating, Kind::floating, Kind::floating},
    {Kind::string, Kind::string, Kind::string},
    {Kind::bytes, Kind::bytes, Kind::bytes},
    {Kind::timestamp, Kind::duration, Kind::timestamp},
    {Kind::duration, Kind::timestamp, Kind::timestamp},
    {Kind::duration, Kind::duration, Kind::duration},
    {Kind::list, Kind::list, Kind::list}};

constexpr Row subtractions[] = {
    {Kind::integer, Kind::integer, Kind::integer},
    {Kind::unsigned_integer, Kind::unsigned_integer, Kind::unsigned_integer},
    {Kind::floating, Kind::floating, Kind::floating},
    {Kind::timestamp, Kind::timestamp, Kind::duration},
    {Kind::timestamp, Kind::duration, Kind::timestamp},
    {Kind::duration, Kind::duration, Kind::duration}};

// Those of `*` and `/`; `%` has all but the last.
constexpr Row products[] = {
    {Kind::integer, Kind::integer, Kind::integer},
    {Kind::unsigned_integer, Kind::unsigned_integer, Kind::unsigned_integer},
    {Kind::floating, Kind::floating, Kind::floating}};

std::optional<Type> from_rows(std::span<const Row> rows, const Type& left, const Type& right) {
    std::optional<Kind> result;
    for (const Row& row : rows) {
        const bool fits = (left.is(Kind::dyn) || left.is(row.left)) &&
                          (right.is(Kind::dyn) || right.is(row.right));
        if (!fits) continue;
        result = result && *result != row.result ? Kind::dyn : row.result;
    }
    if (!result) return std::nullopt;
    if (*result != Kind::list) return *result;
    return left.is(Kind::list) && right.is(Kind::list) ? join(left, right) : Type::list_of({});
}

bool is_ordered(const Type& left, const Type& right) {
    const auto has_order = [](const Type& type) {
        return type.is_number() || type.is(Kind::dyn) || type.is(Kind::boolean) ||
               type.is(Kind::string) || type.is(Kind::bytes) || type.is(Kind::timestamp) ||
               type.is(Kind::duration);
    };
    return has_order(left) && has_order(right) && is_comparable(left, right);
}

std::optional<Type> item_type(const Type& whole, const Type& key) {
    if (whole.is(Kind::dyn)) return Type{};
    if (whole.is(Kind::list) && (key.is(Kind::dyn) || key.is(Kind::integer))) {
        return whole.element();
    }
    if (whole.is(Kind::map) && is_comparable(key, whole.key())) return whole.value();
    return std::nullopt;
}

bool may_be_in(const Type& item, const Type& whole) {
    if (whole.is(Kind::list)) return is_comparable(item, whole.element());
    if (whole.is(Kind::map)) return is_comparable(item, whole.key());
    return whole.is(Kind::dyn);
}

}  // namespace

bool is_comparable(const Type& left, const Type& right) {
    if (left.is(Kind::dyn) || right.is(Kind::dyn)) return true;
    if (left.is_number() && right.is_number()) return true;
    if (left.kind() != right.kind()) return false;
    if (left.is(Kind::list)) return is_comparable(left.element(), right.element());
    if (left.is(Kind::map)) {
        return is_comparable(left.key(), right.key()) && is_comparable(left.value(), right.value());
    }
    return true;
}

std::optional<Type> result_type(Operation operation, const Type& left, const Type& right) {
    switch (operation) {
        case Operation::add:
            return from_rows(additions, left, right);
        case Operation::subtract:
            return from_rows(subtractions, left, right);
        case Operation::multiply:
        case Operation::divide:
            return from_rows(products, left, right);
        case Operation::modulo:
            return from_rows(std::span{products}.first(2), left, right);
        case Operation::equal:
        case Operation::not_equal:
            if (is_comparable(left, right)) return Kind::boolean;
            return std::nullopt;
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
            if (is_ordered(left, right)) return Kind::boolean;
            return std::nullopt;
        case Operation::in:
            if (may_be_in(left, right)) return Kind::boolean;
            return std::nullopt;
        case Operation::index:
            return item_type(left, right);
        default:
            return std::nullopt;
    }
}

std::string_view sign_of(Operation operation) {
    switch (operation) {
        case Operation::add:
            return "+";
        case Operation::subtract:
        case Operation::negate:
            return "-";
        case Operation::multiply:
            return "*";
        case Operation::divide:
            return "/";
        case Operation::modulo:
            return "%";
        case Operation::equal:
            return "==";
        case Operation::not_equal:
            return "!=";
        case Operation::less:
            return "<";
        case Operation::less_equal:
            return "<=";
        case Operation::greater:
            return ">";
        case Operation::greater_equal:
            return ">=";
        case Operation::in:
            return "in";
        case Operation::index:
            return "[]";
        case Operation::logical_not:
            return "!";
        case Operation::logical_and:
            return "&&";
        case Operation::logical_or:
            return "||";
        case Operation::conditional:
            return "?:";
        case Operation::all:
            return "all()";
        case Operation::exists:
            return "exists()";
        case Operation::exists_one:
            return "exists_one()";
        case Operation::filter:
            return "filter()";
        case Operation::transform:
        case Operation::filtered_transform:
            return "map()";
        default:
            return {};
    }
}

}  // namespace premura::cel
