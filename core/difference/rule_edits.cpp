#include "core/difference/rule_edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cel/program.h"
#include "core/orders/rule_memory.h"

namespace premura {
namespace {

std::string text_of(const EventSet& events) {
    std::string text;
    for (const EventDefinition& each : all_events()) {
        if (!events.contains(each.number)) continue;
        if (!text.empty()) text += ", ";
        text += each.name;
    }
    return text.empty() ? "nothing" : text;
}

std::string text_of(const CalendarReference& calendar) {
    if (calendar.fact != 0) return fmt::format("of {}", fact(calendar.fact).name);
    return calendar.name.empty() ? "none" : calendar.name;
}

std::string deadline_of(const Rule& rule) {
    return rule.within ? format(*rule.within) : std::string{fact(rule.by).name};
}

std::string_view source_of(const Expression& condition) {
    return condition.given() ? condition.program->source() : std::string_view{"none"};
}

bool same(const Filter& one, const Filter& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const Condition& a, const Condition& b) {
                          return a.fact == b.fact && a.comparison == b.comparison && a.operands == b.operands;
                      });
}

// "call customer (packing-delay) after 2 business hours, high".
std::string text_of(const Step& step, std::string_view ladder) {
    std::string text = fmt::format("{} {}", name_of(step.verb), step.target);
    if (!step.text.empty()) text += fmt::format(" ({})", step.text);
    const bool at_once = step.delay == Duration{};
    if (!at_once || ladder == "early_warning") {
        text += fmt::format(" {} {}", ladder == "early_warning" ? "before" : "after", format(step.delay));
    }
    if (step.calendar.given()) text += fmt::format(" of {}", text_of(step.calendar));
    if (step.priority != Priority::normal) text += fmt::format(", {}", name_of(step.priority));
    if (step.only_if.given()) text += fmt::format(", only if {}", source_of(step.only_if));
    return text;
}

bool same(const std::vector<Exception>& one, const std::vector<Exception>& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const Exception& a, const Exception& b) { return a.name == b.name && same(a.where, b.where); });
}

class Changes {
 public:
    void of(std::string_view key, std::string_view before, std::string_view after) {
        if (before != after) list.push_back(fmt::format("{}: {} -> {}", key, before, after));
    }
    void of(std::string_view key, bool changed) {
        if (changed) list.emplace_back(key);
    }
    void of(std::string_view key, const std::vector<Step>& before, const std::vector<Step>& after) {
        for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
            const std::string old_step = i < before.size() ? text_of(before[i], key) : "nothing";
            const std::string new_step = i < after.size() ? text_of(after[i], key) : "nothing";
            of(fmt::format("{} {}", key, i + 1), old_step, new_step);
        }
    }
    std::vector<std::string> list;
};

std::vector<std::string> changes_of(const Rule& before, const Rule& after, const RuleSet& old_set, const RuleSet& new_set) {
    Changes changes;
    changes.of("id", before.id, after.id);
    changes.of("name", before.name, after.name);
    changes.of("owner", before.owner, after.owner);
    changes.of("mode", name_of(before.mode), name_of(after.mode));
    changes.of("tenants", before.tenants != after.tenants);
    changes.of("subject", name_of(before.subject), name_of(after.subject));
    changes.of("when", text_of(before.when), text_of(after.when));
    changes.of("where", !same(before.where, after.where));
    changes.of("only_if", source_of(before.only_if), source_of(after.only_if));
    changes.of("exceptions", !same(before.exceptions, after.exceptions));
    changes.of("expect", text_of(before.expect), text_of(after.expect));
    changes.of("expect_where", !same(before.expect_where, after.expect_where));
    changes.of("unless", text_of(before.unless), text_of(after.unless));
    changes.of("pause_between", before.pause_from != after.pause_from || before.pause_until != after.pause_until);
    changes.of(after.within ? "within" : "by", deadline_of(before), deadline_of(after));
    changes.of("calendar", text_of(before.calendar), text_of(after.calendar));
    changes.of("again", name_of(before.again), name_of(after.again));
    changes.of("still_if", source_of(before.still_if), source_of(after.still_if));
    changes.of("on_edit", name_of(before.on_edit), name_of(after.on_edit));
    changes.of("early_warning", before.early_warning, after.early_warning);
    changes.of("if_late", before.if_late, after.if_late);
    // What it goes by stands elsewhere: hours, holidays, a tenant's warehouses and exceptions, lists.
    const bool elsewhere = changes.list.empty() && definition_digest(before, old_set) != definition_digest(after, new_set);
    changes.of("hours, holidays or exceptions it goes by", elsewhere);
    return changes.list;
}

}  // namespace

std::vector<RuleEdit> rule_edits(const RuleSet& before, const RuleSet& after) {
    std::vector<RuleEdit> edits;
    for (const Rule& rule : after.rules) {
        const Rule* known = before.rule(rule.id);
        for (std::size_t i = 0; known == nullptr && i < rule.was.size(); ++i) known = before.rule(rule.was[i]);
        if (known == nullptr) {
            edits.push_back({rule.id, rule.name, RuleEdit::Kind::added, {}});
            continue;
        }
        std::vector<std::string> changes = changes_of(*known, rule, before, after);
        if (!changes.empty()) edits.push_back({rule.id, rule.name, RuleEdit::Kind::edited, std::move(changes)});
    }
    for (const Rule& rule : before.rules) {
        if (after.rule_or_successor(rule.id) == nullptr) {
            edits.push_back({rule.id, rule.name, RuleEdit::Kind::removed, {}});
        }
    }
    return edits;
}

void check_edits(const RuleSet& before, const RuleSet& after, Diagnostics& diagnostics) {
    for (const Rule& rule : after.rules) {
        const Rule* known = before.rule(rule.id);
        if (known == nullptr || start_digest(*known) == start_digest(rule)) continue;
        const bool subject = known->subject != rule.subject;
        Diagnostic diagnostic;
        diagnostic.severity = Severity::error;
        diagnostic.code = "PR139";
        diagnostic.file = rule.file;
        diagnostic.line = rule.line;
        diagnostic.column = 1;
        diagnostic.message = fmt::format("the rule '{}' is about something else now: its '{}' has changed", rule.id,
                                         subject ? "subject" : "when");
        diagnostic.hint = fmt::format("its clocks cannot go on; give it a new id, such as '{}-2'", rule.id);
        diagnostics.add(std::move(diagnostic));
    }
}

}  // namespace premura
