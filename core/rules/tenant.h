#pragma once

#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/calendar.h"
#include "core/events/vocabulary.h"
#include "core/rules/call_rules.h"
#include "core/rules/contact_limit.h"
#include "core/rules/dialer_map.h"
#include "core/rules/restraint.h"
#include "core/rules/rule.h"

namespace premura {

// A team that can be told something: an address per channel. That of `webhook` is a webhook's name in the settings.
struct Team {
    std::string name;
    std::map<std::string, std::string> addresses;  // email, sms, phone, webhook
};

// How what a brand writes goes out: over which channels, by which gateway of the settings, under which name.
struct Channels {
    static constexpr std::string_view names[] = {"email", "sms", "chat"};

    struct Route {
        std::string gateway;   // of the settings; empty: smtp for e-mail, else the channel's own name
        std::string from;      // whom the customer sees; of e-mail `ACME <care@acme.example>`
        std::string reply_to;  // of e-mail only
    };
    std::vector<std::string> preferred{std::begin(names), std::end(names)};  // which comes first
    std::map<std::string, Route> routes;                                     // by channel
};

// How a warehouse, a courier or another system hears that it is pressed. Both empty: on the topic alone.
struct SystemRoute {
    std::string gateway;  // a webhook of the settings
    std::string email;
};

// One brand of the contact centre. Immutable once loaded.
struct Tenant {
    std::string id;  // "acme-it"
    std::string brand;
    std::string timezone;                       // IANA
    std::vector<std::string> languages;         // the first is used when the customer's is not known
    std::vector<std::string> topics;            // source topics whose events are this tenant's
    std::vector<std::string> event_type_prefixes;  // taken off ce_type: "com.acme." (and a suffix ".v1")
    std::map<std::string, std::string> calendars;   // alias -> calendar
    std::map<std::string, std::string> warehouses;  // value of order.warehouse -> calendar
    // Subjects whose own id reaches the order, though an event names no order: a tracking number, say.
    std::vector<SubjectType> links;
    CalendarSpec call_hours;     // shipped defaults when the file gives none (contact.md)
    CalendarSpec message_hours;
    // The same in the tenant's own zone, for customers whose zone nobody told. Compiled once for all stages.
    std::shared_ptr<const Calendar> call_calendar;
    std::shared_ptr<const Calendar> message_calendar;
    std::vector<ContactLimit> limits = shipped_limits();
    // How long a customer who has just contacted us is left alone.
    Milliseconds wait_after_inbound = std::chrono::hours{2};
    CallRules calls;
    Discretion discretion;
    std::map<std::string, Team> teams;
    std::string phone;     // what customers may call: brand_phone in messages
    Channels channels;
    std::map<std::string, SystemRoute> systems;  // by the target of `expedite:`
    DialerRoute dialer;                          // where its call tasks are pushed
    std::map<std::string, std::vector<Exception>> exceptions;  // by rule: what this brand leaves out
    // Nobody told where a customer is: held until somebody does, instead of the tenant's own zone.
    bool hold_unknown_zone = false;
    Holdout holdout;
    std::vector<Surge> surges = shipped_surges();
    // How fast the cases of one rule may be acted upon that opened because the rule was edited.
    ContactRate catch_up;
    std::string file;
    int line = 0;
};

}  // namespace premura
