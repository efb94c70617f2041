#pragma once

#include <string>

namespace premura {

// What late cases may have in common. Of an incident: what it is about, where empty means any. Of a case: what is known.
struct Cause {
    std::string rule;
    std::string warehouse;
    std::string courier;

    bool operator==(const Cause&) const = default;
    // Is the case one of this incident's?
    bool covers(const Cause& of_case) const {
        return (rule.empty() || rule == of_case.rule) && (warehouse.empty() || warehouse == of_case.warehouse) &&
               (courier.empty() || courier == of_case.courier);
    }
};

}  // namespace premura
