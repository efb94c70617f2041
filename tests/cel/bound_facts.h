#pragma once

#include <vector>

#include "core/cel/facts.h"

namespace premura::cel {

// Variables by their numbers, without fields.
class BoundFacts final : public Facts {
 public:
    void add(const Value& value) { values_.push_back(value); }
    Value variable(VariableNumber number) const override { return values_[number]; }
    Value field(VariableNumber, FieldNumber) const override { return {}; }

 private:
    std::vector<Value> values_;
};

}  // namespace premura::cel
