#include "core/events/mapping_loader.h"

#include <fmt/format.h>

#include "core/events/mapping_value_loader.h"
#include "core/events/vocabulary_loader.h"

namespace premura {
namespace {

using Conversion = ValueExpression::Conversion;

constexpr std::string_view mapping_keys[] = {"name",     "topics", "match",
                                             "for_each", "event",  "facts"};
constexpr std::string_view event_keys[] = {"type", "id", "time", "tenant"};
constexpr std::string_view match_keys[] = {"present"};

FactKind kind_made_by(Conversion conversion) {
    switch (conversion) {
        case Conversion::number:
        case Conversion::money_cents:
            return FactKind::number;
        case Conversion::time:
            return FactKind::time;
        case Conversion::none:
        case Conversion::text:
        case Conversion::phone:
        case Conversion::language:
            break;
    }
    return FactKind::text;
}

class MappingLoader {
 public:
    MappingLoader(const YamlNode& node, YamlReader& reader) : node_(node), reader_(reader) {}

    LoadedMapping load() {
        loaded_.place = reader_.place_of(node_);
        mapping().file = loaded_.place.file;
        mapping().line = loaded_.place.line;
        if (const YamlNode* name = reader_.required(node_, "name", "the mapping")) {
            loaded_.place = reader_.place_of(*name);
            mapping().name = reader_.text(*name, "'name'").value_or("");
        }
        mapping().topics = reader_.texts_under(node_, "topics");
        if (const YamlNode* match = node_.find("match")) load_match(*match);
        load_for_each();
        if (const YamlNode* event = reader_.required(node_, "event", "the mapping")) {
            load_event_keys(*event);
        }
        if (const YamlNode* facts = reader_.required(node_, "facts", "the mapping")) {
            load_facts(*facts);
        }
        return std::move(loaded_);
    }

 private:
    Mapping& mapping() { return loaded_.mapping; }

    void load_for_each() {
        const YamlNode* node = node_.find("for_each");
        if (node == nullptr) return;
        scope_ = PathScope::element;
        const auto text = reader_.text(*node, "'for_each'");
        if (!text) return;
        const auto path = load_path(*node, *text, PathScope::record, reader_);
        if (!path) return;
        if (path->root == ValuePath::Root::body) {
            mapping().for_each = path->path;
        } else {
            reader_.error("PR190", *node, "'for_each' needs a list in the body",
                          "write for example /msg/checkpoints");
        }
    }

    void load_match(const YamlNode& node) {
        if (!reader_.map(node, "'match'")) return;
        for (const YamlEntry& entry : node.entries) {
            auto path = load_path(entry.key, entry.key.text, PathScope::record, reader_);
            Mapping::Match match;
            if (entry.value.is_map()) {
                load_presence(entry.value);
            } else {
                for (const YamlNode* item : reader_.one_or_many(entry.value, "the value")) {
                    if (item->is_scalar() && is_truth_value(*item)) {
                        match.any_of.push_back(item->text);
                    } else if (auto text = reader_.text(*item, "the value")) {
                        match.any_of.push_back(std::move(*text));
                    }
                }
            }
            if (!path) continue;
            match.path = std::move(*path);
            mapping().match.push_back(std::move(match));
        }
    }

    // JSON has true and false as well: `match: { /active: true }` compares with them.
    static bool is_truth_value(const YamlNode& node) {
        return !node.quoted && (node.text == "true" || node.text == "false");
    }

    void load_presence(const YamlNode& node) {
        if (!reader_.map(node, "the condition", match_keys)) return;
        const YamlNode* present = reader_.required(node, "present", "the condition");
        if (present == nullptr) return;
        if (!reader_.boolean(*present, "'present'").value_or(true)) {
            reader_.error("PR193", *present, "only 'present: true' can be asked of a message",
                          "put a mapping that asks for it above this one: the first that fits is "
                          "used");
        }
    }

