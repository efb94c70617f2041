#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/desk/board.h"
#include "core/desk/ops_counts.h"

namespace premura {

// A rule's name as Words of docs/openapi.yaml: `text`, and under `in` what it is called in other languages.
boost::json::object rule_words(const Rule& rule);

// What the ops view shows of clocks, held contacts and feeds, put together of the records of the topic `ops-counts`, which
// all daemons write. Pure; one thread.
class OpsBook {
 public:
    // A feed that was silent for more than half of what it may is told as quiet.
    static constexpr int quiet_share = 2;

    // What has changed, for the events of the desk stream.
    struct Changed {
        bool clocks = false;
        bool held = false;
        bool feeds = false;
    };
    // One record. Nothing, or what is wrong with it.
    std::string apply(const Record& record, Changed& changed);

    // OpsRules, OpsHeld and OpsFeeds of docs/openapi.yaml, of these tenants.
    boost::json::object rules(const std::vector<std::string>& tenants, const RuleSet& rules, const Board& board, Instant now) const;
    boost::json::object held(const std::vector<std::string>& tenants, Instant now) const;
    boost::json::object feeds(const std::vector<std::string>& tenants, const RuleSet& rules, Instant now) const;

 private:
    OpsCounts sum() const;

    std::map<std::string, OpsCounts, std::less<>> parts_;
};

}  // namespace premura
