#include "core/rules/restraint_loader.h"

#include <fmt/format.h>

#include <charconv>

#include "core/rules/duration_loader.h"

namespace premura {
namespace {

constexpr std::string_view surge_keys[] = {"name", "more_than", "per", "do", "message", "briefing"};
constexpr std::string_view surge_steps[] = {"hold", "escalate"};
constexpr std::string_view held[] = {"call", "message", "any"};
constexpr std::string_view holdout_keys[] = {"share", "except"};
constexpr std::string_view rate_keys[] = {"at_most", "per"};

constexpr int cases_max = 10'000;
constexpr int contacts_max = 100'000;
constexpr double percent_max = 50;
constexpr Milliseconds longest = std::chrono::days{1};
constexpr std::string_view surge_hint = "write for example: 25 late in 1 hour";

std::optional<Milliseconds> up_to_a_day(const YamlNode& node, const std::optional<Duration>& duration, YamlReader& reader) {
    if (!duration) return std::nullopt;
    if (duration->needs_calendar()) {
        reader.error("PR108", node, "here counts elapsed time, not business time", "write for example: 1 hour");
        return std::nullopt;
    }
    if (duration->time > Milliseconds{0} && duration->time <= longest) return duration->time;
    reader.error("PR109", node, "here counts a stretch of more than nothing and at most one day");
    return std::nullopt;
}

// `25 late in 1 hour`; `cases` for `late` is the same.
void load_more_than(const YamlNode& node, Surge& surge, YamlReader& reader) {
    const auto text = reader.text(node, "'more_than'");
    if (!text) return;
    int number = 0;
    const char* end = text->data() + text->size();
    const auto [stopped, problem] = std::from_chars(text->data(), end, number);
    std::string_view rest{stopped, static_cast<std::size_t>(end - stopped)};
    bool known = problem == std::errc{} && number > 0 && number <= cases_max;
    for (const std::string_view words : {" late in ", " cases in "}) {
        if (!rest.starts_with(words)) continue;
        const auto time = parse_duration(rest.substr(words.size()));
        if (!known || !time) break;
        if (const auto in = up_to_a_day(node, time, reader)) surge.in = *in;
        surge.more_than = number;
        return;
    }
    reader.error("PR104", node, fmt::format("'{}' does not say how many in which time", *text), std::string{surge_hint});
}

void load_per(const YamlNode& node, Surge& surge, YamlReader& reader) {
    for (const YamlNode* item : reader.one_or_many(node, "'per'")) {
        const auto position = reader.word(*item, "'per'", Surge::by_names);
        if (position) surge.per.push_back(static_cast<Surge::By>(*position));
    }
}

void load_steps_of(const YamlNode& node, Surge& surge, YamlReader& reader, std::vector<NameUse>& uses) {
    surge.holds_calls = surge.holds_messages = false;
    if (!reader.list(node, "'do'")) return;
    for (const YamlNode& step : node.items) {
        if (!reader.map(step, "a surge step", surge_steps)) continue;
        if (const YamlNode* hold = step.find("hold")) {
            const auto position = reader.word(*hold, "'hold'", held);
            surge.holds_calls = surge.holds_calls || (position && *position != 1);
            surge.holds_messages = surge.holds_messages || (position && *position != 0);
        }
        if (const YamlNode* team = step.find("escalate")) {
            const auto name = reader.text(*team, "the name of a team");
            if (!name) continue;
            surge.escalate.push_back(*name);
            uses.push_back({NameUse::Kind::team, *name, {}, reader.place_of(*team)});
        }
    }
}

std::optional<Surge> load_surge(const YamlNode& node, YamlReader& reader, std::vector<NameUse>& uses) {
    if (!reader.map(node, "a surge rule", surge_keys)) return std::nullopt;
    Surge surge;
    surge.name = reader.required_text(node, "name", "the surge rule");
    if (const YamlNode* more_than = reader.required(node, "more_than", "the surge rule")) {
        load_more_than(*more_than, surge, reader);
    }
    if (const YamlNode* per = node.find("per")) load_per(*per, surge, reader);
    if (const YamlNode* steps = reader.required(node, "do", "the surge rule")) load_steps_of(*steps, surge, reader, uses);
    if (const YamlNode* message = node.find("message")) {
        surge.message = reader.name(*message, "the id of a message").value_or("");
        uses.push_back({NameUse::Kind::message, surge.message, {}, reader.place_of(*message)});
    }
    if (const YamlNode* briefing = node.find("briefing"); briefing != nullptr && reader.map(*briefing, "'briefing'")) {
        for (const YamlEntry& entry : briefing->entries) {
            surge.briefing[entry.key.text] = reader.text(entry.value, "a briefing").value_or("");
        }
    }
    return surge;
}

// `5 %`; also `2.5 %`.
double load_share(const YamlNode& node, YamlReader& reader) {
    const auto text = reader.text(node, "the share");
    if (!text) return 0;
    double percent = 0;
    const char* end = text->data() + text->size();
    const auto [stopped, problem] = std::from_chars(text->data(), end, percent);
    const std::string_view unit{stopped, static_cast<std::size_t>(end - stopped)};
    const bool known = problem == std::errc{} && (unit == " %" || unit == "%") && percent >= 0 && percent <= percent_max;
    if (known) return percent / 100;
    reader.error("PR109", node, fmt::format("'{}' is not a share from 0 % to 50 %", *text), "write for example: 5 %");
    return 0;
}

}  // namespace

std::vector<Surge> load_surges(const YamlNode& node, YamlReader& reader, std::vector<NameUse>& uses) {
    std::vector<Surge> surges;
    if (!reader.list(node, "'surge'")) return shipped_surges();
    for (const YamlNode& item : node.items) {
        if (auto surge = load_surge(item, reader, uses)) surges.push_back(std::move(*surge));
    }
    return surges;
}

Holdout load_holdout(const YamlNode& node, YamlReader& reader, std::vector<NameUse>& uses) {
    Holdout holdout;
    if (node.is_scalar()) {
        holdout.share = load_share(node, reader);
        return holdout;
    }
    if (!reader.map(node, "'holdout'", holdout_keys)) return holdout;
    if (const YamlNode* share = reader.required(node, "share", "'holdout'")) holdout.share = load_share(*share, reader);
    const YamlNode* except = node.find("except");
    if (except == nullptr) return holdout;
    for (const YamlNode* item : reader.one_or_many(*except, "'except'")) {
        const auto rule = reader.name(*item, "the id of a rule");
        if (!rule) continue;
        holdout.except.push_back(*rule);
        uses.push_back({NameUse::Kind::rule, *rule, {}, reader.place_of(*item)});
    }
    return holdout;
}

std::optional<ContactRate> load_rate(const YamlNode& node, std::string_view what, YamlReader& reader) {
    if (!reader.map(node, what, rate_keys)) return std::nullopt;
    const YamlNode* at_most = reader.required(node, "at_most", what);
    const YamlNode* per = reader.required(node, "per", what);
    if (at_most == nullptr || per == nullptr) return std::nullopt;
    const auto number = reader.whole_number(*at_most, "'at_most'", 1, contacts_max);
    const auto time = up_to_a_day(*per, load_duration(*per, reader), reader);
    if (!number || !time) return std::nullopt;
    return ContactRate{*number, *time};
}

}  // namespace premura
