#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace premura {

// How often an event may be sent on through the intake topic before it is where it belongs: to the order that it
// names, to the shipment that learns its order there, back with what waited under the tracking number, and to
// the customer.
constexpr std::size_t hops_max = 4;

// What a producer said of itself: up to when all has been sent on that came from sources, all that was sent on
// once, twice, ... One that does not read what it writes to says the same of all.
using Said = std::array<Instant, hops_max>;

// As it stands in the header `premura-until`: milliseconds since 1970, separated by commas. One number stands
// for all that follow; what cannot be read is instant_min.
Said said_in(std::string_view text);
std::string text_of(const Said& said);

// A whole number and nothing else.
std::optional<std::int64_t> time_number(std::string_view text);

}  // namespace premura
