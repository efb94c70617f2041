#pragma once

#include "core/base/yaml_reader.h"
#include "core/rules/contact_limit.h"

namespace premura {

// Reads `limits:` and `after_customer_contacts_us:` of a tenant's `contact:`, which may be null.
std::vector<ContactLimit> load_limits(const YamlNode* contact, YamlReader& reader);
Milliseconds load_wait_after_inbound(const YamlNode* contact, Milliseconds shipped, YamlReader& reader);

}  // namespace premura
