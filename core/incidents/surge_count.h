#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <map>

#include "core/base/time.h"
#include "core/rules/restraint.h"

namespace premura {

// How many late cases one cause had lately, and in the days before: is it too many? Times are those at which cases were
// due, so that what is decided does not depend on how far we lag.
class SurgeCount {
 public:
    // More cases of one stretch are not told apart: it is a surge by then.
    static constexpr std::size_t cases_max = 20'000;
    static constexpr int days_kept = 7;

    struct Case {
        Instant at;
        std::uint64_t customer = 0;  // a hash
    };

    // Counts one case; forgets what is older than the stretch before the newest.
    void add(Case late, Milliseconds in);
    // Are those of the stretch that ends with the newest case too many?
    bool is_over(const Surge& surge) const;
    // The busiest stretch of a day counts as usual for the seven days that follow, but not of a day with an incident.
    void remember_busiest();
    void forget_today();

    const std::deque<Case>& cases() const { return cases_; }
    // When no more than half of `more_than` will be left in the stretch that ends then, if nothing is added.
    Instant calm_at(int more_than, Milliseconds in) const;
    // Nothing that it knows matters at that time.
    bool is_idle(Instant now, Milliseconds in) const;

    boost::json::object to_json() const;
    static SurgeCount from_json(const boost::json::object& body);

 private:
    std::deque<Case> cases_;            // by time
    std::map<std::int64_t, int> busiest_;  // by day since 1970, UTC
};

}  // namespace premura
