#pragma once

#include <vector>

#include "core/base/time.h"

namespace premura {

// How often one customer may be contacted, over all rules: at most so often in a day of the customer, for one case, or in
// any stretch of time. A call that was taken back before anybody made it does not count.
struct ContactLimit {
    enum class Of : std::uint8_t { call, message, any };
    enum class Per : std::uint8_t { day, one_case, time };

    int at_most = 1;  // 0: never
    Of of = Of::any;
    Per per = Per::day;
    Milliseconds time{0};  // for Per::time

    bool operator==(const ContactLimit&) const = default;
};

// What holds where a tenant says nothing: one call a day and three for a case; two contacts a day and five in seven days.
std::vector<ContactLimit> shipped_limits();

// A tenant's own limits, and those of the shipped ones that it does not replace: a missing limit is never none.
std::vector<ContactLimit> with_shipped_limits(std::vector<ContactLimit> own);

}  // namespace premura
