#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/url.h"
#include "core/base/time.h"
#include "core/explain/words.h"

namespace premura {

struct ExplainOptions {
    std::string order;  // an id, a number, a tracking number
    std::string tenant;
    Language language = Language::english;
    bool as_json = false;
    // A daemon is asked, unless there are recorded events.
    Url daemon;
    std::string token;
    std::vector<std::string> events;
    std::string topic;         // which topic the records of files stand for
    std::string at;            // the moment to look at, as it was written; empty: when the recording ends
    // Of recorded events, and of sentences of rules.
    std::vector<std::string> rules;
    std::vector<std::string> config;
    // Instead of an order: what these rules say, in a sentence each.
    std::vector<std::string> rule_ids;
    bool all_rules = false;
};

// Explains, to `out`. Returns 0, 1 when the order is not known or something failed, 2 for wrong use, 130 when interrupted.
int run_explain(const ExplainOptions& options, std::ostream& out, std::ostream& messages);

}  // namespace premura
