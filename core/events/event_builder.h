#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/time_zone.h"
#include "core/events/event.h"

namespace premura {

// Keeps texts that stand in no buffer of their own, until the next record. Views stay valid while
// it grows.
class TextArena {
 public:
    std::string_view keep(std::string_view text);
    void clear() {
        if (used_) memory_.release();
        used_ = false;
    }

 private:
    std::array<std::byte, 4096> first_;
    std::pmr::monotonic_buffer_resource memory_{first_.data(), first_.size()};
    bool used_ = false;
};

// Time zones by name, copied from the system's tables at the first use.
class TimeZones {
 public:
    // Null when the machine knows no zone of that name.
    const TimeZone* find(std::string_view name);

 private:
    static constexpr std::size_t zones_max = 1000;  // more names than there are zones

    std::map<std::string, std::optional<TimeZone>, std::less<>> zones_;
};

// The events of one record. Their memory is used again for the next one.
class EventPool {
 public:
    Event& add();
    void drop_last() { --used_; }
    void clear() { used_ = 0; }
    std::size_t size() const { return used_; }
    std::span<const Event> all() const { return {events_.data(), used_}; }

 private:
    std::vector<Event> events_;
    std::size_t used_ = 0;
};

enum class FactError : std::uint8_t { none, wrong_kind, bad_time, too_long };

// Puts facts into an event: ids to their place, each fact once (the last value counts), empty texts
// left out, because they say nothing.
class EventBuilder {
 public:
    // From now on it is this event that is filled.
    void start(Event& event);
    Event& event() { return *event_; }

    // `number` must be in the vocabulary. The text is not copied.
    FactError add_text(FactNumber number, std::string_view text);
    FactError add_number(FactNumber number, double value);
    FactError add_boolean(FactNumber number, bool value);
    // RFC 3339, a bare date, or a local time, which waits for `resolve_local_times`.
    FactError add_time(FactNumber number, std::string_view text);
    FactError add_value(FactNumber number, Value value);

    // Makes instants of the times that were written without a zone.
    void resolve_local_times(const TimeZone& zone);
    bool has_local_times() const { return !local_times_.empty(); }

    // Copies all texts of the event to the arena.
    void keep_texts(TextArena& arena);

 private:
    struct PendingTime {
        FactNumber number;
        LocalTime time;
    };

    void set(FactNumber number, const Value& value);
    Fact* find(FactNumber number);

    Event* event_ = nullptr;
    std::bitset<256> present_;
    std::vector<PendingTime> local_times_;
};

}  // namespace premura
