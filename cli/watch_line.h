#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace premura {

struct WatchStyle {
    bool colour = false;
    // IANA name; empty: the brand's own, as the record says it, else UTC.
    std::string zone;
};

// One line for people out of what the daemon tells: a call to make or one that is taken back, a message, a
// request, a word to a team, an incident. `type` is the event's, such as "call-task.open"; `data` its JSON. Nothing
// for what people need not see, such as findings, and for what is no JSON.
std::optional<std::string> watch_line(std::string_view type, std::string_view data,
                                      const WatchStyle& style);

}  // namespace premura
