#include "core/outbox/task_news.h"

#include "core/base/hash.h"
#include "core/outbox/letters.h"

namespace premura {
namespace {

namespace json = boost::json;

CallWindow window_of(const json::object& record, const Tenant& tenant, CallableHours& hours, Instant now) {
    std::vector<std::string> zones;
    if (const json::value* told = record.if_contains("zones"); told != nullptr && told->is_array()) {
        for (const json::value& zone : told->get_array()) {
            if (zone.is_string()) zones.emplace_back(zone.get_string());
        }
    }
    if (zones.empty()) zones.push_back(tenant.timezone);
    CallableHours::Answer answer = hours.at(tenant.id, zones, now);
    CallWindow window;
    if (!answer.open && answer.until == instant_max) return window;
    window.not_before = answer.open ? now : answer.until;
    if (!answer.open) answer = hours.at(tenant.id, zones, *window.not_before);
    if (answer.until != instant_max) window.not_after = answer.until;
    return window;
}

int version_of(const json::object& record) {
    const json::value* version = record.if_contains("version");
    return version != nullptr && version->is_int64() ? static_cast<int>(version->get_int64()) : 0;
}

// Versions and hours alone are no news: an agent who renews a claim raises the version, and hours change by themselves.
std::string digest_of(const DialerMap& map, json::object record, const Tenant& tenant, const std::string& state,
                      ZonesByName& zones) {
    record["version"] = 0;
    std::string digest = derived_id({map.id, state, text_in(record, "reason")});
    for (const std::string& cell : dialer_row(map, {record, &tenant, {}}, zones)) digest = derived_id({digest, cell});
    return digest;
}

}  // namespace

std::optional<TaskNews> task_news(const json::object& record, const RuleSet& rules, CallableHours& hours,
                                  ZonesByName& zones, Instant now) {
    const Tenant* tenant = rules.tenant(text_in(record, "tenant"));
    const DialerMap* map = tenant == nullptr ? nullptr : rules.dialer_map(tenant->dialer.map);
    if (map == nullptr) return std::nullopt;
    TaskNews news;
    news.version = version_of(record);
    news.state = dialer_state(record);
    const std::string_view state = text_in(record, "state");
    news.ended = state != "open" && state != "waiting";
    news.digest = digest_of(*map, record, *tenant, news.state, zones);
    const std::vector<std::string> names = dialer_header(*map);
    const std::vector<std::string> cells =
        dialer_row(*map, {record, tenant, window_of(record, *tenant, hours, now)}, zones);
    json::object columns;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!cells[i].empty() || !news.withdrawn()) columns[names[i]] = cells[i];
    }
    std::string reason{news.withdrawn() ? text_in(record, "reason") : std::string_view{}};
    if (news.withdrawn() && reason.empty()) reason = news.ended ? std::string{state} : "no_number";
    news.post = json::serialize(json::object{
        {"tenant", tenant->id},
        {"brand", tenant->brand},
        {"task", text_in(record, "task")},
        {"version", news.version},
        {"state", news.state},
        {"reason", reason},
        {"at", text_in(record, "decided_at")},
        {"map", map->id},
        {"columns", std::move(columns)},
    });
    return news;
}

std::string encode(const TaskNews& news) {
    return json::serialize(json::object{{"version", news.version},
                                        {"state", news.state},
                                        {"ended", news.ended},
                                        {"digest", news.digest},
                                        {"post", news.post}});
}

std::optional<TaskNews> task_news_of(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const json::value* ended = object.if_contains("ended");
    if (ended == nullptr || !ended->is_bool()) return std::nullopt;
    TaskNews news;
    news.version = version_of(object);
    news.state = text_in(object, "state");
    news.ended = ended->get_bool();
    news.digest = text_in(object, "digest");
    news.post = text_in(object, "post");
    return news;
}

}  // namespace premura
