#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/events/vocabulary.h"

namespace premura {

// The value of a fact. A view: text points into the buffer it was read from, and lives as long as that.
// A time that was written as a bare date keeps being one, because only a tenant's zone makes it an instant.
struct Value {
    enum class Kind : std::uint8_t { none, text, number, boolean, time, date };

    Kind kind = Kind::none;
    bool boolean = false;
    double number = 0;            // also: the time in milliseconds, the date in days since 1970
    std::string_view text{};

    static Value of(std::string_view text) { return {Kind::text, false, 0, text}; }
    // Without this one a literal would become true.
    static Value of(const char* text) { return of(std::string_view{text}); }
    static Value of(double number) { return {Kind::number, false, number, {}}; }
    static Value of(bool boolean) { return {Kind::boolean, boolean, 0, {}}; }
    static Value of(Instant time) {
        return {Kind::time, false, static_cast<double>(milliseconds_of(time)), {}};
    }
    static Value of_date(std::chrono::sys_days date) {
        return {Kind::date, false, static_cast<double>(date.time_since_epoch().count()), {}};
    }

    // Only for Kind::time. A double holds milliseconds exactly up to the year 287396.
    Instant as_time() const { return instant_of(static_cast<std::int64_t>(number)); }
    // Only for Kind::date.
    std::chrono::sys_days as_date() const {
        return std::chrono::sys_days{std::chrono::days{static_cast<int>(number)}};
    }
    bool operator==(const Value&) const = default;
};

struct Fact {
    FactNumber number = 0;
    Value value;
};

// One decoded event. Views into the record it was decoded from: valid while that record and the decoder are.
struct Event {
    std::string_view tenant;
    EventNumber type = 0;
    // hash64({source, id}): CloudEvents says source and id together name an event, so a repeat has the same.
    std::uint64_t identity = 0;
    Instant time;                   // when it happened, or arrival when it claimed to be in the future
    bool broker_time = false;       // it had no time of its own; the log's time stands in
    // Ids by SubjectType; empty where the event names none.
    std::array<std::string_view, subject_type_count> subject_ids{};
    std::vector<Fact> facts;        // without the ids above

    std::string_view subject_id(SubjectType subject) const {
        return subject_ids[static_cast<std::size_t>(subject)];
    }
};

}  // namespace premura
