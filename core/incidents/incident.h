#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/incidents/house_messages.h"
#include "core/rules/tenant.h"

namespace premura {

// Many late cases that are one story, or a rule that wants to call more than it may: held together, told once. As
// docs/openapi.yaml shows it; so are those about the house itself, of which only id, kind, about, state and times are used.
struct Incident {
    static constexpr std::string_view mass_delay = "mass_delay";  // many late with one warehouse or courier
    static constexpr std::string_view surge = "surge";            // a rule, or the tenant, raises far more than usual
    static constexpr std::string_view rate_limit = "rate_limit";  // a rule wants to call more than it may
    static constexpr std::string_view feed_silent = "feed_silent";
    static constexpr std::string_view input_stalled = "input_stalled";
    static constexpr std::string_view reader_lagging = "reader_lagging";
    static constexpr std::string_view system_unreachable = "system_unreachable";

    std::string id;
    std::string tenant;   // empty: about the house
    std::string kind;
    std::string about;    // the warehouse, courier, rule, feed or system
    std::string reason;   // one sentence for people
    Instant since = instant_min;
    std::optional<Instant> closed_at;
    int version = 1;      // of its record, counted from 1
    std::int64_t customers = 0;
    std::int64_t calls_held = 0;
    std::vector<std::pair<std::string, std::string>> briefing;  // language and text
    std::string message;  // the template that may go to all; empty: none
    std::optional<Instant> message_sent_at;
    std::int64_t message_sent_to = 0;
    std::vector<std::string> teams;  // who hears of it beside ops
    // Of mass_delay and surge, and the rule of rate_limit:
    Cause cause;
    std::string counted;   // the name of its SurgeCount
    int more_than = 0;
    Milliseconds in{0};
    bool holds_calls = false;
    bool holds_messages = false;
    Instant opened_at = instant_min;
    std::string rate;      // of rate_limit: the id of the rate

    bool is_open() const { return !closed_at; }
    IncidentCover cover() const;

    boost::json::object to_json() const;
    static std::optional<Incident> from_json(const boost::json::object& body);
};

// What docs/openapi.yaml calls an Incident, with what the topic `incidents` adds: reason, decided_at, version, teams.
boost::json::object shown(const Incident& incident, Instant now);

// A record of the topic `incidents`: opened with version 1, changed, or closed. `source`: the stage that tells it.
Output output_of(const Incident& incident, std::string_view source, Instant now);

// What agents should know of a surge, in each language of the tenant: its own words, else the shipped ones in English and
// Italian; in English for any other language.
std::vector<std::pair<std::string, std::string>> briefing_of(const Surge& surge, const std::string& about, const Tenant& tenant);

}  // namespace premura
