#include "core/cel/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/cel/parser_state.h"

namespace premura::cel {
namespace {

// What binds tighter has the greater number.
constexpr int relation_binding = 1;
constexpr int addition_binding = 2;
constexpr int multiplication_binding = 3;

struct BinaryOperator {
    int binding = 0;  // 0: none
    Operation operation = Operation::unknown;
};

BinaryOperator binary_operator(TokenKind kind) {
    switch (kind) {
        case TokenKind::less:
            return {relation_binding, Operation::less};
        case TokenKind::less_equal:
            return {relation_binding, Operation::less_equal};
        case TokenKind::greater:
            return {relation_binding, Operation::greater};
        case TokenKind::greater_equal:
            return {relation_binding, Operation::greater_equal};
        case TokenKind::equal:
            return {relation_binding, Operation::equal};
        case TokenKind::not_equal:
            return {relation_binding, Operation::not_equal};
        case TokenKind::in:
            return {relation_binding, Operation::in};
        case TokenKind::plus:
            return {addition_binding, Operation::add};
        case TokenKind::minus:
            return {addition_binding, Operation::subtract};
        case TokenKind::star:
            return {multiplication_binding, Operation::multiply};
        case TokenKind::slash:
            return {multiplication_binding, Operation::divide};
        case TokenKind::percent:
            return {multiplication_binding, Operation::modulo};
        default:
            return {};
    }
}

}  // namespace

Parser::Parser(std::string_view source, const Limits& limits, Arena& arena,
               std::vector<Problem>& problems)
    : source_(source),
      depth_max_(std::min(limits.depth_max, Limits::depth_greatest)),
      arena_(arena),
      problems_(problems),
      tokens_(tokens_of(source, problems)) {}

std::optional<Parsed> Parser::run() {
    // With a token left out, what follows is likely no expression for that reason alone.
    if (!problems_.empty()) return std::nullopt;
    parsed_.root = expression();
    if (!failed_ && !at(TokenKind::end)) unexpected();
    if (failed_ || !problems_.empty()) return std::nullopt;
    return std::move(parsed_);
}

Token Parser::take() {
    const Token taken = token();
    if (!at(TokenKind::end)) ++position_;
    return taken;
}

bool Parser::take_if(TokenKind kind) {
    if (!at(kind)) return false;
    take();
    return true;
}

// Answers any expression, for the callers to go on with.
ExpressionId Parser::fail(std::size_t begin, std::size_t end, std::string message,
                          std::string hint) {
    if (!failed_) {
        problems_.push_back({place_of(source_, begin, end), std::move(message), std::move(hint)});
    }
    failed_ = true;
    position_ = tokens_.size() - 1;
    if (parsed_.expressions.empty()) parsed_.expressions.emplace_back();
    return 0;
}

ExpressionId Parser::unexpected() {
    if (at(TokenKind::end)) {
        const char* hint = source_.find_first_not_of(" \t\n") == std::string_view::npos
                               ? "the expression is empty"
                               : "";
        return fail(token().begin, token().end, "the expression is not finished", hint);
    }
    const std::string_view written = text_of(token());
    std::string hint;
    if (written == "and" || written == "AND") hint = "write &&";
    if (written == "or" || written == "OR") hint = "write ||";
    if (written == "not" || written == "NOT") hint = "write !";
    if (written == "is") hint = "write ==";
    return fail(token().begin, token().end, fmt::format("'{}' does not belong here", written),
                std::move(hint));
}

bool Parser::expect(TokenKind kind, std::string_view sign, const Token& opening) {
    if (take_if(kind)) return true;
    if (at(TokenKind::end) && !failed_) {
        fail(opening.begin, opening.end, fmt::format("this '{}' is not closed", text_of(opening)),
             fmt::format("add the {}", sign));
    } else {
        unexpected();
    }
    return false;
}

ExpressionId Parser::add(Expression expression) {
    for (const ExpressionId part : expression.parts) {
        expression.depth = std::max(expression.depth, parsed_.expressions[part].depth + 1);
    }
    if (expression.depth > depth_max_) return too_deep(expression.begin, expression.end);
    parsed_.expressions.push_back(std::move(expression));
    return static_cast<ExpressionId>(parsed_.expressions.size() - 1);
}

ExpressionId Parser::too_deep(std::size_t begin, std::size_t end) {
    return fail(begin, end, fmt::format("parts within parts more than {} levels deep", depth_max_),
                "write it shorter");
}

Expression Parser::made_of(Operation operation, const Token& sign,
                           std::vector<ExpressionId> parts) {
    Expression made;
    made.operation = operation;
    made.point = sign.begin;
    made.begin = std::min(sign.begin, parsed_.expressions[parts.front()].begin);
    made.end = last_end();
    made.parts = std::move(parts);
    return made;
}

// Everything that nests comes through here.
ExpressionId Parser::expression() {
    if (++nesting_ > depth_max_) return too_deep(token().begin, token().end);
    const ExpressionId condition = logical(TokenKind::logical_or, Operation::logical_or);
    ExpressionId whole = condition;
    if (at(TokenKind::question)) {
        const Token question = take();
        const ExpressionId then = logical(TokenKind::logical_or, Operation::logical_or);
        if (!take_if(TokenKind::colon)) return unexpected();
        const ExpressionId otherwise = expression();
        if (failed_) return 0;
        whole = add(made_of(Operation::conditional, question, {condition, then, otherwise}));
    }
    --nesting_;
    return whole;
}

// A row of `a || b || c` is one expression with three parts, of rows of `&&`.
ExpressionId Parser::logical(TokenKind sign_kind, Operation operation) {
    const auto side = [this, sign_kind] {
        return sign_kind == TokenKind::logical_or
                   ? logical(TokenKind::logical_and, Operation::logical_and)
                   : binary(relation_binding);
    };
    const ExpressionId first = side();
    if (!at(sign_kind)) return first;
    const Token sign = token();
    std::vector<ExpressionId> parts{first};
    while (take_if(sign_kind)) parts.push_back(side());
    if (failed_) return 0;
    return add(made_of(operation, sign, std::move(parts)));
}

ExpressionId Parser::binary(int binding) {
    ExpressionId left = unary();
    for (;;) {
        const BinaryOperator found = binary_operator(token().kind);
        if (found.binding < binding || found.binding == 0) return left;
        const Token sign = take();
        const ExpressionId right = binary(found.binding + 1);
        if (failed_) return 0;
        left = add(made_of(found.operation, sign, {left, right}));
    }
}

// A row of one sign, then a member: the grammar knows no `!-x`.
ExpressionId Parser::unary() {
    const TokenKind kind = token().kind;
    if (kind != TokenKind::exclamation && kind != TokenKind::minus) return member();
    std::vector<Token> row;
    while (at(kind)) row.push_back(take());
    const bool number = at(TokenKind::integer) || at(TokenKind::floating);
    const bool negative = kind == TokenKind::minus && number;
    if (negative) row.pop_back();
    ExpressionId whole = member(negative);
    for (; !row.empty() && !failed_; row.pop_back()) {
        whole = add(made_of(kind == TokenKind::minus ? Operation::negate : Operation::logical_not,
                            row.back(), {whole}));
    }
    return whole;
}

ExpressionId Parser::member(bool negative) {
    ExpressionId whole = primary(negative);
    while (!failed_) {
        if (at(TokenKind::dot)) {
            take();
            whole = selection(whole);
        } else if (at(TokenKind::left_bracket)) {
            const Token opening = take();
            const ExpressionId key = expression();
            if (!expect(TokenKind::right_bracket, "]", opening)) return 0;
            whole = add(made_of(Operation::index, opening, {whole, key}));
        } else if (at(TokenKind::left_brace)) {
            return fail(token().begin, token().end, "messages cannot be made here",
                        "a map is written {'key': value}");
        } else {
            return whole;
        }
    }
    return 0;
}

ExpressionId Parser::selection(ExpressionId operand) {
    const Token name = token();
    const bool quoted = at(TokenKind::quoted_identifier);
    if (!quoted && (!at(TokenKind::identifier) || is_constant_name(text_of(name)))) {
        return unexpected();
    }
    take();
    if (at(TokenKind::left_parenthesis) && !quoted) return method_call(operand, name);
    Expression made = made_of(Operation::select, name, {operand});
    made.name = text_of(name);
    if (quoted) made.name = made.name.substr(1, made.name.size() - 2);
    return add(std::move(made));
}

std::vector<ExpressionId> Parser::arguments(TokenKind closing, std::string_view sign) {
    const Token opening = take();
    std::vector<ExpressionId> parts;
    while (!failed_ && !at(closing)) {
        parts.push_back(expression());
        // A list may end with a comma, the arguments of a call may not.
        if (!take_if(TokenKind::comma)) break;
        if (at(closing) && closing == TokenKind::right_parenthesis) unexpected();
    }
    if (!failed_) expect(closing, sign, opening);
    return parts;
}

std::optional<Parsed> parse(std::string_view source, const Limits& limits, Arena& arena,
                            std::vector<Problem>& problems) {
    return Parser{source, limits, arena, problems}.run();
}

}  // namespace premura::cel
