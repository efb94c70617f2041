#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/base/nearest.h"
#include "core/cel/builtins.h"
#include "core/cel/checker.h"

namespace premura::cel {
namespace {

bool fits(const std::vector<Type>& parameters, const std::vector<Type>& given) {
    return std::equal(
        parameters.begin(), parameters.end(), given.begin(), given.end(),
        [](const Type& wanted, const Type& type) { return is_assignable(type, wanted); });
}

std::string listed(const std::vector<Type>& types, bool method) {
    std::string names;
    for (std::size_t i = method ? 1 : 0; i < types.size(); ++i) {
        if (!names.empty()) names += ", ";
        names += types[i].name();
    }
    return names;
}

const Builtin* find_builtin(std::string_view name, bool method) {
    for (const Builtin& known : builtins()) {
        if (known.name == name && (method ? known.as_method : known.as_function)) return &known;
    }
    return nullptr;
}

std::set<std::string_view> function_names(const Environment& environment, bool method) {
    // The macros are looked for like functions, and has() is one.
    std::set<std::string_view> names;
    if (method) {
        names = {"all", "exists", "exists_one", "filter", "map"};
    } else {
        names = {"has"};
    }
    for (const Builtin& known : builtins()) {
        if (method ? known.as_method : known.as_function) names.insert(known.name);
    }
    for (const auto& known : environment.functions()) {
        if (known->method == method) names.insert(known->name);
    }
    return names;
}

}  // namespace

Type Checker::check_call(ExpressionId id) {
    Expression& whole = expressions_[id];
    if (!resolve_qualified_function(id)) find_functions(whole, whole.name);
    if (whole.builtin == nullptr && whole.functions.empty()) return unknown_function(id);
    return check_arguments(id);
}

// `shop.is_open(x)` may be the function `shop.is_open`.
bool Checker::resolve_qualified_function(ExpressionId id) {
    Expression& whole = expressions_[id];
    if (!whole.method || is_local(whole.parts.front())) return false;
    const auto receiver = dotted_name(whole.parts.front());
    if (!receiver) return false;
    whole.method = false;
    const bool was_absolute = whole.absolute;
    whole.absolute = is_absolute(whole.parts.front());
    find_functions(whole, fmt::format("{}.{}", *receiver, whole.name));
    if (!whole.functions.empty()) {
        whole.parts.erase(whole.parts.begin());
        return true;
    }
    whole.absolute = was_absolute;
    whole.method = true;
    return false;
}

void Checker::find_functions(Expression& expression, std::string_view name) {
    const auto candidates = environment_.candidates(name, expression.absolute || expression.method);
    for (const std::string& candidate : candidates) {
        for (const auto& known : environment_.functions()) {
            if (known->method == expression.method && known->name == candidate) {
                expression.functions.push_back(known);
            }
        }
        if (!expression.functions.empty()) return;
    }
    expression.builtin = find_builtin(name, expression.method);
}

Type Checker::check_arguments(ExpressionId id) {
    Expression& whole = expressions_[id];
    whole.operation = whole.builtin != nullptr ? Operation::builtin : Operation::function;
    std::vector<Type> given;
    for (const ExpressionId part : whole.parts) given.push_back(check(part));

    std::optional<Type> result;
    std::vector<std::vector<Type>> taken;
    const auto consider = [&](const std::vector<Type>& parameters, const Type& type) {
        taken.push_back(parameters);
        if (!fits(parameters, given)) return;
        result = result && !(*result == type) ? Type{} : type;
    };
    if (whole.builtin != nullptr) {
        for (const Builtin::Overload& overload : whole.builtin->overloads) {
            consider(overload.parameters, overload.result);
        }
    }
    for (const auto& function : whole.functions) consider(function->parameters, function->result);
    if (result) {
        if (whole.builtin != nullptr && whole.builtin->name == "dyn") {
            whole.operation = Operation::same;
        }
        return *result;
    }

    // With a wrong number of arguments no function may be called at all.
    const bool right_count = std::any_of(taken.begin(), taken.end(), [&given](const auto& types) {
        return types.size() == given.size();
    });
    if (!right_count) whole.operation = Operation::unknown;
    std::string hint;
    for (const std::vector<Type>& parameters : taken) {
        const std::string receiver = whole.method ? parameters[0].name() + "." : std::string{};
        hint += fmt::format("{}{}{}({})", hint.empty() ? "it is called " : " or ", receiver,
                            whole.name, listed(parameters, whole.method));
    }
    wrong(whole.point, whole.point + whole.name.size(),
          fmt::format("{}() cannot be called {}with ({})", whole.name,
                      whole.method ? fmt::format("on {} ", given[0].described()) : std::string{},
                      listed(given, whole.method)),
          std::move(hint));
    return Kind::dyn;
}

Type Checker::unknown_function(ExpressionId id) {
    Expression& whole = expressions_[id];
    whole.operation = Operation::unknown;
    const std::set<std::string_view> names = function_names(environment_, whole.method);
    const std::set<std::string_view> others = function_names(environment_, !whole.method);
    const std::vector<std::string_view> listed_names{names.begin(), names.end()};
    std::string hint;
    if (names.contains(whole.name)) {
        // A macro with the wrong number of arguments.
        hint = whole.name == "map" ? "for example: map(item, item + 1)"
                                   : fmt::format("for example: {}(item, item > 0)", whole.name);
    } else if (others.contains(whole.name)) {
        hint = whole.method ? fmt::format("write {}(...)", whole.name)
                            : fmt::format("it is called on a value: x.{}(...)", whole.name);
    } else {
        hint = did_you_mean(whole.name, listed_names);
    }
    wrong(whole.point, whole.point + whole.name.size(),
          fmt::format("there is no function {}()", whole.name), std::move(hint));
    for (const ExpressionId part : whole.parts) check(part);
    whole.parts.clear();
    return Kind::dyn;
}

}  // namespace premura::cel
