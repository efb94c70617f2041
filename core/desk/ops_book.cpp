#include "core/desk/ops_book.h"

#include <algorithm>

#include "core/calendar/time_zone.h"
#include "core/contacts/call_json.h"

namespace premura {
namespace {

namespace json = boost::json;

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

Instant midnight_of(const RuleSet& rules, const std::string& tenant_id, Instant now) {
    const Tenant* tenant = rules.tenant(tenant_id);
    const auto zone = tenant == nullptr ? std::nullopt : TimeZone::find(tenant->timezone);
    return zone ? zone->start_of_day(zone->local_day(now)) : Instant{std::chrono::floor<std::chrono::days>(now)};
}

std::string_view state_of(const FeedHeard& heard, Instant now) {
    if (!heard.last_event_at) return "not_heard";
    if (!heard.silent_after) return "fresh";
    const Milliseconds silence = now - *heard.last_event_at;
    if (silence > *heard.silent_after) return "silent";
    return silence * OpsBook::quiet_share > *heard.silent_after ? "quiet" : "fresh";
}

}  // namespace

json::object rule_words(const Rule& rule) {
    // Nobody says in which language the name itself is.
    json::object words{{"text", rule.name}};
    if (!rule.names.empty()) words["in"] = json::value_from(rule.names);
    return words;
}

std::string OpsBook::apply(const Record& record, Changed& changed) {
    OpsCounts after;
    if (!record.tombstone) {
        std::string error;
        auto counts = ops_counts_of(record, error);
        if (!counts) return error;
        after = std::move(*counts);
    }
    OpsCounts& known = parts_[record.key];
    changed.clocks = changed.clocks || known.clocks != after.clocks;
    changed.held = changed.held || known.held != after.held;
    changed.feeds = changed.feeds || known.feeds != after.feeds;
    known = std::move(after);
    if (record.tombstone) parts_.erase(record.key);
    return {};
}

OpsCounts OpsBook::sum() const {
    OpsCounts sum;
    for (const auto& [part, counts] : parts_) sum += counts;
    return sum;
}

json::object OpsBook::rules(const std::vector<std::string>& tenants, const RuleSet& rules, const Board& board, Instant now) const {
    const OpsCounts counts = sum();
    const Board::CallsByRule calls =
        board.calls_by_rule([&](const std::string& tenant) { return midnight_of(rules, tenant, now); });
    json::array list;
    for (const std::string& tenant : tenants) {
        for (const Rule& rule : rules.rules) {
            if (!rule.tenants.empty() && !contains(rule.tenants, tenant)) continue;
            const auto known = counts.clocks.find({tenant, rule.id});
            const ClockCounts clocks = known == counts.clocks.end() ? ClockCounts{} : known->second;
            const auto called = calls.find({tenant, rule.id});
            const Board::RuleCalls of_rule = called == calls.end() ? Board::RuleCalls{} : called->second;
            json::value would_have_called = nullptr;
            if (rule.mode == Rule::Mode::trial) would_have_called = clocks.would_have_called;
            list.push_back(json::object{
                {"tenant", tenant},
                {"rule", rule.id},
                {"name", rule_words(rule)},
                {"owner", rule.owner},
                {"mode", name_of(rule.mode)},
                {"clocks", json::object{{"running", clocks.running},
                                        {"waiting", clocks.waiting},
                                        {"late", clocks.late},
                                        {"met_today", clocks.met_today},
                                        {"met_late_today", clocks.met_late_today},
                                        {"cancelled_today", clocks.cancelled_today},
                                        {"false_alarms_today", clocks.false_alarms_today}}},
                {"calls_open", of_rule.open},
                {"calls_today", of_rule.raised},
                {"would_have_called", std::move(would_have_called)}});
        }
    }
    return {{"as_of", format_utc(now)}, {"rules", std::move(list)}};
}

json::object OpsBook::held(const std::vector<std::string>& tenants, Instant now) const {
    const OpsCounts counts = sum();
    std::vector<json::object> found;
    for (const auto& [whose, count] : counts.held) {
        const auto& [tenant, reason, verb] = whose;
        if (!contains(tenants, tenant)) continue;
        found.push_back({{"tenant", tenant},
                         {"reason", reason},
                         {"verb", verb},
                         {"count", count.count},
                         {"oldest_at", format_utc(count.oldest_at)},
                         {"next_at", time_or_null(count.next_at)}});
    }
    std::ranges::stable_sort(found, [](const json::object& left, const json::object& right) {
        return left.at("count").as_int64() > right.at("count").as_int64();
    });
    json::array list;
    for (json::object& one : found) list.push_back(std::move(one));
    return {{"as_of", format_utc(now)}, {"held", std::move(list)}};
}

json::object OpsBook::feeds(const std::vector<std::string>& tenants, const RuleSet& rules, Instant now) const {
    json::array list;
    for (const auto& [topic, heard] : sum().feeds) {
        // Whose topic it is; one that no tenant names carries events of all.
        json::array whose;
        bool is_named = false;
        for (const auto& [id, tenant] : rules.tenants) {
            if (!contains(tenant.topics, topic)) continue;
            is_named = true;
            if (contains(tenants, id)) whose.push_back(json::value(id));
        }
        if (is_named && whose.empty()) continue;
        if (!is_named) {
            for (const std::string& tenant : tenants) whose.push_back(json::value(tenant));
        }
        json::value silent_after = nullptr;
        if (heard.silent_after) silent_after = std::chrono::duration_cast<std::chrono::seconds>(*heard.silent_after).count();
        list.push_back(json::object{{"feed", topic},
                                    {"tenants", std::move(whose)},
                                    {"state", state_of(heard, now)},
                                    {"last_event_at", time_or_null(heard.last_event_at)},
                                    {"records_behind", nullptr},
                                    {"silent_after_seconds", std::move(silent_after)}});
    }
    return {{"as_of", format_utc(now)}, {"feeds", std::move(list)}};
}

}  // namespace premura
