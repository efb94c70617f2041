#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/time.h"
#include "core/cel/kind.h"

namespace premura::cel {

struct MapEntry;

// A value of the language, in 16 bytes and without an owner: texts, lists and maps are views. Their
// bytes belong to whoever made them: the facts, the compiled expression or the scratch memory of
// the evaluation. Copied freely; safe to read from any thread as long as the bytes are.
class Value {
 public:
    // Absent.
    constexpr Value() : integer_(0) {}

    static constexpr Value null() { return Value{Kind::null}; }
    static constexpr Value boolean(bool value) { return Value{Kind::boolean, value ? 1 : 0}; }
    static constexpr Value integer(std::int64_t value) { return Value{Kind::integer, value}; }
    static constexpr Value unsigned_integer(std::uint64_t value) {
        return Value{Kind::unsigned_integer, static_cast<std::int64_t>(value)};
    }
    static constexpr Value floating(double value) {
        Value made{Kind::floating};
        made.floating_ = value;
        return made;
    }
    // At most 4 GiB, as everything with a size.
    static constexpr Value string(std::string_view text) { return view(Kind::string, text); }
    static constexpr Value bytes(std::string_view bytes) { return view(Kind::bytes, bytes); }
    // The type of that name.
    static constexpr Value type(std::string_view name) { return view(Kind::type, name); }
    static constexpr Value list(std::span<const Value> items);
    // Keys are bool, int, uint or string, each at most once.
    static constexpr Value map(std::span<const MapEntry> entries);
    // `nanoseconds` from 0 to 999,999,999, counted forward; the caller has seen to the range.
    static constexpr Value timestamp(std::int64_t seconds, std::uint32_t nanoseconds) {
        Value made{Kind::timestamp, seconds};
        made.count_ = nanoseconds;
        return made;
    }
    // Not for instants outside the years 1 to 9999.
    static constexpr Value timestamp(Instant instant) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
        const auto rest = std::chrono::nanoseconds{instant - seconds};
        return timestamp(seconds.time_since_epoch().count(),
                         static_cast<std::uint32_t>(rest.count()));
    }
    static constexpr Value duration(std::chrono::nanoseconds length) {
        return Value{Kind::duration, length.count()};
    }
    // `place` is the number of the node; `note` ends with NUL and may be null.
    static constexpr Value error(ErrorCode code, std::uint32_t place, const char* note = nullptr) {
        Value made{Kind::error};
        made.code_ = code;
        made.count_ = place;
        made.text_ = note;
        return made;
    }

    constexpr Kind kind() const { return kind_; }
    constexpr bool is(Kind kind) const { return kind_ == kind; }
    constexpr bool is_absent() const { return kind_ == Kind::absent; }
    constexpr bool is_error() const { return kind_ == Kind::error; }
    constexpr bool is_number() const { return kind_ >= Kind::integer && kind_ <= Kind::floating; }
    constexpr bool is_true() const { return kind_ == Kind::boolean && integer_ != 0; }

    // The rest answer only for the kind they name.
    constexpr bool as_boolean() const { return integer_ != 0; }
    constexpr std::int64_t as_integer() const { return integer_; }
    constexpr std::uint64_t as_unsigned() const { return static_cast<std::uint64_t>(integer_); }
    constexpr double as_floating() const { return floating_; }
    constexpr std::string_view as_text() const { return {text_, count_}; }  // string, bytes, type
    constexpr std::span<const Value> as_list() const;
    constexpr std::span<const MapEntry> as_map() const;
    constexpr std::int64_t seconds() const { return integer_; }     // of a timestamp
    constexpr std::uint32_t nanoseconds() const { return count_; }  // of a timestamp
    constexpr std::chrono::nanoseconds as_duration() const {
        return std::chrono::nanoseconds{integer_};
    }
    // Cut to whole milliseconds.
    constexpr Instant as_instant() const {
        return instant_of(integer_ * 1000 + count_ / 1'000'000);
    }
    constexpr ErrorCode code() const { return code_; }
    constexpr std::uint32_t place() const { return count_; }
    constexpr const char* note() const { return text_; }

 private:
    constexpr explicit Value(Kind kind) : kind_(kind), integer_(0) {}
    constexpr Value(Kind kind, std::int64_t value) : kind_(kind), integer_(value) {}

    static constexpr Value view(Kind kind, std::string_view text) {
        Value made{kind};
        made.count_ = static_cast<std::uint32_t>(text.size());
        made.text_ = text.data();
        return made;
    }

    Kind kind_ = Kind::absent;
    ErrorCode code_ = ErrorCode::missing_value;
    std::uint32_t count_ = 0;  // of bytes, items or entries; nanoseconds; the place of an error
    union {
        std::int64_t integer_;
        double floating_;
        const char* text_;
        const Value* items_;
        const MapEntry* entries_;
    };
};

struct MapEntry {
    Value key;
    Value value;
};

static_assert(sizeof(Value) == 16);

constexpr Value Value::list(std::span<const Value> items) {
    Value made{Kind::list};
    made.count_ = static_cast<std::uint32_t>(items.size());
    made.items_ = items.data();
    return made;
}

constexpr Value Value::map(std::span<const MapEntry> entries) {
    Value made{Kind::map};
    made.count_ = static_cast<std::uint32_t>(entries.size());
    made.entries_ = entries.data();
    return made;
}

constexpr std::span<const Value> Value::as_list() const {
    return {items_, count_};
}

constexpr std::span<const MapEntry> Value::as_map() const {
    return {entries_, count_};
}

}  // namespace premura::cel
