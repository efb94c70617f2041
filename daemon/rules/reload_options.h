#pragma once

#include <chrono>
#include <cstddef>

#include "core/base/time.h"

namespace premura {

struct ReloadOptions {
    // With more cases than these that would be late at once, a reload wants to be asked for with `yes`.
    std::size_t new_late_max = 50;
    bool watch_folders = true;
    // How long the folders must have been quiet before they are read.
    Milliseconds quiet = std::chrono::seconds{2};
};

}  // namespace premura
