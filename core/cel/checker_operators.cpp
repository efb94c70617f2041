#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/cel/checker.h"
#include "core/cel/operator_types.h"

namespace premura::cel {

void Checker::expect_boolean(ExpressionId id, const Type& type, std::string_view whose) {
    if (is_assignable(type, Kind::boolean)) return;
    const Expression& part = expressions_[id];
    wrong(part.begin, part.end,
          fmt::format("{} wants a bool, and '{}' is {}", whose, text(part), type.described()),
          "compare it with something");
}

Type Checker::check_unary(ExpressionId id) {
    const ExpressionId part = expressions_[id].parts.front();
    const Type type = check(part);
    if (expressions_[id].operation == Operation::logical_not) {
        expect_boolean(part, type, "'!'");
        return Kind::boolean;
    }
    if (type.is(Kind::dyn) || type.is(Kind::integer) || type.is(Kind::floating)) return type;
    const Expression& whole = expressions_[id];
    wrong(whole.begin, whole.end, fmt::format("'-' cannot be used with {}", type.described()));
    return Kind::dyn;
}

Type Checker::check_logical(ExpressionId id) {
    const std::string sign = fmt::format("'{}'", sign_of(expressions_[id].operation));
    for (const ExpressionId part : expressions_[id].parts) {
        expect_boolean(part, check(part), sign);
    }
    return Kind::boolean;
}

Type Checker::check_conditional(ExpressionId id) {
    const std::vector<ExpressionId>& parts = expressions_[id].parts;
    expect_boolean(parts[0], check(parts[0]), "'?'");
    const Type then = check(parts[1]);
    const Type otherwise = check(parts[2]);
    const bool alike = is_assignable(then, otherwise) || is_assignable(otherwise, then);
    if (!alike) {
        const Expression& whole = expressions_[id];
        std::string hint = number_hint(parts[1], parts[2]);
        if (hint.empty()) hint = "write dyn(...) around one if that is meant";
        wrong(whole.begin, whole.end,
              fmt::format("the two sides of ':' are {} and {}", then.described(),
                          otherwise.described()),
              std::move(hint));
    }
    return then == otherwise ? then : Type{};
}

Type Checker::check_list(ExpressionId id) {
    const Expression& whole = expressions_[id];
    if (whole.parts.size() > environment_.limits.list_size_max) {
        refuse(whole.begin, whole.end,
               fmt::format("a list of {} items: {} are the most", whole.parts.size(),
                           environment_.limits.list_size_max));
    }
    std::optional<Type> element;
    for (const ExpressionId part : whole.parts) {
        const Type type = check(part);
        element = element ? join(*element, type) : type;
    }
    return Type::list_of(element.value_or(Type{}));
}

Type Checker::check_map(ExpressionId id) {
    const Expression& whole = expressions_[id];
    if (whole.parts.size() / 2 > environment_.limits.list_size_max) {
        refuse(whole.begin, whole.end,
               fmt::format("a map of {} entries: {} are the most", whole.parts.size() / 2,
                           environment_.limits.list_size_max));
    }
    std::optional<Type> key;
    std::optional<Type> value;
    for (std::size_t i = 0; i + 1 < whole.parts.size(); i += 2) {
        const Type key_type = check(whole.parts[i]);
        const bool allowed = key_type.is(Kind::dyn) || key_type.is(Kind::boolean) ||
                             key_type.is(Kind::integer) || key_type.is(Kind::unsigned_integer) ||
                             key_type.is(Kind::string);
        if (!allowed) {
            const Expression& part = expressions_[whole.parts[i]];
            wrong(part.begin, part.end,
                  fmt::format("{} cannot be the key of a map", key_type.described()),
                  "keys are bool, int, uint or string");
        }
        const Type value_type = check(whole.parts[i + 1]);
        key = key ? join(*key, key_type) : key_type;
        value = value ? join(*value, value_type) : value_type;
    }
    return Type::map_of(key.value_or(Type{}), value.value_or(Type{}));
}

Type Checker::check_macro(ExpressionId id) {
    Expression& whole = expressions_[id];
    const std::string name = fmt::format("'{}'", sign_of(whole.operation));
    const std::size_t most =
        std::min(environment_.limits.macro_nesting_max, Limits::macro_nesting_greatest);
    if (locals_.size() >= most) {
        refuse(whole.begin, whole.end,
               fmt::format("a macro in a macro more than {} levels deep", most),
               "every level multiplies what an evaluation costs");
        return Kind::dyn;
    }
    const Type range = check(whole.parts[0]);
    Type item;
    if (range.is(Kind::list)) item = range.element();
    if (range.is(Kind::map)) item = range.key();
    if (!range.is(Kind::list) && !range.is(Kind::map) && !range.is(Kind::dyn)) {
        const Expression& part = expressions_[whole.parts[0]];
        wrong(part.begin, part.end,
              fmt::format("{} goes over a list or a map, and '{}' is {}", name, text(part),
                          range.described()));
    }

    whole.slot = static_cast<std::uint32_t>(locals_.size());
    locals_.push_back({whole.name, item});
    Type body = check(whole.parts[1]);
    if (whole.operation != Operation::transform) expect_boolean(whole.parts[1], body, name);
    if (whole.operation == Operation::filtered_transform) body = check(whole.parts[2]);
    locals_.pop_back();

    switch (whole.operation) {
        case Operation::filter:
            return Type::list_of(item);
        case Operation::transform:
        case Operation::filtered_transform:
            return Type::list_of(body);
        default:
            return Kind::boolean;
    }
}

Type Checker::check_binary(ExpressionId id) {
    const std::vector<ExpressionId>& parts = expressions_[id].parts;
    const Type left = check(parts[0]);
    const Type right = check(parts[1]);
    const Expression& whole = expressions_[id];
    if (const auto type = result_type(whole.operation, left, right)) return *type;
    const std::string_view sign = sign_of(whole.operation);
    const std::string message = fmt::format("'{}' cannot be used with {} and {}", sign,
                                            left.described(), right.described());
    const std::size_t length = whole.operation == Operation::index ? 1 : sign.size();
    wrong(whole.point, whole.point + length, message, operator_hint(whole));
    const bool arithmetic =
        whole.operation == Operation::index ||
        (whole.operation >= Operation::add && whole.operation <= Operation::modulo);
    return arithmetic ? Kind::dyn : Kind::boolean;
}

// What somebody likely meant who mixed an int with a double.
std::string Checker::number_hint(ExpressionId left, ExpressionId right) const {
    const Expression* first = &expressions_[left];
    const Expression* second = &expressions_[right];
    if (second->type.is(Kind::floating)) std::swap(first, second);
    if (!first->type.is(Kind::floating) || !second->type.is(Kind::integer)) return {};
    if (second->literal) return fmt::format("write {}.0", second->constant.as_integer());
    return fmt::format("write double({})", text(*second));
}

std::string Checker::operator_hint(const Expression& whole) const {
    const Expression& left = expressions_[whole.parts[0]];
    const Expression& right = expressions_[whole.parts[1]];
    const auto either = [&left, &right](Kind kind) {
        return left.type.is(kind) || right.type.is(kind);
    };
    if (either(Kind::null)) {
        const Expression& other = left.type.is(Kind::null) ? right : left;
        return fmt::format("a fact that nobody has told is not null: ask has({})", text(other));
    }
    if (whole.operation == Operation::modulo && either(Kind::floating)) {
        return "'%' is for whole numbers: write int(...)";
    }
    if (whole.operation == Operation::in && right.type.is(Kind::string)) {
        return fmt::format("write {}.contains({})", text(right), text(left));
    }
    const bool time = either(Kind::timestamp) || either(Kind::duration);
    const Expression& other =
        left.type.is(Kind::timestamp) || left.type.is(Kind::duration) ? right : left;
    if (time && other.type.is_number()) return "a length of time is written duration('24h')";
    if (time && other.type.is(Kind::string) && either(Kind::timestamp)) {
        return fmt::format("write timestamp({})", text(other));
    }
    if (time && other.type.is(Kind::string)) return fmt::format("write duration({})", text(other));
    if (whole.operation == Operation::add && either(Kind::string)) {
        return fmt::format("write string({})", text(left.type.is(Kind::string) ? right : left));
    }
    return number_hint(whole.parts[0], whole.parts[1]);
}

}  // namespace premura::cel
