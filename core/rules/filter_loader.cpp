#include "core/rules/filter_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/nearest.h"
#include "core/events/vocabulary_loader.h"

namespace premura {
namespace {

using Operator = Condition::Operator;

// In the order of Condition::Operator; then those that stand for one with a list.
constexpr std::string_view operator_names[] = {"any_of",    "none_of",   "at_least",    "at_most",
                                               "more_than", "less_than", "starts_with", "present",
                                               "in_list",   "not_in_list"};
constexpr std::string_view exception_keys[] = {"name", "where"};

bool orders(Operator comparison) {
    return comparison >= Operator::at_least && comparison <= Operator::less_than;
}

bool fits(Operator comparison, FactKind kind) {
    if (orders(comparison)) return kind == FactKind::number || kind == FactKind::time;
    if (comparison == Operator::starts_with) return kind == FactKind::text;
    return true;
}

std::optional<OwnedValue> load_time(const YamlNode& node, std::string_view what,
                                    YamlReader& reader) {
    const auto written = reader.text(node, what);
    if (!written) return std::nullopt;
    if (const auto time = parse_rfc3339(*written)) return *time;
    reader.error("PR112", node, fmt::format("'{}' is not a time with a zone", *written),
                 "write for example 2026-06-01T00:00:00+02:00");
    return std::nullopt;
}

std::optional<OwnedValue> load_value(const YamlNode& node, const FactDefinition& fact,
                                     YamlReader& reader) {
    const std::string what = fmt::format("a value of {}", fact.name);
    switch (fact.kind) {
        case FactKind::text:
            if (auto text = reader.text(node, what)) return *text;
            return std::nullopt;
        case FactKind::number:
            if (auto number = reader.number(node, what)) return *number;
            return std::nullopt;
        case FactKind::boolean:
            if (auto boolean = reader.boolean(node, what)) return *boolean;
            return std::nullopt;
        case FactKind::time:
            return load_time(node, what, reader);
    }
    return std::nullopt;
}

// The conditions that one fact must meet, and where they stand.
class FactFilter {
 public:
    FactFilter(const FactDefinition& fact, const Definitions& definitions, YamlReader& reader)
        : fact_(fact), definitions_(definitions), reader_(reader) {}

    void load(const YamlNode& node) {
        if (!node.is_map()) {
            load_operator(node, Operator::any_of);
        } else if (reader_.map(node, fmt::format("the filter of '{}'", fact_.name),
                               operator_names)) {
            if (node.entries.empty()) {
                reader_.error("PR103", node, fmt::format("nothing is asked of '{}'", fact_.name));
            }
            for (const YamlEntry& entry : node.entries) {
                const auto found =
                    std::find(std::begin(operator_names), std::end(operator_names), entry.key.text);
                if (found == std::end(operator_names)) continue;
                if (entry.key.text == "in_list") {
                    load_list(entry, Operator::any_of);
                } else if (entry.key.text == "not_in_list") {
                    load_list(entry, Operator::none_of);
                } else {
                    load_named(entry, static_cast<Operator>(found - std::begin(operator_names)));
                }
            }
        }
    }

    // Says so when no value can meet all the conditions.
    void check_possible(const YamlNode& at) const;

    const std::vector<Condition>& conditions() const { return conditions_; }

 private:
    void load_named(const YamlEntry& entry, Operator comparison) {
        if (!fits(comparison, fact_.kind)) {
            const bool time_or_number = orders(comparison);
            reader_.error("PR128", entry.key,
                          fmt::format("'{}' does not fit '{}', which is {}", entry.key.text,
                                      fact_.name, name_of(fact_.kind)),
                          time_or_number ? "only numbers and times have an order"
                                         : "only texts have a beginning");
            return;
        }
        load_operator(entry.value, comparison);
    }
    void load_operator(const YamlNode& node, Operator comparison);
    void load_list(const YamlEntry& entry, Operator comparison);

    const Condition* find(Operator comparison) const {
        for (const Condition& condition : conditions_) {
            if (condition.comparison == comparison) return &condition;
        }
        return nullptr;
    }
    bool allows(const OwnedValue& value) const;
    bool has_gap_between_bounds() const;

