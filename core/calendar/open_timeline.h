#pragma once

#include <cstdint>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/sorted_keys.h"

namespace premura {

// Half-open, in seconds since covered_origin.
struct OpenInterval {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
};

// All open intervals of the covered years on the line of instants, with the open time that lies
// before each. Going from an instant to its open time and back costs one bucket each, however far
// the two are apart. Immutable.
class OpenTimeline {
 public:
    OpenTimeline() = default;
    // In any order; overlapping and touching intervals become one, empty ones are left out.
    explicit OpenTimeline(std::vector<OpenInterval> intervals);

    bool empty() const { return starts_.empty(); }
    std::size_t size() const { return starts_.size(); }
    Milliseconds total() const;

    // Open time of the covered years that lies before the instant.
    Milliseconds open_before(Instant instant) const;
    // The earliest instant with that much open time before it: inside or at the end of an interval.
    // Requires 0 < open <= total().
    Instant earliest_with(Milliseconds open) const;
    // The latest instant with that much open time before it: inside or at the start of an interval.
    // Requires 0 <= open < total().
    Instant latest_with(Milliseconds open) const;

    // Number of intervals that start at or before the instant.
    std::size_t started_by(Instant instant) const;
    Instant start(std::size_t interval) const;
    Instant end(std::size_t interval) const;

    std::size_t memory_bytes() const;

 private:
    SortedKeys starts_;
    // Open seconds before each interval, and the total at the end.
    SortedKeys open_before_;
};

}  // namespace premura
