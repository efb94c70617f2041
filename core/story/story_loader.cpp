#include "core/story/story_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/nearest.h"
#include "core/base/yaml_reader.h"
#include "core/events/vocabulary_loader.h"
#include "core/story/story_facts.h"
#include "core/story/story_outcomes.h"
#include "core/story/story_times.h"

namespace premura {
namespace {

constexpr std::string_view top_keys[] = {"version", "tests"};
constexpr std::string_view test_keys[] = {"name",
                                          "tenant",
                                          "rules",
                                          "facts",
                                          "events",
                                          "calls",
                                          "daemon_down",
                                          "input_stalled",
                                          "edit_rules",
                                          "then",
                                          "suppressed",
                                          "and_nothing_else_until"};
constexpr std::string_view event_keys[] = {"at", "event", "arrives"};
constexpr std::string_view call_keys[] = {"at", "ends", "call_back_at"};

// What the tests of a file have in common.
struct Surroundings {
    const RuleSet& rules;
    const ReadStoryFile& read_file;
    Diagnostics& diagnostics;
    // By tenant: reading a zone takes longer than reading a test.
    std::map<std::string, std::shared_ptr<const TimeZone>> zones;
};

class TestLoader {
 public:
    TestLoader(const YamlNode& node, Surroundings& surroundings, YamlReader& reader)
        : node_{node}, around_{surroundings}, reader_{reader} {}

    // Whether all is right is known by the errors that were added.
    Story load() {
        story_.file = reader_.source().file();
        story_.line = node_.line;
        story_.name = reader_.required_text(node_, "name", "the test");
        load_tenant();
        if (story_.zone) load_edits();
        load_rules();
        if (!story_.zone) return std::move(story_);
        load_facts();
        load_events();
        load_calls();
        story_.daemon_down = load_span("daemon_down");
        story_.input_stalled = load_span("input_stalled");
        load_outcomes();
        load_until();
        return std::move(story_);
    }

 private:
    void load_tenant() {
        const YamlNode* node = reader_.required(node_, "tenant", "the test");
        if (node == nullptr) return;
        story_.tenant = reader_.text(*node, "'tenant'").value_or("");
        if (story_.tenant.empty()) return;
        const Tenant* tenant = around_.rules.tenant(story_.tenant);
        if (tenant == nullptr) {
            std::vector<std::string_view> known;
            for (const auto& [id, each] : around_.rules.tenants) known.push_back(id);
            reader_.error("PR146", *node, fmt::format("there is no tenant '{}'", story_.tenant),
                          did_you_mean_or_list(story_.tenant, known));
            return;
        }
        std::shared_ptr<const TimeZone>& zone = around_.zones[story_.tenant];
        if (zone == nullptr) {
            if (auto found = TimeZone::find(tenant->timezone)) {
                zone = std::make_shared<const TimeZone>(std::move(*found));
            }
        }
        story_.zone = zone;
    }

    void load_edits() {
        const YamlNode* node = node_.find("edit_rules");
        if (node == nullptr) return;
        story_.edits = load_story_edits(*node, *story_.zone, around_.rules, around_.read_file,
                                        reader_, around_.diagnostics);
    }

    void load_rules() {
        for (const Rule& rule : around_.rules.rules) names_.rules.push_back(rule.id);
        for (const StoryEdit& edit : story_.edits) {
            for (const Rule& rule : edit.rules) names_.rules.push_back(rule.id);
        }
        const YamlNode* node = node_.find("rules");
        if (node == nullptr) return;
        for (const YamlNode* item : reader_.one_or_many(*node, "'rules'")) {
            const auto id = reader_.text(*item, "a rule");
            if (id && names_.check_rule(*id, *item, reader_)) story_.rules.push_back(*id);
        }
    }

    void load_facts() {
        const YamlNode* node = node_.find("facts");
        if (node == nullptr) return;
        for (const YamlNode* item : reader_.one_or_many(*node, "'facts'")) {
            if (!reader_.map(*item, "'facts'")) continue;
            auto data = load_story_facts(*item, "'facts'", {}, reader_);
            if (data) story_.facts.push_back(std::move(*data));
        }
    }

    void load_events() {
        const YamlNode* list = reader_.required(node_, "events", "the test");
        if (list == nullptr || !reader_.list(*list, "'events'")) return;
        for (const YamlNode& item : list->items) load_event_of(item);
        std::stable_sort(story_.events.begin(), story_.events.end(),
                         [](const StoryEvent& one, const StoryEvent& other) {
                             return one.arrives < other.arrives;
                         });
    }

