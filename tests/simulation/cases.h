#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/checks.h"

namespace premura {

constexpr Milliseconds settle = std::chrono::minutes{2};
// Why a case closes whose clock there is no more, when facts that came late say it should not have started.
constexpr std::string_view lost_ground = "no_longer_applies";

// All findings of one case, in the order of their commits.
struct Case {
    std::string id;
    const Knowledge::Story* story = nullptr;
    std::optional<ClockKey> key;
    std::vector<const Committed<Finding>*> findings;

    // Null when there is none.
    const Committed<Finding>* find(Finding::Kind kind, bool warning_step = false, int step = 0) const;
    const Committed<Finding>* late() const { return find(Finding::Kind::late); }
    const Committed<Finding>* closed() const { return find(Finding::Kind::closed); }
};

std::vector<Case> cases_of(const Evidence& evidence);

}  // namespace premura
