#include "core/story/story_outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/base/nearest.h"
#include "core/story/story_times.h"

namespace premura {
namespace {

using Kind = StoryOutcome::Kind;

constexpr std::string_view then_keys[] = {
    "at",       "early_warning", "late",     "closed",    "call", "notify",
    "expedite", "escalate",      "merged",   "withdrawn", "rule", "script",
    "message",  "request",       "priority", "channel",   "due",  "reason"};
constexpr std::string_view suppressed_keys[] = {"at",   "held",  "dropped", "merged",
                                                "rule", "until", "due",     "reason"};
constexpr Kind then_kinds[] = {Kind::early_warning, Kind::late,   Kind::closed,
                               Kind::call,          Kind::notify, Kind::expedite,
                               Kind::escalate,      Kind::merged, Kind::withdrawn};
constexpr Kind suppressed_kinds[] = {Kind::held, Kind::dropped, Kind::merged};
constexpr std::string_view priorities[] = {"low", "normal", "high", "urgent"};
constexpr std::string_view channels[] = {"call", "message", "sms", "email"};
constexpr std::string_view verbs[] = {"call", "notify", "expedite", "escalate"};

bool is_about_case(Kind kind) {
    return kind == Kind::early_warning || kind == Kind::late || kind == Kind::closed;
}

// What a verb says beside its target.
std::string_view text_key_of(Kind kind) {
    if (kind == Kind::call) return "script";
    if (kind == Kind::notify) return "message";
    return kind == Kind::expedite ? "request" : "";
}

// What may stand behind the key; empty: anything.
std::span<const std::string_view> targets_of(Kind kind, StoryList list) {
    static constexpr std::string_view customer[] = {"customer"};
    switch (kind) {
        case Kind::call:
        case Kind::notify:
            return customer;
        case Kind::withdrawn:
            return std::span{verbs}.first(1);
        // A call that joins another one leaves a record of its own; a message that does leaves
        // none.
        case Kind::merged:
            return list == StoryList::then ? std::span{verbs}.first(1)
                                           : std::span{verbs}.subspan(1, 1);
        case Kind::held:
            return std::span{verbs}.first(2);
        case Kind::dropped:
            return verbs;
        default:
            return {};
    }
}

class LineLoader {
 public:
    LineLoader(const YamlNode& node, StoryList list, const StoryNames& names, const TimeZone& zone,
               YamlReader& reader)
        : node_{node}, list_{list}, names_{names}, zone_{zone}, reader_{reader} {}

    std::optional<StoryOutcome> load() {
        const bool of_then = list_ == StoryList::then;
        if (!reader_.map(node_, of_then ? "what should happen" : "what is suppressed") ||
            !check_keys()) {
            return std::nullopt;
        }
        outcome_.line = node_.line;
        if (const YamlNode* at = reader_.required(node_, "at", "the line")) {
            outcome_.at = load_story_time(*at, "'at'", zone_, reader_).value_or(instant_min);
        }
        int count = 0;
        for (const Kind kind : kinds()) {
            const YamlNode* target = node_.find(name_of(kind));
            if (target == nullptr) continue;
            ++count;
            outcome_.kind = kind;
            load_target(*target);
        }
        if (count != 1) {
            reader_.error(
                "PR183", node_,
                count == 0 ? "it does not say what should happen"
                           : "several things stand in one line",
                of_then ? "write one a line, for example { at: 2026-06-01 11:00, call: customer }"
                        : "write one a line, for example { at: 2026-06-01 11:00, held: call }");
            return std::nullopt;
        }
        load_details();
        return std::move(outcome_);
    }

 private:
    std::span<const Kind> kinds() const {
        if (list_ == StoryList::then) return then_kinds;
        return suppressed_kinds;
    }

    // A key of the other list is told as that, not as one that nobody knows.
    bool check_keys() {
        const bool of_then = list_ == StoryList::then;
        const auto known =
            of_then ? YamlReader::Names{then_keys} : YamlReader::Names{suppressed_keys};
        const auto other =
            of_then ? YamlReader::Names{suppressed_keys} : YamlReader::Names{then_keys};
        bool fine = true;
        for (const YamlEntry& entry : node_.entries) {
            const std::string& key = entry.key.text;
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            fine = false;
            if (std::find(other.begin(), other.end(), key) == other.end()) {
                reader_.error("PR101", entry.key,
                              fmt::format("a line of '{}' has no key '{}'", list_name(), key),
                              did_you_mean_or_list(key, known));
            } else {
                reader_.error(
                    "PR188", entry.key,
                    fmt::format("'{}' does not belong under '{}'", key, list_name()),
                    fmt::format("write the line under {}:", of_then ? "suppressed" : "then"));
            }
        }
        return fine;
    }

