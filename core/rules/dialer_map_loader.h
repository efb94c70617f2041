#pragma once

#include "core/base/yaml_reader.h"
#include "core/rules/dialer_map.h"

namespace premura {

struct LoadedDialerMap {
    DialerMap map;
    Place place;
};

// Reads one entry of `dialers:`; the key is the map's id. Looks up time zones.
LoadedDialerMap load_dialer_map(const YamlEntry& entry, YamlReader& reader);

// `dialer:` of a tenant. Whether there is such a map is checked when all files are read.
DialerRoute load_dialer_route(const YamlNode& node, YamlReader& reader);

}  // namespace premura
