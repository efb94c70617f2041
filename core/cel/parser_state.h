#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/arena.h"
#include "core/cel/ast.h"
#include "core/cel/lexer.h"
#include "core/cel/limits.h"
#include "core/cel/parser.h"
#include "core/cel/problem.h"

namespace premura::cel {

struct Macro;

// A Pratt parser: recursive for what nests, a loop for operators. After the first mistake it jumps
// to the end of the tokens, so that all calls return. Used once, by `parse`.
class Parser {
 public:
    Parser(std::string_view source, const Limits& limits, Arena& arena,
           std::vector<Problem>& problems);

    std::optional<Parsed> run();

 private:
    const Token& token() const { return tokens_[position_]; }
    bool at(TokenKind kind) const { return token().kind == kind; }
    std::string_view text_of(const Token& token) const {
        return source_.substr(token.begin, token.end - token.begin);
    }
    Token take();
    bool take_if(TokenKind kind);
    std::uint32_t last_end() const { return position_ == 0 ? 0 : tokens_[position_ - 1].end; }

    // Answers any expression, for the callers to go on with.
    ExpressionId fail(std::size_t begin, std::size_t end, std::string message, std::string hint);
    ExpressionId unexpected();
    ExpressionId too_deep(std::size_t begin, std::size_t end);
    bool expect(TokenKind kind, std::string_view sign, const Token& opening);

    ExpressionId add(Expression expression);
    Expression made_of(Operation operation, const Token& sign, std::vector<ExpressionId> parts);
    Expression leaf(Operation operation, const Token& token);
    ExpressionId constant(const Token& token, Value value);

    // Operators, the weakest first.
    ExpressionId expression();
    ExpressionId logical(TokenKind sign_kind, Operation operation);
    ExpressionId binary(int binding);
    ExpressionId unary();
    ExpressionId member(bool negative = false);
    ExpressionId selection(ExpressionId operand);
    std::vector<ExpressionId> arguments(TokenKind closing, std::string_view sign);

    // What stands for itself: parser_primaries.cpp.
    ExpressionId primary(bool negative);
    ExpressionId parenthesised();
    ExpressionId name(bool absolute);
    ExpressionId call(const Token& name, bool absolute);
    ExpressionId has(const Token& name, const std::vector<ExpressionId>& parts);
    ExpressionId method_call(ExpressionId receiver, const Token& name);
    ExpressionId macro_call(ExpressionId range, const Token& name, const Macro& macro,
                            std::vector<ExpressionId> parts);
    ExpressionId list();
    ExpressionId map();
    ExpressionId number(bool negative);
    ExpressionId text();

    std::string_view source_;
    std::size_t depth_max_;
    Arena& arena_;
    std::vector<Problem>& problems_;
    std::vector<Token> tokens_;
    std::size_t position_ = 0;
    std::size_t nesting_ = 0;
    bool failed_ = false;
    Parsed parsed_;
};

// true, false or null.
bool is_constant_name(std::string_view name);

}  // namespace premura::cel
