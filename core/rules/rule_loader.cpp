#include "core/rules/rule_loader.h"

#include <fmt/format.h>

#include "core/base/nearest.h"
#include "core/conditions/expression_loader.h"
#include "core/events/vocabulary_loader.h"
#include "core/rules/duration_loader.h"
#include "core/rules/filter_loader.h"
#include "core/rules/language_code.h"
#include "core/rules/restraint_loader.h"
#include "core/rules/rule_loader_lints.h"

namespace premura {
namespace {

constexpr std::string_view rule_keys[] = {
    "id",       "name",    "names", "owner",         "description", "labels",        "mode",    "tenants",
    "subject",  "when",    "where",         "expect",      "expect_where",  "within",  "by",
    "calendar", "unless",  "pause_between", "again",       "early_warning", "if_late", "only_if",
    "still_if", "on_edit", "was",           "backfill",    "on_error",      "exceptions",    "calls"};
constexpr std::string_view modes[] = {"live", "trial", "paused"};
constexpr std::string_view agains[] = {"once", "restart", "each_time"};
constexpr std::string_view edits[] = {"recompute", "keep"};
constexpr std::string_view errors[] = {"no_match", "match"};

class RuleLoader {
 public:
    RuleLoader(const YamlNode& node, const Definitions& definitions, YamlReader& reader)
        : node_(node), definitions_(definitions), reader_(reader) {}

    LoadedRule load() {
        load_names();
        load_words();
        load_events_and_filters();
        load_deadline();
        load_conditions();
        load_ladders();
        lint_rule(node_, loaded_.rule, reader_);
        return std::move(loaded_);
    }

 private:
    Rule& rule() { return loaded_.rule; }

    void load_names() {
        loaded_.place = reader_.place_of(node_);
        rule().file = loaded_.place.file;
        rule().line = loaded_.place.line;
        if (const YamlNode* id = reader_.required(node_, "id", "the rule")) {
            loaded_.place = reader_.place_of(*id);
            rule().id = reader_.name(*id, "the id of a rule").value_or("");
        }
        if (const YamlNode* was = node_.find("was")) load_was(*was);
        rule().name = reader_.required_text(node_, "name", described());
        if (const YamlNode* names = node_.find("names")) load_other_names(*names);
        rule().owner = reader_.required_text(node_, "owner", described());
        rule().description = reader_.text_under(node_, "description");
        const YamlNode* labels = node_.find("labels");
        if (labels == nullptr || !reader_.map(*labels, "'labels'")) return;
        for (const YamlEntry& label : labels->entries) {
            rule().labels[label.key.text] = reader_.text(label.value, "a label").value_or("");
        }
    }

    void load_other_names(const YamlNode& node) {
        if (!reader_.map(node, "'names'")) return;
        for (const YamlEntry& entry : node.entries) {
            if (!is_language_code(entry.key.text)) {
                reader_.error("PR162", entry.key, fmt::format("'{}' is not a language", entry.key.text),
                              "write its ISO 639 code, for example it");
                continue;
            }
            rule().names[entry.key.text] = reader_.text(entry.value, "a name").value_or("");
        }
    }

    void load_was(const YamlNode& node) {
        for (const YamlNode* item : reader_.one_or_many(node, "'was'")) {
            const auto id = reader_.name(*item, "an earlier id");
            if (!id) continue;
            if (*id == rule().id) {
                reader_.error("PR111", *item, fmt::format("'{}' is the rule's id, not an earlier one", *id));
            } else {
                rule().was.push_back(*id);
            }
        }
    }

    std::string described() {
        return rule().id.empty() ? "the rule" : fmt::format("the rule '{}'", rule().id);
    }

    void load_words() {
        if (const YamlNode* mode = node_.find("mode")) {
            const auto position = reader_.word(*mode, "'mode'", modes);
            if (position) rule().mode = static_cast<Rule::Mode>(*position);
        }
        if (const YamlNode* again = node_.find("again")) {
            const auto position = reader_.word(*again, "'again'", agains);
            if (position) rule().again = static_cast<Rule::Again>(*position);
        }
        if (const YamlNode* on_edit = node_.find("on_edit")) {
            const auto position = reader_.word(*on_edit, "'on_edit'", edits);
            if (position) rule().on_edit = static_cast<Rule::OnEdit>(*position);
        }
        if (const YamlNode* on_error = node_.find("on_error")) {
            const auto position = reader_.word(*on_error, "'on_error'", errors);
            if (position) rule().on_error_match = *position == 1;
        }
        if (const YamlNode* subject = reader_.required(node_, "subject", described())) {
            std::vector<std::string_view> names;
            for (std::size_t i = 0; i < subject_type_count; ++i) {
                names.push_back(name_of(static_cast<SubjectType>(i)));
            }
            const auto position = reader_.word(*subject, "'subject'", names);
            if (position) rule().subject = static_cast<SubjectType>(*position);
        }
        const YamlNode* tenants = node_.find("tenants");
        if (tenants == nullptr) return;
        for (const YamlNode* tenant : reader_.one_or_many(*tenants, "'tenants'")) {
            const auto name = reader_.text(*tenant, "a tenant");
            if (!name) continue;
            rule().tenants.push_back(*name);
            loaded_.uses.push_back({NameUse::Kind::tenant, *name, {}, reader_.place_of(*tenant)});
        }
    }

