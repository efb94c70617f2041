#include "core/rules/dialer_map_loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/nearest.h"
#include "core/calendar/time_zone.h"
#include "core/events/vocabulary.h"

namespace premura {
namespace {

constexpr std::string_view map_keys[] = {"columns", "limits"};
constexpr std::string_view limit_keys[] = {"columns", "header", "cell"};
constexpr std::string_view column_keys[] = {"of", "text", "words", "otherwise", "time", "zone", "length"};
constexpr std::string_view time_letters = "YmdHMSz%";
constexpr int columns_most = 500;
constexpr int header_most = 1'000;
constexpr int cell_most = 32'000;

struct Limits {
    int columns = columns_most;
    int header = header_most;
};

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::vector<std::string_view> field_names() {
    std::vector<std::string_view> names;
    for (const DialerField& field : dialer_call_fields()) names.push_back(field.name);
    for (const FactDefinition& fact : all_facts()) names.push_back(fact.name);
    return names;
}

void unknown_field(const YamlNode& node, std::string_view name, YamlReader& reader) {
    std::string hint = did_you_mean(name, field_names());
    if (hint.empty()) hint = "docs/DIALERS.md lists the fields; facts have their names, such as order.number";
    reader.error("PR175", node, fmt::format("a call has no field '{}'", name), std::move(hint));
}

class ColumnLoader {
 public:
    ColumnLoader(const YamlEntry& entry, YamlReader& reader) : entry_{entry}, reader_{reader} {}

    DialerColumn load() {
        column_.name = entry_.key.text;
        if (entry_.value.is_scalar()) {
            if (const auto field = reader_.text(entry_.value, what())) take_field(entry_.value, *field);
            return std::move(column_);
        }
        const YamlNode& node = entry_.value;
        if (!reader_.map(node, what(), column_keys)) return std::move(column_);
        const YamlNode* of = node.find("of");
        const YamlNode* text = node.find("text");
        if ((of == nullptr) == (text == nullptr)) {
            reader_.error("PR102", node, fmt::format("{} needs either 'of' or 'text'", what()),
                          "of: a field; text: words with fields in braces, such as \"{rule_name}, {order.number}\"");
            return std::move(column_);
        }
        if (of != nullptr) {
            if (const auto field = reader_.text(*of, "'of'")) take_field(*of, *field);
        } else if (const auto written = reader_.text(*text, "'text'")) {
            take_text(*text, *written);
        }
        load_words(node, of != nullptr);
        load_time(node);
        if (const YamlNode* length = node.find("length")) {
            column_.length = static_cast<std::size_t>(reader_.whole_number(*length, "'length'", 1, cell_most).value_or(1));
        }
        return std::move(column_);
    }

 private:
    std::string what() const { return fmt::format("the column '{}'", entry_.key.text); }

    void take_field(const YamlNode& node, const std::string& name) {
        const auto field = dialer_field_named(name);
        if (!field) return unknown_field(node, name, reader_);
        has_time_ = has_time_ || field->kind == DialerField::Kind::time;
        column_.pieces.push_back({name, field->kind});
    }

    void take_text(const YamlNode& node, std::string_view text) {
        while (!text.empty()) {
            const std::size_t open = text.find('{');
            if (open > 0) column_.pieces.push_back({std::string{text.substr(0, open)}, std::nullopt});
            if (open == text.npos) return;
            const std::size_t close = text.find('}', open);
            if (close == text.npos) {
                return reader_.error("PR175", node, "a brace is opened and not closed", "write {task}");
            }
            take_field(node, std::string{text.substr(open + 1, close - open - 1)});
            text.remove_prefix(close + 1);
        }
    }

    void load_words(const YamlNode& node, bool of_one_field) {
        const YamlNode* words = node.find("words");
        const YamlNode* otherwise = node.find("otherwise");
        if (words == nullptr) {
            if (otherwise != nullptr) reader_.error("PR102", *otherwise, "'otherwise' needs 'words'");
            return;
        }
        if (!of_one_field) reader_.error("PR102", *words, "'words' needs 'of'", "they are those of one field");
        if (!reader_.map(*words, "'words'")) return;
        if (words->entries.empty()) reader_.error("PR102", *words, "'words' has no words");
        for (const YamlEntry& word : words->entries) {
            column_.words[word.key.text] = reader_.text(word.value, "a word").value_or("");
        }
        if (otherwise != nullptr) column_.otherwise = reader_.text(*otherwise, "'otherwise'");
    }

