#pragma once

#include <chrono>

#include "core/base/time.h"

namespace premura {

// Recorded time run at another speed: at speed 600 a recorded minute lasts a tenth of a second.
class Pace {
 public:
    using WallClock = std::chrono::steady_clock;

    Pace(double speed, Instant first, WallClock::time_point start)
        : speed_{speed}, first_{first}, start_{start} {}

    // Where recorded time is at that moment on the wall.
    Instant recorded_at(WallClock::time_point now) const {
        const std::chrono::duration<double, std::milli> elapsed = now - start_;
        return first_ + Milliseconds{static_cast<std::int64_t>(elapsed.count() * speed_)};
    }
    // How long it takes from then until that recorded moment; zero when it is past.
    std::chrono::microseconds wait_for(Instant recorded, WallClock::time_point now) const {
        const Milliseconds rest = recorded - recorded_at(now);
        if (rest <= Milliseconds{0}) return std::chrono::microseconds{0};
        return std::chrono::microseconds{
            static_cast<std::int64_t>(static_cast<double>(rest.count()) * 1000.0 / speed_)};
    }

 private:
    double speed_;
    Instant first_;
    WallClock::time_point start_;
};

}  // namespace premura
