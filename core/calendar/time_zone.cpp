#include "core/calendar/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>

#include "core/calendar/covered_time.h"

namespace premura {
namespace {

using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::int64_t origin_seconds =
    std::chrono::duration_cast<seconds>(covered_origin.time_since_epoch()).count();

// No zone has ever been further from UTC (Alaska until 1867, by 15 hours); the margin only says how
// many segments are looked at.
constexpr std::int64_t largest_offset_seconds = 26 * 3600;

std::uint32_t to_key(std::int64_t seconds_since_origin) {
    constexpr std::int64_t last = (covered_end - covered_origin) / seconds{1};
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds_since_origin, 0, last));
}

Instant to_instant(std::int64_t seconds_since_origin) {
    return covered_origin + seconds{seconds_since_origin};
}

}  // namespace

// Where a time of the wall clock lies on the line of instants, in seconds since covered_origin.
struct TimeZone::WallTime {
    std::int64_t first = 0;
    std::int64_t last = 0;        // as `first`, unless the time is shown twice
    bool skipped = false;         // the clock never shows it
    std::int64_t change = 0;      // the instant of the change of clocks, when twice or skipped
    std::int64_t wall_after = 0;  // what the wall clock shows at `change`
};

std::optional<TimeZone> TimeZone::find(std::string_view name) {
    try {
        const date::time_zone* source = date::locate_zone(std::string{name});
        TimeZone zone;
        zone.name_ = name;
        std::vector<std::uint32_t> begins;
        auto instant = std::chrono::floor<seconds>(covered_origin);
        while (instant < covered_end) {
            const date::sys_info info = source->get_info(instant);
            const auto offset = static_cast<std::int32_t>(info.offset.count());
            // A change of the abbreviation alone is no change of the clock.
            if (zone.offsets_.empty() || zone.offsets_.back() != offset) {
                begins.push_back(to_key((instant - covered_origin) / seconds{1}));
                zone.offsets_.push_back(offset);
            }
            instant = info.end;
        }
        zone.begins_ = SortedKeys{std::move(begins)};
        return zone;
    } catch (const std::exception&) {
        // The library throws for an unknown name and for zone data that it cannot read.
        return std::nullopt;
    }
}

seconds TimeZone::offset_at(Instant instant) const {
    const auto key =
        static_cast<std::uint32_t>(covered_milliseconds(instant) / milliseconds_per_second);
    return seconds{offset_of(begins_.count_up_to(key) - 1)};
}

local_days TimeZone::local_day(Instant instant) const {
    const Instant within = std::clamp(instant, far_past, far_future);
    const auto wall = within.time_since_epoch() + offset_at(within);
    return local_days{std::chrono::floor<std::chrono::days>(wall)};
}

TimeZone::WallTime TimeZone::wall_time(std::int64_t wall) const {
    WallTime found;
    bool shown = false;
    const std::size_t begin = begins_.count_up_to(to_key(wall - largest_offset_seconds)) - 1;
    const std::uint32_t latest = to_key(wall + largest_offset_seconds);
    if (begin + 1 == begins_.size() || begins_[begin + 1] > latest) {
        found.first = found.last = wall - offset_of(begin);
        return found;
    }
    for (std::size_t i = begin; i < begins_.size() && begins_[i] <= latest; ++i) {
        const std::int64_t instant = wall - offset_of(i);
        const bool after_begin = i == 0 || instant >= begins_[i];
        const bool before_end = i + 1 == offsets_.size() || instant < begins_[i + 1];
        if (after_begin && before_end) {
            if (!shown) found.first = instant;
            if (shown) {
                found.change = begins_[i];
                found.wall_after = begins_[i] + offset_of(i);
            }
            found.last = instant;
            shown = true;
        } else if (!shown && !after_begin && wall >= begins_[i] + offset_of(i - 1)) {
            // Past the end of the segment before, not yet in this one: the gap between the two.
            // Read with the old offset the time comes out moved forward by the gap.
            found = WallTime{wall - offset_of(i - 1), wall - offset_of(i - 1), true, begins_[i],
                             begins_[i] + offset_of(i)};
            return found;
        }
    }
    return found;
}

Instant TimeZone::first_instant(local_seconds wall) const {
    return to_instant(wall_time(wall.time_since_epoch().count() - origin_seconds).first);
}

Instant TimeZone::last_instant(local_seconds wall) const {
    return to_instant(wall_time(wall.time_since_epoch().count() - origin_seconds).last);
}

Instant TimeZone::instant_of_local(const LocalTime& time) const {
    const auto wall = std::chrono::floor<seconds>(local_days{time.date} + time.time_of_day);
    return first_instant(wall) + (local_days{time.date} + time.time_of_day - wall);
}

Instant TimeZone::start_of_day(local_days day) const {
    const std::int64_t midnight = seconds{day.time_since_epoch()}.count() - origin_seconds;
    const WallTime found = wall_time(midnight);
    return to_instant(found.skipped ? found.change : found.first);
}

Instant TimeZone::end_of_day(local_days day) const {
    const std::int64_t midnight =
        seconds{(day + std::chrono::days{1}).time_since_epoch()}.count() - origin_seconds;
    const WallTime found = wall_time(midnight);
    if (found.skipped) return to_instant(found.change);
    // Midnight twice: a piece of the old day comes again only if the clock goes back to before it.
    const bool twice = found.first != found.last;
    return to_instant(twice && found.wall_after < midnight ? found.last : found.first);
}

std::size_t TimeZone::memory_bytes() const {
    return sizeof(TimeZone) + begins_.memory_bytes() + offsets_.capacity() * sizeof(std::int32_t);
}

}  // namespace premura
