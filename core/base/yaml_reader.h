#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/yaml.h"

namespace premura {

// Takes values out of one YAML text. Whatever does not fit is noted with its place, and the reading
// goes on, so that one pass finds all mistakes. `what` names the value in messages: "'within'".
class YamlReader {
 public:
    using Names = std::span<const std::string_view>;

    // Both outlive the reader.
    YamlReader(const YamlText& text, Diagnostics& diagnostics)
        : text_(text), diagnostics_(diagnostics) {}

    void error(std::string_view code, const YamlNode& at, std::string message,
               std::string hint = {});
    void warning(std::string_view code, const YamlNode& at, std::string message,
                 std::string hint = {});
    void add(Diagnostic diagnostic) { diagnostics_.add(std::move(diagnostic)); }

    const YamlText& source() const { return text_; }
    // Errors so far, of this text and of those read before it.
    std::size_t error_count() const { return diagnostics_.error_count(); }
    Place place_of(const YamlNode& node) const { return text_.place_of(node); }

    // Is it a map? Its keys must be among `known`; another is an error with the nearest of them.
    bool map(const YamlNode& node, std::string_view what, Names known);
    // Is it a map? Any keys.
    bool map(const YamlNode& node, std::string_view what);
    // Is it a list, also an empty one?
    bool list(const YamlNode& node, std::string_view what);
    // The items of a list, or the value itself as the only one. An empty list is an error.
    std::vector<const YamlNode*> one_or_many(const YamlNode& node, std::string_view what);

    // The value under a key; an error at the map when it is missing.
    const YamlNode* required(const YamlNode& map, std::string_view key, std::string_view of_what);

    // Text that is not empty. A number is taken as it is written; `no`, `on` and `true` without
    // quotes are refused, because they may have been meant as something else.
    std::optional<std::string> text(const YamlNode& node, std::string_view what);
    // `true` or `false`, nothing else.
    std::optional<bool> boolean(const YamlNode& node, std::string_view what);
    // A decimal number: no leading zeros (octal to some), no exponents, no separators.
    std::optional<double> number(const YamlNode& node, std::string_view what);
    std::optional<int> whole_number(const YamlNode& node, std::string_view what, int least,
                                    int most);
    // One of a few words; its position.
    std::optional<std::size_t> word(const YamlNode& node, std::string_view what, Names words);

    // A name that people give and others refer to: lower-case letters, digits and '-', up to 64.
    std::optional<std::string> name(const YamlNode& node, std::string_view what);

    // The text under a key that may be missing: then empty, without an error.
    std::string text_under(const YamlNode& map, std::string_view key);
    // The same for a key that must be there.
    std::string required_text(const YamlNode& map, std::string_view key, std::string_view of_what);
    // Texts, one or many, under a key that may be missing.
    std::vector<std::string> texts_under(const YamlNode& map, std::string_view key);

 private:
    bool scalar(const YamlNode& node, std::string_view what, std::string_view wanted);
    std::optional<std::string> number_text(const YamlNode& node, std::string_view what);

    const YamlText& text_;
    Diagnostics& diagnostics_;
};

}  // namespace premura
