#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/cel/literal.h"
#include "core/cel/parser_state.h"

namespace premura::cel {

struct Macro {
    std::string_view name;
    std::size_t arguments;
    Operation operation;
};

namespace {

constexpr std::array<std::string_view, 17> reserved_words{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<Macro, 6> macros{{{"all", 2, Operation::all},
                                       {"exists", 2, Operation::exists},
                                       {"exists_one", 2, Operation::exists_one},
                                       {"filter", 2, Operation::filter},
                                       {"map", 2, Operation::transform},
                                       {"map", 3, Operation::filtered_transform}}};

}  // namespace

bool is_constant_name(std::string_view name) {
    return name == "true" || name == "false" || name == "null";
}

ExpressionId Parser::primary(bool negative) {
    const Token first = token();
    switch (first.kind) {
        case TokenKind::identifier:
            return name(false);
        case TokenKind::dot:
            take();
            return at(TokenKind::identifier) ? name(true) : unexpected();
        case TokenKind::left_parenthesis:
            return parenthesised();
        case TokenKind::left_bracket:
            return list();
        case TokenKind::left_brace:
            return map();
        case TokenKind::integer:
        case TokenKind::unsigned_integer:
        case TokenKind::floating:
            return number(negative);
        case TokenKind::string:
        case TokenKind::bytes:
            return text();
        default:
            return unexpected();
    }
}

ExpressionId Parser::parenthesised() {
    const Token opening = take();
    const ExpressionId inside = expression();
    if (!expect(TokenKind::right_parenthesis, ")", opening)) return 0;
    // What is shown of it later shows its parentheses, too.
    parsed_.expressions[inside].begin = opening.begin;
    parsed_.expressions[inside].end = last_end();
    return inside;
}

Expression Parser::leaf(Operation operation, const Token& token) {
    Expression made;
    made.operation = operation;
    made.begin = made.point = token.begin;
    made.end = token.end;
    return made;
}

ExpressionId Parser::constant(const Token& token, Value value) {
    Expression made = leaf(Operation::constant, token);
    made.constant = value;
    made.literal = true;
    return add(std::move(made));
}

ExpressionId Parser::name(bool absolute) {
    const Token word = token();
    const std::string_view written = text_of(word);
    if (is_one_of(written, reserved_words)) {
        return fail(word.begin, word.end, fmt::format("'{}' is a reserved word", written), "");
    }
    if (is_constant_name(written)) {
        if (absolute) return unexpected();
        take();
        return constant(word,
                        written == "null" ? Value::null() : Value::boolean(written == "true"));
    }
    take();
    if (at(TokenKind::left_parenthesis)) return call(word, absolute);
    Expression made = leaf(Operation::identifier, word);
    made.name = written;
    made.absolute = absolute;
    return add(std::move(made));
}

ExpressionId Parser::call(const Token& name, bool absolute) {
    std::vector<ExpressionId> parts = arguments(TokenKind::right_parenthesis, ")");
    if (failed_) return 0;
    if (text_of(name) == "has") return has(name, parts);
    Expression made = leaf(Operation::call, name);
    made.name = text_of(name);
    made.absolute = absolute;
    made.end = last_end();
    made.parts = std::move(parts);
    return add(std::move(made));
}

ExpressionId Parser::has(const Token& name, const std::vector<ExpressionId>& parts) {
    if (parts.size() != 1 || parsed_.expressions[parts.front()].operation != Operation::select) {
        return fail(name.begin, last_end(), "has() asks for one field",
                    "for example: has(order.total)");
    }
    // The selection becomes the question.
    Expression& selected = parsed_.expressions[parts.front()];
    selected.operation = Operation::has;
    selected.begin = name.begin;
    selected.end = last_end();
    return parts.front();
}

ExpressionId Parser::method_call(ExpressionId receiver, const Token& name) {
    std::vector<ExpressionId> parts = arguments(TokenKind::right_parenthesis, ")");
    if (failed_) return 0;
    const std::string_view written = text_of(name);
    const auto macro =
        std::find_if(macros.begin(), macros.end(), [&written, &parts](const Macro& known) {
            return known.name == written && known.arguments == parts.size();
        });
    if (macro != macros.end()) return macro_call(receiver, name, *macro, std::move(parts));
    parts.insert(parts.begin(), receiver);
    Expression made = made_of(Operation::call, name, std::move(parts));
    made.name = written;
    made.method = true;
    return add(std::move(made));
}

ExpressionId Parser::macro_call(ExpressionId range, const Token& name, const Macro& macro,
                                std::vector<ExpressionId> parts) {
    const Expression& variable = parsed_.expressions[parts.front()];
    if (variable.operation != Operation::identifier || variable.absolute) {
        return fail(variable.begin, variable.end,
                    fmt::format("{}() needs a name for its items first", macro.name),
                    fmt::format("for example: {}(item, item > 0)", macro.name));
    }
    const std::string_view variable_name = variable.name;
    parts.front() = range;
    Expression made = made_of(macro.operation, name, std::move(parts));
    made.name = variable_name;
    return add(std::move(made));
}

ExpressionId Parser::list() {
    const Token opening = token();
    Expression made = leaf(Operation::list, opening);
    made.parts = arguments(TokenKind::right_bracket, "]");
    if (failed_) return 0;
    made.end = last_end();
    return add(std::move(made));
}

ExpressionId Parser::map() {
    const Token opening = take();
    Expression made = leaf(Operation::map, opening);
    while (!failed_ && !at(TokenKind::right_brace)) {
        made.parts.push_back(expression());
        if (!take_if(TokenKind::colon)) return unexpected();
        made.parts.push_back(expression());
        if (!take_if(TokenKind::comma)) break;
    }
    if (failed_ || !expect(TokenKind::right_brace, "}", opening)) return 0;
    made.end = last_end();
    return add(std::move(made));
}

ExpressionId Parser::number(bool negative) {
    Token written = take();
    std::string_view digits = text_of(written);
    if (negative) written.begin = tokens_[position_ - 2].begin;
    if (written.kind == TokenKind::floating) {
        const double size = read_floating(digits).value_or(0.0);
        return constant(written, Value::floating(negative ? -size : size));
    }
    if (written.kind == TokenKind::integer) {
        const auto value = read_integer(digits, negative);
        if (value) return constant(written, Value::integer(*value));
    } else {
        digits.remove_suffix(1);
        const auto value = read_unsigned(digits);
        if (value) return constant(written, Value::unsigned_integer(*value));
    }
    return fail(written.begin, written.end,
                fmt::format("{} does not fit into 64 bits", text_of(written)), "");
}

ExpressionId Parser::text() {
    const Token written = take();
    const bool bytes = written.kind == TokenKind::bytes;
    const TextLiteral read = read_text_literal(text_of(written), bytes);
    if (!read.wrong.empty()) {
        return fail(
            written.begin + read.wrong_at, written.begin + read.wrong_at + 2,
            fmt::format("{}: '{}'", read.wrong, source_.substr(written.begin + read.wrong_at, 2)),
            "a backslash itself is written \\\\, or the whole text as r'...'");
    }
    const std::string_view kept = arena_.copy(read.text);
    if (kept.data() == nullptr) {
        return fail(written.begin, written.end, "the texts are too long", "");
    }
    return constant(written, bytes ? Value::bytes(kept) : Value::string(kept));
}

}  // namespace premura::cel