    void load_event_of(const YamlNode& node) {
        if (!reader_.map(node, "an event")) return;
        const YamlNode* at = reader_.required(node, "at", "the event");
        const YamlNode* event = reader_.required(node, "event", "the event");
        const YamlNode* arrives = node.find("arrives");
        const auto time = at == nullptr ? std::nullopt : load_time(*at, "'at'");
        const auto arrival = arrives == nullptr ? time : load_time(*arrives, "'arrives'");
        const auto number = event == nullptr ? std::nullopt : load_event(*event, reader_);
        const auto data = load_story_facts(node, "the event", event_keys, reader_);
        if (!time || !arrival || !number || !data) return;
        if (*arrival < *time) {
            reader_.error("PR186", *arrives, "the event arrives before it happens",
                          "'at' is when it happened, 'arrives' when Premura can know of it");
            return;
        }
        story_.events.push_back({*time, *arrival, *number, *data});
    }

    // What agents do with the calls.
    void load_calls() {
        const YamlNode* list = node_.find("calls");
        if (list == nullptr || !reader_.list(*list, "'calls'")) return;
        for (const YamlNode& item : list->items) {
            if (!reader_.map(item, "a call", call_keys)) continue;
            const YamlNode* at = reader_.required(item, "at", "the call");
            const YamlNode* ends = reader_.required(item, "ends", "the call");
            const auto time = at == nullptr ? std::nullopt : load_time(*at, "'at'");
            const auto position = ends == nullptr ? std::nullopt : reader_.word(*ends, "'ends'", call_outcome_names());
            if (!time || !position) continue;
            StoryCall call{*time, static_cast<CallOutcome>(*position), std::nullopt};
            const YamlNode* back = item.find("call_back_at");
            if (back != nullptr) call.call_back_at = load_time(*back, "'call_back_at'");
            if ((call.ends == CallOutcome::reached_call_back) != (back != nullptr)) {
                reader_.error("PR124", item, "'call_back_at' belongs to 'reached_call_back'",
                              "write both, or neither");
                continue;
            }
            story_.calls.push_back(call);
        }
        std::stable_sort(story_.calls.begin(), story_.calls.end(),
                         [](const StoryCall& one, const StoryCall& other) { return one.at < other.at; });
    }

    std::optional<Instant> load_time(const YamlNode& node, std::string_view what) {
        return load_story_time(node, what, *story_.zone, reader_);
    }

    std::optional<StorySpan> load_span(std::string_view key) {
        const YamlNode* node = node_.find(key);
        if (node == nullptr) return std::nullopt;
        return load_story_span(*node, key, *story_.zone, reader_);
    }

    void load_outcomes() {
        if (const YamlNode* list = reader_.required(node_, "then", "the test")) {
            story_.then =
                load_story_outcomes(*list, StoryList::then, names_, *story_.zone, reader_);
        }
        if (const YamlNode* list = node_.find("suppressed")) {
            story_.suppressed =
                load_story_outcomes(*list, StoryList::suppressed, names_, *story_.zone, reader_);
        }
    }

    void load_until() {
        const YamlNode* node = reader_.required(node_, "and_nothing_else_until", "the test");
        if (node == nullptr) return;
        const auto until = load_time(*node, "'and_nothing_else_until'");
        if (!until) return;
        story_.until = *until;
        Instant last = instant_min;
        for (const StoryEvent& event : story_.events) last = std::max(last, event.arrives);
        for (const StoryCall& call : story_.calls) last = std::max(last, call.at);
        for (const StoryOutcome& outcome : story_.then) last = std::max(last, outcome.at);
        if (story_.suppressed) {
            for (const StoryOutcome& outcome : *story_.suppressed)
                last = std::max(last, outcome.at);
        }
        for (const auto& span : {story_.daemon_down, story_.input_stalled}) {
            if (span) last = std::max(last, span->to);
        }
        for (const StoryEdit& edit : story_.edits) last = std::max(last, edit.at);
        if (last < *until) return;
        reader_.error("PR184", *node, "the test ends before the last thing in it",
                      "write a later time");
    }

    const YamlNode& node_;
    Surroundings& around_;
    YamlReader& reader_;
    StoryNames names_;
    Story story_;
};

}  // namespace

std::vector<Story> load_stories(const YamlText& text, const RuleSet& rules,
                                Diagnostics& diagnostics, const ReadStoryFile& read_file) {
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
    Surroundings surroundings{rules, read_file, diagnostics, {}};
    for (const YamlNode& node : tests->items) {
        const std::size_t errors = diagnostics.error_count();
        if (!reader.map(node, "a test", test_keys)) continue;
        Story story = TestLoader{node, surroundings, reader}.load();
        if (diagnostics.error_count() == errors) stories.push_back(std::move(story));
    }
    return stories;
}

}  // namespace premura
