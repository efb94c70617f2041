#include "core/base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_map>

#include "core/base/yaml_bytes.h"

namespace premura {
namespace {

// Ends the reading early; what is wrong has been told by then. Never leaves read_yaml.
struct Stop {};

struct Hint {
    std::string_view message;  // of yaml-cpp
    std::string_view meaning;
    std::string_view hint;
};
// What people usually got wrong when yaml-cpp says this.
constexpr Hint hints[] = {
    {"illegal map value", "a colon where none can be",
     "look at the indentation here and above; a text with ': ' in it needs quotes"},
    {"end of map not found", "the indentation does not fit what stands above",
     "keys of one thing begin in the same column"},
    {"end of sequence not found", "the indentation does not fit the list above",
     "keys of one thing begin in the same column; items of one list too, each with '- '"},
    {"end of sequence flow not found", "a list that began with '[' is not closed", "add the ']'"},
    {"end of map flow not found", "a map that began with '{' is not closed", "add the '}'"},
    {"illegal block entry", "a list cannot begin here", "put the '-' on a line of its own"},
    {"unknown token", "a text cannot begin with this character", "put the text in quotes"},
    {"illegal EOF in scalar", "a text in quotes is not closed", "add the closing quote"},
    {"the referenced anchor is not defined", "there is no anchor of that name before this", ""},
    {"bad file", "the text is nested too deeply", ""},
};

// Builds our tree from yaml-cpp's events. Chosen over its nodes because events have the right place
// of an alias, show duplicate keys, and let us stop before something grows.
class TreeBuilder : public YAML::EventHandler {
 public:
    TreeBuilder(const YamlText& text, Diagnostics& diagnostics)
        : text_(text), diagnostics_(diagnostics) {}

    YamlNode take_root() { return std::move(root_); }
    bool saw_open_quote() const { return saw_open_quote_; }

    Place place_of(const YAML::Mark& mark) const {
        const int line = mark.is_null() ? 0 : mark.line + 1;
        const auto bytes = static_cast<std::size_t>(std::max(mark.column, 0));
        return text_.place(line, 1 + count_characters(text_.line(line).substr(
                                         0, std::min(bytes, text_.line(line).size()))));
    }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ == 0) return;
        error("PR010", place_of(mark), "a second document begins here",
              "one file holds one document: take the '---' out, or make it two files");
        throw Stop{};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        finish(begin(mark, YamlNode::Kind::nothing), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, YamlNode::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, YamlNode::Kind::map);
    }
    void OnMapEnd() override { close(); }

 private:
    // A list or map that is not closed yet.
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor = YAML::NullAnchor;
        std::optional<YamlNode> key;                 // of a map, waits for its value
        std::unordered_map<std::string, int> lines;  // of the keys so far
    };
    struct Anchored {
        YamlNode node;
        std::size_t nodes = 0;
        std::size_t depth = 0;
    };

    void error(std::string_view code, const Place& place, std::string message,
               std::string hint = {}) {
        diagnostics_.add(error_at(place, code, std::move(message), std::move(hint)));
    }
    YamlNode begin(const YAML::Mark& mark, YamlNode::Kind kind);
    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              YamlNode::Kind kind);
    void close();
    void finish(YamlNode node, YAML::anchor_t anchor);
    void attach(YamlNode node);
    void check_key(Open& map, const YamlNode& key);
    void check_tag(const Place& place, const std::string& tag);
    void check_quotes(const YAML::Mark& mark, const Place& place);
    void count_nodes(const Place& place, std::size_t nodes, std::size_t depth);

    const YamlText& text_;
    Diagnostics& diagnostics_;
    int documents_ = 0;
    std::size_t nodes_ = 0;
    bool saw_open_quote_ = false;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Anchored> anchored_;
    YamlNode root_;
};

std::size_t count_nodes_of(const YamlNode& node) {
    std::size_t count = 1;
    for (const YamlNode& item : node.items) count += count_nodes_of(item);
    for (const YamlEntry& entry : node.entries) count += 1 + count_nodes_of(entry.value);
    return count;
}

