#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/yaml_reader.h"
#include "core/events/mapping.h"

namespace premura {

struct LoadedMapping {
    // A tenant that the mapping names. Looked up once all files are read.
    struct TenantUse {
        std::string tenant;
        Place place;
    };
    Mapping mapping;
    std::vector<TenantUse> tenants;
    Place place;  // of its name
};

// Reads one item of `mappings:`:
//
//     name: AfterShip tracking update
//     topics: [aftership.trackings]            # default: any
//     match: { body./event: tracking_update }  # value, list, or { present: true }
//     for_each: /msg/checkpoints               # default: the body is one event
//     event: { type: ..., id: ..., time: ..., tenant: ... }
//     facts: { order.id: ..., ... }
//
// A value is a path, or a map with exactly one of `from: path`, `first_of: [paths]` and
// `text: "{path}:{path}"`, and any of `take: digits`, `take: { part: -1, of: "/" }`, `map: {...}`,
// `otherwise: text`, `otherwise: ignore`, `otherwise: { text: "..." }`, `as: <conversion>`,
// `zone: Europe/Rome`. A plain word as `type` or `tenant` that is no path is the value itself.
// Nothing when the item is no map.
std::optional<LoadedMapping> load_mapping(const YamlNode& node, YamlReader& reader);

}  // namespace premura
