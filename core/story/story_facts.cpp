#include "core/story/story_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <vector>

#include "core/base/nearest.h"
#include "core/base/time.h"
#include "core/events/vocabulary.h"

namespace premura {
namespace {

namespace json = boost::json;

std::vector<std::string_view> group_names() {
    std::vector<std::string_view> names;
    for (const FactDefinition& definition : all_facts()) {
        const std::string_view group = definition.name.substr(0, definition.name.find('.'));
        if (std::find(names.begin(), names.end(), group) == names.end()) names.push_back(group);
    }
    return names;
}

class FactsLoader {
 public:
    FactsLoader(const YamlNode& node, std::string_view what, YamlReader::Names own_keys,
                YamlReader& reader)
        : node_{node}, what_{what}, own_keys_{own_keys}, reader_{reader} {}

    std::optional<std::string> load() {
        for (const YamlEntry& entry : node_.entries) {
            const auto is_own = std::find(own_keys_.begin(), own_keys_.end(), entry.key.text);
            if (is_own == own_keys_.end()) load_group(entry);
        }
        if (fine_ && !named_) {
            fail("PR181", node_, fmt::format("{} is about nothing", what_),
                 "name what it is about, for example order: { id: A1 }");
        }
        if (!fine_) return std::nullopt;
        return json::serialize(data_);
    }

 private:
    void fail(std::string_view code, const YamlNode& at, std::string message, std::string hint) {
        fine_ = false;
        reader_.error(code, at, std::move(message), std::move(hint));
    }

    void load_group(const YamlEntry& entry) {
        static const std::vector<std::string_view> groups = group_names();
        const std::string& group = entry.key.text;
        if (std::find(groups.begin(), groups.end(), group) == groups.end()) {
            std::vector<std::string_view> known{own_keys_.begin(), own_keys_.end()};
            known.insert(known.end(), groups.begin(), groups.end());
            fail("PR101", entry.key, fmt::format("{} has no key '{}'", what_, group),
                 did_you_mean_or_list(group, known));
            return;
        }
        if (!reader_.map(entry.value, fmt::format("'{}'", group))) {
            fine_ = false;
            return;
        }
        json::object& facts = data_[group].emplace_object();
        for (const YamlEntry& field : entry.value.entries) load_fact_of(group, field, facts);
    }

    void load_fact_of(const std::string& group, const YamlEntry& field, json::object& facts) {
        const std::string name = fmt::format("{}.{}", group, field.key.text);
        const FactDefinition* definition = fact_named(name);
        if (definition == nullptr) {
            std::vector<std::string_view> known;
            for (const FactDefinition& each : all_facts()) known.push_back(each.name);
            fail("PR106", field.key, fmt::format("there is no fact '{}'", name),
                 did_you_mean(name, known));
            return;
        }
        const auto value = value_of(*definition, field.value);
        if (!value) {
            fine_ = false;
            return;
        }
        facts[field.key.text] = *value;
        const FactNumber id = id_fact_of(definition->subject);
        named_ = named_ || definition->number == id;
    }

    std::optional<json::value> value_of(const FactDefinition& definition, const YamlNode& node) {
        const std::string what = fmt::format("'{}'", definition.name);
        switch (definition.kind) {
            case FactKind::number:
                if (const auto number = reader_.number(node, what)) return json::value(*number);
                return std::nullopt;
            case FactKind::boolean:
                if (const auto boolean = reader_.boolean(node, what)) return json::value(*boolean);
                return std::nullopt;
            case FactKind::text:
                if (const auto text = reader_.text(node, what)) return json::value(*text);
                return std::nullopt;
            case FactKind::time:
                break;
        }
        const auto text = reader_.text(node, what);
        if (!text) return std::nullopt;
        if (!parse_rfc3339(*text) && !parse_local_time(*text) && !parse_date(*text)) {
            reader_.error("PR180", node, fmt::format("'{}' is not a time", *text),
                          "write for example 2026-06-01 11:00, or a date alone");
            return std::nullopt;
        }
        return json::value(*text);
    }

    const YamlNode& node_;
    std::string_view what_;
    YamlReader::Names own_keys_;
    YamlReader& reader_;
    json::object data_;
    bool fine_ = true;
    bool named_ = false;
};

}  // namespace

std::optional<std::string> load_story_facts(const YamlNode& node, std::string_view what,
                                            YamlReader::Names own_keys, YamlReader& reader) {
    return FactsLoader{node, what, own_keys, reader}.load();
}

}  // namespace premura
