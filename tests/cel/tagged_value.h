#pragma once

#include <boost/json.hpp>
#include <deque>
#include <string>
#include <vector>

#include "core/cel/type.h"
#include "core/cel/value.h"

namespace premura::cel {

// Values as JSON that keeps their types: {"int": "1"}, {"list": [...]}, {"map": [[key, value],
// ...]}, with integers and doubles as texts, bytes in base 64. Keeps what its values point into.
class TaggedValues {
 public:
    // Throws std::runtime_error for what is no such JSON.
    Value read(const boost::json::value& json);

 private:
    std::string_view keep(std::string text);

    std::deque<std::string> texts_;
    std::deque<std::vector<Value>> lists_;
    std::deque<std::vector<MapEntry>> maps_;
};

// Infinities and not-a-number are {"double": "Infinity"} and so on.
boost::json::value write_tagged(const Value& value);

// The type that a checker would see in the value.
Type type_of(const Value& value);

// Alike to the bit: a double is no integer, 0.0 is not -0.0, not-a-number is itself. Maps have no
// order.
bool is_same(const Value& left, const Value& right);

}  // namespace premura::cel
