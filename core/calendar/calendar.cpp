#include "core/calendar/calendar.h"

#include <algorithm>

namespace premura {

using std::chrono::local_days;

Instant Calendar::add_business_time(Instant start, Milliseconds duration) const {
    if (duration <= Milliseconds{0}) return next_open(start);
    const Milliseconds before = timeline_.open_before(start);
    if (duration > timeline_.total() - before) return far_future;
    return timeline_.earliest_with(before + duration);
}

Instant Calendar::subtract_business_time(Instant deadline, Milliseconds duration) const {
    if (duration <= Milliseconds{0}) return deadline;
    const Milliseconds before = timeline_.open_before(deadline);
    if (duration > before) return far_past;
    return timeline_.latest_with(before - duration);
}

Milliseconds Calendar::business_time_between(Instant from, Instant to) const {
    return timeline_.open_before(to) - timeline_.open_before(from);
}

std::int64_t Calendar::open_days_before(local_days day) const {
    const auto position =
        std::clamp<std::int64_t>((day - first_covered_day).count(), 0, covered_days);
    return open_days_before_[static_cast<std::size_t>(position)];
}

Instant Calendar::closing_of(std::int64_t open_day) const {
    if (open_day < 0) return far_past;
    if (open_day >= static_cast<std::int64_t>(closings_.size())) return far_future;
    return covered_instant(closings_[static_cast<std::size_t>(open_day)]);
}

Instant Calendar::add_business_days(Instant start, int days) const {
    if (days < 1) return next_open(start);
    const local_days following = zone_.local_day(start) + std::chrono::days{1};
    return closing_of(open_days_before(following) + days - 1);
}

Instant Calendar::business_days_before(Instant deadline, int days) const {
    if (days < 1) return deadline;
    // A deadline ends what comes before it, so the day that counts is the one it ends.
    const Instant last_before = std::clamp(deadline, far_past, far_future) - Milliseconds{1};
    return closing_of(open_days_before(zone_.local_day(last_before)) - days);
}

bool Calendar::is_open(Instant instant) const {
    const std::size_t started = timeline_.started_by(instant);
    // Instants before the covered years are drawn to their begin, at which every calendar is
    // closed.
    return started > 0 && instant < timeline_.end(started - 1);
}

Instant Calendar::next_open(Instant instant) const {
    if (is_open(instant)) return instant;
    const std::size_t next = timeline_.started_by(instant);
    return next < timeline_.size() ? timeline_.start(next) : far_future;
}

Instant Calendar::next_close(Instant instant) const {
    const std::size_t started = timeline_.started_by(instant);
    const std::size_t current = is_open(instant) ? started - 1 : started;
    if (current >= timeline_.size()) return far_future;
    const Instant end = timeline_.end(current);
    // Where the covered years end nobody closes; it is only not known what follows.
    return end < zone_.end_of_day(last_covered_day) ? end : far_future;
}

std::string Calendar::local_date(Instant instant) const {
    return format_date(LocalDate{zone_.local_day(instant)});
}

Instant Calendar::end_of_local_day(Instant instant) const {
    return zone_.end_of_day(zone_.local_day(instant));
}

std::vector<OpenSpan> Calendar::open_spans(Instant from, Instant to, std::size_t limit) const {
    std::vector<OpenSpan> spans;
    const std::size_t started = timeline_.started_by(from);
    for (std::size_t i = is_open(from) ? started - 1 : started; i < timeline_.size(); ++i) {
        const Instant start = std::max(timeline_.start(i), from);
        if (start >= to || spans.size() >= limit) break;
        spans.push_back({start, std::min(timeline_.end(i), to)});
    }
    return spans;
}

std::vector<DayNote> Calendar::day_notes(Instant from, Instant to, std::size_t limit) const {
    const local_days last = zone_.local_day(to);
    auto note =
        std::lower_bound(notes_.begin(), notes_.end(), zone_.local_day(from),
                         [](const StoredNote& stored, local_days day) { return stored.day < day; });
    std::vector<DayNote> found;
    for (; note != notes_.end() && note->day <= last && found.size() < limit; ++note) {
        found.push_back({format_date(LocalDate{note->day}), note->kind, note->name});
    }
    return found;
}

std::size_t Calendar::memory_bytes() const {
    std::size_t bytes = sizeof(Calendar) + zone_.memory_bytes() + timeline_.memory_bytes();
    bytes += (open_days_before_.capacity() + closings_.capacity()) * sizeof(std::uint32_t);
    bytes += notes_.capacity() * sizeof(StoredNote);
    for (const StoredNote& note : notes_) bytes += note.name.capacity();
    return bytes;
}

}  // namespace premura
