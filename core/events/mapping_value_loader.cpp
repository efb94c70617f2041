#include "core/events/mapping_value_loader.h"

#include <fmt/format.h>

#include "core/calendar/time_zone.h"

namespace premura {
namespace {

using Conversion = ValueExpression::Conversion;

constexpr std::string_view value_keys[] = {"from", "first_of",  "text", "take",
                                           "map",  "otherwise", "as",   "zone"};
constexpr std::string_view source_keys[] = {"from", "first_of", "text"};
constexpr std::string_view part_keys[] = {"part", "of"};
constexpr std::string_view text_keys[] = {"text"};
// In the order of Conversion, without `none`.
constexpr std::string_view conversion_names[] = {"text",  "number",   "time",
                                                 "phone", "language", "money_cents"};
// More parts than this no identifier has.
constexpr int part_max = 100;

// RFC 6901: a `~` is followed by 0 or 1.
bool is_pointer(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t tilde = text.find('~'); tilde != text.npos;
         tilde = text.find('~', tilde + 1)) {
        const char next = tilde + 1 < text.size() ? text[tilde + 1] : ' ';
        if (next != '0' && next != '1') return false;
    }
    return true;
}

class ExpressionLoader {
 public:
    ExpressionLoader(const YamlNode& node, PathScope scope, YamlReader& reader)
        : node_(node), scope_(scope), reader_(reader) {}

    ValueExpression load() {
        if (!node_.is_map()) {
            add_path(node_);
            return std::move(value_);
        }
        if (!reader_.map(node_, "the value", value_keys)) return {};
        load_source();
        if (const YamlNode* take = node_.find("take")) load_take(*take);
        if (const YamlNode* map = node_.find("map")) load_map(*map);
        if (const YamlNode* otherwise = node_.find("otherwise")) load_otherwise(*otherwise);
        if (const YamlNode* as = node_.find("as")) {
            const auto position = reader_.word(*as, "'as'", conversion_names);
            if (position) value_.as = static_cast<Conversion>(*position + 1);
        }
        if (const YamlNode* zone = node_.find("zone")) load_zone(*zone);
        return std::move(value_);
    }

 private:
    void add_path(const YamlNode& node) {
        const auto text = reader_.text(node, "a path");
        if (!text) return;
        if (auto path = load_path(node, *text, scope_, reader_)) {
            value_.first_of.push_back(std::move(*path));
        }
    }

    void load_source() {
        int count = 0;
        for (const std::string_view key : source_keys) count += node_.find(key) != nullptr;
        if (count != 1) {
            reader_.error("PR191", node_, "a value comes from exactly one place",
                          "give one of: from: /a/path; first_of: [/a/path, /another]; "
                          "text: \"{/a/path}:{/another}\"");
        }
        if (const YamlNode* from = node_.find("from")) add_path(*from);
        if (const YamlNode* first_of = node_.find("first_of")) {
            for (const YamlNode* item : reader_.one_or_many(*first_of, "'first_of'")) {
                add_path(*item);
            }
        }
        if (const YamlNode* text = node_.find("text")) load_text(*text);
    }

    // `{/msg/id}:{subtag}` into its pieces.
    void load_text(const YamlNode& node) {
        const auto written = reader_.text(node, "'text'");
        if (!written) return;
        std::string_view rest = *written;
        while (!rest.empty()) {
            const std::size_t begin = rest.find_first_of("{}");
            if (begin > 0) value_.text_pieces.push_back({std::string{rest.substr(0, begin)}, {}});
            if (begin == rest.npos) return;
            const std::size_t end = rest.find_first_of("{}", begin + 1);
            if (rest[begin] == '}' || end == rest.npos || rest[end] == '{') {
                reader_.error("PR190", node, "a brace without its partner",
                              "write paths in braces: \"{/msg/id}:{subtag}\"");
                return;
            }
            const std::string_view inside = rest.substr(begin + 1, end - begin - 1);
            if (auto path = load_path(node, inside, scope_, reader_)) {
                value_.text_pieces.push_back({{}, std::move(path)});
            }
            rest.remove_prefix(end + 1);
        }
    }

