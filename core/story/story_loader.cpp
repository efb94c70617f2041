#include "core/story/story_loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/nearest.h"
#include "core/base/yaml_reader.h"
#include "core/events/vocabulary_loader.h"
#include "core/story/story_facts.h"

namespace premura {
namespace {

using Kind = StoryOutcome::Kind;

constexpr std::string_view top_keys[] = {"version", "tests"};
constexpr std::string_view test_keys[] = {"name",  "tenant",        "rules",
                                          "events", "then",          "and_nothing_else_until",
                                          "facts", "daemon_down",   "input_stalled",
                                          "edit_rules"};
constexpr std::string_view event_keys[] = {"at", "event", "arrives"};
constexpr std::string_view outcome_keys[] = {
    "at",     "early_warning", "late",      "closed", "call",    "notify",  "expedite", "escalate",
    "merged", "withdrawn",     "rule",      "script", "message", "request", "priority", "reason"};
constexpr Kind kinds[] = {Kind::early_warning, Kind::late,     Kind::closed,
                          Kind::call,          Kind::notify,   Kind::expedite,
                          Kind::escalate,      Kind::merged,   Kind::withdrawn};
// Keys of the design that a later version acts on. To pass over them would test something else.
constexpr std::string_view later_keys[] = {"facts", "daemon_down", "input_stalled", "edit_rules"};
constexpr std::string_view priorities[] = {"low", "normal", "high", "urgent"};

bool is_about_case(Kind kind) {
    return kind == Kind::early_warning || kind == Kind::late || kind == Kind::closed;
}

// What a verb says beside its target.
std::string_view text_key_of(Kind kind) {
    if (kind == Kind::call) return "script";
    if (kind == Kind::notify) return "message";
    return kind == Kind::expedite ? "request" : "";
}

class TestLoader {
 public:
    TestLoader(const YamlNode& node, const RuleSet& rules, YamlReader& reader)
        : node_{node}, rule_set_{rules}, reader_{reader} {}

    // Whether all is right is known by the errors that were added.
    Story load() {
        story_.file = reader_.source().file();
        story_.line = node_.line;
        story_.name = reader_.required_text(node_, "name", "the test");
        refuse_later_keys(node_, later_keys);
        load_tenant();
        load_rules();
        if (!story_.zone) return std::move(story_);
        load_events();
        load_outcomes();
        load_until();
        return std::move(story_);
    }

 private:
    void refuse_later_keys(const YamlNode& map, YamlReader::Names keys) {
        for (const YamlEntry& entry : map.entries) {
            if (std::find(keys.begin(), keys.end(), entry.key.text) == keys.end()) continue;
            reader_.error("PR108", entry.key,
                          fmt::format("'{}' is not understood by this version", entry.key.text),
                          "without it the test would mean something else, so it is not run");
        }
    }

    void load_tenant() {
        const YamlNode* node = reader_.required(node_, "tenant", "the test");
        if (node == nullptr) return;
        story_.tenant = reader_.text(*node, "'tenant'").value_or("");
        if (story_.tenant.empty()) return;
        const Tenant* tenant = rule_set_.tenant(story_.tenant);
        if (tenant == nullptr) {
            std::vector<std::string_view> known;
            for (const auto& [id, each] : rule_set_.tenants) known.push_back(id);
            reader_.error("PR146", *node, fmt::format("there is no tenant '{}'", story_.tenant),
                          did_you_mean_or_list(story_.tenant, known));
            return;
        }
        if (auto zone = TimeZone::find(tenant->timezone)) {
            story_.zone = std::make_shared<const TimeZone>(std::move(*zone));
        }
    }

    void load_rules() {
        const YamlNode* node = node_.find("rules");
        if (node == nullptr) return;
        for (const YamlNode* item : reader_.one_or_many(*node, "'rules'")) {
            const auto id = reader_.text(*item, "a rule");
            if (id && check_rule(*id, *item)) story_.rules.push_back(*id);
        }
    }

    bool check_rule(const std::string& id, const YamlNode& at) {
        if (rule_set_.rule(id) != nullptr) return true;
        std::vector<std::string_view> known;
        for (const Rule& rule : rule_set_.rules) known.push_back(rule.id);
        reader_.error("PR182", at, fmt::format("there is no rule '{}'", id),
                      did_you_mean_or_list(id, known));
        return false;
    }

    std::optional<Instant> load_time(const YamlNode& node, std::string_view what) {
        const auto text = reader_.text(node, what);
        if (!text) return std::nullopt;
        if (const auto instant = parse_rfc3339(*text)) return instant;
        const auto local = parse_local_time(*text);
        if (!local) {
            reader_.error("PR180", node, fmt::format("'{}' is not a time", *text),
                          "write for example 2026-06-01 11:00, which is the tenant's time");
            return std::nullopt;
        }
        const Instant instant = story_.zone->instant_of_local(*local);
        warn_about_clock_change(*local, *text, node);
        return instant;
    }

    void warn_about_clock_change(const LocalTime& local, const std::string& text,
                                 const YamlNode& node) {
        const std::chrono::local_seconds wall =
            std::chrono::local_days{local.date} +
            std::chrono::floor<std::chrono::seconds>(local.time_of_day);
        const Instant first = story_.zone->first_instant(wall);
        if (first == story_.zone->last_instant(wall)) return;
        reader_.warning("PR180", node,
                        fmt::format("the clocks go back: {} comes twice, and the first is taken",
                                    text),
                        "write the offset, for example 2026-10-25T02:30+01:00");
    }