std::size_t depth_of(const YamlNode& node) {
    std::size_t depth = 0;
    for (const YamlNode& item : node.items) depth = std::max(depth, depth_of(item));
    for (const YamlEntry& entry : node.entries) depth = std::max(depth, depth_of(entry.value));
    return depth + 1;
}

YamlNode TreeBuilder::begin(const YAML::Mark& mark, YamlNode::Kind kind) {
    const Place place = place_of(mark);
    count_nodes(place, 1, 1);
    YamlNode node;
    node.kind = kind;
    node.line = place.line;
    node.column = place.column;
    return node;
}

void TreeBuilder::count_nodes(const Place& place, std::size_t nodes, std::size_t depth) {
    nodes_ += nodes;
    if (open_.size() + depth > YamlLimits::depth_max) {
        error("PR008", place, fmt::format("nested more than {} deep", YamlLimits::depth_max));
        throw Stop{};
    }
    if (nodes_ > YamlLimits::nodes_max) {
        error("PR008", place,
              fmt::format("more than {} values in one file, aliases counted with all "
                          "that they repeat",
                          YamlLimits::nodes_max));
        throw Stop{};
    }
}

void TreeBuilder::check_tag(const Place& place, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    error("PR012", place, "tags are not used here", "take out what begins with '!'");
}

void TreeBuilder::check_quotes(const YAML::Mark& mark, const Place& place) {
    if (!has_open_quote(text_.line(mark.line + 1), static_cast<std::size_t>(mark.column))) return;
    saw_open_quote_ = true;
    error("PR006", place, "a quote that does not end on its line",
          "close it, or write several lines as a block after '|'");
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    YamlNode node = begin(mark, YamlNode::Kind::scalar);
    node.text = value;
    node.quoted = tag == "!";
    const Place place = place_of(mark);
    check_tag(place, tag);
    if (node.quoted) check_quotes(mark, place);
    finish(std::move(node), anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const Place place = place_of(mark);
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) {
        error("PR007", place, "an alias inside the very thing that it names");
        throw Stop{};
    }
    count_nodes(place, found->second.nodes, found->second.depth);
    YamlNode copy = found->second.node;
    copy.line = place.line;
    copy.column = place.column;
    attach(std::move(copy));
}

void TreeBuilder::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YamlNode::Kind kind) {
    check_tag(place_of(mark), tag);
    Open opened;
    opened.node = begin(mark, kind);
    opened.anchor = anchor;
    open_.push_back(std::move(opened));
}

void TreeBuilder::close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    finish(std::move(closed.node), closed.anchor);
}

void TreeBuilder::finish(YamlNode node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
        const std::size_t nodes = count_nodes_of(node);
        count_nodes(text_.place_of(node), nodes, 0);  // the copy that is kept
        anchored_[anchor] = {node, nodes, depth_of(node)};
    }
    attach(std::move(node));
}

void TreeBuilder::check_key(Open& map, const YamlNode& key) {
    const Place place = text_.place_of(key);
    if (!key.is_scalar()) {
        error("PR002", place, "a key must be a word, and here stands something else");
        throw Stop{};
    }
    if (!key.quoted && key.text == "<<") {
        error("PR009", place, "merge keys ('<<') are not supported", "write the keys out");
    }
    if (!key.quoted && is_doubtful_word(key.text)) {
        error("PR011", place,
              fmt::format("'{}' without quotes means true or false to some YAML tools", key.text),
              fmt::format("write \"{}\":", key.text));
    }
    const auto [earlier, fresh] = map.lines.emplace(key.text, key.line);
    if (!fresh) {
        error("PR005", place, fmt::format("the key '{}' stands here twice", key.text),
              fmt::format("the first is in line {}", earlier->second));
    }
}

void TreeBuilder::attach(YamlNode node) {
    if (open_.empty()) {
        root_ = std::move(node);
        return;
    }
    Open& parent = open_.back();
    if (parent.node.is_list()) {
        parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
        check_key(parent, node);
        parent.key = std::move(node);
    } else {
        if (node.kind == YamlNode::Kind::nothing && node.line != parent.key->line) {
            // yaml-cpp gives a missing value the place of what follows it.
            node.line = parent.key->line;
            node.column = parent.key->column;
        }
        // A merge key has been told about; what it would merge is not a key of this map.
        const bool merges = !parent.key->quoted && parent.key->text == "<<";
        if (!merges) parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
        parent.key.reset();
    }
}

