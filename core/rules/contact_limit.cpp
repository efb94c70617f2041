#include "core/rules/contact_limit.h"

#include <algorithm>

namespace premura {

std::vector<ContactLimit> shipped_limits() {
    using Of = ContactLimit::Of;
    using Per = ContactLimit::Per;
    return {{1, Of::call, Per::day, {}},
            {3, Of::call, Per::one_case, {}},
            {2, Of::any, Per::day, {}},
            {5, Of::any, Per::time, std::chrono::days{7}}};
}

std::vector<ContactLimit> with_shipped_limits(std::vector<ContactLimit> own) {
    std::vector<ContactLimit> all = own;
    for (const ContactLimit& shipped : shipped_limits()) {
        const bool replaced = std::any_of(own.begin(), own.end(), [&shipped](const ContactLimit& limit) {
            return limit.of == shipped.of && limit.per == shipped.per;
        });
        if (!replaced) all.push_back(shipped);
    }
    return all;
}

}  // namespace premura
