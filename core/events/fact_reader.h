#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/events/event_builder.h"
#include "core/events/fact_names.h"
#include "core/events/json_text.h"

namespace premura {

// What was wrong with the data of an event.
struct DataError {
    bool not_json = false;
    FactError fact_error = FactError::none;
    bool not_an_object = false;  // the group, or the whole data
    FactNumber fact = 0;
    std::string_view group{};  // a word of the vocabulary, when there is no fact
    bool flat = false;         // the fact was written as one name with a dot

    bool any() const { return not_json || not_an_object || fact_error != FactError::none; }
};

// Reads `{"order": {"id": "A1", "total": 12}, "customer.id": "C1"}` into an event, or null, which
// says nothing. `unknown` counts the entries that the vocabulary does not know. After an error the
// cursor stands anywhere.
DataError read_facts(JsonCursor& cursor, EventBuilder& builder, std::uint32_t& unknown);

// The sentence and the JSON Pointer, below `data`, of an error.
std::string describe(const DataError& error);
std::string place_of(const DataError& error);

}  // namespace premura
