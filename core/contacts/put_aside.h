#pragma once

#include <string>
#include <string_view>

#include "core/stage.h"

namespace premura {

// A record of the quarantine: one that could not be read, as it came, with the reason in one sentence.
Output put_aside(const Record& record, const std::string& reason, Instant arrival);

}  // namespace premura
