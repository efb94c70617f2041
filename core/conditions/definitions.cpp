#include "core/conditions/definitions.h"

#include <algorithm>
#include <set>

#include "core/calendar/calendar.h"
#include "core/calendar/time_zone.h"
#include "core/cel/context.h"
#include "core/cel/program.h"
#include "core/conditions/condition_facts.h"

namespace premura {
namespace {

using cel::Context;
using cel::ErrorCode;
using cel::Kind;
using cel::Type;
using cel::Value;
using Arguments = std::span<const Value>;

constexpr std::string_view return_variable = "returned";

Type type_of(FactKind kind) {
    switch (kind) {
        case FactKind::text: return Kind::string;
        case FactKind::number: return Kind::floating;
        case FactKind::boolean: return Kind::boolean;
        case FactKind::time: return Kind::timestamp;
    }
    return Kind::string;
}

const ConditionFacts& facts_of(const Context& context) {
    return static_cast<const ConditionFacts&>(context.facts());
}

Value business_hours_between(Arguments arguments, Context& context) {
    const std::string_view name = arguments[2].as_text();
    const Calendar* calendar = facts_of(context).calendar(name);
    if (calendar == nullptr) return context.error(ErrorCode::function_failed, "there is no such calendar");
    const Milliseconds time = calendar->business_time_between(arguments[0].as_instant(),
                                                              arguments[1].as_instant());
    return Value::floating(std::chrono::duration<double, std::ratio<3600>>{time}.count());
}

Value is_open(Arguments arguments, Context& context) {
    const Calendar* calendar = facts_of(context).calendar(arguments[1].as_text());
    if (calendar == nullptr) return context.error(ErrorCode::function_failed, "there is no such calendar");
    return Value::boolean(calendar->is_open(arguments[0].as_instant()));
}

Value days_until(Arguments arguments, Context& context) {
    const ConditionFacts& facts = facts_of(context);
    const auto day_of = [&facts](Instant instant) { return facts.zone().local_day(instant); };
    // A date is the end of its day, 24:00, and belongs to that day.
    const Instant end = arguments[0].as_instant() - Milliseconds{1};
    return Value::integer((day_of(end) - day_of(facts.now())).count());
}

}  // namespace

Definitions::Definitions() {
    add_facts();
    add_functions();
}

Definitions::Meaning& Definitions::add(std::string name, Type type, Meaning::Kind kind) {
    environment_.add_variable(std::move(name), std::move(type));
    meanings_.push_back(std::make_unique<Meaning>());
    meanings_.back()->kind = kind;
    return *meanings_.back();
}

void Definitions::add_facts() {
    struct Group {
        std::shared_ptr<cel::Structure> structure = std::make_shared<cel::Structure>();
        std::vector<FactNumber> facts;
    };
    std::vector<Group> groups;
    for (const FactDefinition& definition : all_facts()) {
        const std::size_t dot = definition.name.find('.');
        std::string_view name = definition.name.substr(0, dot);
        if (name == name_of(SubjectType::return_)) name = return_variable;
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [name](const Group& each) { return each.structure->name == name; });
        if (group == groups.end()) {
            groups.emplace_back().structure->name = name;
            group = groups.end() - 1;
        }
        group->structure->fields.push_back(
            {std::string{definition.name.substr(dot + 1)}, type_of(definition.kind)});
        group->facts.push_back(definition.number);
    }
    for (Group& group : groups) {
        const std::string name = group.structure->name;
        add(name, Type::structure(group.structure), Meaning::Kind::facts).facts = std::move(group.facts);
    }
    add("now", Kind::timestamp, Meaning::Kind::now);
    const auto structure = [](std::string name, std::vector<cel::Structure::Field> fields) {
        return Type::structure(
            std::make_shared<const cel::Structure>(cel::Structure{std::move(name), std::move(fields)}));
    };
    add("tenant", structure("tenant", {{"id", Kind::string}, {"brand", Kind::string}}), Meaning::Kind::tenant);
    add("event", structure("event", {{"type", Kind::string}, {"time", Kind::timestamp}}), Meaning::Kind::event);
}

void Definitions::add_functions() {
    environment_.add_function({"business_hours_between",
                               {Kind::timestamp, Kind::timestamp, Kind::string},
                               Kind::floating,
                               business_hours_between});
    environment_.add_function({"is_open", {Kind::timestamp, Kind::string}, Kind::boolean, is_open});
    environment_.add_function({"days_until", {Kind::timestamp}, Kind::integer, days_until});
}

void Definitions::add_list(NamedList list) {
    const std::string name = list.name;
    auto& stored = lists_[name];
    stored = std::make_unique<NamedList>(std::move(list));
    const bool of_numbers = !stored->numbers.empty();
    Meaning& meaning = add(name, Type::list_of(of_numbers ? Kind::floating : Kind::string),
                           Meaning::Kind::list);
    for (const std::string& text : stored->texts) meaning.items.push_back(Value::string(text));
    for (const double number : stored->numbers) meaning.items.push_back(Value::floating(number));
}

void Definitions::declare_condition(const std::string& name) {
    add(name, Kind::boolean, Meaning::Kind::condition);
}

void Definitions::set_condition(const std::string& name, Expression expression) {
    const auto variable = environment_.find_variable(name);
    if (variable) meanings_[*variable]->condition = std::move(expression);
}

bool Definitions::knows(std::string_view name) const {
    return environment_.find_variable(name).has_value();
}

const NamedList* Definitions::list(std::string_view name) const {
    const auto found = lists_.find(name);
    return found == lists_.end() ? nullptr : found->second.get();
}

std::vector<std::string_view> Definitions::list_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, list] : lists_) names.push_back(name);
    return names;
}

std::vector<std::string> Definitions::circular_conditions() const {
    // Each condition is looked at once all that it names has been; those that are left go round.
    std::set<cel::VariableNumber> open;
    for (cel::VariableNumber i = 0; i < meanings_.size(); ++i) {
        if (meanings_[i]->kind == Meaning::Kind::condition && meanings_[i]->condition.given()) open.insert(i);
    }
    const auto names_open = [this, &open](cel::VariableNumber variable) {
        const auto readings = meanings_[variable]->condition.program->readings();
        return std::any_of(readings.begin(), readings.end(),
                           [&open](const cel::Reading& reading) { return open.contains(reading.variable); });
    };
    for (bool moved = true; moved;) {
        moved = std::erase_if(open, [&](cel::VariableNumber each) { return !names_open(each); }) > 0;
    }
    std::vector<std::string> names;
    for (const cel::VariableNumber variable : open) names.push_back(environment_.variable(variable).name);
    return names;
}

}  // namespace premura
