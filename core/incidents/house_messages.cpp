#include "core/incidents/house_messages.h"

#include <array>

#include "core/base/hash.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> report_kinds{"late_case", "held", "ask", "gone", "told"};
constexpr std::array<std::string_view, 4> word_kinds{"opened", "closed", "go", "wait"};
constexpr std::array<std::string_view, 3> action_kinds{"release", "close", "message"};
constexpr std::string_view of_rule = "rule/";
constexpr std::string_view of_edit = "edit/";

template <std::size_t count>
std::optional<std::size_t> position_of(const std::array<std::string_view, count>& names, std::string_view name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (names[i] == name) return i;
    }
    return std::nullopt;
}

bool flag(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

Output record(std::string_view topic, std::string_view type, std::string key, std::string id, std::string partition_key,
              const json::object& body, std::string_view source, Instant now) {
    Output output;
    output.topic = topic;
    output.key = std::move(key);
    output.partition_key = std::move(partition_key);
    output.value = json::serialize(body);
    output.timestamp = now;
    output.headers = {{"ce_specversion", "1.0"},
                      {"ce_type", "premura." + std::string{type} + ".v1"},
                      {"ce_source", "/premura/" + std::string{source}},
                      {"ce_id", std::move(id)},
                      {"ce_time", format_utc(now)},
                      {"content-type", "application/json"}};
    return output;
}

}  // namespace

