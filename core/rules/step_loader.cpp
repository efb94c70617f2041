#include "core/rules/step_loader.h"

#include <fmt/format.h>

#include <set>

#include "core/base/nearest.h"
#include "core/conditions/expression_loader.h"
#include "core/rules/duration_loader.h"

namespace premura {
namespace {

constexpr std::string_view step_keys[] = {"id",       "after",    "before", "calendar", "priority",
                                          "expedite", "request",  "notify", "message",  "call",
                                          "script",   "escalate", "only_if"};

struct VerbKeys {
    Step::Verb verb;
    std::string_view key;
    std::string_view text_key;  // what it says beside its target; empty: nothing
};
constexpr VerbKeys verbs[] = {{Step::Verb::expedite, "expedite", "request"},
                              {Step::Verb::notify, "notify", "message"},
                              {Step::Verb::call, "call", "script"},
                              {Step::Verb::escalate, "escalate", ""}};
constexpr std::string_view priorities[] = {"low", "normal", "high", "urgent"};

class StepLoader {
 public:
    StepLoader(const YamlNode& node, Ladder ladder, const Definitions& definitions, YamlReader& reader,
               std::vector<NameUse>& uses)
        : node_(node), ladder_(ladder), definitions_(definitions), reader_(reader), uses_(uses) {}

    Step load() {
        load_verb();
        load_delay();
        if (const YamlNode* id = node_.find("id")) {
            step_.id = reader_.name(*id, "the id of a step").value_or("");
        }
        if (const YamlNode* calendar = node_.find("calendar")) {
            load_calendar(*calendar);
        }
        if (const YamlNode* priority = node_.find("priority")) {
            const auto position = reader_.word(*priority, "'priority'", priorities);
            if (position) step_.priority = static_cast<Priority>(*position);
        }
        if (const YamlNode* condition = node_.find("only_if")) {
            step_.only_if = load_expression(*condition, "'only_if'", definitions_, reader_);
        }
        return step_;
    }

 private:
    void load_verb() {
        const VerbKeys* found = nullptr;
        int count = 0;
        for (const VerbKeys& verb : verbs) {
            if (node_.find(verb.key) == nullptr) continue;
            found = &verb;
            ++count;
        }
        if (count != 1) {
            reader_.error("PR123", node_,
                          count == 0 ? "the step does nothing" : "the step does several things",
                          "give each step exactly one of expedite, notify, call, escalate");
            return;
        }
        step_.verb = found->verb;
        load_target(*found);
        load_text(*found);
    }

    void load_target(const VerbKeys& verb) {
        const YamlNode& node = *node_.find(verb.key);
        const std::string what = fmt::format("'{}'", verb.key);
        const bool to_customer = verb.verb == Step::Verb::call || verb.verb == Step::Verb::notify;
        const auto target = reader_.text(node, what);
        if (!target) return;
        step_.target = *target;
        if (to_customer && *target != "customer") {
            reader_.error("PR107", node, fmt::format("{} cannot be '{}'", what, *target),
                          fmt::format("write {}: customer, or escalate: {} to tell a team",
                                      verb.key, *target));
        }
        if (verb.verb == Step::Verb::escalate) use(NameUse::Kind::team, *target, node);
    }

    void load_text(const VerbKeys& verb) {
        for (const VerbKeys& other : verbs) {
            const YamlNode* stray = other.text_key.empty() ? nullptr : node_.find(other.text_key);
            if (stray == nullptr || other.text_key == verb.text_key) continue;
            reader_.error(
                "PR124", *stray,
                fmt::format("'{}' belongs to {}, and this step does {}", other.text_key, other.key,
                            verb.key),
                verb.text_key.empty() ? std::string{} : fmt::format("write '{}'", verb.text_key));
        }
        if (verb.text_key.empty()) return;
        const YamlNode* node =
            reader_.required(node_, verb.text_key, fmt::format("the step '{}'", verb.key));
        if (node == nullptr) return;
        const auto text = reader_.text(*node, fmt::format("'{}'", verb.text_key));
        if (!text) return;
        step_.text = *text;
        if (verb.verb == Step::Verb::call) use(NameUse::Kind::script, *text, *node);
        if (verb.verb == Step::Verb::notify) use(NameUse::Kind::message, *text, *node);
    }

    void load_delay() {
        const bool warns = ladder_ == Ladder::early_warning;
        const std::string_view wanted = warns ? "before" : "after";
        const std::string_view other = warns ? "after" : "before";
        if (const YamlNode* stray = node_.find(other)) {
            reader_.error("PR125", *stray,
                          fmt::format("'{}' does not belong in {}", other,
                                      warns ? "early_warning" : "if_late"),
                          warns ? "early warnings come 'before' the deadline"
                                : "what comes before the deadline belongs in early_warning");
        } else if (warns && node_.find(wanted) == nullptr) {
            reader_.error("PR125", node_, "an early warning has no 'before'",
                          "write for example before: 2 business hours");
        }
        const YamlNode* delay = node_.find(wanted);
        if (delay == nullptr) return;
        step_.delay = load_duration(*delay, reader_).value_or(Duration{});
    }

    void load_calendar(const YamlNode& node) {
        const auto reference = load_calendar_reference(node, reader_);
        if (!reference) return;
        step_.calendar = *reference;
        uses_.push_back(
            {NameUse::Kind::calendar, reference->name, *reference, reader_.place_of(node)});
    }

    void use(NameUse::Kind kind, const std::string& name, const YamlNode& node) {
        uses_.push_back({kind, name, {}, reader_.place_of(node)});
    }

    const YamlNode& node_;
    Ladder ladder_;
    const Definitions& definitions_;
    YamlReader& reader_;
    std::vector<NameUse>& uses_;
    Step step_;
};

}  // namespace

std::vector<Step> load_steps(const YamlNode& node, Ladder ladder, const Definitions& definitions,
                             YamlReader& reader, std::vector<NameUse>& uses) {
    const std::string_view what = ladder == Ladder::if_late ? "'if_late'" : "'early_warning'";
    std::vector<Step> steps;
    if (!reader.list(node, what)) return steps;
    if (node.items.empty()) {
        reader.error("PR103", node, fmt::format("{} is an empty list", what));
    }
    const std::size_t steps_max = ladder == Ladder::if_late ? Rule::steps_max : Rule::warnings_max;
    if (node.items.size() > steps_max) {
        reader.error("PR138", node.items[steps_max],
                     fmt::format("{} has more than {} steps", what, steps_max));
    }
    std::set<std::string> ids;
    for (const YamlNode& item : node.items) {
        if (!reader.map(item, "a step", step_keys)) continue;
        steps.push_back(StepLoader{item, ladder, definitions, reader, uses}.load());
        const std::string& id = steps.back().id;
        if (!id.empty() && !ids.insert(id).second) {
            reader.error("PR111", *item.find("id"),
                         fmt::format("the step id '{}' stands in {} twice", id, what));
        }
    }
    return steps;
}

}  // namespace premura
