#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/contacts/callable_hours.h"
#include "core/dialers/dialer_row.h"
#include "core/rules/rule_set.h"

namespace premura {

// What a dialer is told of one version of a call task, ready but for the word whether it is new to it.
struct TaskNews {
    int version = 0;
    std::string state;   // open, claimed, waiting, withdrawn; see dialer_state
    bool ended = false;  // nothing more will be told of it
    std::string digest;  // of all that matters to a dialer: equal, and it need not be told
    std::string post;    // the JSON that is posted, without `id`, `kind` and `event`

    bool withdrawn() const { return state == "withdrawn"; }
};

// Of a record of `call-tasks`. Nothing when its tenant has no dialer. `hours` say when the customer may be called as of `now`.
// Of what is withdrawn, columns that are not known any more are left out, so that nothing is overwritten with nothing.
std::optional<TaskNews> task_news(const boost::json::object& record, const RuleSet& rules, CallableHours& hours,
                                  ZonesByName& zones, Instant now);

// As an entry of the outbox keeps it; and back. Nothing when it is of another form.
std::string encode(const TaskNews& news);
std::optional<TaskNews> task_news_of(std::string_view text);

}  // namespace premura