std::string text_member(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::int64_t number_member(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    if (value == nullptr) return 0;
    if (value->is_int64()) return value->get_int64();
    return value->is_uint64() ? static_cast<std::int64_t>(value->get_uint64()) : 0;
}

json::object json_of(const Cause& cause) {
    return {{"rule", cause.rule}, {"warehouse", cause.warehouse}, {"courier", cause.courier}};
}

Cause cause_in(const json::object& body) {
    return {text_member(body, "rule"), text_member(body, "warehouse"), text_member(body, "courier")};
}

std::string rate_of_rule(std::string_view rule) { return std::string{of_rule} + std::string{rule}; }
std::string rate_of_edit(std::string_view rule) { return std::string{of_edit} + std::string{rule}; }
std::string rule_of_rate(std::string_view rate) { return std::string{rate.substr(rate.find('/') + 1)}; }
bool is_rate_of_edit(std::string_view rate) { return rate.starts_with(of_edit); }

Output output_of(const HouseReport& report, Instant now) {
    const std::string_view kind = report_kinds.at(static_cast<std::size_t>(report.kind));
    json::object body{{"kind", kind}, {"tenant", report.tenant}, {"customer", report.customer}, {"at", milliseconds_of(report.at)}};
    const std::string& about = report.kind == HouseReport::Kind::late_case ? report.case_id : report.contact;
    if (report.kind == HouseReport::Kind::late_case) {
        body["case"] = report.case_id;
        body["cause"] = json_of(report.cause);
    } else if (report.kind != HouseReport::Kind::told) {
        body["contact"] = report.contact;
        body["verb"] = name_of(report.verb);
        body["priority"] = name_of(report.priority);
    }
    if (!report.incident.empty()) body["incident"] = report.incident;
    if (!report.rates.empty()) {
        json::array rates;
        for (const std::string& rate : report.rates) rates.push_back(json::value(rate));
        body["rates"] = std::move(rates);
    }
    const std::string id = derived_id({kind, about, report.customer, report.incident, format_utc(now)});
    return record("house", "house-report", id, id, report.tenant, body, "contacts", now);
}

std::optional<HouseReport> house_report_of(const json::object& body) {
    const auto kind = position_of(report_kinds, text_member(body, "kind"));
    HouseReport report;
    report.tenant = text_member(body, "tenant");
    if (!kind || report.tenant.empty()) return std::nullopt;
    report.kind = static_cast<HouseReport::Kind>(*kind);
    report.customer = text_member(body, "customer");
    report.at = instant_of(number_member(body, "at"));
    report.case_id = text_member(body, "case");
    if (const json::value* cause = body.if_contains("cause"); cause != nullptr && cause->is_object()) {
        report.cause = cause_in(cause->get_object());
    }
    report.contact = text_member(body, "contact");
    report.verb = text_member(body, "verb") == name_of(Step::Verb::notify) ? Step::Verb::notify : Step::Verb::call;
    report.priority = priority_named(text_member(body, "priority")).value_or(Priority::normal);
    report.incident = text_member(body, "incident");
    if (const json::value* rates = body.if_contains("rates"); rates != nullptr && rates->is_array()) {
        for (const json::value& rate : rates->get_array()) {
            if (rate.is_string()) report.rates.emplace_back(rate.get_string());
        }
    }
    return report;
}

json::object json_of(const IncidentCover& cover) {
    return {{"incident", cover.incident},       {"tenant", cover.tenant},
            {"about", json_of(cover.about)},    {"holds_calls", cover.holds_calls},
            {"holds_messages", cover.holds_messages}, {"message", cover.message}};
}

IncidentCover cover_in(const json::object& body) {
    IncidentCover cover;
    cover.incident = text_member(body, "incident");
    cover.tenant = text_member(body, "tenant");
    if (const json::value* about = body.if_contains("about"); about != nullptr && about->is_object()) {
        cover.about = cause_in(about->get_object());
    }
    cover.holds_calls = flag(body, "holds_calls");
    cover.holds_messages = flag(body, "holds_messages");
    cover.message = text_member(body, "message");
    return cover;
}

Output output_of(const HouseWord& word, std::optional<int> partition, Instant now) {
    const std::string_view kind = word_kinds.at(static_cast<std::size_t>(word.kind));
    json::object body = json_of(word.cover);
    body["kind"] = kind;
    if (word.kind == HouseWord::Kind::go || word.kind == HouseWord::Kind::wait) {
        body["customer"] = word.customer;
        body["contact"] = word.contact;
        body["by"] = word.by;
    }
    const std::string id = derived_id({kind, word.cover.incident, word.contact, word.by, format_utc(now)});
    Output output = record("house-words", "house-word", id, id, word.cover.tenant + "/" + word.customer, body, "incidents", now);
    output.partition = partition;
    return output;
}

std::optional<HouseWord> house_word_of(const Record& record) {
    boost::system::error_code error;
    const json::value value = json::parse(record.value, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::object& body = value.get_object();
    const auto kind = position_of(word_kinds, text_member(body, "kind"));
    if (!kind) return std::nullopt;
    HouseWord word;
    word.kind = static_cast<HouseWord::Kind>(*kind);
    word.cover = cover_in(body);
    word.customer = text_member(body, "customer");
    word.contact = text_member(body, "contact");
    word.by = text_member(body, "by");
    return word;
}

std::string_view name_of(IncidentAction::Kind kind) { return action_kinds.at(static_cast<std::size_t>(kind)); }

Output output_of(const IncidentAction& action) {
    json::object body{{"action", action.id},
                      {"kind", name_of(action.kind)},
                      {"tenant", action.tenant},
                      {"incident", action.incident},
                      {"by", json::object{{"user", action.user}, {"name", action.name}}},
                      {"at", format_utc(action.at)}};
    if (action.calls_max > 0) body["calls_max"] = action.calls_max;
    if (!action.message.empty()) body["message"] = action.message;
    if (!action.note.empty()) body["note"] = action.note;
    return record("house", "incident-action", action.id, action.id, action.tenant, body, "desk", action.at);
}

std::optional<IncidentAction> incident_action_of(const json::object& body) {
    const auto kind = position_of(action_kinds, text_member(body, "kind"));
    IncidentAction action;
    action.id = text_member(body, "action");
    action.tenant = text_member(body, "tenant");
    const auto at = parse_rfc3339(text_member(body, "at"));
    if (!kind || !at || action.id.empty() || action.tenant.empty()) return std::nullopt;
    action.kind = static_cast<IncidentAction::Kind>(*kind);
    action.at = *at;
    action.incident = text_member(body, "incident");
    if (const json::value* by = body.if_contains("by"); by != nullptr && by->is_object()) {
        action.user = text_member(by->get_object(), "user");
        action.name = text_member(by->get_object(), "name");
    }
    action.calls_max = static_cast<int>(number_member(body, "calls_max"));
    action.message = text_member(body, "message");
    action.note = text_member(body, "note");
    return action;
}

}  // namespace premura
