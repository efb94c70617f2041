#include "core/incidents/incident.h"

#include <fmt/format.h>

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::string_view english =
    "More orders than usual are late: {}. Calls about them wait until this is solved or the ops team lets them go. If one of "
    "these customers contacts us, say that we know of it and are on it, and do not promise a day that nobody has confirmed.";
constexpr std::string_view italian =
    "Più ordini del solito sono in ritardo: {}. Le chiamate che li riguardano aspettano finché la cosa è risolta o le operazioni "
    "le sbloccano. Se uno di questi clienti ci contatta, di' che lo sappiamo e che ce ne stiamo occupando, e non promettere un "
    "giorno che nessuno ha confermato.";

json::value time_or_null(const std::optional<Instant>& time) {
    if (!time) return nullptr;
    return json::value(format_utc(*time));
}

std::optional<Instant> time_member(const json::object& body, std::string_view name) {
    const std::string text = text_member(body, name);
    return text.empty() ? std::nullopt : parse_rfc3339(text);
}

bool flag(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

json::array briefing_json(const Incident& incident) {
    json::array briefing;
    for (const auto& [language, text] : incident.briefing) {
        briefing.push_back(json::object{{"text", text}, {"language", language}});
    }
    return briefing;
}

json::array texts_json(const std::vector<std::string>& texts) {
    json::array list;
    for (const std::string& text : texts) list.push_back(json::value(text));
    return list;
}

// What may be done about it at all; who may do it is another question.
json::array actions_of(const Incident& incident) {
    json::array actions;
    if (!incident.is_open() || incident.tenant.empty()) return actions;
    if (incident.calls_held > 0) actions.push_back("release");
    if (incident.kind == Incident::rate_limit) return actions;
    actions.push_back("close");
    if (!incident.message.empty() && !incident.message_sent_at) actions.push_back("message");
    return actions;
}

}  // namespace

IncidentCover Incident::cover() const {
    return {id, tenant, cause, holds_calls, holds_messages, message_sent_at ? message : std::string{}};
}

json::object shown(const Incident& incident, Instant now) {
    json::object body{
        {"incident", incident.id},
        {"kind", incident.kind},
        {"about", incident.about},
        {"state", incident.is_open() ? "open" : "closed"},
        {"since", format_utc(incident.since)},
        {"decided_at", format_utc(now)},
        {"reason", incident.reason},
        {"tenant", nullptr},
        {"closed_at", time_or_null(incident.closed_at)},
        {"customers", incident.customers},
        {"calls_held", incident.calls_held},
        {"briefing", briefing_json(incident)},
        {"message", nullptr},
        {"actions", actions_of(incident)},
        {"teams", texts_json(incident.teams)},
        {"version", incident.version},
    };
    if (!incident.tenant.empty()) body["tenant"] = incident.tenant;
    if (!incident.message.empty()) {
        body["message"] = json::object{{"message", incident.message},
                                       {"sent_at", time_or_null(incident.message_sent_at)},
                                       {"sent_to", incident.message_sent_to}};
    }
    return body;
}

Output output_of(const Incident& incident, std::string_view source, Instant now) {
    const std::string state = !incident.is_open() ? "closed" : incident.version == 1 ? "open" : "changed";
    Output output;
    output.topic = "incidents";
    output.key = incident.id;
    output.partition_key = incident.tenant.empty() ? incident.about : incident.tenant;
    output.value = json::serialize(shown(incident, now));
    output.timestamp = now;
    // Opened and closed once each; what changes in between has a number of its own.
    const std::string id = incident.id + "." + state + (state == "changed" ? "." + std::to_string(incident.version) : "");
    output.headers = {{"ce_specversion", "1.0"},
                      {"ce_type", "premura.incident." + state + ".v1"},
                      {"ce_source", "/premura/" + std::string{source}},
                      {"ce_id", id},
                      {"ce_time", format_utc(now)},
                      {"content-type", "application/json"}};
    return output;
}

std::vector<std::pair<std::string, std::string>> briefing_of(const Surge& surge, const std::string& about, const Tenant& tenant) {
    std::vector<std::pair<std::string, std::string>> briefing;
    if (!surge.briefing.empty()) {
        briefing.assign(surge.briefing.begin(), surge.briefing.end());
        return briefing;
    }
    bool in_english = false;
    for (const std::string& language : tenant.languages) {
        if (language == "it") {
            briefing.emplace_back(language, fmt::format(fmt::runtime(italian), about));
        } else if (!in_english) {
            briefing.emplace_back("en", fmt::format(fmt::runtime(english), about));
            in_english = true;
        }
    }
    return briefing;
}

json::object Incident::to_json() const {
    return {
        {"id", id},
        {"tenant", tenant},
        {"kind", kind},
        {"about", about},
        {"reason", reason},
        {"since", format_utc(since)},
        {"closed_at", time_or_null(closed_at)},
        {"version", version},
        {"briefing", briefing_json(*this)},
        {"message", message},
        {"message_sent_at", time_or_null(message_sent_at)},
        {"message_sent_to", message_sent_to},
        {"teams", texts_json(teams)},
        {"cause", json_of(cause)},
        {"counted", counted},
        {"more_than", more_than},
        {"in", in.count()},
        {"holds_calls", holds_calls},
        {"holds_messages", holds_messages},
        {"opened_at", format_utc(opened_at)},
        {"rate", rate},
        {"customers", customers},
    };
}

std::optional<Incident> Incident::from_json(const json::object& body) {
    Incident incident;
    incident.id = text_member(body, "id");
    const auto since = time_member(body, "since");
    const auto opened_at = time_member(body, "opened_at");
    if (incident.id.empty() || !since || !opened_at) return std::nullopt;
    incident.tenant = text_member(body, "tenant");
    incident.kind = text_member(body, "kind");
    incident.about = text_member(body, "about");
    incident.reason = text_member(body, "reason");
    incident.since = *since;
    incident.opened_at = *opened_at;
    incident.closed_at = time_member(body, "closed_at");
    incident.version = static_cast<int>(number_member(body, "version"));
    if (const json::value* list = body.if_contains("briefing"); list != nullptr && list->is_array()) {
        for (const json::value& each : list->get_array()) {
            if (!each.is_object()) continue;
            incident.briefing.emplace_back(text_member(each.get_object(), "language"), text_member(each.get_object(), "text"));
        }
    }
    incident.message = text_member(body, "message");
    incident.message_sent_at = time_member(body, "message_sent_at");
    incident.message_sent_to = number_member(body, "message_sent_to");
    if (const json::value* list = body.if_contains("teams"); list != nullptr && list->is_array()) {
        for (const json::value& each : list->get_array()) {
            if (each.is_string()) incident.teams.emplace_back(each.get_string());
        }
    }
    if (const json::value* cause = body.if_contains("cause"); cause != nullptr && cause->is_object()) {
        incident.cause = cause_in(cause->get_object());
    }
    incident.counted = text_member(body, "counted");
    incident.more_than = static_cast<int>(number_member(body, "more_than"));
    incident.in = Milliseconds{number_member(body, "in")};
    incident.holds_calls = flag(body, "holds_calls");
    incident.holds_messages = flag(body, "holds_messages");
    incident.rate = text_member(body, "rate");
    incident.customers = number_member(body, "customers");
    return incident;
}

}  // namespace premura
