#include "core/story/story_edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/hash.h"
#include "core/base/nearest.h"
#include "core/rules/rule_set_loader_parts.h"
#include "core/story/story_times.h"

namespace premura {
namespace {

constexpr std::string_view edit_keys[] = {"at", "file", "rules", "remove"};
constexpr std::string_view file_keys[] = {"version", "rules"};
constexpr std::string_view hint =
    "write for example edit_rules: { at: 2026-06-01 11:00, file: rules-of-june.txt }";

class EditLoader {
 public:
    EditLoader(const YamlNode& node, const TimeZone& zone, const RuleSet& rules,
               const ReadStoryFile& read_file, YamlReader& reader, Diagnostics& diagnostics)
        : node_{node},
          zone_{zone},
          rules_{rules},
          read_file_{read_file},
          reader_{reader},
          diagnostics_{diagnostics} {}

    std::optional<StoryEdit> load() {
        const std::size_t errors = reader_.error_count();
        if (!reader_.map(node_, "'edit_rules'", edit_keys)) return std::nullopt;
        const bool keys_known = reader_.error_count() == errors;
        const YamlNode* at = reader_.required(node_, "at", "'edit_rules'");
        const auto time =
            at == nullptr ? std::nullopt : load_story_time(*at, "'at'", zone_, reader_);
        const YamlNode* file = node_.find("file");
        const YamlNode* list = node_.find("rules");
        const YamlNode* remove = node_.find("remove");
        if (file != nullptr && list != nullptr) {
            reader_.error("PR187", node_, "'file' and 'rules' stand side by side",
                          std::string{hint});
        } else if (file == nullptr && list == nullptr && remove == nullptr && keys_known) {
            reader_.error("PR187", node_, "nothing is changed", std::string{hint});
        }
        if (file != nullptr) load_file(*file);
        if (list != nullptr) load_rules(*list, reader_);
        if (remove != nullptr) load_removed(*remove);
        check_names();
        if (!time) return std::nullopt;
        edit_.at = *time;
        for (LoadedRule& loaded : parts_.rules) edit_.rules.push_back(std::move(loaded.rule));
        return std::move(edit_);
    }

 private:
    void load_rules(const YamlNode& list, YamlReader& reader) {
        if (!reader.list(list, "'rules'")) return;
        for (const YamlNode& item : list.items) {
            if (auto rule = load_rule(item, *rules_.definitions, reader))
                parts_.rules.push_back(std::move(*rule));
        }
    }

    void load_file(const YamlNode& node) {
        const auto path = reader_.text(node, "'file'");
        if (!path) return;
        const std::string& test_file = reader_.source().file();
        const auto content = read_file_ ? read_file_(test_file, *path) : std::nullopt;
        if (!content) {
            reader_.error("PR001", node, fmt::format("the file '{}' cannot be read", *path),
                          "its path is seen from the folder of this test");
            return;
        }
        const auto text = read_yaml(*path, *content, diagnostics_);
        if (!text) return;
        YamlReader inside{*text, diagnostics_};
        const YamlNode& root = text->root();
        if (!inside.map(root, "a file of changed rules", file_keys)) return;
        if (const YamlNode* list = inside.required(root, "rules", "the file")) {
            load_rules(*list, inside);
        }
    }

    void load_removed(const YamlNode& node) {
        std::vector<std::string_view> known;
        for (const Rule& rule : rules_.rules) known.push_back(rule.id);
        for (const YamlNode* item : reader_.one_or_many(node, "'remove'")) {
            const auto id = reader_.text(*item, "a rule");
            if (!id) continue;
            edit_.remove.push_back(*id);
            if (rules_.rule(*id) != nullptr) continue;
            reader_.error("PR182", *item, fmt::format("there is no rule '{}'", *id),
                          did_you_mean_or_list(*id, known));
        }
    }

    // Calendars, messages and teams are those of the rule set, as if the rules stood among its
    // files.
    void check_names() {
        if (parts_.rules.empty()) return;
        for (const auto& [name, calendar] : rules_.calendars) {
            parts_.calendars.emplace_back().spec.name = name;
        }
        for (const auto& [id, tenant] : rules_.tenants) {
            parts_.tenants.emplace_back().tenant = tenant;
        }
        for (const auto& [id, message] : rules_.messages) {
            parts_.messages.emplace_back().message = message;
        }
        Diagnostics found;
        check_across_files(parts_, found);
        for (const Diagnostic& diagnostic : found.all()) {
            // What has no file is about the rule set itself, and was told when that was read.
            if (!diagnostic.file.empty()) reader_.add(diagnostic);
        }
    }

    const YamlNode& node_;
    const TimeZone& zone_;
    const RuleSet& rules_;
    const ReadStoryFile& read_file_;
    YamlReader& reader_;
    Diagnostics& diagnostics_;
    LoadedParts parts_;
    StoryEdit edit_;
};

}  // namespace

std::vector<StoryEdit> load_story_edits(const YamlNode& node, const TimeZone& zone,
                                        const RuleSet& rules, const ReadStoryFile& read_file,
                                        YamlReader& reader, Diagnostics& diagnostics) {
    std::vector<StoryEdit> edits;
    for (const YamlNode* item : reader.one_or_many(node, "'edit_rules'")) {
        auto edit = EditLoader{*item, zone, rules, read_file, reader, diagnostics}.load();
        if (edit) edits.push_back(std::move(*edit));
    }
    std::stable_sort(edits.begin(), edits.end(), [](const StoryEdit& one, const StoryEdit& other) {
        return one.at < other.at;
    });
    return edits;
}

std::shared_ptr<const RuleSet> edited(const RuleSet& rules, const StoryEdit& edit) {
    auto result = std::make_shared<RuleSet>(rules);
    for (const Rule& rule : edit.rules) {
        const auto same = std::find_if(result->rules.begin(), result->rules.end(),
                                       [&rule](const Rule& each) { return each.id == rule.id; });
        if (same != result->rules.end()) {
            *same = rule;
        } else {
            result->rules.push_back(rule);
        }
    }
    std::erase_if(result->rules, [&edit](const Rule& rule) {
        return std::find(edit.remove.begin(), edit.remove.end(), rule.id) != edit.remove.end();
    });
    // The stages recognise a rule set by its digest.
    result->digest = derived_id({rules.digest, format_utc(edit.at)});
    return result;
}

}  // namespace premura
