#pragma once

#include <string>
#include <string_view>

#include "core/base/time.h"

namespace premura {

// The value of the header Premura-Signature: `t=<seconds since 1970>,v1=<hex>`, where v1 is HMAC-SHA256 with the webhook's
// secret over the seconds, a dot and the body. The receiver computes it anew, compares in constant time, and
// refuses what is older than a few minutes.
std::string signature_of(std::string_view secret, Instant time, std::string_view body);

}  // namespace premura
