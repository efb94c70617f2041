#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/rules/tenant.h"

namespace premura {

// The parts of a tenant that say where words go: `channels:`, `systems:`, and addresses. Gateways are named here and
// described in the settings, which this does not know: a name that is not there is told when the daemon starts.
Channels load_channels(const YamlNode& node, YamlReader& reader);
std::map<std::string, SystemRoute> load_systems(const YamlNode& node, YamlReader& reader);

// As written; what is wrong is told. `what` names the value in messages.
std::string load_email(const YamlNode& node, std::string_view what, YamlReader& reader);
std::string load_phone(const YamlNode& node, std::string_view what, YamlReader& reader);

// An address such as care@acme.example: one @, something on both sides, nothing that could end a header line.
bool is_email(std::string_view text);
// E.164, with the plus.
bool is_phone(std::string_view text);
// The address in `ACME Casa <care@acme.example>`, or in a bare address; empty when it is neither.
std::string_view address_in(std::string_view mailbox);
// `ACME Casa` of the same, without quotes; empty when there is none.
std::string_view name_in(std::string_view mailbox);

}  // namespace premura