    void load_time(const YamlNode& node) {
        const YamlNode* time = node.find("time");
        const YamlNode* zone = node.find("zone");
        const YamlNode* either = time != nullptr ? time : zone;
        if (either != nullptr && !has_time_) {
            reader_.error("PR175", *either, fmt::format("{} has no time in it", what()),
                          "'time' and 'zone' are for fields such as due_at and order.promised_by");
        }
        if (time != nullptr) {
            column_.time = reader_.text(*time, "'time'").value_or("");
            check_pattern(*time);
        }
        if (zone == nullptr) return;
        column_.zone = reader_.text(*zone, "'zone'").value_or("tenant");
        if (column_.zone == "customer" || column_.zone == "tenant" || TimeZone::find(column_.zone)) return;
        reader_.error("PR160", *zone, fmt::format("there is no time zone '{}'", column_.zone),
                      "write customer, tenant, or an IANA name such as Europe/Rome");
    }

    void check_pattern(const YamlNode& node) {
        for (std::size_t i = column_.time.find('%'); i != std::string::npos; i = column_.time.find('%', i + 2)) {
            const bool known = i + 1 < column_.time.size() && time_letters.find(column_.time[i + 1]) != std::string::npos;
            if (known) continue;
            return reader_.error("PR175", node, fmt::format("'{}' stands for nothing in a time", column_.time.substr(i, 2)),
                                 "there are: %Y %m %d %H %M %S %z; for example \"%Y-%m-%d %H:%M:%S\"");
        }
    }

    const YamlEntry& entry_;
    YamlReader& reader_;
    DialerColumn column_;
    bool has_time_ = false;
};

Limits load_limits(const YamlNode& node, DialerMap& map, YamlReader& reader) {
    Limits limits;
    if (!reader.map(node, "'limits'", limit_keys)) return limits;
    if (const YamlNode* columns = node.find("columns")) {
        limits.columns = reader.whole_number(*columns, "'columns'", 1, columns_most).value_or(columns_most);
    }
    if (const YamlNode* header = node.find("header")) {
        limits.header = reader.whole_number(*header, "'header'", 1, header_most).value_or(header_most);
    }
    if (const YamlNode* cell = node.find("cell")) {
        map.cell_max = static_cast<std::size_t>(reader.whole_number(*cell, "'cell'", 1, cell_most).value_or(cell_most));
    }
    return limits;
}

bool has_phone(const DialerMap& map) {
    return std::ranges::any_of(map.columns, [](const DialerColumn& column) {
        return std::ranges::any_of(column.pieces, [](const DialerColumn::Piece& piece) {
            return piece.field && piece.text.starts_with("phone");
        });
    });
}

}  // namespace

LoadedDialerMap load_dialer_map(const YamlEntry& entry, YamlReader& reader) {
    LoadedDialerMap loaded;
    DialerMap& map = loaded.map;
    loaded.place = reader.place_of(entry.key);
    map.file = loaded.place.file;
    map.line = loaded.place.line;
    map.id = reader.name(entry.key, "the name of a dialer").value_or("");
    const std::string what = fmt::format("the dialer '{}'", entry.key.text);
    if (!reader.map(entry.value, what, map_keys)) return loaded;
    Limits limits;
    if (const YamlNode* node = entry.value.find("limits")) limits = load_limits(*node, map, reader);
    const YamlNode* columns = reader.required(entry.value, "columns", what);
    if (columns == nullptr || !reader.map(*columns, "'columns'")) return loaded;
    const std::size_t errors = reader.error_count();
    if (columns->entries.size() > static_cast<std::size_t>(limits.columns)) {
        reader.error("PR176", columns->entries[static_cast<std::size_t>(limits.columns)].key,
                     fmt::format("{} has {} columns; {} are the most it takes", what, columns->entries.size(), limits.columns),
                     "leave out what nobody reads there");
    }
    for (const YamlEntry& column : columns->entries) {
        if (characters_in(column.key.text) > static_cast<std::size_t>(limits.header)) {
            reader.error("PR176", column.key, fmt::format("the name of a column has at most {} characters here", limits.header));
        }
        map.columns.push_back(ColumnLoader{column, reader}.load());
        if (map.columns.back().length > map.cell_max) {
            reader.error("PR176", *column.value.find("length"),
                         fmt::format("a cell has at most {} characters here", map.cell_max), "limits.cell says so");
        }
    }
    if (reader.error_count() == errors && !has_phone(map)) {
        reader.error("PR176", *columns, fmt::format("{} has no column with a telephone number", what),
                     "add one of phone, phone.digits, or phone.code and phone.national");
    }
    return loaded;
}

DialerRoute load_dialer_route(const YamlNode& node, YamlReader& reader) {
    static constexpr std::string_view route_keys[] = {"gateway", "map"};
    DialerRoute route;
    if (!reader.map(node, "'dialer'", route_keys)) return route;
    const YamlNode* gateway = reader.required(node, "gateway", "'dialer'");
    const YamlNode* map = reader.required(node, "map", "'dialer'");
    if (gateway != nullptr) route.gateway = reader.name(*gateway, "the name of a webhook").value_or("");
    if (map != nullptr) route.map = reader.name(*map, "the name of a dialer").value_or("");
    return route;
}

}  // namespace premura
