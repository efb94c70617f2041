#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/nearest.h"
#include "core/cel/builtins.h"
#include "core/cel/checker.h"

namespace premura::cel {
namespace {

// Names of types are values, too: `type(x) == string`.
constexpr std::array<Kind, 12> named_kinds{
    Kind::null,      Kind::boolean,  Kind::integer, Kind::unsigned_integer,
    Kind::floating,  Kind::string,   Kind::bytes,   Kind::list,
    Kind::timestamp, Kind::duration, Kind::map,     Kind::type};

bool is_plain(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_';
    });
}

bool is_function_name(std::string_view name, const Environment& environment) {
    const auto same = [name](const auto& known) { return known.name == name; };
    const auto own = environment.functions();
    return std::any_of(builtins().begin(), builtins().end(), same) ||
           std::any_of(own.begin(), own.end(), [&same](const auto& known) { return same(*known); });
}

// `total` for somebody who means `order.total`.
std::string field_hint(std::string_view name, const Environment& environment) {
    for (const Variable& variable : environment.variables()) {
        if (variable.type.is(Kind::structure) && variable.type.fields().find(name)) {
            return fmt::format("did you mean '{}.{}'?", variable.name, name);
        }
    }
    return {};
}

}  // namespace

const Checker::Local* Checker::find_local(const Expression& expression, std::uint32_t& slot) const {
    if (expression.operation != Operation::identifier || expression.absolute) return nullptr;
    for (std::size_t i = locals_.size(); i-- > 0;) {
        if (locals_[i].name != expression.name) continue;
        slot = static_cast<std::uint32_t>(i);
        return &locals_[i];
    }
    return nullptr;
}

bool Checker::is_local(ExpressionId id) const {
    const Expression* root = &expressions_[id];
    while (!root->parts.empty()) root = &expressions_[root->parts.front()];
    std::uint32_t slot = 0;
    return find_local(*root, slot) != nullptr;
}

bool Checker::is_absolute(ExpressionId id) const {
    const Expression* root = &expressions_[id];
    while (!root->parts.empty()) root = &expressions_[root->parts.front()];
    return root->absolute;
}

std::optional<std::string> Checker::dotted_name(ExpressionId id) const {
    const Expression& whole = expressions_[id];
    if (whole.operation == Operation::identifier) return std::string{whole.name};
    const bool selects = whole.operation == Operation::select || whole.operation == Operation::has;
    // A name from back quotes is no part of a longer name.
    if (!selects || !is_plain(whole.name)) return std::nullopt;
    auto first = dotted_name(whole.parts.front());
    if (first) *first += fmt::format(".{}", whole.name);
    return first;
}

std::optional<Type> Checker::resolve(ExpressionId id, std::string_view name, bool absolute) {
    Expression& whole = expressions_[id];
    for (const std::string& candidate : environment_.candidates(name, absolute)) {
        if (const auto number = environment_.find_variable(candidate)) {
            const bool asked = whole.operation == Operation::has;
            whole.operation = asked ? Operation::has_variable : Operation::variable;
            whole.slot = *number;
            whole.parts.clear();
            return asked ? Type{Kind::boolean} : environment_.variable(*number).type;
        }
        for (const Kind kind : named_kinds) {
            if (name_of(kind) != candidate || whole.operation == Operation::has) continue;
            whole.operation = Operation::constant;
            whole.constant = Value::type(name_of(kind));
            whole.parts.clear();
            return Kind::type;
        }
    }
    return std::nullopt;
}

Type Checker::check_identifier(ExpressionId id) {
    Expression& whole = expressions_[id];
    if (const Local* local = find_local(whole, whole.slot)) {
        whole.operation = Operation::local;
        return local->type;
    }
    const auto type = resolve(id, whole.name, whole.absolute);
    return type ? *type : unknown_name(id);
}

Type Checker::unknown_name(ExpressionId id) {
    Expression& whole = expressions_[id];
    whole.operation = Operation::unknown;
    std::vector<std::string_view> names;
    for (const Local& local : locals_) names.push_back(local.name);
    for (const Variable& variable : environment_.variables()) names.push_back(variable.name);
    std::string hint;
    if (is_function_name(whole.name, environment_)) {
        hint = "it is a function: parentheses follow it";
    } else {
        hint = field_hint(whole.name, environment_);
        if (hint.empty()) hint = did_you_mean_or_list(whole.name, names);
    }
    wrong(whole.begin, whole.end, fmt::format("there is no '{}'", whole.name), std::move(hint));
    return Kind::dyn;
}

// The longest name wins: with variables `a.b` and `a`, `a.b.c` is a field of `a.b`.
Type Checker::check_select(ExpressionId id) {
    const ExpressionId operand = expressions_[id].parts.front();
    if (!is_local(id)) {
        if (const auto name = dotted_name(id)) {
            if (const auto type = resolve(id, *name, is_absolute(id))) return *type;
        }
    }
    return check_field(id, check_operand(operand));
}

Type Checker::check_field(ExpressionId id, const Type& operand) {
    Expression& whole = expressions_[id];
    const bool asked = whole.operation == Operation::has;
    const Expression& from = expressions_[whole.parts.front()];
    if (operand.is(Kind::structure)) {
        const Structure& structure = operand.fields();
        if (const auto field = structure.find(whole.name)) {
            whole.operation = asked ? Operation::has_field : Operation::field;
            whole.slot = from.slot;
            whole.field = *field;
            whole.parts.clear();
            return asked ? Type{Kind::boolean} : structure.fields[*field].type;
        }
        std::vector<std::string_view> names;
        for (const Structure::Field& known : structure.fields) names.push_back(known.name);
        const std::string_view near = nearest(whole.name, names);
        wrong(whole.point, whole.point + whole.name.size(),
              fmt::format("there is no '{}.{}'", text(from), whole.name),
              near.empty() ? did_you_mean_or_list(whole.name, names)
                           : fmt::format("did you mean '{}.{}'?", text(from), near));
        whole.operation = Operation::unknown;
        whole.parts.clear();
        return asked ? Kind::boolean : Kind::dyn;
    }
    const bool has_fields = operand.is(Kind::dyn) ||
                            (operand.is(Kind::map) && is_assignable(operand.key(), Kind::string));
    if (!has_fields) {
        wrong(
            whole.point, whole.point + whole.name.size(),
            fmt::format("'{}' is {}: it has no '{}'", text(from), operand.described(), whole.name));
    }
    if (asked) return Kind::boolean;
    return operand.is(Kind::map) ? operand.value() : Type{};
}

}  // namespace premura::cel
