#pragma once

#include <optional>
#include <string_view>

#include "core/cel/ast.h"
#include "core/cel/type.h"

namespace premura::cel {

// The type of `left operation right`, for operators with two sides; nothing when they do not go
// together. Beyond the standard, `==` and `in` go across the types of numbers, as `<` does.
std::optional<Type> result_type(Operation operation, const Type& left, const Type& right);

// May values of these types be equal?
bool is_comparable(const Type& left, const Type& right);

// As it is written: "+"; empty for what is no operator.
std::string_view sign_of(Operation operation);

}  // namespace premura::cel