    void load_events() {
        const YamlNode* list = reader_.required(node_, "events", "the test");
        if (list == nullptr || !reader_.list(*list, "'events'")) return;
        for (const YamlNode& item : list->items) load_event_of(item);
        std::stable_sort(
            story_.events.begin(), story_.events.end(),
            [](const StoryEvent& one, const StoryEvent& other) { return one.at < other.at; });
    }

    void load_event_of(const YamlNode& node) {
        if (!reader_.map(node, "an event")) return;
        refuse_later_keys(node, std::array<std::string_view, 1>{"arrives"});
        const YamlNode* at = reader_.required(node, "at", "the event");
        const YamlNode* event = reader_.required(node, "event", "the event");
        const auto time = at == nullptr ? std::nullopt : load_time(*at, "'at'");
        const auto number = event == nullptr ? std::nullopt : load_event(*event, reader_);
        const auto data = load_story_facts(node, event_keys, reader_);
        if (time && number && data) story_.events.push_back({*time, *number, *data});
    }

    void load_outcomes() {
        const YamlNode* list = reader_.required(node_, "then", "the test");
        if (list == nullptr || !reader_.list(*list, "'then'")) return;
        for (const YamlNode& item : list->items) load_outcome(item);
    }

    void load_outcome(const YamlNode& node) {
        if (!reader_.map(node, "what should happen", outcome_keys)) return;
        StoryOutcome outcome;
        outcome.line = node.line;
        if (const YamlNode* at = reader_.required(node, "at", "what should happen")) {
            outcome.at = load_time(*at, "'at'").value_or(instant_min);
        }
        int count = 0;
        for (const Kind kind : kinds) {
            const YamlNode* target = node.find(name_of(kind));
            if (target == nullptr) continue;
            ++count;
            outcome.kind = kind;
            load_what(*target, outcome);
        }
        if (count != 1) {
            reader_.error("PR183", node,
                          count == 0 ? "it does not say what should happen"
                                     : "several things stand in one line",
                          "write one a line, for example { at: 2026-06-01 11:00, call: customer }");
            return;
        }
        load_details(node, outcome);
        story_.then.push_back(std::move(outcome));
    }

    void load_what(const YamlNode& node, StoryOutcome& outcome) {
        const std::string_view key = name_of(outcome.kind);
        outcome.what = reader_.text(node, fmt::format("'{}'", key)).value_or("");
        if (outcome.what.empty()) return;
        if (is_about_case(outcome.kind)) {
            check_rule(outcome.what, node);
            outcome.rules = {outcome.what};
            return;
        }
        const bool of_call = outcome.kind == Kind::merged || outcome.kind == Kind::withdrawn;
        const bool of_customer = outcome.kind == Kind::call || outcome.kind == Kind::notify;
        if (!of_call && !of_customer) return;
        const std::string_view only = of_call ? "call" : "customer";
        if (outcome.what == only) return;
        reader_.error("PR107", node, fmt::format("'{}' cannot be '{}'", key, outcome.what),
                      fmt::format("write {}: {}", key, only));
    }

    void load_details(const YamlNode& node, StoryOutcome& outcome) {
        if (const YamlNode* rule = node.find("rule")) {
            const auto id = reader_.text(*rule, "'rule'");
            if (id && check_rule(*id, *rule)) outcome.rules = {*id};
        }
        for (const std::string_view key : {"script", "message", "request"}) {
            const YamlNode* text = node.find(key);
            if (text == nullptr) continue;
            if (key == text_key_of(outcome.kind)) {
                outcome.text = reader_.text(*text, fmt::format("'{}'", key)).value_or("");
            } else {
                reader_.error("PR124", *text,
                              fmt::format("'{}' does not belong to '{}'", key,
                                          name_of(outcome.kind)));
            }
        }
        if (const YamlNode* priority = node.find("priority")) {
            const auto position = reader_.word(*priority, "'priority'", priorities);
            if (position) outcome.priority = priorities[*position];
        }
        outcome.reason = reader_.text_under(node, "reason");
    }

    void load_until() {
        const YamlNode* node = reader_.required(node_, "and_nothing_else_until", "the test");
        if (node == nullptr) return;
        const auto until = load_time(*node, "'and_nothing_else_until'");
        if (!until) return;
        story_.until = *until;
        bool later = false;
        for (const StoryEvent& event : story_.events) later = later || event.at >= *until;
        for (const StoryOutcome& outcome : story_.then) later = later || outcome.at >= *until;
        if (!later) return;
        reader_.error("PR184", *node, "the test ends before the last thing in it",
                      "write a later time");
    }

    const YamlNode& node_;
    const RuleSet& rule_set_;
    YamlReader& reader_;
    Story story_;
};

}  // namespace

std::vector<Story> load_stories(const YamlText& text, const RuleSet& rules,
                                Diagnostics& diagnostics) {
    std::vector<Story> stories;
    YamlReader reader{text, diagnostics};
    const YamlNode& root = text.root();
    if (!reader.map(root, "a file of rule tests", top_keys)) return stories;
    const YamlNode* version = reader.required(root, "version", "the file");
    if (version != nullptr && version->text != "1") {
        reader.error("PR014", *version,
                     fmt::format("this program reads version 1, not '{}'", version->text));
    }
    const YamlNode* tests = reader.required(root, "tests", "the file");
    if (tests == nullptr || !reader.list(*tests, "'tests'")) return stories;
    for (const YamlNode& node : tests->items) {
        if (!reader.map(node, "a test", test_keys)) continue;
        const std::size_t errors = diagnostics.error_count();
        Story story = TestLoader{node, rules, reader}.load();
        if (diagnostics.error_count() == errors) stories.push_back(std::move(story));
    }
    return stories;
}

}  // namespace premura
