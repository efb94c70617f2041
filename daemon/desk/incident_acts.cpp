#include <boost/json.hpp>
#include <utility>

#include "core/base/hash.h"
#include "daemon/desk/desk_bodies.h"
#include "daemon/desk/desk_problems.h"
#include "daemon/desk/desk_routes.h"
#include "daemon/http/http_problem.h"

// What ops do about an incident: the stage that owns the house of the tenant decides, as for calls.

namespace premura {
namespace {

using Kind = IncidentAction::Kind;

}  // namespace

void DeskRoutes::release_incident(Write write) {
    const auto incident = incident_of(write);
    if (!incident) return;
    IncidentAction action = action_of(write, Kind::release, *incident);
    if (auto refusal = read_incident_act(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action);
}

void DeskRoutes::close_incident(Write write) {
    const auto incident = incident_of(write);
    if (!incident) return;
    IncidentAction action = action_of(write, Kind::close, *incident);
    if (auto refusal = read_incident_act(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action);
}

void DeskRoutes::message_incident(Write write) {
    const auto incident = incident_of(write);
    if (!incident) return;
    IncidentAction action = action_of(write, Kind::message, *incident);
    if (auto refusal = read_incident_act(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action);
}

// Of the session's tenants; nothing: the refusal has been answered. What is about the house ends by itself, when the feed
// speaks again or the system is reached.
std::optional<IncidentBook::Found> DeskRoutes::incident_of(const Write& write) const {
    auto found = desk_.incidents().find(write.about, write.session->tenants, true);
    if (!found) {
        write.answer(not_found());
        return std::nullopt;
    }
    if (found->tenant.empty()) {
        write.answer(problem(422, "not_offered", "an incident of the house ends by itself, when what it is about works again"));
        return std::nullopt;
    }
    return found;
}

// The id follows from who asks and their key, so that the stage knows a repeat by whichever daemon it comes.
IncidentAction DeskRoutes::action_of(const Write& write, Kind kind, const IncidentBook::Found& incident) const {
    IncidentAction action;
    action.id = derived_id({"desk-incident", write.session->user, std::string{write.request.header("idempotency-key")}, write.about});
    action.kind = kind;
    action.tenant = incident.tenant;
    action.incident = write.about;
    action.user = write.session->user;
    action.name = write.session->name;
    action.at = desk_.now();
    return action;
}

void DeskRoutes::act(Write write, const IncidentAction& action) {
    desk_.act(output_of(action), action.id, [write = std::move(write)](const std::optional<DeskAnswer>& answer) {
        if (!answer) return write.answer(unavailable());
        if (!answer->done()) return write.answer(refusal_of(*answer));
        const auto incident = IncidentBook::shown(answer->incident);
        if (!incident) return write.answer(unavailable());
        write.answer({200, {{"Content-Type", "application/json"}}, boost::json::serialize(*incident)});
    });
}

}  // namespace premura