    void load_events_and_filters() {
        if (const YamlNode* when = reader_.required(node_, "when", described())) {
            rule().when = load_events(*when, "'when'", reader_);
        }
        if (const YamlNode* expect = reader_.required(node_, "expect", described())) {
            rule().expect = load_events(*expect, "'expect'", reader_);
        }
        if (const YamlNode* unless = node_.find("unless")) {
            rule().unless = load_events(*unless, "'unless'", reader_);
        }
        if (const YamlNode* where = node_.find("where")) {
            rule().where = load_filter(*where, "'where'", definitions_, reader_);
        }
        if (const YamlNode* where = node_.find("expect_where")) {
            rule().expect_where = load_filter(*where, "'expect_where'", definitions_, reader_);
        }
        if (const YamlNode* pause = node_.find("pause_between")) load_pause(*pause);
    }

    void load_conditions() {
        if (const YamlNode* only_if = node_.find("only_if")) {
            rule().only_if = load_expression(*only_if, "'only_if'", definitions_, reader_);
        }
        if (const YamlNode* still_if = node_.find("still_if")) {
            rule().still_if = load_expression(*still_if, "'still_if'", definitions_, reader_);
        }
        if (const YamlNode* exceptions = node_.find("exceptions")) {
            rule().exceptions = load_exceptions(*exceptions, definitions_, reader_);
        }
        if (const YamlNode* backfill = node_.find("backfill")) load_backfill(*backfill);
    }

    void load_backfill(const YamlNode& node) {
        const auto duration = load_duration(node, reader_);
        if (!duration) return;
        if (duration->needs_calendar()) {
            reader_.error("PR108", node, "'backfill' counts elapsed time, not business time",
                          "write for example: backfill: 3 days");
            return;
        }
        rule().backfill = duration->time;
    }

    // [from, until]; each of the two is one event or a list.
    void load_pause(const YamlNode& node) {
        if (!node.is_list() || node.items.size() != 2) {
            reader_.error("PR131", node, "'pause_between' takes two events",
                          "write for example [order.held, order.released]");
            return;
        }
        rule().pause_from = load_events(node.items[0], "'pause_between'", reader_);
        rule().pause_until = load_events(node.items[1], "'pause_between'", reader_);
        if (rule().pause_from.intersects(rule().pause_until)) {
            reader_.error("PR131", node, "the same event begins the pause and ends it");
        }
    }

    void load_deadline() {
        const YamlNode* within = node_.find("within");
        const YamlNode* by = node_.find("by");
        if ((within == nullptr) == (by == nullptr)) {
            reader_.error("PR120", by == nullptr ? node_ : *by,
                          by == nullptr
                              ? fmt::format("{} has no deadline", described())
                              : fmt::format("{} has two deadlines, 'within' and 'by'", described()),
                          "give one of: within: 24 business hours, or by: order.promised_by");
        }
        if (within != nullptr) rule().within = load_duration(*within, reader_);
        if (by != nullptr) load_by(*by);
        const YamlNode* calendar = node_.find("calendar");
        if (calendar == nullptr) return;
        const auto reference = load_calendar_reference(*calendar, reader_);
        if (!reference) return;
        rule().calendar = *reference;
        loaded_.uses.push_back(
            {NameUse::Kind::calendar, reference->name, *reference, reader_.place_of(*calendar)});
    }

    void load_by(const YamlNode& node) {
        const FactDefinition* fact = load_fact(node, reader_);
        if (fact == nullptr) return;
        if (fact->kind == FactKind::time) {
            rule().by = fact->number;
            return;
        }
        std::vector<std::string_view> times;
        for (const FactDefinition& each : all_facts()) {
            if (each.kind == FactKind::time) times.push_back(each.name);
        }
        reader_.error("PR121", node,
                      fmt::format("'{}' is a {}, not a time", fact->name, name_of(fact->kind)),
                      "times are: " + join_names(times));
    }

    void load_ladders() {
        if (const YamlNode* warnings = node_.find("early_warning")) {
            rule().early_warning =
                load_steps(*warnings, Ladder::early_warning, definitions_, reader_, loaded_.uses);
        }
        if (const YamlNode* steps = reader_.required(node_, "if_late", described())) {
            rule().if_late = load_steps(*steps, Ladder::if_late, definitions_, reader_, loaded_.uses);
        }
        if (const YamlNode* calls = node_.find("calls")) rule().calls_at_most = load_rate(*calls, "'calls'", reader_);
    }

    const YamlNode& node_;
    const Definitions& definitions_;
    YamlReader& reader_;
    LoadedRule loaded_;
};

}  // namespace

std::optional<LoadedRule> load_rule(const YamlNode& node, const Definitions& definitions,
                                    YamlReader& reader) {
    if (!reader.map(node, "a rule", rule_keys)) return std::nullopt;
    return RuleLoader{node, definitions, reader}.load();
}

}  // namespace premura
