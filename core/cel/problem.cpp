#include "core/cel/problem.h"

#include <algorithm>

namespace premura::cel {

Place place_of(std::string_view source, std::size_t begin, std::size_t end) {
    Place place;
    place.offset = std::min(begin, source.size());
    place.length = std::min(std::max(end, begin), source.size()) - place.offset;
    for (const char letter : source.substr(0, place.offset)) {
        if (letter == '\n') {
            ++place.line;
            place.column = 1;
        } else if ((static_cast<unsigned char>(letter) & 0xC0U) != 0x80U) {
            ++place.column;
        }
    }
    return place;
}

}  // namespace premura::cel
