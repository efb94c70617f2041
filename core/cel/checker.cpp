#include "core/cel/checker.h"

#include <fmt/format.h>

#include <utility>

namespace premura::cel {
namespace {

Type type_of_constant(const Value& value) {
    return value.kind();
}

}  // namespace

Checker::Checker(Expressions& expressions, const Environment& environment, std::string_view source,
                 Checking checking, std::vector<Problem>& problems)
    : expressions_(expressions),
      environment_(environment),
      source_(source),
      checking_(checking),
      problems_(problems) {}

void Checker::run(ExpressionId root, const std::optional<Type>& wanted) {
    const Type found = check(root);
    if (!wanted || is_assignable(found, *wanted)) return;
    const Expression& whole = expressions_[root];
    wrong(whole.begin, whole.end,
          fmt::format("{} is wanted here, and this is {}", wanted->described(), found.described()));
}

void Checker::wrong(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    if (checking_ == Checking::types) refuse(begin, end, std::move(message), std::move(hint));
}

void Checker::refuse(std::size_t begin, std::size_t end, std::string message, std::string hint) {
    problems_.push_back({place_of(source_, begin, end), std::move(message), std::move(hint)});
}

Type Checker::check(ExpressionId id) {
    Type type = check_operand(id);
    if (!type.is(Kind::structure)) return type;
    const Expression& whole = expressions_[id];
    const std::vector<Structure::Field>& fields = type.fields().fields;
    wrong(whole.begin, whole.end, fmt::format("'{}' is a group of facts, not a value", text(whole)),
          fields.empty() ? std::string{}
                         : fmt::format("name one of them: {}.{}", text(whole), fields[0].name));
    expressions_[id].operation = Operation::unknown;
    expressions_[id].type = Kind::dyn;
    return Kind::dyn;
}

Type Checker::check_operand(ExpressionId id) {
    // Checking adds no expressions, so references to them hold.
    Type type = find_type(id);
    expressions_[id].type = type;
    return type;
}

Type Checker::find_type(ExpressionId id) {
    switch (expressions_[id].operation) {
        case Operation::constant:
            return type_of_constant(expressions_[id].constant);
        case Operation::identifier:
            return check_identifier(id);
        case Operation::select:
        case Operation::has:
            return check_select(id);
        case Operation::call:
            return check_call(id);
        case Operation::list:
            return check_list(id);
        case Operation::map:
            return check_map(id);
        case Operation::logical_not:
        case Operation::negate:
            return check_unary(id);
        case Operation::logical_and:
        case Operation::logical_or:
            return check_logical(id);
        case Operation::conditional:
            return check_conditional(id);
        case Operation::all:
        case Operation::exists:
        case Operation::exists_one:
        case Operation::filter:
        case Operation::transform:
        case Operation::filtered_transform:
            return check_macro(id);
        default:
            return check_binary(id);
    }
}

}  // namespace premura::cel