    void load_take(const YamlNode& node) {
        if (node.is_scalar() && node.text == "digits") {
            value_.take.what = Take::What::digits;
            return;
        }
        if (!node.is_map()) {
            reader_.error("PR192", node, "'take' is 'digits' or a part",
                          "write take: digits, or take: { part: -1, of: \"/\" }");
            return;
        }
        if (!reader_.map(node, "'take'", part_keys)) return;
        value_.take.what = Take::What::part;
        if (const YamlNode* part = reader_.required(node, "part", "'take'")) {
            value_.take.part =
                reader_.whole_number(*part, "'part'", -part_max, part_max).value_or(0);
        }
        value_.take.separator = reader_.required_text(node, "of", "'take'");
    }

    void load_map(const YamlNode& node) {
        if (!reader_.map(node, "'map'")) return;
        if (node.entries.empty()) reader_.error("PR103", node, "'map' is empty");
        for (const YamlEntry& entry : node.entries) {
            if (auto text = reader_.text(entry.value, "a value of 'map'")) {
                value_.map[entry.key.text] = std::move(*text);
            }
        }
    }

    void load_otherwise(const YamlNode& node) {
        if (node.is_map()) {
            if (!reader_.map(node, "'otherwise'", text_keys)) return;
            const YamlNode* text = reader_.required(node, "text", "'otherwise'");
            if (!value_.text_pieces.empty() || !value_.map.empty()) {
                reader_.error(
                    "PR191", node,
                    "a text is made up instead of a path only, not beside 'text' or 'map'");
            } else if (text != nullptr) {
                load_text(*text);
            }
            return;
        }
        auto text = reader_.text(node, "'otherwise'");
        if (!text) return;
        value_.otherwise_ignore = *text == "ignore";
        if (!value_.otherwise_ignore) value_.otherwise = std::move(*text);
    }

    void load_zone(const YamlNode& node) {
        const auto zone = reader_.text(node, "'zone'");
        if (!zone) return;
        value_.zone = *zone;
        if (TimeZone::find(*zone)) return;
        reader_.error("PR160", node, fmt::format("there is no time zone '{}'", *zone),
                      "write an IANA name, for example Europe/Rome");
    }

    const YamlNode& node_;
    PathScope scope_;
    YamlReader& reader_;
    ValueExpression value_;
};

}  // namespace

bool is_record_path(std::string_view text) {
    return text.starts_with('/') || text.starts_with("body./") || text.starts_with("header.") ||
           text == "key";
}

std::optional<ValuePath> load_path(const YamlNode& node, std::string_view text, PathScope scope,
                                   YamlReader& reader) {
    using Root = ValuePath::Root;
    if (text == "key") return ValuePath{Root::key, {}};
    if (text.starts_with("header.") && text.size() > 7) {
        std::string name{text.substr(7)};
        for (char& letter : name) {
            if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
        }
        return ValuePath{Root::header, std::move(name)};
    }
    const bool from_body = is_record_path(text);
    if (!from_body && scope == PathScope::record) {
        reader.error("PR190", node, fmt::format("'{}' is not a path into the message", text),
                     fmt::format("write /{}; without '/' in front it needs a for_each", text));
        return std::nullopt;
    }
    if (text.starts_with("body.")) text.remove_prefix(5);
    std::string pointer{text};
    if (!from_body) pointer.insert(0, "/");
    if (is_pointer(pointer) && pointer.size() > 1) {
        return ValuePath{from_body ? Root::body : Root::element, std::move(pointer)};
    }
    reader.error("PR190", node, fmt::format("'{}' is not a JSON Pointer", text),
                 "write for example /customer/phone; '~' is written ~0, a '/' in a name ~1");
    return std::nullopt;
}

ValueExpression load_value_expression(const YamlNode& node, PathScope scope, YamlReader& reader) {
    return ExpressionLoader{node, scope, reader}.load();
}

}  // namespace premura
