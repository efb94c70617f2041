#include "core/cel/evaluator.h"

#include <algorithm>
#include <compare>

#include "core/cel/builtins.h"
#include "core/cel/comparison.h"

namespace premura::cel {
namespace {

constexpr std::size_t arguments_on_stack = 8;

bool holds(Operation operation, std::partial_ordering order) {
    switch (operation) {
        case Operation::less:
            return order < 0;
        case Operation::less_equal:
            return order <= 0;
        case Operation::greater:
            return order > 0;
        default:
            return order >= 0;
    }
}

bool takes(const Function& function, std::span<const Value> arguments) {
    return std::equal(function.parameters.begin(), function.parameters.end(), arguments.begin(),
                      arguments.end(), [](const Type& wanted, const Value& given) {
                          return wanted.is(Kind::dyn) || wanted.kind() == given.kind();
                      });
}

}  // namespace

template <typename Operator>
Value Evaluator::binary(NodeNumber number, const Node& node, Operator operation) {
    const Value left = part(node, 0);
    if (left.is_error()) return left;
    const Value right = part(node, 1);
    if (right.is_error()) return right;
    context_.set_place(number);
    return operation(left, right, context_);
}

Value Evaluator::evaluate(NodeNumber number) {
    if (!context_.spend(1)) return fail(number, ErrorCode::too_many_steps);
    const Node& node = code_.nodes[number];
    switch (node.operation) {
        case Operation::constant:
            return node.constant;
        case Operation::local:
            return locals_[node.slot];
        case Operation::variable: {
            const Value value = facts_.variable(node.slot);
            return value.is_absent() ? fail(number, ErrorCode::missing_value) : value;
        }
        case Operation::field: {
            const Value value = facts_.field(node.slot, node.field);
            return value.is_absent() ? fail(number, ErrorCode::missing_value) : value;
        }
        case Operation::has_variable:
            return Value::boolean(!facts_.variable(node.slot).is_absent());
        case Operation::has_field:
            return Value::boolean(!facts_.field(node.slot, node.field).is_absent());
        case Operation::logical_and:
            return logical(number, node, false);
        case Operation::logical_or:
            return logical(number, node, true);
        case Operation::logical_not: {
            const Value value = part(node, 0);
            if (value.is_error()) return value;
            if (!value.is(Kind::boolean)) return fail(number, ErrorCode::no_such_overload);
            return Value::boolean(!value.as_boolean());
        }
        case Operation::conditional:
            return conditional(number, node);
        case Operation::equal:
        case Operation::not_equal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
            return compare(number, node);
        case Operation::add:
            return binary(number, node, add);
        case Operation::subtract:
            return binary(number, node, subtract);
        case Operation::multiply:
            return binary(number, node, multiply);
        case Operation::divide:
            return binary(number, node, divide);
        case Operation::modulo:
            return binary(number, node, modulo);
        case Operation::in:
            return binary(number, node, is_in);
        case Operation::index:
            return binary(number, node, item_at);
        case Operation::negate: {
            const Value value = part(node, 0);
            if (value.is_error()) return value;
            context_.set_place(number);
            return negate(value, context_);
        }
        case Operation::select:
        case Operation::has:
            return select(number, node);
        case Operation::list:
            return make_list(number, node);
        case Operation::map:
            return make_map(number, node);
        case Operation::builtin:
            return builtin(number, node);
        case Operation::function:
            return function(number, node);
        case Operation::all:
        case Operation::exists:
        case Operation::exists_one:
        case Operation::filter:
        case Operation::transform:
        case Operation::filtered_transform:
            return macro(number, node);
        case Operation::identifier:
        case Operation::call:
        case Operation::same:
        case Operation::unknown:
            break;
    }
    return fail(number, ErrorCode::unknown_name);
}

Value Evaluator::compare(NodeNumber number, const Node& node) {
    const Value left = part(node, 0);
    if (left.is_error()) return left;
    const Value right = part(node, 1);
    if (right.is_error()) return right;
    const bool equality =
        node.operation == Operation::equal || node.operation == Operation::not_equal;
    if (equality) {
        const bool same = equal(left, right, context_);
        if (context_.exhausted()) return fail(number, ErrorCode::too_many_steps);
        return Value::boolean(same == (node.operation == Operation::equal));
    }
    const auto found = order(left, right);
    if (!found) return fail(number, ErrorCode::no_such_overload);
    return Value::boolean(holds(node.operation, *found));
}

// A decisive part wins over an error on either side; that is what makes a missing fact harmless
// where it does not matter.
Value Evaluator::logical(NodeNumber number, const Node& node, bool decisive) {
    Value problem;
    for (std::uint32_t i = 0; i < node.count; ++i) {
        const Value value = part(node, i);
        if (value.is(Kind::boolean)) {
            if (value.as_boolean() == decisive) return value;
            continue;
        }
        if (value.is_error() && ends_evaluation(value.code())) return value;
        if (problem.is_absent()) {
            problem = value.is_error() ? value : fail(number, ErrorCode::no_such_overload);
        }
    }
    return problem.is_absent() ? Value::boolean(!decisive) : problem;
}

Value Evaluator::conditional(NodeNumber number, const Node& node) {
    const Value condition = part(node, 0);
    if (condition.is_error()) return condition;
    if (!condition.is(Kind::boolean)) return fail(number, ErrorCode::no_such_overload);
    return part(node, condition.as_boolean() ? 1 : 2);
}

// Part 0 is what is selected from, part 1 the constant name.
Value Evaluator::select(NodeNumber number, const Node& node) {
    const Value whole = part(node, 0);
    if (whole.is_error()) return whole;
    if (!whole.is(Kind::map)) return fail(number, ErrorCode::no_such_overload);
    const Value& name = code_.nodes[code_.parts[node.first + 1]].constant;
    context_.set_place(number);
    return node.operation == Operation::has ? is_in(name, whole, context_)
                                            : item_at(whole, name, context_);
}

template <typename Use>
Value Evaluator::with_arguments(NodeNumber number, const Node& node, Use use) {
    std::array<Value, arguments_on_stack> few;
    Value* values = few.data();
    if (node.count > few.size()) {
        values = context_.arena().allocate_values(node.count);
        if (values == nullptr) return fail(number, ErrorCode::too_much_memory);
    }
    for (std::uint32_t i = 0; i < node.count; ++i) {
        values[i] = part(node, i);
        if (values[i].is_error()) return values[i];
    }
    context_.set_place(number);
    return use(std::span<const Value>{values, node.count});
}

Value Evaluator::make_list(NodeNumber number, const Node& node) {
    return with_arguments(
        number, node, [this](std::span<const Value> items) { return context_.make_list(items); });
}

Value Evaluator::make_map(NodeNumber number, const Node& node) {
    return with_arguments(number, node, [this](std::span<const Value> items) {
        MapEntry* const entries = context_.arena().allocate_entries(items.size() / 2);
        if (entries == nullptr) return context_.error(ErrorCode::too_much_memory);
        for (std::size_t i = 0; i < items.size() / 2; ++i) {
            entries[i] = {items[2 * i], items[2 * i + 1]};
            if (!can_be_key(entries[i].key)) return context_.error(ErrorCode::unsupported_key);
            const bool known = find({entries, i}, entries[i].key, context_) != nullptr;
            if (context_.exhausted()) return context_.error(ErrorCode::too_many_steps);
            if (known) return context_.error(ErrorCode::duplicate_key);
        }
        return Value::map({entries, items.size() / 2});
    });
}

Value Evaluator::builtin(NodeNumber number, const Node& node) {
    return with_arguments(number, node, [this, &node](std::span<const Value> arguments) {
        const bool found_pattern =
            node.prepared != nullptr && node.builtin->preparation == Builtin::Preparation::pattern;
        if (node.builtin->preparation == Builtin::Preparation::zone) {
            return time_part(arguments, node);
        }
        if (!found_pattern) return node.builtin->call(arguments, context_);
        if (!arguments[0].is(Kind::string)) return context_.error(ErrorCode::no_such_overload);
        return static_cast<const Pattern*>(node.prepared)
            ->find_in(arguments[0].as_text(), context_);
    });
}

Value Evaluator::time_part(std::span<const Value> arguments, const Node& node) {
    const Part wanted = node.builtin->part;
    const bool with_zone = arguments.size() > 1;
    if (arguments[0].is(Kind::duration) && wanted >= Part::hours && !with_zone) {
        return Value::integer(part_of(arguments[0].as_duration(), wanted));
    }
    const bool fits =
        arguments[0].is(Kind::timestamp) && (!with_zone || arguments[1].is(Kind::string));
    if (!fits) return context_.error(ErrorCode::no_such_overload);
    Zone zone;
    if (node.prepared != nullptr) {
        zone = *static_cast<const Zone*>(node.prepared);
    } else if (with_zone) {
        constexpr std::size_t search_steps = 100;
        if (!context_.spend(search_steps)) return context_.error(ErrorCode::too_many_steps);
        const auto found = Zone::find(arguments[1].as_text());
        if (!found) return context_.error(ErrorCode::unknown_zone, arguments[1].as_text());
        zone = *found;
    }
    const auto shown = part_of(arguments[0], wanted, zone);
    return shown ? Value::integer(*shown)
                 : context_.error(ErrorCode::out_of_range, "no clock is known after 2037");
}

Value Evaluator::function(NodeNumber number, const Node& node) {
    return with_arguments(number, node, [this, &node](std::span<const Value> arguments) {
        for (const auto& candidate : code_.functions[node.slot]) {
            if (!takes(*candidate, arguments)) continue;
            const Value value = candidate->implementation(arguments, context_);
            return value.is_absent() ? context_.error(ErrorCode::function_failed) : value;
        }
        return context_.error(ErrorCode::no_such_overload);
    });
}

}  // namespace premura::cel
