#include "core/cel/evaluator.h"

namespace premura::cel {
namespace {

std::size_t count_of(const Value& range) {
    return range.is(Kind::list) ? range.as_list().size() : range.as_map().size();
}

Value item_of(const Value& range, std::size_t index) {
    return range.is(Kind::list) ? range.as_list()[index] : range.as_map()[index].key;
}

}  // namespace

Value Evaluator::macro(NodeNumber number, const Node& node) {
    const Value range = part(node, 0);
    if (range.is_error()) return range;
    if (!range.is(Kind::list) && !range.is(Kind::map)) {
        return fail(number, ErrorCode::no_such_overload);
    }
    if (count_of(range) > context_.limits().list_size_max) {
        return fail(number, ErrorCode::list_too_long);
    }
    switch (node.operation) {
        case Operation::all:
            return quantify(number, node, range, false);
        case Operation::exists:
            return quantify(number, node, range, true);
        case Operation::exists_one:
            return exactly_one(number, node, range);
        default:
            return collect(number, node, range);
    }
}

Value Evaluator::predicate(NodeNumber number, const Node& node) {
    const Value value = part(node, 1);
    if (value.is(Kind::boolean) || value.is_error()) return value;
    return fail(number, ErrorCode::no_such_overload);
}

// As `&&` and `||` over the items: a decisive one wins over errors before and after it.
Value Evaluator::quantify(NodeNumber number, const Node& node, const Value& range, bool decisive) {
    Value problem;
    for (std::size_t i = 0; i < count_of(range); ++i) {
        locals_[node.slot] = item_of(range, i);
        const Value value = predicate(number, node);
        if (value.is_error()) {
            if (ends_evaluation(value.code())) return value;
            if (problem.is_absent()) problem = value;
        } else if (value.as_boolean() == decisive) {
            return value;
        }
    }
    return problem.is_absent() ? Value::boolean(!decisive) : problem;
}

Value Evaluator::exactly_one(NodeNumber number, const Node& node, const Value& range) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < count_of(range); ++i) {
        locals_[node.slot] = item_of(range, i);
        const Value value = predicate(number, node);
        if (value.is_error()) return value;
        if (value.as_boolean()) ++found;
    }
    return Value::boolean(found == 1);
}

Value Evaluator::collect(NodeNumber number, const Node& node, const Value& range) {
    const std::size_t count = count_of(range);
    Value* const items = context_.arena().allocate_values(count);
    if (items == nullptr) return fail(number, ErrorCode::too_much_memory);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Value item = item_of(range, i);
        locals_[node.slot] = item;
        if (node.operation != Operation::transform) {
            const Value value = predicate(number, node);
            if (value.is_error()) return value;
            if (!value.as_boolean()) continue;
        }
        items[kept] = item;
        if (node.operation != Operation::filter) {
            items[kept] = part(node, node.operation == Operation::transform ? 1 : 2);
            if (items[kept].is_error()) return items[kept];
        }
        ++kept;
    }
    return Value::list({items, kept});
}

}  // namespace premura::cel
