#include "core/outbox/entry.h"

#include <array>
#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::int64_t version = 1;
constexpr std::array<std::string_view, 5> kind_names{"message", "escalation", "expedite", "incident", "task"};
constexpr std::array<std::string_view, 7> state_names{"pending",   "asked",   "sent",   "failed",
                                                      "cancelled", "expired", "skipped"};

template <std::size_t count>
std::size_t position_of(const std::array<std::string_view, count>& names, std::string_view name) {
    std::size_t i = 0;
    while (i < count && names[i] != name) ++i;
    return i;
}

json::array list_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

std::vector<std::string> texts_of(const json::value& list) {
    std::vector<std::string> texts;
    for (const json::value& text : list.as_array()) texts.emplace_back(text.as_string());
    return texts;
}

}  // namespace

std::string_view name_of(OutboxEntry::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view name_of(OutboxEntry::State state) { return state_names[static_cast<std::size_t>(state)]; }

std::string OutboxEntry::key(std::string_view over_channel) const {
    std::string key = id;
    if (kind == Kind::task) key += "." + std::to_string(told_version);
    return key.append(".").append(over_channel);
}

std::string encode(const OutboxEntry& entry) {
    json::object object{
        {"version", version},
        {"id", entry.id},
        {"tenant", entry.tenant},
        {"kind", name_of(entry.kind)},
        {"state", name_of(entry.state)},
        {"body", entry.body},
        {"cases", list_of(entry.cases)},
        {"decided_at", milliseconds_of(entry.decided_at)},
        {"expires_at", milliseconds_of(entry.expires_at)},
        {"due", milliseconds_of(entry.due)},
        {"channel", entry.channel},
        {"gateway", entry.gateway},
        {"from", entry.from},
        {"to", entry.to},
        {"content", entry.content},
        {"given_up", list_of(entry.given_up)},
        {"attempts", entry.attempts},
        {"postponed", entry.postponed},
        {"number", entry.number},
        {"solved", entry.solved},
        {"reason", entry.reason},
    };
    if (entry.kind == OutboxEntry::Kind::task) {
        object["task_version"] = entry.version;
        object["told_version"] = entry.told_version;
        object["next"] = entry.next;
        object["told"] = entry.told;
        object["ended"] = entry.ended;
    }
    return json::serialize(object);
}

bool decode(std::string_view text, OutboxEntry& entry) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return false;
    // A record of ours has all its fields; one that has not is of another version.
    try {
        const json::object& object = value.get_object();
        const auto string = [&object](std::string_view name) { return std::string{object.at(name).as_string()}; };
        const auto number = [&object](std::string_view name) { return object.at(name).as_int64(); };
        if (number("version") != version) return false;
        const std::size_t kind = position_of(kind_names, string("kind"));
        const std::size_t state = position_of(state_names, string("state"));
        if (kind == kind_names.size() || state == state_names.size()) return false;
        entry.id = string("id");
        entry.tenant = string("tenant");
        entry.kind = static_cast<OutboxEntry::Kind>(kind);
        entry.state = static_cast<OutboxEntry::State>(state);
        entry.body = string("body");
        entry.cases = texts_of(object.at("cases"));
        entry.decided_at = instant_of(number("decided_at"));
        entry.expires_at = instant_of(number("expires_at"));
        entry.due = instant_of(number("due"));
        entry.channel = string("channel");
        entry.gateway = string("gateway");
        entry.from = string("from");
        entry.to = string("to");
        entry.content = string("content");
        entry.given_up = texts_of(object.at("given_up"));
        entry.attempts = static_cast<int>(number("attempts"));
        entry.postponed = static_cast<int>(number("postponed"));
        entry.number = static_cast<int>(number("number"));
        entry.solved = object.at("solved").as_bool();
        entry.reason = string("reason");
        if (entry.kind == OutboxEntry::Kind::task) {
            entry.version = static_cast<int>(number("task_version"));
            entry.told_version = static_cast<int>(number("told_version"));
            entry.next = string("next");
            entry.told = string("told");
            entry.ended = object.at("ended").as_bool();
        }
    } catch (const std::exception&) {
        return false;
    }
    return true;
}

}  // namespace premura
