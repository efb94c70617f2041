#include "core/calendar/open_timeline.h"

#include <algorithm>

#include "core/calendar/covered_time.h"

namespace premura {
namespace {

std::int64_t milliseconds(std::uint32_t seconds) {
    return seconds * milliseconds_per_second;
}

// Inputs have been drawn into the covered range, so that the quotient fits.
std::uint32_t whole_seconds(std::int64_t milliseconds) {
    return static_cast<std::uint32_t>(milliseconds / milliseconds_per_second);
}

}  // namespace

OpenTimeline::OpenTimeline(std::vector<OpenInterval> intervals) {
    std::erase_if(intervals, [](const OpenInterval& one) { return one.from >= one.to; });
    std::sort(intervals.begin(), intervals.end(),
              [](const OpenInterval& a, const OpenInterval& b) { return a.from < b.from; });
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> open_before;
    std::uint32_t open = 0;
    std::uint32_t end = 0;
    for (const OpenInterval& interval : intervals) {
        if (starts.empty() || interval.from > end) {
            starts.push_back(interval.from);
            open_before.push_back(open);
            end = interval.from;
        }
        if (interval.to > end) {
            open += interval.to - end;
            end = interval.to;
        }
    }
    open_before.push_back(open);
    starts_ = SortedKeys{std::move(starts)};
    open_before_ = SortedKeys{std::move(open_before)};
}

Milliseconds OpenTimeline::total() const {
    return Milliseconds{open_before_.empty() ? 0 : milliseconds(open_before_[size()])};
}

Milliseconds OpenTimeline::open_before(Instant instant) const {
    const std::int64_t at = covered_milliseconds(instant);
    const std::size_t started = starts_.count_up_to(whole_seconds(at));
    if (started == 0) return Milliseconds{0};
    const std::int64_t before_it = milliseconds(open_before_[started - 1]);
    const std::int64_t since_start = at - milliseconds(starts_[started - 1]);
    return Milliseconds{std::min(before_it + since_start, milliseconds(open_before_[started]))};
}

Instant OpenTimeline::earliest_with(Milliseconds open) const {
    // The last interval with strictly less than `open` before it.
    const std::size_t i = open_before_.count_up_to(whole_seconds(open.count() - 1)) - 1;
    return start(i) + (open - Milliseconds{milliseconds(open_before_[i])});
}

Instant OpenTimeline::latest_with(Milliseconds open) const {
    const std::size_t i = open_before_.count_up_to(whole_seconds(open.count())) - 1;
    return start(i) + (open - Milliseconds{milliseconds(open_before_[i])});
}

std::size_t OpenTimeline::started_by(Instant instant) const {
    return starts_.count_up_to(whole_seconds(covered_milliseconds(instant)));
}

Instant OpenTimeline::start(std::size_t interval) const {
    return covered_instant(starts_[interval]);
}

Instant OpenTimeline::end(std::size_t interval) const {
    return covered_instant(starts_[interval] +
                           (open_before_[interval + 1] - open_before_[interval]));
}

std::size_t OpenTimeline::memory_bytes() const {
    return sizeof(OpenTimeline) + starts_.memory_bytes() + open_before_.memory_bytes();
}

}  // namespace premura
