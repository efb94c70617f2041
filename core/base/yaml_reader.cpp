#include "core/base/yaml_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/nearest.h"

namespace premura {
namespace {

constexpr std::size_t name_length_max = 64;

std::string_view described(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::nothing:
            return "nothing";
        case YamlNode::Kind::scalar:
            return "a single value";
        case YamlNode::Kind::list:
            return "a list";
        case YamlNode::Kind::map:
            return "a map of keys and values";
    }
    return "something else";
}

std::string quoted_key(std::string_view key) {
    return fmt::format("'{}'", key);
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Digits, then perhaps a point and digits.
bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    std::size_t whole = 0;
    while (whole < text.size() && is_digit(text[whole])) ++whole;
    if (whole == 0 || whole == text.size()) return whole > 0;
    if (text[whole] != '.' || whole + 1 == text.size()) return false;
    for (const char letter : text.substr(whole + 1)) {
        if (!is_digit(letter)) return false;
    }
    return true;
}

bool has_leading_zero(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return text.size() > 1 && text[0] == '0' && is_digit(text[1]);
}

bool is_name(std::string_view text) {
    if (text.size() < 2 || text.size() > name_length_max) return false;
    if (text[0] < 'a' || text[0] > 'z') return false;
    for (const char letter : text) {
        const bool lower = letter >= 'a' && letter <= 'z';
        if (!lower && !is_digit(letter) && letter != '-') return false;
    }
    return true;
}

}  // namespace

void YamlReader::error(std::string_view code, const YamlNode& at, std::string message,
                       std::string hint) {
    add(error_at(place_of(at), code, std::move(message), std::move(hint)));
}

void YamlReader::warning(std::string_view code, const YamlNode& at, std::string message,
                         std::string hint) {
    add(warning_at(place_of(at), code, std::move(message), std::move(hint)));
}

bool YamlReader::map(const YamlNode& node, std::string_view what) {
    if (node.is_map()) return true;
    error("PR103", node,
          fmt::format("{} must have keys and values, and is {}", what, described(node)));
    return false;
}

bool YamlReader::map(const YamlNode& node, std::string_view what, Names known) {
    if (!map(node, what)) return false;
    for (const YamlEntry& entry : node.entries) {
        bool found = false;
        for (const std::string_view name : known) found = found || name == entry.key.text;
        if (found) continue;
        error("PR101", entry.key, fmt::format("{} has no key '{}'", what, entry.key.text),
              did_you_mean_or_list(entry.key.text, known));
    }
    return true;
}

bool YamlReader::list(const YamlNode& node, std::string_view what) {
    if (node.is_list()) return true;
    error("PR103", node, fmt::format("{} must be a list, and is {}", what, described(node)));
    return false;
}

std::vector<const YamlNode*> YamlReader::one_or_many(const YamlNode& node, std::string_view what) {
    if (!node.is_list()) return {&node};
    std::vector<const YamlNode*> items;
    for (const YamlNode& item : node.items) items.push_back(&item);
    if (items.empty()) error("PR103", node, fmt::format("{} is an empty list", what));
    return items;
}

const YamlNode* YamlReader::required(const YamlNode& map, std::string_view key,
                                     std::string_view of_what) {
    const YamlNode* value = map.find(key);
    if (value == nullptr) error("PR102", map, fmt::format("{} has no '{}'", of_what, key));
    return value;
}

bool YamlReader::scalar(const YamlNode& node, std::string_view what, std::string_view wanted) {
    if (node.is_scalar()) return true;
    error("PR103", node, fmt::format("{} must be {}, and is {}", what, wanted, described(node)));
    return false;
}

std::optional<std::string> YamlReader::text(const YamlNode& node, std::string_view what) {
    if (!scalar(node, what, "a text")) return std::nullopt;
    if (!node.quoted && is_doubtful_word(node.text)) {
        error("PR011", node,
              fmt::format("'{}' without quotes means true or false to some YAML tools", node.text),
              fmt::format("write \"{}\" if the word is meant", node.text));
        return std::nullopt;
    }
    if (!node.quoted && (node.text == "true" || node.text == "false")) {
        error("PR103", node, fmt::format("{} must be a text, and is {}", what, node.text),
              fmt::format("write \"{}\" if the word is meant", node.text));
        return std::nullopt;
    }
    if (node.text.find_first_not_of(" \n") == std::string::npos) {
        error("PR103", node, fmt::format("{} is empty", what));
        return std::nullopt;
    }
    return node.text;
}

