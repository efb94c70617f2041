#include <algorithm>
#include <cmath>

#include "core/desk/desk_call.h"

namespace premura {
namespace {

using std::chrono::hours;

constexpr double value_without_weight = 25;
constexpr double value_hours_max = 6;
constexpr int hours_per_sign = 2;
constexpr int sign_hours_max = 6;
constexpr double minutes_to_2100 = 68'374'080;  // 2100-01-01T00:00:00Z since 1970, in minutes

Milliseconds head_start(std::string_view priority) {
    if (priority == "urgent") return hours{24};
    if (priority == "high") return hours{8};
    if (priority == "low") return hours{-24};
    return hours{0};
}

Milliseconds head_start(double value) {
    if (!(value > value_without_weight)) return hours{0};
    const double earned = std::min(std::log2(value / value_without_weight), value_hours_max);
    return Milliseconds{static_cast<std::int64_t>(earned * 3'600'000)};
}

}  // namespace

std::int64_t urgency_of(const Urgency& urgency) {
    const Instant due =
        std::clamp(urgency.due_at, urgency.raised_at - hours{24}, urgency.raised_at + hours{72});
    const Instant halfway = urgency.raised_at + (due - urgency.raised_at) / 2;
    const hours signs{std::clamp(urgency.signs * hours_per_sign, 0, sign_hours_max)};
    return milliseconds_of(halfway - head_start(urgency.priority) - head_start(urgency.value) - signs);
}

double score_of(std::int64_t urgency) {
    const double minutes = minutes_to_2100 - static_cast<double>(urgency) / 60'000;
    return std::round(minutes * 1'000) / 1'000;
}

}  // namespace premura
