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

// A case has the same id before and after the order of its parcel became known, but not the same home.
struct CaseName {
    std::string id;
    bool standing_in = false;  // kept under the parcel's own number
    auto operator<=>(const CaseName&) const = default;
};
// Of a finding.
CaseName name_of_case(const Finding& finding);

// All findings of one case in one home, in the order of their commits.
struct Case {
    CaseName name;
    const Knowledge::Story* story = nullptr;
    std::optional<ClockKey> key;
    std::vector<const Committed<Finding>*> findings;

    // Does a clock of the model run in this home?
    bool is_home_of(const ModelClock& clock) const { return clock.order.empty() == name.standing_in; }
    // Null when there is none.
    const Committed<Finding>* find(Finding::Kind kind, bool warning_step = false, int step = 0) const;
    const Committed<Finding>* late() const { return find(Finding::Kind::late); }
    const Committed<Finding>* closed() const { return find(Finding::Kind::closed); }
};

std::vector<Case> cases_of(const Evidence& evidence);

}  // namespace premura
