#include "core/orders/entity_facts.h"

#include "core/cel/program.h"

namespace premura {
namespace {

cel::Value value_of(const Value& value, const TimeZone& zone) {
    switch (value.kind) {
        case Value::Kind::text: return cel::Value::string(value.text);
        case Value::Kind::number: return cel::Value::floating(value.number);
        case Value::Kind::boolean: return cel::Value::boolean(value.boolean);
        case Value::Kind::time: return cel::Value::timestamp(value.as_time());
        case Value::Kind::date:
            // As `by:` and `where:` read it: the end of that day.
            return cel::Value::timestamp(
                zone.end_of_day(std::chrono::local_days{value.as_date().time_since_epoch()}));
        case Value::Kind::none: break;
    }
    return {};
}

}  // namespace

cel::Value EntityFacts::variable(cel::VariableNumber variable) const {
    using enum Definitions::Meaning::Kind;
    const Definitions::Meaning& meaning = tenant_.rule_set->definitions->meaning(variable);
    switch (meaning.kind) {
        case now: return cel::Value::timestamp(moment_.now);
        case list: return cel::Value::list(meaning.items);
        case condition: {
            if (!meaning.condition.given()) return {};
            cel::Scratch scratch;
            const cel::Value answer = meaning.condition.program->evaluate(*this, scratch);
            return answer.is(cel::Kind::boolean) ? answer : cel::Value{};
        }
        case facts:
        case tenant:
        case event: break;
    }
    return {};
}

cel::Value EntityFacts::field(cel::VariableNumber variable, cel::FieldNumber field) const {
    using enum Definitions::Meaning::Kind;
    const Definitions::Meaning& meaning = tenant_.rule_set->definitions->meaning(variable);
    if (meaning.kind == tenant) {
        return cel::Value::string(field == 0 ? tenant_.tenant->id : tenant_.tenant->brand);
    }
    if (meaning.kind == event) {
        return field == 0 ? cel::Value::string(event_definition(moment_.started_by).name)
                          : cel::Value::timestamp(moment_.started_at);
    }
    const FactNumber number = meaning.facts[field];
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        const auto type = static_cast<SubjectType>(i);
        if (id_fact_of(type) != number) continue;
        const std::string_view id = entity_.id_of(type, subject_);
        return id.empty() ? cel::Value{} : cel::Value::string(id);
    }
    const Value* value = entity_.fact_at(number, subject_, moment_.facts_as_of);
    return value == nullptr ? cel::Value{} : value_of(*value, *tenant_.zone);
}

const Calendar* EntityFacts::calendar(std::string_view name) const {
    CalendarReference reference;
    reference.name = name;
    return tenant_.rule_set->calendar(*tenant_.tenant, reference, {});
}

bool holds(const Expression& condition, const EntityFacts& facts, bool on_error, int& errors) {
    if (!condition.given()) return true;
    thread_local cel::Scratch scratch;
    const cel::Value answer = condition.program->evaluate(facts, scratch);
    if (answer.is(cel::Kind::boolean)) return answer.as_boolean();
    ++errors;
    return on_error;
}

}  // namespace premura
