#include "core/events/fact_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "core/events/limits.h"

namespace premura {
namespace {

// The length of the digits at the start of the text.
std::size_t digits_of(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    return count;
}

// Is it a number as JSON writes them? from_chars takes a few forms more.
bool is_json_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t whole = digits_of(text);
    if (whole == 0 || (whole > 1 && text.front() == '0')) return false;
    text.remove_prefix(whole);
    if (text.starts_with('.')) {
        const std::size_t fraction = digits_of(text.substr(1));
        if (fraction == 0) return false;
        text.remove_prefix(1 + fraction);
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        const std::size_t exponent = digits_of(text);
        if (exponent == 0) return false;
        text.remove_prefix(exponent);
    }
    return text.empty();
}

// Of a number as JSON writes them.
bool is_integer(std::string_view number) {
    return number.find_first_of(".eE") == std::string_view::npos;
}

// The vocabulary's word for a group, which unlike the payload's text may be shown.
std::string_view group_name(std::uint8_t group) {
    for (const FactDefinition& definition : all_facts()) {
        const std::string_view name = definition.name.substr(0, definition.name.find('.'));
        if (FactNames::get().group(name) == group) return name;
    }
    return {};
}

// Walks one data object. Each function says false when something is wrong, and `error` says what;
// when that says nothing, the JSON is malformed.
class FactReader {
 public:
    FactReader(JsonCursor& cursor, EventBuilder& builder, std::uint32_t& unknown, DataError& error)
        : cursor_{cursor}, builder_{builder}, unknown_{unknown}, error_{error} {}

    bool read_data() {
        return cursor_.read_object([this](std::string_view key) {
            if (const std::uint8_t group = names_.group_padded(key)) return read_group(group);
            const FactNumber number = names_.whole(key);
            if (number == 0) {
                ++unknown_;
                return true;
            }
            error_.flat = true;
            const bool fine = read_fact(number);
            if (fine) error_.flat = false;
            return fine;
        });
    }

 private:
    bool read_group(std::uint8_t group) {
        if (cursor_.is_null()) return true;
        if (!cursor_.is_object()) {
            error_.not_an_object = true;
            error_.group = group_name(group);
            return false;
        }
        return cursor_.read_object([this, group](std::string_view key) {
            if (const FactNumber number = names_.fact_padded(group, key)) return read_fact(number);
            ++unknown_;
            return true;
        });
    }

    bool read_fact(FactNumber number) {
        if (cursor_.is_string()) {
            std::string_view text;
            return cursor_.read_string(text) && accept(builder_.add_text(number, text), number);
        }
        if (cursor_.is_object() || cursor_.is_array()) return accept(FactError::wrong_kind, number);
        const std::string_view word = cursor_.word();
        cursor_.step();
        if (word == "null") return true;
        if (word == "true" || word == "false") {
            return accept(builder_.add_boolean(number, word == "true"), number);
        }
        return read_number(word, number);
    }

    // An integer passes for a text, because many systems number their orders and customers.
    bool read_number(std::string_view word, FactNumber number) {
        if (!is_json_number(word)) return false;
        if (fact(number).kind == FactKind::text && is_integer(word)) {
            return accept(builder_.add_text(number, word), number);
        }
        double parsed = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), parsed);
        if (error != std::errc{}) return accept(FactError::wrong_kind, number);
        return accept(builder_.add_number(number, parsed), number);
    }

    bool accept(FactError error, FactNumber number) {
        if (error == FactError::none) return true;
        error_.fact_error = error;
        error_.fact = number;
        return false;
    }

    const FactNames& names_ = FactNames::get();
    JsonCursor& cursor_;
    EventBuilder& builder_;
    std::uint32_t& unknown_;
    DataError& error_;
};

}  // namespace

DataError read_facts(JsonCursor& cursor, EventBuilder& builder, std::uint32_t& unknown) {
    DataError error;
    if (cursor.is_null()) {
        cursor.step();
    } else if (!cursor.is_object()) {
        error.not_an_object = true;
    } else if (!FactReader{cursor, builder, unknown, error}.read_data() && !error.any()) {
        error.not_json = true;
    }
    return error;
}

std::string describe(const DataError& error) {
    if (error.not_json) return "the data is not JSON";
    if (error.not_an_object && error.group.empty()) return "the data must be an object of facts";
    if (error.not_an_object) return fmt::format("{} must be an object of facts", error.group);
    const FactDefinition& definition = fact(error.fact);
    switch (error.fact_error) {
        case FactError::none:
            break;
        case FactError::wrong_kind:
            return fmt::format("{} must be a {}", definition.name, name_of(definition.kind));
        case FactError::bad_time:
            return fmt::format("{} must be a time such as 2026-06-01T11:00:00+02:00, or a date",
                               definition.name);
        case FactError::too_long:
            return fmt::format("{} is longer than {} bytes", definition.name, text_bytes_max);
    }
    return {};
}

std::string place_of(const DataError& error) {
    if (!error.group.empty()) return fmt::format("/{}", error.group);
    if (error.fact == 0) return {};
    const std::string_view name = fact(error.fact).name;
    if (error.flat) return fmt::format("/{}", name);
    const std::size_t dot = name.find('.');
    return fmt::format("/{}/{}", name.substr(0, dot), name.substr(dot + 1));
}

}  // namespace premura
