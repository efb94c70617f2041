#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/yaml_reader.h"
#include "core/conditions/definitions.h"
#include "core/rules/contact_loader.h"
#include "core/rules/step_loader.h"
#include "core/rules/tenant.h"

namespace premura {

// A tenant as far as its own text tells. `contact` becomes tenant.call_hours and message_hours once
// the holiday sets of all files are known.
struct LoadedTenant {
    // A name under `calendars:` or `warehouses:` that must be a calendar.
    struct CalendarUse {
        std::string calendar;
        Place place;
    };
    Tenant tenant;
    LoadedContact contact;
    bool zone_known = false;  // else contact hours make no sense, and that has been told
    std::vector<CalendarUse> calendars;
    std::vector<NameUse> rules;  // under `exceptions:` and `holdout:`
    std::vector<NameUse> uses;   // teams and messages under `surge:`
    Place dialer_place;
    Place place;
};

// Reads one entry of `tenants:`; the key is its id.
LoadedTenant load_tenant(const YamlEntry& entry, const Definitions& definitions, YamlReader& reader);

}  // namespace premura
