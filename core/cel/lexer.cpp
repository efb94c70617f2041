#include "core/cel/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace premura::cel {
namespace {

constexpr bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

constexpr bool is_hexadecimal(char letter) {
    return is_digit(letter) || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
}

constexpr bool begins_name(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
}

constexpr bool continues_name(char letter) {
    return begins_name(letter) || is_digit(letter);
}

constexpr std::array<std::pair<std::string_view, TokenKind>, 23> signs{{
    // The longer of two with the same beginning first.
    {"<=", TokenKind::less_equal},
    {">=", TokenKind::greater_equal},
    {"==", TokenKind::equal},
    {"!=", TokenKind::not_equal},
    {"&&", TokenKind::logical_and},
    {"||", TokenKind::logical_or},
    {"<", TokenKind::less},
    {">", TokenKind::greater},
    {"!", TokenKind::exclamation},
    {".", TokenKind::dot},
    {",", TokenKind::comma},
    {":", TokenKind::colon},
    {"?", TokenKind::question},
    {"(", TokenKind::left_parenthesis},
    {")", TokenKind::right_parenthesis},
    {"[", TokenKind::left_bracket},
    {"]", TokenKind::right_bracket},
    {"{", TokenKind::left_brace},
    {"}", TokenKind::right_brace},
    {"+", TokenKind::plus},
    {"-", TokenKind::minus},
    {"*", TokenKind::star},
    {"%", TokenKind::percent},
}};

class Lexer {
 public:
    Lexer(std::string_view source, std::vector<Problem>& problems)
        : source_(source), problems_(problems) {}

    std::vector<Token> run() {
        while (skip_blanks(), at_ < source_.size()) token();
        add(TokenKind::end, at_);
        return std::move(tokens_);
    }

 private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }
    std::string_view rest() const { return source_.substr(at_); }

    void add(TokenKind kind, std::size_t begin) {
        tokens_.push_back(
            {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)});
    }

    void wrong(std::size_t begin, std::string message, std::string hint = {}) {
        problems_.push_back({place_of(source_, begin, at_), std::move(message), std::move(hint)});
    }

    void skip_blanks() {
        for (; at_ < source_.size(); ++at_) {
            const char letter = source_[at_];
            if (rest().starts_with("//")) {
                at_ = std::min(source_.find('\n', at_), source_.size() - 1);
            } else if (letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r' &&
                       letter != '\f') {
                return;
            }
        }
    }

    void token() {
        const char letter = peek();
        if (is_digit(letter) || (letter == '.' && is_digit(peek(1)))) return number();
        if (letter == '\'' || letter == '"') return text(at_);
        if (begins_name(letter)) return name();
        if (letter == '`') return quoted_name();
        const std::size_t begin = at_;
        for (const auto& [sign, kind] : signs) {
            if (!rest().starts_with(sign)) continue;
            at_ += sign.size();
            return add(kind, begin);
        }
        ++at_;
        if (letter == '/') return add(TokenKind::slash, begin);
        no_sign(begin, letter);
    }

    void no_sign(std::size_t begin, char letter) {
        if (letter == '=') return wrong(begin, "'=' is no operator", "write == to compare");
        if (letter == '&') return wrong(begin, "'&' is no operator", "write && for and");
        if (letter == '|') return wrong(begin, "'|' is no operator", "write || for or");
        // The rest of the character, so that it is told once.
        while ((static_cast<unsigned char>(peek()) & 0xC0U) == 0x80U) ++at_;
        wrong(begin, fmt::format("'{}' does not belong here", source_.substr(begin, at_ - begin)));
    }

    void number() {
        const std::size_t begin = at_;
        TokenKind kind = TokenKind::integer;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hexadecimal(peek(2))) {
            at_ += 2;
            while (is_hexadecimal(peek())) ++at_;
        } else {
            digits();
            if (peek() == '.' && is_digit(peek(1))) {
                kind = TokenKind::floating;
                ++at_;
                digits();
            }
            const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
                kind = TokenKind::floating;
                at_ += 1 + sign;
                digits();
            }
        }
        if (kind == TokenKind::integer && (peek() == 'u' || peek() == 'U')) {
            kind = TokenKind::unsigned_integer;
            ++at_;
        }
        if (continues_name(peek())) {
            while (continues_name(peek())) ++at_;
            const std::string_view written = source_.substr(begin, at_ - begin);
            wrong(begin, fmt::format("'{}' is not a number", written),
                  "lengths of time are written duration('24h')");
            // A number stands here all the same: what follows is not wrong because of this.
        }
        add(kind, begin);
    }

    void digits() {
        while (is_digit(peek())) ++at_;
    }

    void name() {
        const std::size_t begin = at_;
        while (continues_name(peek())) ++at_;
        const std::string_view written = source_.substr(begin, at_ - begin);
        if ((peek() == '\'' || peek() == '"') && is_prefix(written)) return text(begin);
        add(written == "in" ? TokenKind::in : TokenKind::identifier, begin);
    }

    static bool is_prefix(std::string_view written) {
        constexpr std::string_view prefixes[] = {"r", "R", "b", "B", "br", "bR", "Br", "BR"};
        return std::find(std::begin(prefixes), std::end(prefixes), written) != std::end(prefixes);
    }

    void quoted_name() {
        const std::size_t begin = at_++;
        const auto allowed = [](char letter) {
            return continues_name(letter) || letter == '.' || letter == '-' || letter == '/' ||
                   letter == ' ';
        };
        while (allowed(peek())) ++at_;
        if (peek() != '`' || at_ == begin + 1) {
            return wrong(begin, "a name in back quotes that does not end",
                         "letters, digits, '_', '-', '.', '/' and blanks may stand in it");
        }
        ++at_;
        add(TokenKind::quoted_identifier, begin);
    }

    // At the quote; `begin` is where its prefix begins.
    void text(std::size_t begin) {
        const std::string_view prefix = source_.substr(begin, at_ - begin);
        const bool raw = prefix.find_first_of("rR") != std::string_view::npos;
        const bool is_bytes = prefix.find_first_of("bB") != std::string_view::npos;
        const char sign = peek();
        const bool triple = peek(1) == sign && peek(2) == sign;
        const std::string_view quote = source_.substr(at_, triple ? 3 : 1);
        at_ += quote.size();
        while (at_ < source_.size() && !rest().starts_with(quote)) {
            const bool line_ends = peek() == '\n' || peek() == '\r';
            if (line_ends && !triple) break;
            at_ += !raw && peek() == '\\' && at_ + 1 < source_.size() ? 2 : 1;
        }
        if (!rest().starts_with(quote)) {
            return wrong(begin, "a text that does not end",
                         fmt::format("add the closing {}", quote));
        }
        at_ += quote.size();
        add(is_bytes ? TokenKind::bytes : TokenKind::string, begin);
    }

    std::string_view source_;
    std::vector<Problem>& problems_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view source, std::vector<Problem>& problems) {
    return Lexer{source, problems}.run();
}

}  // namespace premura::cel