std::optional<bool> YamlReader::boolean(const YamlNode& node, std::string_view what) {
    if (!scalar(node, what, "true or false")) return std::nullopt;
    if (!node.quoted && node.text == "true") return true;
    if (!node.quoted && node.text == "false") return false;
    error("PR103", node, fmt::format("{} must be true or false, not '{}'", what, node.text),
          node.quoted ? "write true or false without quotes" : "write true or false");
    return std::nullopt;
}

std::optional<std::string> YamlReader::number_text(const YamlNode& node, std::string_view what) {
    if (!scalar(node, what, "a number")) return std::nullopt;
    if (node.quoted && is_decimal(node.text)) {
        error("PR109", node, fmt::format("{} must be a number, and is a text", what),
              fmt::format("write {} without quotes", node.text));
        return std::nullopt;
    }
    if (has_leading_zero(node.text)) {
        const std::size_t digit = node.text.find_first_not_of("-0");
        error("PR109", node,
              fmt::format("'{}' begins with a zero, which makes it octal to some tools", node.text),
              digit == std::string::npos || !is_digit(node.text[digit])
                  ? "write it without the zeros in front"
                  : fmt::format("write {}{}", node.text.starts_with('-') ? "-" : "",
                                node.text.substr(digit)));
        return std::nullopt;
    }
    if (!is_decimal(node.text)) {
        error("PR109", node, fmt::format("{} must be a number, not '{}'", what, node.text),
              "write for example 20 or 19.90");
        return std::nullopt;
    }
    return node.text;
}

std::optional<double> YamlReader::number(const YamlNode& node, std::string_view what) {
    const auto digits = number_text(node, what);
    if (!digits) return std::nullopt;
    double value = 0;
    const auto [end, problem] =
        std::from_chars(digits->data(), digits->data() + digits->size(), value);
    if (problem == std::errc{}) return value;
    error("PR109", node, fmt::format("{} is too large or too small a number", what));
    return std::nullopt;
}

std::optional<int> YamlReader::whole_number(const YamlNode& node, std::string_view what, int least,
                                            int most) {
    const auto digits = number_text(node, what);
    if (!digits) return std::nullopt;
    int value = 0;
    const char* end = digits->data() + digits->size();
    const auto [stopped, problem] = std::from_chars(digits->data(), end, value);
    if (problem == std::errc{} && stopped == end && value >= least && value <= most) return value;
    error(
        "PR109", node,
        fmt::format("{} must be a whole number from {} to {}, not {}", what, least, most, *digits));
    return std::nullopt;
}

std::optional<std::size_t> YamlReader::word(const YamlNode& node, std::string_view what,
                                            Names words) {
    const auto written = text(node, what);
    if (!written) return std::nullopt;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == *written) return i;
    }
    error("PR107", node, fmt::format("{} cannot be '{}'", what, *written),
          did_you_mean_or_list(*written, words));
    return std::nullopt;
}

std::optional<std::string> YamlReader::name(const YamlNode& node, std::string_view what) {
    auto written = text(node, what);
    if (!written) return std::nullopt;
    if (is_name(*written)) return written;
    error("PR110", node, fmt::format("'{}' cannot be {}", *written, what),
          fmt::format("use lower-case letters, digits and '-', a letter first, 2 to {} in all",
                      name_length_max));
    return std::nullopt;
}

std::string YamlReader::text_under(const YamlNode& map, std::string_view key) {
    const YamlNode* value = map.find(key);
    return value == nullptr ? std::string{} : text(*value, quoted_key(key)).value_or("");
}

std::string YamlReader::required_text(const YamlNode& map, std::string_view key,
                                      std::string_view of_what) {
    const YamlNode* value = required(map, key, of_what);
    return value == nullptr ? std::string{} : text(*value, quoted_key(key)).value_or("");
}

std::vector<std::string> YamlReader::texts_under(const YamlNode& map, std::string_view key) {
    std::vector<std::string> texts;
    const YamlNode* value = map.find(key);
    if (value == nullptr) return texts;
    for (const YamlNode* item : one_or_many(*value, quoted_key(key))) {
        if (auto written = text(*item, quoted_key(key))) texts.push_back(std::move(*written));
    }
    return texts;
}

}  // namespace premura
