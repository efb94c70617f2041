#include "core/rules/rule_set_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/hash.h"
#include "core/base/yaml_reader.h"
#include "core/conditions/expression_loader.h"
#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader_parts.h"

namespace premura {
namespace {

constexpr std::string_view top_keys[] = {"version",  "rules",    "calendars", "holidays", "tenants",
                                         "messages", "dialers",  "mappings",  "tests",    "lists",    "conditions"};

class RuleSetLoader {
 public:
    void read(const NamedText& named) {
        auto text = read_yaml(named.file, named.text, diagnostics_);
        if (!text) {
            all_readable_ = false;
            return;
        }
        YamlReader reader{*text, diagnostics_};
        if (check_top(text->root(), reader)) texts_.push_back(std::move(*text));
    }

    // What all files brought. Lists and conditions come first: whatever file they stand in, rules may name them.
    void load() {
        each("lists", [this](const YamlNode& node, YamlReader& reader) {
            load_lists(node, *definitions_, reader);
        });
        each("conditions", [this](const YamlNode& node, YamlReader& reader) {
            declare_conditions(node, *definitions_, reader);
        });
        each("conditions", [this](const YamlNode& node, YamlReader& reader) {
            load_conditions(node, *definitions_, reader);
            refuse_circles(node, reader);
        });
        for (const YamlText& text : texts_) {
            YamlReader reader{text, diagnostics_};
            for (const YamlEntry& entry : text.root().entries) {
                const std::string& key = entry.key.text;
                if (key == "rules") read_rules(entry.value, reader);
                if (key == "holidays") read_holidays(entry.value, reader);
                if (key == "calendars") read_calendars(entry.value, reader);
                if (key == "tenants") read_tenants(entry.value, reader);
                if (key == "messages") read_messages(entry.value, reader);
                if (key == "dialers") read_dialers(entry.value, reader);
                if (key == "mappings") read_mappings(entry.value, reader);
            }
        }
    }

    Loaded finish(std::string digest) {
        // What a file that cannot be read would have brought is not missing anywhere.
        if (all_readable_) check_across_files(parts_, diagnostics_);
        auto rule_set = std::make_shared<RuleSet>();
        for (LoadedCalendar& calendar : parts_.calendars) {
            rule_set->calendars[calendar.spec.name] =
                compile_calendar(calendar, parts_.holidays, diagnostics_);
        }
        for (LoadedTenant& loaded : parts_.tenants) {
            if (loaded.zone_known) {
                loaded.tenant.call_calendar =
                    compile_calendar(loaded.contact.calls, parts_.holidays, diagnostics_);
                loaded.tenant.message_calendar =
                    compile_calendar(loaded.contact.messages, parts_.holidays, diagnostics_);
            }
            loaded.tenant.limits = std::move(loaded.contact.limits);
            loaded.tenant.wait_after_inbound = loaded.contact.wait_after_inbound;
            loaded.tenant.hold_unknown_zone = loaded.contact.hold_unknown_zone;
            loaded.tenant.catch_up = loaded.contact.catch_up;
            loaded.tenant.calls = std::move(loaded.contact.call_rules);
            loaded.tenant.call_hours = std::move(loaded.contact.calls.spec);
            loaded.tenant.message_hours = std::move(loaded.contact.messages.spec);
            const std::string id = loaded.tenant.id;
            rule_set->tenants[id] = std::move(loaded.tenant);
        }
        for (LoadedRule& loaded : parts_.rules) rule_set->rules.push_back(std::move(loaded.rule));
        for (LoadedMessage& loaded : parts_.messages) {
            const std::string id = loaded.message.id;
            rule_set->messages[id] = std::move(loaded.message);
        }
        for (LoadedDialerMap& loaded : parts_.dialer_maps) {
            const std::string id = loaded.map.id;
            rule_set->dialer_maps[id] = std::move(loaded.map);
        }
        for (LoadedMapping& loaded : parts_.mappings) {
            rule_set->mappings.push_back(std::move(loaded.mapping));
        }
        rule_set->holidays = std::move(parts_.holidays);
        rule_set->definitions = definitions_;
        rule_set->digest = std::move(digest);
        diagnostics_.sort();
        if (diagnostics_.has_errors()) rule_set.reset();
        return {std::move(rule_set), std::move(diagnostics_)};
    }

 private:
    template <typename Read>
    void each(std::string_view key, Read read) {
        for (const YamlText& text : texts_) {
            YamlReader reader{text, diagnostics_};
            if (const YamlNode* node = text.root().find(key)) read(*node, reader);
        }
    }

    void refuse_circles(const YamlNode& node, YamlReader& reader) {
        const std::vector<std::string> circular = definitions_->circular_conditions();
        for (const YamlEntry& entry : node.entries) {
            if (std::find(circular.begin(), circular.end(), entry.key.text) == circular.end()) continue;
            reader.error("PR137", entry.key,
                         fmt::format("the condition '{}' names itself, directly or by others", entry.key.text),
                         "take the common part out into a condition of its own");
        }
    }

