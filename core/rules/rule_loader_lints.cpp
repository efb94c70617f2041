#include "core/rules/rule_loader_lints.h"

#include <fmt/format.h>

namespace premura {
namespace {

const YamlNode& place_of_key(const YamlNode& node, std::string_view key) {
    const YamlNode* value = node.find(key);
    return value == nullptr ? node : *value;
}

// The first event of both sets, for messages.
std::string_view shared_event(const EventSet& left, const EventSet& right) {
    for (const EventDefinition& event : all_events()) {
        if (left.contains(event.number) && right.contains(event.number)) return event.name;
    }
    return {};
}

void lint_events(const YamlNode& node, const Rule& rule, YamlReader& reader) {
    const std::string_view stops = shared_event(rule.when, rule.expect);
    if (!stops.empty() && rule.again == Rule::Again::once) {
        reader.error(
            "PR126", place_of_key(node, "expect"),
            fmt::format("'{}' starts the clock and stops it, so this rule is never late", stops),
            "write again: restart, if each one expects the next");
    }
    const std::string_view cancels = shared_event(rule.unless, rule.expect);
    if (!cancels.empty()) {
        reader.error("PR127", place_of_key(node, "unless"),
                     fmt::format("'{}' cannot be expected and cancel as well", cancels),
                     "name it in one of 'expect' and 'unless'");
    }
    const std::string_view undone = shared_event(rule.unless, rule.when);
    if (!undone.empty()) {
        reader.error("PR127", place_of_key(node, "unless"),
                     fmt::format("'{}' starts the clock and cancels it at once", undone),
                     "name it in one of 'when' and 'unless'");
    }
    if (rule.by != 0 && !rule.pause_from.empty()) {
        reader.warning("PR131", place_of_key(node, "pause_between"),
                       "a pause does not move a deadline that is given by 'by'",
                       "leave it out, or use 'within'");
    }
}

void lint_step_calendars(const YamlNode& node, std::string_view ladder,
                         const std::vector<Step>& steps, const Rule& rule, YamlReader& reader) {
    const YamlNode* list = node.find(ladder);
    // A step that is no map was left out, so the two do not run side by side.
    if (list == nullptr || list->items.size() != steps.size()) return;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        if (step.delay.needs_calendar() && !step.calendar.given() && !rule.calendar.given()) {
            const std::string_view key = list->items[i].find("after") ? "after" : "before";
            reader.error(
                "PR122", place_of_key(list->items[i], key),
                fmt::format("'{}' needs a calendar", place_of_key(list->items[i], key).text),
                "add 'calendar' to the step or to the rule");
        }
        if (!step.delay.needs_calendar() && step.calendar.given()) {
            reader.warning(
                "PR133", place_of_key(list->items[i], "calendar"),
                fmt::format("the calendar is not used: '{}' is elapsed time", format(step.delay)),
                "write a business unit, or leave the calendar out");
        }
    }
}

bool uses_calendar(const Rule& rule) {
    const auto any = [](const std::vector<Step>& steps) {
        for (const Step& step : steps) {
            if (step.delay.needs_calendar() && !step.calendar.given()) return true;
        }
        return false;
    };
    return (rule.within && rule.within->needs_calendar()) || any(rule.early_warning) ||
           any(rule.if_late);
}

void lint_calendars(const YamlNode& node, const Rule& rule, YamlReader& reader) {
    if (rule.within && rule.within->needs_calendar() && node.find("calendar") == nullptr) {
        reader.error("PR122", place_of_key(node, "within"),
                     fmt::format("'{}' needs a calendar", place_of_key(node, "within").text),
                     "add 'calendar' to the rule: a calendar, an alias, or of order.warehouse");
    }
    const bool deadline_read = rule.within || rule.by != 0;
    if (rule.calendar.given() && deadline_read && !uses_calendar(rule)) {
        reader.warning("PR133", place_of_key(node, "calendar"),
                       "the calendar is not used: nothing here counts business time",
                       "say 'business' with the unit if that is meant, or leave the calendar out");
    }
    lint_step_calendars(node, "early_warning", rule.early_warning, rule, reader);
    lint_step_calendars(node, "if_late", rule.if_late, rule, reader);
}

// Would the warning come before the clock starts? Different units are never compared.
bool reaches_before_start(const Duration& before, const Duration& within) {
    if (before.unit != within.unit) return within == Duration{} && before != Duration{};
    return before.unit == Duration::Unit::business_days ? before.days >= within.days
                                                        : before.time >= within.time;
}

void lint_reach(const YamlNode& node, const Rule& rule, YamlReader& reader) {
    const YamlNode* warnings = node.find("early_warning");
    if (rule.within && warnings != nullptr && warnings->items.size() == rule.early_warning.size()) {
        for (std::size_t i = 0; i < rule.early_warning.size(); ++i) {
            const Duration& before = rule.early_warning[i].delay;
            const YamlNode* at = warnings->items[i].find("before");
            if (at == nullptr || !reaches_before_start(before, *rule.within)) continue;
            reader.error("PR130", *at,
                         fmt::format("'{}' before the deadline is not after the start: there are "
                                     "only '{}'",
                                     at->text, place_of_key(node, "within").text),
                         "warn later, or leave the step out");
        }
    }
    const YamlNode* ladder = node.find("if_late");
    if (ladder == nullptr || ladder->items.size() != rule.if_late.size()) return;
    for (std::size_t i = 1; i < rule.if_late.size(); ++i) {
        const Step& first = rule.if_late[i - 1];
        const Step& second = rule.if_late[i];
        const bool together = second.delay == Duration{};
        const bool both_reach_customer = first.target == "customer" && second.target == "customer";
        if (!together || !both_reach_customer || first.verb == second.verb) continue;
        reader.warning("PR134", ladder->items[i],
                       "a call and a message at the same time: the message is never sent",
                       "the call wins when both are due together; give one of them an 'after'");
    }
}

}  // namespace

void lint_rule(const YamlNode& node, const Rule& rule, YamlReader& reader) {
    lint_events(node, rule, reader);
    lint_calendars(node, rule, reader);
    lint_reach(node, rule, reader);
}

}  // namespace premura
