#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/sorted_keys.h"

namespace premura {

// An IANA time zone, copied into a small table (a kilobyte or two) when it is looked up, so that
// afterwards conversions read neither file nor global. Immutable, safe to read from any thread.
// Before and after the covered years (covered_time.h) the first and the last offset go on.
class TimeZone {
 public:
    // Nothing when this machine knows no zone of that name. Reads the system's zone data, which
    // core takes for a constant table: it is the one file that core reads, and only here.
    static std::optional<TimeZone> find(std::string_view name);

    const std::string& name() const { return name_; }

    // Local time minus UTC.
    std::chrono::seconds offset_at(Instant instant) const;

    // The date on the wall clock at that instant.
    std::chrono::local_days local_day(Instant instant) const;

    // The instant at which a clock on the wall shows that time: the first one when it is shown
    // twice (autumn); when it is skipped (spring gap), the time moved forward by the length of the
    // gap.
    Instant first_instant(std::chrono::local_seconds wall) const;
    // The same, but the second one when the time is shown twice.
    Instant last_instant(std::chrono::local_seconds wall) const;
    // A wall-clock time as somebody wrote it; the first instant of it.
    Instant instant_of_local(const LocalTime& time) const;

    // When the wall clock reaches that date for the first time.
    Instant start_of_day(std::chrono::local_days day) const;
    // When it leaves that date for the last time: 24:00. That is the start of the next day, but for
    // clocks set back from after midnight to before it (Newfoundland until 2011): there a piece of
    // the day comes twice and its second end counts. A date that a zone skipped (Samoa, 30 December
    // 2011) ends where it starts.
    Instant end_of_day(std::chrono::local_days day) const;

    std::size_t memory_bytes() const;

 private:
    struct WallTime;

    TimeZone() = default;
    WallTime wall_time(std::int64_t wall_seconds) const;
    std::int64_t offset_of(std::size_t segment) const { return offsets_[segment]; }

    std::string name_;
    // Segment i has one offset, in seconds, and lasts from begins_[i] (seconds since
    // covered_origin) to the begin of the next. The first begins at 0, the last never ends.
    SortedKeys begins_;
    std::vector<std::int32_t> offsets_;
};

}  // namespace premura
