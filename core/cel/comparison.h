#pragma once

#include <compare>
#include <optional>
#include <span>

#include "core/cel/context.h"
#include "core/cel/value.h"

namespace premura::cel {

// Equality as the language has it: numbers across their types, lists and maps by what is in them,
// never an error; values of different types are different. Spends steps for lists and maps; without
// any left the answer means nothing and `context.exhausted()`.
bool equal(const Value& left, const Value& right, Context& context);

// The order of two values; nothing when they have none, because of their types. A number that is
// not one (NaN) is unordered. Numbers across their types: an integer is taken as the nearest double
// when it is compared with one. Source: the conformance suite, comparisons.
std::optional<std::partial_ordering> order(const Value& left, const Value& right);

// The value at a key; null when there is none. A double finds an integer of its size.
const Value* find(std::span<const MapEntry> entries, const Value& key, Context& context);

// bool, int, uint or string.
bool can_be_key(const Value& value);

}  // namespace premura::cel
