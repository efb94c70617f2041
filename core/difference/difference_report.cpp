#include "core/difference/difference_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::pair<std::string_view, std::size_t RuleDifference::*> counts[] = {
    {"clocks", &RuleDifference::clocks},
    {"earlier", &RuleDifference::earlier},
    {"later", &RuleDifference::later},
    {"started", &RuleDifference::started},
    {"cancelled", &RuleDifference::cancelled},
    {"late_at_once", &RuleDifference::late_at_once},
    {"closed_at_once", &RuleDifference::closed_at_once},
    {"calls_added", &RuleDifference::calls_added},
    {"calls_avoided", &RuleDifference::calls_avoided},
};

constexpr std::string_view kinds[] = {"added", "removed", "edited"};
constexpr std::string_view unchanged = "unchanged";

struct Row {
    std::string rule;
    const RuleEdit* edit = nullptr;
    RuleDifference difference;
};

// The edited rules first, then those to which something happens all the same.
std::vector<Row> rows_of(const DifferenceReport& report) {
    std::vector<Row> rows;
    for (const RuleEdit& edit : report.edits) {
        const auto found = report.difference.rules.find(edit.rule);
        rows.push_back({edit.rule, &edit, found == report.difference.rules.end() ? RuleDifference{} : found->second});
    }
    for (const auto& [rule, difference] : report.difference.rules) {
        const bool listed = std::any_of(report.edits.begin(), report.edits.end(),
                                        [&rule](const RuleEdit& edit) { return edit.rule == rule; });
        if (!listed && difference.any()) rows.push_back({rule, nullptr, difference});
    }
    return rows;
}

std::string grouped(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

// "37 cases would be late at once", and only what there is to say.
std::vector<std::string> sentences_of(const RuleDifference& rule) {
    std::vector<std::string> list;
    const auto say = [&list](std::size_t count, std::string_view one, std::string_view many) {
        if (count != 0) list.push_back(fmt::format("{} {}", grouped(count), count == 1 ? one : many));
    };
    say(rule.earlier, "clock has an earlier deadline", "clocks have an earlier deadline");
    say(rule.later, "clock has a later deadline", "clocks have a later deadline");
    say(rule.started, "clock starts", "clocks start");
    say(rule.cancelled, "clock is cancelled", "clocks are cancelled");
    say(rule.late_at_once, "case would be late at once", "cases would be late at once");
    say(rule.closed_at_once, "open case closes at once", "open cases close at once");
    say(rule.calls_added, "call more is due at once", "calls more are due at once");
    say(rule.calls_avoided, "call is not needed any more", "calls are not needed any more");
    return list;
}

// What is said of clocks none of which moves.
std::string_view what_else(const RuleEdit* edit) {
    if (edit == nullptr) return "nothing happens to them";
    const auto changes = [edit](std::string_view key) {
        return std::any_of(edit->changes.begin(), edit->changes.end(),
                           [key](const std::string& change) { return change.starts_with(key); });
    };
    if (changes("mode")) return "no deadline moves; the mode counts for every step that is still to come";
    if (changes("if_late") || changes("early_warning")) return "no deadline moves; steps that are still to come go by the new ladder";
    return "nothing happens to them";
}

}  // namespace

std::string difference_json(const DifferenceReport& report) {
    json::array rules;
    for (const Row& row : rows_of(report)) {
        json::object object{{"rule", row.rule},
                            {"kind", row.edit == nullptr ? unchanged : kinds[static_cast<std::size_t>(row.edit->kind)]}};
        if (row.edit != nullptr) {
            object["name"] = row.edit->name;
            json::array changes;
            for (const std::string& change : row.edit->changes) changes.push_back(json::string{change});
            object["changes"] = std::move(changes);
        }
        for (const auto& [name, member] : counts) object[name] = row.difference.*member;
        rules.push_back(std::move(object));
    }
    return json::serialize(json::object{{"orders", report.difference.orders},
                                        {"late_at_once", report.difference.late_at_once()},
                                        {"rules", std::move(rules)}});
}

