#include "core/desk/incident_book.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/contacts/call_json.h"
#include "core/desk/known_json.h"

namespace premura {
namespace {

namespace json = boost::json;
using namespace known;

constexpr std::array<std::string_view, 7> kinds{"mass_delay",    "surge",          "rate_limit",        "feed_silent",
                                                "input_stalled", "reader_lagging", "system_unreachable"};

// What the outbox calls a gateway that lets nothing through is a system that is not reached.
std::string_view kind_of(std::string_view kind) {
    return std::ranges::find(kinds, kind) != kinds.end() ? kind : std::string_view{"system_unreachable"};
}

std::int64_t count_in(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    boost::system::error_code error;
    const std::int64_t count = value == nullptr ? 0 : value->to_number<std::int64_t>(error);
    return error ? 0 : std::max<std::int64_t>(count, 0);
}

bool is_seen(const std::string& tenant, const std::vector<std::string>& tenants) {
    return tenant.empty() || std::ranges::find(tenants, tenant) != tenants.end();
}

}  // namespace

std::optional<IncidentBook::Incident> IncidentBook::read(std::string_view text, std::string& error) {
    boost::system::error_code fault;
    const json::value parsed = json::parse({text.data(), text.size()}, fault);
    if (fault || !parsed.is_object()) {
        error = "it is no JSON object";
        return std::nullopt;
    }
    const json::object& body = parsed.get_object();
    JsonMembers members{body, error};
    Incident incident;
    const std::string id = members.text("incident");
    const std::string kind = members.text("kind");
    const std::string about = members.text("about");
    const std::string state = members.word("state", {"open", "closed"});
    incident.tenant = members.text_or_empty("tenant");
    incident.since = members.time("since");
    if (state == "closed") {
        incident.closed_at = members.has("closed_at") ? members.time("closed_at") : members.time("decided_at");
    }
    if (!error.empty()) return std::nullopt;
    const bool open = state == "open";
    json::value tenant = nullptr;
    if (!incident.tenant.empty()) tenant = json::string{incident.tenant};
    json::value message = nullptr;
    if (const json::object& told = object_in(body, "message"); told.contains("message")) message = told;
    incident.shown = {{"incident", id},
                      {"tenant", std::move(tenant)},
                      {"kind", kind_of(kind)},
                      {"about", about},
                      {"state", state},
                      {"since", format_utc(incident.since)},
                      {"closed_at", time_or_null(incident.closed_at)},
                      {"customers", count_in(body, "customers")},
                      {"calls_held", count_in(body, "calls_held")},
                      {"briefing", array_in(body, "briefing")},
                      {"message", std::move(message)},
                      {"actions", open ? array_in(body, "actions") : json::array{}}};
    return incident;
}

std::string IncidentBook::apply(const Record& record, Instant now, std::vector<DeskChange>& changes) {
    if (record.tombstone) {
        incidents_.erase(record.key);
        return {};
    }
    std::string error;
    std::optional<Incident> incident = read(record.value, error);
    if (!incident) return error;
    std::string id{text_in(incident->shown, "incident")};
    const auto known = incidents_.find(id);
    const bool was_open = known != incidents_.end() && !known->second.closed_at;
    const bool is_open = !incident->closed_at;
    const std::string_view event = is_open ? was_open ? "incident.changed" : "incident.opened" : "incident.closed";
    if (is_open || was_open) {
        // What may be done about it is told to those who may.
        const bool anything = !incident->shown.at("actions").as_array().empty();
        changes.push_back({event, incident->tenant, json::serialize(incident->shown),
                           anything ? DeskAudience::ops : DeskAudience::everybody});
        if (anything) {
            changes.push_back({event, incident->tenant, json::serialize(as_seen(*incident, false)),
                               DeskAudience::all_but_ops});
        }
    }
    incidents_.insert_or_assign(std::move(id), std::move(*incident));
    forget(now);
    return {};
}

void IncidentBook::forget(Instant now) {
    std::vector<std::pair<Instant, std::string>> closed;
    for (const auto& [id, incident] : incidents_) {
        if (incident.closed_at) closed.emplace_back(*incident.closed_at, id);
    }
    std::ranges::sort(closed);
    std::size_t left = closed.size();
    for (const auto& [at, id] : closed) {
        if (at + closed_listed >= now && left <= closed_max) break;
        incidents_.erase(id);
        --left;
    }
}

json::object IncidentBook::as_seen(const Incident& incident, bool may_act) {
    json::object shown = incident.shown;
    if (!may_act) shown["actions"] = json::array{};
    return shown;
}

json::object IncidentBook::list(const std::vector<std::string>& tenants, bool may_act, Instant now) const {
    std::vector<const Incident*> seen;
    for (const auto& [id, incident] : incidents_) {
        if (!is_seen(incident.tenant, tenants)) continue;
        if (!incident.closed_at || *incident.closed_at + closed_listed >= now) seen.push_back(&incident);
    }
    std::ranges::stable_sort(seen, [](const Incident* left, const Incident* right) {
        return std::make_tuple(left->closed_at.has_value(), -milliseconds_of(left->since)) <
               std::make_tuple(right->closed_at.has_value(), -milliseconds_of(right->since));
    });
    json::array list;
    for (const Incident* incident : seen) list.push_back(as_seen(*incident, may_act));
    return {{"incidents", std::move(list)}};
}

std::optional<IncidentBook::Found> IncidentBook::find(std::string_view id, const std::vector<std::string>& tenants,
                                                      bool may_act) const {
    const auto found = incidents_.find(id);
    if (found == incidents_.end() || !is_seen(found->second.tenant, tenants)) return std::nullopt;
    return Found{found->second.tenant, !found->second.closed_at, as_seen(found->second, may_act)};
}

std::optional<json::object> IncidentBook::shown(std::string_view text) {
    std::string error;
    std::optional<Incident> incident = read(text, error);
    if (!incident) return std::nullopt;
    return std::move(incident->shown);
}

std::map<std::string, std::size_t, std::less<>> IncidentBook::open_by_kind() const {
    std::map<std::string, std::size_t, std::less<>> counts;
    for (const auto& [id, incident] : incidents_) {
        if (!incident.closed_at) ++counts[std::string{text_in(incident.shown, "kind")}];
    }
    return counts;
}

}  // namespace premura
