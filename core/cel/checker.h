#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/ast.h"
#include "core/cel/compile.h"
#include "core/cel/environment.h"
#include "core/cel/problem.h"

namespace premura::cel {

// Gives every expression its type, and every name what it stands for. Tells all that is wrong in
// one pass: what follows from a mistake is taken as dyn and not told again. When types are not to
// be checked, only bounds are; the rest fails when it is evaluated.
class Checker {
 public:
    Checker(Expressions& expressions, const Environment& environment, std::string_view source,
            Checking checking, std::vector<Problem>& problems);

    void run(ExpressionId root, const std::optional<Type>& wanted);

 private:
    struct Local {
        std::string_view name;
        Type type;
    };

    // The type of a value; a structure is none.
    Type check(ExpressionId id);
    // What a dot may follow: a structure too.
    Type check_operand(ExpressionId id);
    Type find_type(ExpressionId id);

    // Names: checker_names.cpp.
    Type check_identifier(ExpressionId id);
    Type check_select(ExpressionId id);
    Type check_field(ExpressionId id, const Type& operand);
    const Local* find_local(const Expression& expression, std::uint32_t& slot) const;
    bool is_local(ExpressionId id) const;
    // `a.b.c` as one name; nothing when it is not made of names alone.
    std::optional<std::string> dotted_name(ExpressionId id) const;
    bool is_absolute(ExpressionId id) const;
    // Makes it a variable or the name of a type, if it names one.
    std::optional<Type> resolve(ExpressionId id, std::string_view name, bool absolute);
    Type unknown_name(ExpressionId id);

    // Calls: checker_calls.cpp.
    Type check_call(ExpressionId id);
    bool resolve_qualified_function(ExpressionId id);
    void find_functions(Expression& expression, std::string_view name);
    Type check_arguments(ExpressionId id);
    Type unknown_function(ExpressionId id);

    // Operators and macros: checker_operators.cpp.
    Type check_binary(ExpressionId id);
    Type check_unary(ExpressionId id);
    Type check_logical(ExpressionId id);
    Type check_conditional(ExpressionId id);
    Type check_list(ExpressionId id);
    Type check_map(ExpressionId id);
    Type check_macro(ExpressionId id);
    void expect_boolean(ExpressionId id, const Type& type, std::string_view whose);
    std::string operator_hint(const Expression& whole) const;
    std::string number_hint(ExpressionId left, ExpressionId right) const;

    std::string_view text(const Expression& expression) const {
        return source_.substr(expression.begin, expression.end - expression.begin);
    }
    // Told only when types are checked.
    void wrong(std::size_t begin, std::size_t end, std::string message, std::string hint = {});
    // Told always.
    void refuse(std::size_t begin, std::size_t end, std::string message, std::string hint = {});

    Expressions& expressions_;
    const Environment& environment_;
    std::string_view source_;
    Checking checking_;
    std::vector<Problem>& problems_;
    std::vector<Local> locals_;
};

}  // namespace premura::cel
