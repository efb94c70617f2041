#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "core/desk/board.h"
#include "tests/core/stage_story.h"

// Call tasks as the contacts stage writes them, and a board that reads them.
namespace premura::desk_story {

using namespace stage_story;
namespace json = boost::json;

// On a Tuesday at ten customers in Italy may be called, at one they are at lunch.
inline const Instant tuesday_ten = at("2026-06-09T10:00:00+02:00");
inline const Instant tuesday_noon = at("2026-06-09T12:30:00+02:00");
inline const Instant tuesday_half_past_two = at("2026-06-09T14:30:00+02:00");

inline const Person anna{"anna", "Anna Ferri"};
inline const Person marco{"marco", "Marco Bassi"};

struct TaskStory {
    std::string task = "T-1";
    int version = 1;
    std::string state = "open";
    std::string tenant = "acme-it";
    std::string priority = "normal";
    Instant raised_at = tuesday_ten - std::chrono::hours{2};
    Instant due_at = tuesday_ten - std::chrono::hours{4};
    double total = 20;
    std::string name = "Giulia Conti";
    std::string language = "it";
    std::vector<std::string> zones = {"Europe/Rome"};
    json::object more;  // members that stand over these

    json::object body() const {
        const std::string number = "100" + task.substr(2);
        json::array told_zones;
        for (const std::string& zone : zones) told_zones.push_back(json::string{zone});
        json::object facts{
            {"order", json::object{{"id", "A" + number}, {"number", number}, {"total", total}, {"currency", "EUR"}}},
            {"customer", json::object{{"id", "C" + number}, {"name", name}, {"first_name", name.substr(0, name.find(' '))},
                                      {"phone", "+390255500101"}, {"email", "giulia@mail.example"}, {"city", "Milano"},
                                      {"language", language}, {"loyalty_member", true}}}};
        json::object body{
            {"task", task}, {"version", version}, {"state", state}, {"tenant", tenant}, {"customer", "C" + number},
            {"priority", priority}, {"why", name + ", order " + number + ": Paid order not packed; it was due on 9 June at 06:00."},
            {"reason", ""}, {"script", "packing-delay"}, {"raised_at", format_utc(raised_at)},
            {"decided_at", format_utc(raised_at)}, {"zones", std::move(told_zones)},
            {"cases", json::array{json::object{
                {"case", "case-" + task}, {"rule", "order-not-packed"}, {"rule_name", "Paid order not packed"}, {"rule_names", json::object{{"it", "Ordine pagato non imballato"}}},
                {"order", "A" + number}, {"subject_type", "order"}, {"subject", "A" + number},
                {"started_at", format_utc(due_at - std::chrono::hours{24})}, {"deadline", format_utc(due_at)}, {"late", true},
                {"facts", std::move(facts)},
                {"history", json::array{
                    json::object{{"event", "order.placed"}, {"time", format_utc(due_at - std::chrono::hours{25})}},
                    json::object{{"event", "order.paid"}, {"time", format_utc(due_at - std::chrono::hours{24})}}}}}}}};
        for (const auto& [member, value] : more) body.insert_or_assign(member, value);
        return body;
    }
    Record record() const {
        Record record;
        record.topic = "premura.call-tasks.v1";
        record.key = task;
        record.value = json::serialize(body());
        return record;
    }
};

inline json::object claim_json(const Person& by, Instant since) {
    return {{"claimed_by", json::object{{"user", by.user}, {"name", by.name}}}, {"since", format_utc(since)},
            {"expires_at", format_utc(since + std::chrono::minutes{10})}};
}
inline TaskStory claimed(TaskStory story, const Person& by, Instant since = tuesday_ten) {
    story.version += 1;
    story.more["claim"] = claim_json(by, since);
    return story;
}
inline TaskStory over(TaskStory story, std::string reason, std::string event = {}) {
    story.version += 1;
    story.state = "withdrawn";
    story.more["reason"] = reason;
    if (!event.empty()) story.more["event"] = event;
    story.more["decided_at"] = format_utc(tuesday_ten);
    return story;
}

struct BoardStory {
    explicit BoardStory(Instant start = tuesday_ten) : now{start} { board.advance(now, changes); }

    void take(const TaskStory& story) {
        changes.clear();
        REQUIRE(board.apply(story.record(), now, changes) == "");
    }
    void wait_until(Instant time) {
        changes.clear();
        now = time;
        board.advance(now, changes);
    }
    // The tasks of the list, best first.
    std::vector<std::string> listed(std::vector<std::string> tenants = {"acme-it"}, std::size_t limit = 100) {
        std::vector<std::string> tasks;
        const json::value rows = json::parse(board.list(tenants, limit).calls);
        for (const json::value& row : rows.as_array()) {
            tasks.emplace_back(row.at("task").as_string());
        }
        return tasks;
    }
    json::object told(std::size_t index = 0) const { return json::parse(changes.at(index).data).as_object(); }
    std::string next_for(const std::string& user, std::vector<std::string> languages = {}) {
        const DeskCall* call = board.next_for({user, {"acme-it"}, std::move(languages)}, {});
        return call == nullptr ? "" : call->task;
    }

    Instant now;
    Board board{shipped_rules()};
    std::vector<DeskChange> changes;
};

}  // namespace premura::desk_story
