#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/incidents/cause.h"
#include "core/rules/rule.h"
#include "core/stage.h"

namespace premura {

// What the contacts stage and the incidents stage tell each other, and what ops tell the latter. Topic `house`, keyed by
// tenant, goes in; topic `house-words` comes out, to every partition of the contacts stage or to that of one customer.
// Both topics are Premura's own.

// From a partition of the contacts stage.
struct HouseReport {
    enum class Kind : std::uint8_t {
        late_case,  // a case of a live rule opened late
        held,       // a contact waits because `incident` covers it
        ask,        // a contact waits until each of `rates` lets it go
        gone,       // what was held or asked for is not wanted any more
        told,       // the customer was sent the message of `incident`
    };
    Kind kind = Kind::late_case;
    std::string tenant;
    std::string customer;  // as Finding::customer
    Instant at;            // when it was due; orders those that wait
    // Of late_case:
    std::string case_id;
    Cause cause;
    // Of held, ask and gone:
    std::string contact;
    Step::Verb verb = Step::Verb::call;
    Priority priority = Priority::normal;
    std::string incident;            // of held and told
    std::vector<std::string> rates;  // of ask: ids as rate_of_rule() and rate_of_edit() give them

    bool operator==(const HouseReport&) const = default;
};

Output output_of(const HouseReport& report, Instant now);
std::optional<HouseReport> house_report_of(const boost::json::object& body);

// A governed rule, and a rule whose edit opened cases.
std::string rate_of_rule(std::string_view rule);
std::string rate_of_edit(std::string_view rule);
// The rule that such an id is about.
std::string rule_of_rate(std::string_view rate);
bool is_rate_of_edit(std::string_view rate);

// What the contacts stage knows of an open incident.
struct IncidentCover {
    std::string incident;
    std::string tenant;
    Cause about;
    bool holds_calls = false;
    bool holds_messages = false;
    std::string message;  // goes to all customers in it; empty: not, or not yet

    bool operator==(const IncidentCover&) const = default;
};
boost::json::object json_of(const IncidentCover& cover);
IncidentCover cover_in(const boost::json::object& body);

// To partitions of the contacts stage.
struct HouseWord {
    enum class Kind : std::uint8_t { opened, closed, go, wait };
    Kind kind = Kind::opened;
    IncidentCover cover;   // of opened, which also tells of changes; of closed its id and tenant
    // Of go: this contact needs to wait no longer. Of wait: it has to wait for its rates.
    std::string customer;
    std::string contact;
    std::string by;        // of go: the incident that releases it; empty: it has its permit

    bool operator==(const HouseWord&) const = default;
};
// `partition`: which one to tell; nothing: that of the customer.
Output output_of(const HouseWord& word, std::optional<int> partition, Instant now);
std::optional<HouseWord> house_word_of(const Record& record);

// What ops want of an incident.
struct IncidentAction {
    enum class Kind : std::uint8_t { release, close, message };
    std::string id;
    Kind kind = Kind::release;
    std::string tenant;
    std::string incident;
    std::string user;
    std::string name;
    int calls_max = 0;    // of release; 0: all
    std::string message;  // of message: the template that the incident names
    std::string note;
    Instant at;

    bool operator==(const IncidentAction&) const = default;
};
std::string_view name_of(IncidentAction::Kind kind);
Output output_of(const IncidentAction& action);
std::optional<IncidentAction> incident_action_of(const boost::json::object& body);

// Members of an object; empty or 0 when they are not there or of another kind.
std::string text_member(const boost::json::object& body, std::string_view name);
std::int64_t number_member(const boost::json::object& body, std::string_view name);
boost::json::object json_of(const Cause& cause);
Cause cause_in(const boost::json::object& body);

}  // namespace premura
