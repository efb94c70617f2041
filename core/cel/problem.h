#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace premura::cel {

// A place in the text of an expression, for people and for carets.
struct Place {
    std::size_t offset = 0;  // in bytes, from 0
    std::size_t length = 0;  // in bytes
    int line = 1;            // from 1
    int column = 1;          // from 1, in characters (code points)
};

Place place_of(std::string_view source, std::size_t begin, std::size_t end);

// What is wrong with an expression somebody wrote, found before it is ever evaluated.
struct Problem {
    Place place;
    std::string message;  // "there is no 'order.totl'"
    std::string hint;     // "did you mean 'order.total'?"; may be empty
};

}  // namespace premura::cel