std::optional<DifferenceReport> difference_of_json(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    DifferenceReport report;
    const auto number = [](const json::object& object, std::string_view name) {
        const json::value* found = object.if_contains(name);
        return found != nullptr && found->is_int64() ? static_cast<std::size_t>(found->get_int64()) : std::size_t{0};
    };
    const auto text_of = [](const json::object& object, std::string_view name) {
        const json::value* found = object.if_contains(name);
        return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string{};
    };
    const json::value* rules = value.get_object().if_contains("rules");
    if (rules == nullptr || !rules->is_array()) return std::nullopt;
    report.difference.orders = number(value.get_object(), "orders");
    for (const json::value& each : rules->get_array()) {
        if (!each.is_object()) return std::nullopt;
        const json::object& object = each.get_object();
        RuleEdit edit;
        edit.rule = text_of(object, "rule");
        edit.name = text_of(object, "name");
        RuleDifference& difference = report.difference.rules[edit.rule];
        for (const auto& [name, member] : counts) difference.*member = number(object, name);
        const auto kind = std::find(std::begin(kinds), std::end(kinds), text_of(object, "kind"));
        if (kind == std::end(kinds)) continue;
        edit.kind = static_cast<RuleEdit::Kind>(kind - std::begin(kinds));
        if (const json::value* changes = object.if_contains("changes"); changes != nullptr && changes->is_array()) {
            for (const json::value& change : changes->get_array()) {
                if (change.is_string()) edit.changes.emplace_back(change.get_string());
            }
        }
        report.edits.push_back(std::move(edit));
    }
    return report;
}

std::string difference_text(const DifferenceReport& report, bool colour) {
    const std::string_view bold = colour ? "\x1b[1m" : "";
    const std::string_view warning = colour ? "\x1b[1;33m" : "";
    const std::string_view plain = colour ? "\x1b[0m" : "";
    std::string text;
    const std::vector<Row> rows = rows_of(report);
    for (const Row& row : rows) {
        text += fmt::format("{}{}{}", bold, row.rule, plain);
        if (row.edit != nullptr && row.edit->kind != RuleEdit::Kind::edited) {
            text += fmt::format(" is {}", row.edit->kind == RuleEdit::Kind::added ? "new" : "taken away");
        }
        if (row.edit == nullptr) text += " is not edited itself";
        text += '\n';
        if (row.edit != nullptr) {
            for (const std::string& change : row.edit->changes) text += "    " + change + '\n';
        }
        if (row.difference.clocks != 0) {
            text += fmt::format("    {} clock{} run\n", grouped(row.difference.clocks),
                                row.difference.clocks == 1 ? "" : "s");
        }
        const std::vector<std::string> sentences = sentences_of(row.difference);
        for (const std::string& sentence : sentences) {
            const bool urgent = sentence.find("late at once") != std::string::npos;
            text += fmt::format("    {}{}{}\n", urgent ? warning : "", sentence, urgent ? plain : "");
        }
        const bool runs_on = sentences.empty() && row.difference.clocks != 0;
        if (runs_on) text += fmt::format("    {}\n", what_else(row.edit));
    }
    if (rows.empty()) text += "no rule is changed\n";
    const std::size_t late = report.difference.late_at_once();
    text += fmt::format("{} order{} looked at; {} case{} would be late at once", grouped(report.difference.orders),
                        report.difference.orders == 1 ? "" : "s", grouped(late), late == 1 ? "" : "s");
    if (late > ReloadGuard::new_late_max) {
        text += fmt::format("\nthese are more than {}: unless its setting reload.new_late_max says otherwise, a daemon takes "
                            "such rules only by premura reload --yes",
                            ReloadGuard::new_late_max);
    }
    return text;
}

}  // namespace premura
