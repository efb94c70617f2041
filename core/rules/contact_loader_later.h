#pragma once

#include "core/base/yaml_reader.h"

namespace premura {

// Keys of `contact:` whose shape is checked and that this version does not act on:
// one_call_for_all_open_cases.
void check_later_contact_keys(const YamlNode& contact, YamlReader& reader);

}  // namespace premura
