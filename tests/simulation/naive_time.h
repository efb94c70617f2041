#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/calendar_spec.h"

namespace premura {

// Half-open: `to` is outside.
struct Pause {
    Instant from;
    Instant to;
};

// Business time as one would count it on fingers: a table says for each minute whether the wall clock shows
// opening hours, and whoever wants to know a deadline walks over the minutes. Knows the zones that the
// simulation uses by their law, and the years in which its worlds lie. Immutable.
class NaiveCalendar {
 public:
    // Years that the tables cover.
    static constexpr int first_year = 2023;
    static constexpr int last_year = 2027;

    // Weekly hours, closed dates and special dates; holiday sets and yearly days are not understood.
    explicit NaiveCalendar(const CalendarSpec& spec);

    bool is_open(Instant instant) const;

    // When so much open time has passed since `start`, pauses left out; instant_max: never.
    Instant add_time(Instant start, Milliseconds time, const std::vector<Pause>& pauses) const;
    // The closing of the n-th day after that of `start` which closes outside all pauses.
    Instant add_days(Instant start, int days, const std::vector<Pause>& pauses) const;
    // The latest moment from which that much open time is left until `deadline`.
    Instant time_before(Instant deadline, Milliseconds time) const;
    // The closing of the n-th open day before that of `deadline`; midnight belongs to the day that ends.
    Instant days_before(Instant deadline, int days) const;

 private:
    std::string zone_;
    std::vector<char> open_;         // by minute since the first covered one
    std::vector<Instant> closings_;  // by local day, from the one before the first covered; instant_min: not open
};

// Elapsed time, pauses left out; instant_max when a pause never ends.
Instant add_elapsed(Instant start, Milliseconds time, const std::vector<Pause>& pauses);

// Local time minus UTC, by the law: the European Union's (also of London), the United States' (New York), and the two
// ends of Russia, which know no summer time.
Milliseconds naive_offset(const std::string& zone, Instant instant);

// Whether those weekly hours, closed dates and special dates are open on the wall clock of that zone.
bool naive_is_open(const CalendarSpec& spec, const std::string& zone, Instant instant);

// The end of that date on the wall clock of the zone.
Instant naive_end_of_date(const std::string& zone, std::chrono::sys_days date);

}  // namespace premura