    bool check_top(const YamlNode& root, YamlReader& reader) {
        const std::string hint =
            "it begins with version: 1 and has one of rules, calendars, "
            "holidays, tenants, messages, dialers, mappings, lists, conditions, tests";
        if (!root.is_map()) {
            const bool empty = root.kind == YamlNode::Kind::nothing;
            reader.add(error_at(reader.source().place(root.line, root.column), "PR013",
                                empty ? "the file is empty" : "the file has no keys at the top",
                                hint));
            return false;
        }
        if (!reader.map(root, "the file", top_keys)) return false;
        const YamlNode* version = root.find("version");
        if (version == nullptr) {
            reader.error("PR014", root, "the file does not say its version", "add version: 1");
        } else if (version->text != "1") {
            reader.error("PR014", *version,
                         fmt::format("this program reads version 1, not '{}'", version->text));
        }
        const bool says_something =
            std::any_of(root.entries.begin(), root.entries.end(),
                        [](const YamlEntry& entry) { return entry.key.text != "version"; });
        if (!says_something) reader.error("PR013", root, "the file has nothing in it", hint);
        return true;
    }

    // Is the name new? Else says where it was given first. An empty one was wrong, and that was
    // told.
    bool is_new(std::string_view kind, const std::string& name, const Place& place) {
        if (name.empty()) return true;
        const auto [first, fresh] = names_.emplace(fmt::format("{} {}", kind, name), place);
        if (fresh) return true;
        diagnostics_.add(
            error_at(place, "PR111", fmt::format("there is a {} '{}' already", kind, name),
                     fmt::format("the first is in {}:{}", first->second.file, first->second.line)));
        return false;
    }

    void read_rules(const YamlNode& node, YamlReader& reader) {
        if (!reader.list(node, "'rules'")) return;
        for (const YamlNode& item : node.items) {
            auto rule = load_rule(item, *definitions_, reader);
            if (!rule || !is_new("rule", rule->rule.id, rule->place)) continue;
            parts_.rules.push_back(std::move(*rule));
        }
    }

    void read_mappings(const YamlNode& node, YamlReader& reader) {
        if (!reader.list(node, "'mappings'")) return;
        for (const YamlNode& item : node.items) {
            auto mapping = load_mapping(item, reader);
            if (!mapping || !is_new("mapping", mapping->mapping.name, mapping->place)) continue;
            parts_.mappings.push_back(std::move(*mapping));
        }
    }

    void read_holidays(const YamlNode& node, YamlReader& reader) {
        if (!reader.map(node, "'holidays'")) return;
        for (const YamlEntry& entry : node.entries) {
            HolidaySet set = load_holiday_set(entry, reader);
            if (!is_new("holiday set", set.name, reader.place_of(entry.key))) continue;
            const std::string name = set.name;
            parts_.holidays[name] = std::move(set);
        }
    }

    void read_calendars(const YamlNode& node, YamlReader& reader) {
        if (!reader.map(node, "'calendars'")) return;
        for (const YamlEntry& entry : node.entries) {
            LoadedCalendar calendar = load_calendar(entry, reader);
            if (!is_new("calendar", calendar.spec.name, calendar.places[""])) continue;
            parts_.calendars.push_back(std::move(calendar));
        }
    }

    void read_tenants(const YamlNode& node, YamlReader& reader) {
        if (!reader.map(node, "'tenants'")) return;
        for (const YamlEntry& entry : node.entries) {
            LoadedTenant tenant = load_tenant(entry, *definitions_, reader);
            if (!is_new("tenant", tenant.tenant.id, tenant.place)) continue;
            parts_.tenants.push_back(std::move(tenant));
        }
    }

    void read_messages(const YamlNode& node, YamlReader& reader) {
        if (!reader.map(node, "'messages'")) return;
        for (const YamlEntry& entry : node.entries) {
            LoadedMessage message = load_message(entry, reader);
            if (!is_new("message", message.message.id, message.place)) continue;
            parts_.messages.push_back(std::move(message));
        }
    }

    void read_dialers(const YamlNode& node, YamlReader& reader) {
        if (!reader.map(node, "'dialers'")) return;
        for (const YamlEntry& entry : node.entries) {
            LoadedDialerMap map = load_dialer_map(entry, reader);
            if (!is_new("dialer", map.map.id, map.place)) continue;
            parts_.dialer_maps.push_back(std::move(map));
        }
    }

    std::vector<YamlText> texts_;
    std::shared_ptr<Definitions> definitions_ = std::make_shared<Definitions>();
    LoadedParts parts_;
    std::map<std::string, Place> names_;
    bool all_readable_ = true;
    Diagnostics diagnostics_;
};

// Depends on the texts in the order of their names, not on the folder they were read from.
std::string digest_of(const std::vector<const NamedText*>& sorted) {
    std::string digest;
    for (const NamedText* named : sorted) {
        digest = derived_id({digest, named->text});
    }
    return digest;
}

}  // namespace

Loaded load_rule_set(const std::vector<NamedText>& texts) {
    std::vector<const NamedText*> sorted;
    for (const NamedText& named : texts) sorted.push_back(&named);
    std::stable_sort(
        sorted.begin(), sorted.end(),
        [](const NamedText* left, const NamedText* right) { return left->file < right->file; });
    RuleSetLoader loader;
    for (const NamedText* named : sorted) loader.read(*named);
    loader.load();
    return loader.finish(digest_of(sorted));
}

}  // namespace premura
