#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/cel/problem.h"

namespace premura::cel {

enum class TokenKind : std::uint8_t {
    end,
    identifier,
    quoted_identifier,  // `content-type`, with its back quotes
    integer,
    unsigned_integer,
    floating,
    string,
    bytes,
    dot,
    comma,
    colon,
    question,
    left_parenthesis,
    right_parenthesis,
    left_bracket,
    right_bracket,
    left_brace,
    right_brace,
    plus,
    minus,
    star,
    slash,
    percent,
    exclamation,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    in,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::uint32_t begin = 0;  // in bytes of the source
    std::uint32_t end = 0;
};

// Cuts an expression into tokens; the last is always `end`. What is no token is told in `problems`
// and left out. Literals are only delimited: literal.h reads them.
// Source: the language definition of cel-spec, "Syntax".
std::vector<Token> tokens_of(std::string_view source, std::vector<Problem>& problems);

}  // namespace premura::cel