Diagnostic diagnostic_at(Severity severity, const Place& place, std::string_view code,
                         std::string message, std::string hint) {
    return {severity,     std::string{code},  place.file,      place.line,
            place.column, std::move(message), std::move(hint), place.source};
}

void add_syntax_error(const YAML::Exception& exception, const TreeBuilder& builder,
                      Diagnostics& diagnostics) {
    const Place place = builder.place_of(exception.mark);
    for (const Hint& hint : hints) {
        if (exception.msg != hint.message) continue;
        diagnostics.add(error_at(place, "PR002", fmt::format("not valid YAML: {}", hint.meaning),
                                 std::string{hint.hint}));
        return;
    }
    diagnostics.add(error_at(place, "PR002", fmt::format("not valid YAML: {}", exception.msg),
                             "the mistake is often in the line before: a missing blank, quote or colon"));
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    for (const YamlEntry& entry : entries) {
        if (entry.key.text == key) return &entry.value;
    }
    return nullptr;
}

Diagnostic error_at(const Place& place, std::string_view code, std::string message,
                    std::string hint) {
    return diagnostic_at(Severity::error, place, code, std::move(message), std::move(hint));
}

Diagnostic warning_at(const Place& place, std::string_view code, std::string message,
                      std::string hint) {
    return diagnostic_at(Severity::warning, place, code, std::move(message), std::move(hint));
}

YamlText::YamlText(std::string file, std::string text)
    : file_(std::move(file)), text_(std::move(text)) {
    line_begins_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') line_begins_.push_back(i + 1);
    }
}

std::string_view YamlText::line(int number) const {
    if (number < 1 || static_cast<std::size_t>(number) > line_begins_.size()) return {};
    const std::size_t begin = line_begins_[static_cast<std::size_t>(number) - 1];
    std::string_view line{text_};
    line = line.substr(begin, line.find('\n', begin) - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

Place YamlText::place(int line_number, int column) const {
    return {file_, line_number, line_number > 0 ? column : 0, std::string{line(line_number)}};
}

Place YamlText::place_of(const YamlNode& node) const {
    return place(node.line, node.column);
}

Place YamlText::place_inside(const YamlNode& node, std::string_view needle,
                             std::size_t number) const {
    for (int current = std::max(node.line, 1); current <= line_count(); ++current) {
        const std::string_view text = line(current);
        std::size_t from = current == node.line ? byte_of_column(text, node.column) : 0;
        for (from = text.find(needle, from); from != text.npos;
             from = text.find(needle, from + needle.size())) {
            if (number-- == 0) return place(current, 1 + count_characters(text.substr(0, from)));
        }
    }
    return place_of(node);
}

std::optional<YamlText> read_yaml(std::string file, std::string text, Diagnostics& diagnostics) {
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    YamlText result{std::move(file), std::move(text)};
    if (result.text_.size() > YamlLimits::bytes_max) {
        diagnostics.add(
            error_at(result.place(0, 0), "PR008",
                     fmt::format("the file has more than {} bytes", YamlLimits::bytes_max)));
        return std::nullopt;
    }
    if (!check_bytes(result, diagnostics)) return std::nullopt;

    TreeBuilder builder{result, diagnostics};
    try {
        std::istringstream stream{result.text_};
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop&) {
        return std::nullopt;
    } catch (const YAML::Exception& exception) {
        // After a quote that was not closed all the rest is read the wrong way round.
        if (!builder.saw_open_quote()) add_syntax_error(exception, builder, diagnostics);
        return std::nullopt;
    }
    if (builder.saw_open_quote()) return std::nullopt;
    result.root_ = builder.take_root();
    return result;
}

bool is_doubtful_word(std::string_view text) {
    static constexpr std::string_view words[] = {"yes", "no", "on", "off", "y", "n"};
    if (text.size() > 3) return false;
    std::string lower{text};
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return std::find(std::begin(words), std::end(words), lower) != std::end(words);
}

}  // namespace premura
