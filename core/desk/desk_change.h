#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace premura {

// Who of a tenant hears something.
enum class DeskAudience : std::uint8_t {
    everybody,
    staff,         // leads and ops
    ops,           // who may act on incidents
    all_but_ops,
};

// What desks are told: an event of the desk stream (docs/openapi.yaml) with its data, which names nobody.
struct DeskChange {
    std::string_view event;  // "call.opened", ...; "missed": so much has changed that the list is read again
    std::string tenant;      // who hears it: all desks of the tenant; empty: all
    std::string data;        // JSON
    DeskAudience audience = DeskAudience::everybody;
};

}  // namespace premura
