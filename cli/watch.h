#pragma once

#include <iosfwd>
#include <string>

#include "cli/url.h"
#include "cli/watch_line.h"

namespace premura {

struct WatchOptions {
    Url url;
    std::string token;      // sent as `Authorization: Bearer`; empty: none
    bool raw = false;       // the JSON of every event, one a line, findings included
    bool from_start = false;  // with what the daemon still keeps, else from now on
    WatchStyle style;
};

// `premura watch`: prints what the daemon decides, as it decides it, until Ctrl-C. A connection that is lost or not
// there yet is made again and again; nothing is told twice, and what was missed meanwhile is said. Gives the exit
// code: 0 after Ctrl-C, 1 when the daemon refuses.
int run_watch(const WatchOptions& options, std::ostream& out, std::ostream& messages);

}  // namespace premura
