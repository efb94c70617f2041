#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"

namespace premura {

struct YamlEntry;

// One value of a YAML text with the place where it begins. A tree of plain values: an alias has
// become a copy of what it names, at the place of the alias.
struct YamlNode {
    enum class Kind { nothing, scalar, list, map };

    Kind kind = Kind::nothing;
    bool quoted = false;             // a scalar in quotes, or a block after | or >
    int line = 0;                    // counted from 1
    int column = 0;                  // counted from 1, in characters
    std::string text;                // of a scalar, unquoted
    std::vector<YamlNode> items;     // of a list
    std::vector<YamlEntry> entries;  // of a map, in the order written; keys are scalars, each once

    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_list() const { return kind == Kind::list; }
    bool is_map() const { return kind == Kind::map; }

    // The value under a key of a map; null when there is none, or this is no map.
    const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
    YamlNode key;
    YamlNode value;
};

// Where something stands, with all that a diagnostic shows of it.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
    std::string source;
};
Diagnostic error_at(const Place& place, std::string_view code, std::string message,
                    std::string hint = {});
Diagnostic warning_at(const Place& place, std::string_view code, std::string message,
                      std::string hint = {});

// What one text may hold; more is refused. Aliases count with all they are copies of.
struct YamlLimits {
    static constexpr std::size_t bytes_max = 16 * 1024 * 1024;
    static constexpr std::size_t nodes_max = 1'000'000;
    static constexpr std::size_t depth_max = 40;
};

// One YAML text, read. Immutable, owns all of it.
class YamlText {
 public:
    YamlText(std::string file, std::string text);

    const std::string& file() const { return file_; }
    const YamlNode& root() const { return root_; }
    // A line by its number, counted from 1, without its end; empty when there is none.
    std::string_view line(int number) const;
    int line_count() const { return static_cast<int>(line_begins_.size()); }

    Place place_of(const YamlNode& node) const;
    Place place(int line, int column) const;
    // The `number`-th (from 0) occurrence of `needle` at or after the node; the node when there is
    // none. Serves places inside a scalar, whose own text may have lost its line ends and
    // indentation.
    Place place_inside(const YamlNode& node, std::string_view needle, std::size_t number) const;

 private:
    friend std::optional<YamlText> read_yaml(std::string file, std::string text,
                                             Diagnostics& diagnostics);

    std::string file_;
    std::string text_;
    std::vector<std::size_t> line_begins_;
    YamlNode root_;
};

// Reads a text as one YAML document, more strictly than YAML is: no tabs, no duplicate keys, no
// tags, no merge keys, no quotes over several lines, no second document, UTF-8 only, `no` and its
// like not as a key. All that is wrong is added to `diagnostics`; nothing comes back when the rest
// makes no sense. An empty text has a root of Kind::nothing.
std::optional<YamlText> read_yaml(std::string file, std::string text, Diagnostics& diagnostics);

// `yes`, `no`, `on`, `off`, `y`, `n` in any case: text to some YAML tools, true or false to others.
bool is_doubtful_word(std::string_view text);

}  // namespace premura
