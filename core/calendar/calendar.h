#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/calendar_spec.h"
#include "core/calendar/covered_time.h"
#include "core/calendar/open_timeline.h"
#include "core/calendar/time_zone.h"

namespace premura {

struct CalendarResult;

// Half-open.
struct OpenSpan {
    Instant from;
    Instant to;
};

// Why a date has other hours than its weekday; for `explain`.
struct DayNote {
    enum class Kind : std::uint8_t { closed, special_hours, day_before_holiday };

    std::string date;  // "2026-06-02"
    Kind kind = Kind::closed;
    std::string
        name;  // of the holiday or of the special day, "Festa della Repubblica"; may be empty
};

// Business time of one calendar, worked out once for the years that covered_time.h names.
// Immutable: any number of threads may ask. Every question costs a few table reads, however far the
// answer is away; only the two lists for `explain` grow with their length, and that is bounded.
//
// Hours are half-open times of the local wall clock. An opening or closing that the clock skips in
// spring moves forward by the gap; one that the clock shows twice in autumn opens at the first and
// closes at the second. 24:00 is the end of the local day, and no hours reach outside their own
// day. What is counted is elapsed time, so an hour has 3,600 s in those nights too.
//
// Outside the covered years the calendar is closed: what would have to be counted there comes out
// as far_future or far_past.
class Calendar {
 public:
    // Longest list that open_spans and day_notes give.
    static constexpr std::size_t explained_max = 1000;

    // The calendar, or all that is wrong with the spec (as `validate`, and hours that never open
    // because closures cover them). The only reader of zone data beside `validate` and TimeZone.
    static CalendarResult compile(const CalendarSpec& spec, const HolidaySets& sets);
    // Open day and night, every day. Problems only when the zone is unknown.
    static CalendarResult always_open(std::string_view timezone);

    // The earliest instant at which that much open time has passed since `start`. Counted to the
    // end of the hours it is the closing time, not the next opening. A duration of zero ends at
    // `start` when open, else at the next opening; a negative one counts as zero.
    Instant add_business_time(Instant start, Milliseconds duration) const;

    // Closing time of the n-th open local day after the local day of `start`, which itself does not
    // count, whether open or not. For days < 1 as add_business_time(start, 0).
    Instant add_business_days(Instant start, int days) const;

    // The latest instant from which that much open time is left until `deadline`: inside the hours
    // or at an opening, never at a closing time. It undoes add_business_time: adding to t and
    // taking away the same gives next_open(t). For a duration of zero or less, `deadline` itself.
    Instant subtract_business_time(Instant deadline, Milliseconds duration) const;

    // Closing time of the n-th open local day before the day of `deadline`. A deadline at midnight
    // is the 24:00 of the day that ends there, so that it undoes add_business_days for calendars
    // that close at 24:00, too. For days < 1, `deadline` itself.
    Instant business_days_before(Instant deadline, int days) const;

    // Open time from one instant to the other; negative when `to` is the earlier one.
    Milliseconds business_time_between(Instant from, Instant to) const;

    bool is_open(Instant instant) const;
    // The instant itself when open, else the next opening.
    Instant next_open(Instant instant) const;
    // The first closing after the instant: of the hours it lies in, else of the next ones. Hours
    // that touch (until 24:00 and from 00:00) do not close in between.
    Instant next_close(Instant instant) const;

    // The date of the wall clock, "2026-06-04", and the 24:00 of that date.
    std::string local_date(Instant instant) const;
    Instant end_of_local_day(Instant instant) const;

    // Hours between the two instants, cut off at both, the first `limit` of them.
    std::vector<OpenSpan> open_spans(Instant from, Instant to,
                                     std::size_t limit = explained_max) const;
    // Dates from the local day of `from` to that of `to`, both included, that are not as their
    // weekday says, the first `limit` of them. A closure on a weekday without hours skips nothing
    // and is left out.
    std::vector<DayNote> day_notes(Instant from, Instant to,
                                   std::size_t limit = explained_max) const;

    const std::string& name() const { return name_; }
    const std::string& title() const { return title_; }
    const std::string& timezone() const { return zone_.name(); }
    const TimeZone& zone() const { return zone_; }

    // A hash of all open hours: two calendars with the same one count alike. Stable, because it is stored.
    std::uint64_t digest() const { return digest_; }

    std::size_t memory_bytes() const;

 private:
    friend class CalendarCompiler;

    struct StoredNote {
        std::chrono::local_days day;
        DayNote::Kind kind;
        std::string name;
    };

    explicit Calendar(TimeZone zone) : zone_(std::move(zone)) {}

    // How many covered days before `day` are open.
    std::int64_t open_days_before(std::chrono::local_days day) const;
    // Closing time of the open day with that position among all of them.
    Instant closing_of(std::int64_t open_day) const;

    std::string name_;
    std::string title_;
    TimeZone zone_;
    OpenTimeline timeline_;
    // One entry a covered day and one more; then the closing times of the open days, in order, in
    // seconds since covered_origin.
    std::vector<std::uint32_t> open_days_before_;
    std::vector<std::uint32_t> closings_;
    std::vector<StoredNote> notes_;  // in order of their days
    std::uint64_t digest_ = 0;
};

// Either a calendar or problems, never both.
struct CalendarResult {
    std::shared_ptr<const Calendar> calendar;
    std::vector<CalendarProblem> problems;
};

}  // namespace premura