    const FactDefinition& fact_;
    const Definitions& definitions_;
    YamlReader& reader_;
    std::vector<Condition> conditions_;
};

void FactFilter::load_list(const YamlEntry& entry, Operator comparison) {
    const auto name = reader_.text(entry.value, fmt::format("'{}'", entry.key.text));
    if (!name) return;
    const NamedList* list = definitions_.list(*name);
    if (list == nullptr) {
        reader_.error("PR136", entry.value, fmt::format("there is no list '{}'", *name),
                      did_you_mean_or_list(*name, definitions_.list_names()));
        return;
    }
    const FactKind kind = list->numbers.empty() ? FactKind::text : FactKind::number;
    if (kind != fact_.kind) {
        reader_.error("PR128", entry.value,
                      fmt::format("the list '{}' does not fit '{}', which is {}", *name, fact_.name,
                                  name_of(fact_.kind)));
        return;
    }
    Condition condition{fact_.number, comparison, {}};
    for (const std::string& text : list->texts) condition.operands.emplace_back(text);
    for (const double number : list->numbers) condition.operands.emplace_back(number);
    conditions_.push_back(std::move(condition));
}

void FactFilter::load_operator(const YamlNode& node, Operator comparison) {
    Condition condition{fact_.number, comparison, {}};
    const std::string_view name = operator_names[static_cast<std::size_t>(comparison)];
    if (comparison == Operator::present) {
        const auto present = reader_.boolean(node, "'present'");
        if (!present) return;
        condition.operands.emplace_back(*present);
    } else {
        const bool several = comparison == Operator::any_of || comparison == Operator::none_of;
        if (!several && node.is_list()) {
            reader_.error("PR103", node, fmt::format("'{}' takes one value, not a list", name));
            return;
        }
        for (const YamlNode* item : reader_.one_or_many(node, fmt::format("'{}'", name))) {
            if (auto value = load_value(*item, fact_, reader_)) {
                condition.operands.push_back(std::move(*value));
            }
        }
        // With one value missing the condition would mean something else, but then there was an
        // error.
        if (condition.operands.empty()) return;
    }
    conditions_.push_back(std::move(condition));
}

bool FactFilter::allows(const OwnedValue& value) const {
    for (const Condition& condition : conditions_) {
        const auto& operands = condition.operands;
        const OwnedValue& bound = operands.front();
        const bool listed = std::find(operands.begin(), operands.end(), value) != operands.end();
        bool met = true;
        switch (condition.comparison) {
            case Operator::any_of:
                met = listed;
                break;
            case Operator::none_of:
                met = !listed;
                break;
            case Operator::at_least:
                met = value >= bound;
                break;
            case Operator::at_most:
                met = value <= bound;
                break;
            case Operator::more_than:
                met = value > bound;
                break;
            case Operator::less_than:
                met = value < bound;
                break;
            case Operator::starts_with:
                met = std::get<std::string>(value).starts_with(std::get<std::string>(bound));
                break;
            case Operator::present:
                met = std::get<bool>(bound);
                break;
        }
        if (!met) return false;
    }
    return true;
}

bool FactFilter::has_gap_between_bounds() const {
    for (const Operator low : {Operator::at_least, Operator::more_than}) {
        for (const Operator high : {Operator::at_most, Operator::less_than}) {
            const Condition* from = find(low);
            const Condition* to = find(high);
            if (from == nullptr || to == nullptr) continue;
            const bool both_included = low == Operator::at_least && high == Operator::at_most;
            const OwnedValue& least = from->operands.front();
            const OwnedValue& most = to->operands.front();
            if (both_included ? least > most : least >= most) return true;
        }
    }
    return false;
}

void FactFilter::check_possible(const YamlNode& at) const {
    bool impossible = has_gap_between_bounds();
    if (const Condition* any_of = find(Operator::any_of)) {
        impossible =
            impossible || std::none_of(any_of->operands.begin(), any_of->operands.end(),
                                       [this](const OwnedValue& value) { return allows(value); });
    }
    const Condition* present = find(Operator::present);
    if (present != nullptr && !std::get<bool>(present->operands.front())) {
        impossible =
            impossible ||
            std::any_of(conditions_.begin(), conditions_.end(), [](const Condition& each) {
                return each.comparison != Operator::present && each.comparison != Operator::none_of;
            });
    }
    if (!impossible) return;
    reader_.error("PR129", at, fmt::format("no value of '{}' can meet this", fact_.name),
                  "the rule would never start; look at the bounds and lists together");
}

}  // namespace

Filter load_filter(const YamlNode& node, std::string_view what, const Definitions& definitions,
                   YamlReader& reader) {
    Filter filter;
    if (!reader.map(node, what)) return filter;
    if (node.entries.empty()) {
        reader.error("PR103", node, fmt::format("{} asks nothing", what), "leave it out");
    }
    for (const YamlEntry& entry : node.entries) {
        const FactDefinition* fact = load_fact(entry.key, reader);
        if (fact == nullptr) continue;
        FactFilter fact_filter{*fact, definitions, reader};
        fact_filter.load(entry.value);
        fact_filter.check_possible(entry.key);
        for (const Condition& condition : fact_filter.conditions()) filter.push_back(condition);
    }
    return filter;
}

std::vector<Exception> load_exceptions(const YamlNode& node, const Definitions& definitions,
                                       YamlReader& reader) {
    std::vector<Exception> exceptions;
    if (!reader.list(node, "'exceptions'")) return exceptions;
    std::set<std::string> names;
    for (const YamlNode& item : node.items) {
        if (!reader.map(item, "an exception", exception_keys)) continue;
        Exception exception;
        if (const YamlNode* name = reader.required(item, "name", "the exception")) {
            exception.name = reader.name(*name, "the name of an exception").value_or("");
            if (!exception.name.empty() && !names.insert(exception.name).second) {
                reader.error("PR111", *name,
                             fmt::format("there is an exception '{}' already", exception.name));
            }
        }
        if (const YamlNode* where = reader.required(item, "where", "the exception")) {
            exception.where = load_filter(*where, "'where'", definitions, reader);
        }
        exceptions.push_back(std::move(exception));
    }
    return exceptions;
}

}  // namespace premura
