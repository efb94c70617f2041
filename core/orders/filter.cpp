#include <algorithm>

#include "core/orders/clock.h"

namespace premura {
namespace {

// A bare date compares as the end of that day in the tenant's zone, as `by:` reads it.
Instant time_of(const Value& value, const TenantRules& tenant) {
    if (value.kind == Value::Kind::time) return value.as_time();
    return tenant.zone->end_of_day(std::chrono::local_days{value.as_date().time_since_epoch()});
}

bool equal(const Value& value, const OwnedValue& operand, const TenantRules& tenant) {
    if (const auto* text = std::get_if<std::string>(&operand)) {
        return value.kind == Value::Kind::text && value.text == *text;
    }
    if (const auto* number = std::get_if<double>(&operand)) {
        return value.kind == Value::Kind::number && value.number == *number;
    }
    if (const auto* boolean = std::get_if<bool>(&operand)) {
        return value.kind == Value::Kind::boolean && value.boolean == *boolean;
    }
    return (value.kind == Value::Kind::time || value.kind == Value::Kind::date) &&
           time_of(value, tenant) == std::get<Instant>(operand);
}

// -1, 0, 1; nothing when the two cannot be ordered.
std::optional<int> compare(const Value& value, const OwnedValue& operand,
                           const TenantRules& tenant) {
    const auto order = [](auto one, auto other) { return one < other ? -1 : (other < one ? 1 : 0); };
    if (const auto* number = std::get_if<double>(&operand)) {
        if (value.kind != Value::Kind::number) return std::nullopt;
        return order(value.number, *number);
    }
    if (const auto* time = std::get_if<Instant>(&operand)) {
        if (value.kind != Value::Kind::time && value.kind != Value::Kind::date) return std::nullopt;
        return order(time_of(value, tenant), *time);
    }
    return std::nullopt;
}

bool holds(const Condition& condition, const Value* value, const TenantRules& tenant) {
    using enum Condition::Operator;
    const auto is_any = [&condition, value, &tenant] {
        return std::any_of(
            condition.operands.begin(), condition.operands.end(),
            [value, &tenant](const OwnedValue& operand) { return equal(*value, operand, tenant); });
    };
    if (condition.comparison == present) {
        return (value != nullptr) == std::get<bool>(condition.operands.front());
    }
    if (value == nullptr) return condition.comparison == none_of;
    if (condition.comparison == any_of) return is_any();
    if (condition.comparison == none_of) return !is_any();
    if (condition.comparison == starts_with) {
        return value->kind == Value::Kind::text &&
               value->text.starts_with(std::get<std::string>(condition.operands.front()));
    }
    const auto order = compare(*value, condition.operands.front(), tenant);
    if (!order) return false;
    switch (condition.comparison) {
        case at_least: return *order >= 0;
        case at_most: return *order <= 0;
        case more_than: return *order > 0;
        case less_than: return *order < 0;
        default: return false;
    }
}

}  // namespace

bool matches(const Filter& filter, const Entity& entity, std::uint8_t subject, Instant time,
             const TenantRules& tenant) {
    return std::all_of(filter.begin(), filter.end(), [&](const Condition& condition) {
        return holds(condition, entity.fact_at(condition.fact, subject, time), tenant);
    });
}

}  // namespace premura
