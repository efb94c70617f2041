#pragma once

#include <cstdint>

#include "core/cel/value.h"

namespace premura::cel {

using VariableNumber = std::uint32_t;  // in the order of declaration, from 0
using FieldNumber = std::uint32_t;     // in the order of the structure's fields, from 0

// Where an evaluation reads its variables. Written by the embedder over whatever it keeps its facts
// in; asked for one value at a time, by number. What it answers must be of the declared type, or
// absent when it is not known, and must stay in place until the answer of the evaluation is read.
class Facts {
 public:
    virtual ~Facts() = default;

    // A variable that is no structure.
    virtual Value variable(VariableNumber variable) const = 0;
    // A field of a variable that is one: `order.total`.
    virtual Value field(VariableNumber variable, FieldNumber field) const = 0;
};

}  // namespace premura::cel
