#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contacts/customer.h"
#include "core/findings/finding.h"
#include "core/stage.h"
#include "core/story/story.h"

namespace premura {

// What the records of the stages say, as outcomes of a story.

// Nothing for a step: what becomes of it is told by the contacts stage.
std::optional<StoryOutcome> outcome_of(const Finding& finding);

// Nothing for what is no outcome of its own, such as a new version of a call that is open already.
std::optional<StoryOutcome> outcome_of(const Output& output);

// Reads what was suppressed, and why, out of the states of customers.
class StoryDecisions {
 public:
    // Appends what is new in this state of a customer since the last one.
    void read(const std::string& key, std::string_view state, std::vector<StoryOutcome>& news);

 private:
    std::map<std::string, std::vector<Customer::Decision>> known_;  // by state key
    Customer customer_;
};

// The value of a header, empty when it is missing.
std::string_view header_value(const Headers& headers, std::string_view name);

}  // namespace premura