    std::string_view list_name() const { return list_ == StoryList::then ? "then" : "suppressed"; }

    void load_target(const YamlNode& node) {
        const std::string_view key = name_of(outcome_.kind);
        outcome_.what = reader_.text(node, fmt::format("'{}'", key)).value_or("");
        if (outcome_.what.empty()) return;
        if (is_about_case(outcome_.kind)) {
            names_.check_rule(outcome_.what, node, reader_);
            outcome_.rules = {outcome_.what};
            return;
        }
        const auto allowed = targets_of(outcome_.kind, list_);
        if (allowed.empty()) return;
        if (std::find(allowed.begin(), allowed.end(), outcome_.what) != allowed.end()) return;
        std::string hint = fmt::format("write {}: {}", key, allowed.front());
        for (std::size_t i = 1; i < allowed.size(); ++i) hint += fmt::format(" or {}", allowed[i]);
        reader_.error("PR107", node, fmt::format("'{}' cannot be '{}'", key, outcome_.what), hint);
    }

    void load_details() {
        if (const YamlNode* rule = node_.find("rule")) {
            const auto id = reader_.text(*rule, "'rule'");
            if (id && names_.check_rule(*id, *rule, reader_)) outcome_.rules = {*id};
        }
        for (const std::string_view key : {"script", "message", "request"}) {
            const YamlNode* text = node_.find(key);
            if (text == nullptr) continue;
            if (key == text_key_of(outcome_.kind)) {
                outcome_.text = reader_.text(*text, fmt::format("'{}'", key)).value_or("");
            } else {
                reader_.error(
                    "PR124", *text,
                    fmt::format("'{}' does not belong to '{}'", key, name_of(outcome_.kind)));
            }
        }
        outcome_.priority = word("priority", priorities);
        outcome_.channel = word("channel", channels);
        outcome_.reason = reader_.text_under(node_, "reason");
        outcome_.due = time("due");
        outcome_.until = time("until");
        refuse("channel", outcome_.kind == Kind::call || outcome_.kind == Kind::notify);
        refuse("until", outcome_.kind == Kind::held);
        refuse("due", outcome_.kind != Kind::closed && outcome_.kind != Kind::merged &&
                          outcome_.kind != Kind::dropped);
    }

    std::string word(std::string_view key, YamlReader::Names words) {
        const YamlNode* node = node_.find(key);
        if (node == nullptr) return {};
        const auto position = reader_.word(*node, fmt::format("'{}'", key), words);
        return position ? std::string{words[*position]} : std::string{};
    }

    std::optional<Instant> time(std::string_view key) {
        const YamlNode* node = node_.find(key);
        if (node == nullptr) return std::nullopt;
        return load_story_time(*node, fmt::format("'{}'", key), zone_, reader_);
    }

    void refuse(std::string_view key, bool belongs) {
        const YamlNode* node = node_.find(key);
        if (node == nullptr || belongs) return;
        reader_.error("PR188", *node,
                      fmt::format("'{}' does not belong to '{}'", key, name_of(outcome_.kind)));
    }

    const YamlNode& node_;
    StoryList list_;
    const StoryNames& names_;
    const TimeZone& zone_;
    YamlReader& reader_;
    StoryOutcome outcome_;
};

}  // namespace

bool StoryNames::check_rule(std::string_view id, const YamlNode& at, YamlReader& reader) const {
    if (std::find(rules.begin(), rules.end(), id) != rules.end()) return true;
    reader.error("PR182", at, fmt::format("there is no rule '{}'", id),
                 did_you_mean_or_list(id, rules));
    return false;
}

std::vector<StoryOutcome> load_story_outcomes(const YamlNode& node, StoryList list,
                                              const StoryNames& names, const TimeZone& zone,
                                              YamlReader& reader) {
    std::vector<StoryOutcome> outcomes;
    if (!reader.list(node, list == StoryList::then ? "'then'" : "'suppressed'")) return outcomes;
    for (const YamlNode& item : node.items) {
        auto outcome = LineLoader{item, list, names, zone, reader}.load();
        if (outcome) outcomes.push_back(std::move(*outcome));
    }
    return outcomes;
}

}  // namespace premura