    void load_event_keys(const YamlNode& node) {
        if (!reader_.map(node, "'event'", event_keys)) return;
        if (const YamlNode* type = reader_.required(node, "type", "'event'")) load_type(*type);
        if (const YamlNode* id = reader_.required(node, "id", "'event'")) {
            mapping().id = load_value_expression(*id, scope_, reader_);
            check_conversion(*id, mapping().id, FactKind::text, "the id of an event");
        }
        if (const YamlNode* time = node.find("time")) {
            mapping().time = load_value_expression(*time, scope_, reader_);
            if (mapping().time.as == Conversion::none) mapping().time.as = Conversion::time;
            check_conversion(*time, mapping().time, FactKind::time, "the time of an event");
        }
        if (const YamlNode* tenant = node.find("tenant")) load_tenant(*tenant);
    }

    // A plain word that is no path from the record is the value itself.
    bool is_constant(const YamlNode& node) const {
        return node.is_scalar() && !is_record_path(node.text);
    }

    void load_type(const YamlNode& node) {
        if (is_constant(node)) {
            if (const auto event = load_event(node, reader_)) {
                const std::string_view name = event_definition(*event).name;
                mapping().type.first_of = {{ValuePath::Root::constant, std::string{name}}};
            }
            return;
        }
        mapping().type = load_value_expression(node, scope_, reader_);
        check_conversion(node, mapping().type, FactKind::text, "the type of an event");
        for (const YamlNode* name : results_of(node)) load_event(*name, reader_);
    }

    void load_tenant(const YamlNode& node) {
        if (is_constant(node)) {
            const auto tenant = reader_.text(node, "'tenant'");
            if (!tenant) return;
            mapping().tenant.first_of = {{ValuePath::Root::constant, *tenant}};
            loaded_.tenants.push_back({*tenant, reader_.place_of(node)});
            return;
        }
        mapping().tenant = load_value_expression(node, scope_, reader_);
        check_conversion(node, mapping().tenant, FactKind::text, "a tenant");
        for (const YamlNode* name : results_of(node)) {
            loaded_.tenants.push_back({name->text, reader_.place_of(*name)});
        }
    }

    // What a table and its `otherwise` can come to.
    static std::vector<const YamlNode*> results_of(const YamlNode& node) {
        std::vector<const YamlNode*> results;
        if (const YamlNode* map = node.find("map")) {
            for (const YamlEntry& entry : map->entries) {
                if (entry.value.is_scalar()) results.push_back(&entry.value);
            }
        }
        const YamlNode* otherwise = node.find("otherwise");
        const bool names = otherwise != nullptr && otherwise->is_scalar();
        if (names && otherwise->text != "ignore") results.push_back(otherwise);
        return results;
    }

    void check_conversion(const YamlNode& node, const ValueExpression& value, FactKind wanted,
                          std::string_view what) {
        const YamlNode* as = node.find("as");
        const bool fits = value.as == Conversion::none ||
                          (kind_made_by(value.as) == wanted && wanted != FactKind::boolean);
        if (as != nullptr && !fits) {
            reader_.error("PR194", *as,
                          fmt::format("'as: {}' does not make a {}, which {} is", as->text,
                                      name_of(wanted), what),
                          "without 'as' the value becomes what is needed");
        }
        const bool time = value.as == Conversion::time || wanted == FactKind::time;
        if (const YamlNode* zone = node.find("zone"); zone != nullptr && !time) {
            reader_.error("PR194", *zone, "only times have a zone");
        }
    }

    void load_facts(const YamlNode& node) {
        if (!reader_.map(node, "'facts'")) return;
        bool names_subject = false;
        for (const YamlEntry& entry : node.entries) {
            ValueExpression value = load_value_expression(entry.value, scope_, reader_);
            const FactDefinition* fact = load_fact(entry.key, reader_);
            if (fact == nullptr) continue;
            check_conversion(entry.value, value, fact->kind, fact->name);
            names_subject = names_subject || id_fact_of(fact->subject) == fact->number;
            mapping().facts.push_back({fact->number, std::move(value)});
        }
        if (names_subject) return;
        reader_.error("PR195", node, "no fact says whose event this is",
                      "add an id, for example order.id or shipment.id");
    }

    const YamlNode& node_;
    YamlReader& reader_;
    PathScope scope_ = PathScope::record;
    LoadedMapping loaded_;
};

}  // namespace

std::optional<LoadedMapping> load_mapping(const YamlNode& node, YamlReader& reader) {
    if (!reader.map(node, "a mapping", mapping_keys)) return std::nullopt;
    return MappingLoader{node, reader}.load();
}

}  // namespace premura
