#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contacts/agent_action.h"
#include "core/incidents/house_messages.h"
#include "daemon/http/http_message.h"

namespace premura {

// The bodies of requests as docs/openapi.yaml has them, read into an action. Nothing: it is well formed. Else 400
// `invalid_request` with the member; what it holds is never repeated.
std::optional<HttpResponse> read_outcome(std::string_view body, AgentAction& action);
std::optional<HttpResponse> read_promise(std::string_view body, AgentAction& action);
std::optional<HttpResponse> read_gesture(std::string_view body, AgentAction& action);
std::optional<HttpResponse> read_do_not_contact(std::string_view body, AgentAction& action);

// The same for what ops want of an incident. `release` and `close` may come without a body.
std::optional<HttpResponse> read_incident_act(std::string_view body, IncidentAction& action);

struct NextWish {
    std::string tenant;                  // empty: any of the session
    std::vector<std::string> languages;  // empty: any
};
std::optional<HttpResponse> read_next(std::string_view body, NextWish& wish);

}  // namespace premura
