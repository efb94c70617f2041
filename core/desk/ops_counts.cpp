#include "core/desk/ops_counts.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/base/hash.h"
#include "core/contacts/call_json.h"
#include "core/desk/known_json.h"

namespace premura {
namespace {

namespace json = boost::json;
using namespace known;

// The numbers of ClockCounts by the names of docs/openapi.yaml.
struct ClockNumber {
    std::string_view name;
    std::int64_t ClockCounts::* member;
};
constexpr ClockNumber clock_numbers[] = {
    {"running", &ClockCounts::running},
    {"waiting", &ClockCounts::waiting},
    {"late", &ClockCounts::late},
    {"met_today", &ClockCounts::met_today},
    {"met_late_today", &ClockCounts::met_late_today},
    {"cancelled_today", &ClockCounts::cancelled_today},
    {"false_alarms_today", &ClockCounts::false_alarms_today},
    {"would_have_called", &ClockCounts::would_have_called},
};

json::object body_of(const OpsCounts& counts) {
    json::array clocks;
    for (const auto& [whose, numbers] : counts.clocks) {
        json::object one{{"tenant", whose.first}, {"rule", whose.second}};
        for (const ClockNumber& number : clock_numbers) one[number.name] = numbers.*number.member;
        clocks.push_back(std::move(one));
    }
    json::array held;
    for (const auto& [whose, count] : counts.held) {
        const auto& [tenant, reason, verb] = whose;
        held.push_back(json::object{{"tenant", tenant},
                                    {"reason", reason},
                                    {"verb", verb},
                                    {"count", count.count},
                                    {"oldest_at", format_utc(count.oldest_at)},
                                    {"next_at", time_or_null(count.next_at)}});
    }
    json::array feeds;
    for (const auto& [topic, heard] : counts.feeds) {
        json::value silent_after = nullptr;
        if (heard.silent_after) silent_after = std::chrono::duration_cast<std::chrono::seconds>(*heard.silent_after).count();
        feeds.push_back(json::object{{"feed", topic},
                                     {"last_event_at", time_or_null(heard.last_event_at)},
                                     {"silent_after_seconds", std::move(silent_after)}});
    }
    return {{"clocks", std::move(clocks)}, {"held", std::move(held)}, {"feeds", std::move(feeds)}};
}

bool has_call_due(const Entity::Case& known, const Rule& rule) {
    const std::size_t done = std::min<std::size_t>(known.steps_done, rule.if_late.size());
    return std::any_of(rule.if_late.begin(), rule.if_late.begin() + static_cast<std::ptrdiff_t>(done),
                       [](const Step& step) { return step.verb == Step::Verb::call; });
}

}  // namespace

ClockCounts& ClockCounts::operator+=(const ClockCounts& other) {
    for (const ClockNumber& number : clock_numbers) this->*number.member += other.*number.member;
    return *this;
}

HeldCount& HeldCount::operator+=(const HeldCount& other) {
    count += other.count;
    oldest_at = std::min(oldest_at, other.oldest_at);
    if (other.next_at && (!next_at || *other.next_at < *next_at)) next_at = other.next_at;
    return *this;
}

OpsCounts& OpsCounts::operator+=(const OpsCounts& other) {
    for (const auto& [whose, numbers] : other.clocks) clocks[whose] += numbers;
    for (const auto& [whose, count] : other.held) held[whose] += count;
    for (const auto& [topic, heard] : other.feeds) {
        FeedHeard& known = feeds[topic];
        if (heard.last_event_at && (!known.last_event_at || *known.last_event_at < *heard.last_event_at)) {
            known.last_event_at = heard.last_event_at;
        }
        if (heard.silent_after) known.silent_after = heard.silent_after;
    }
    return *this;
}

Output output_of(const std::string& part, const OpsCounts& counts, Instant now) {
    json::object body = body_of(counts);
    body["part"] = part;
    body["as_of"] = format_utc(now);
    Output output;
    output.topic = "ops-counts";
    output.key = part;
    output.partition_key = part;
    output.value = json::serialize(body);
    output.timestamp = now;
    output.headers = {{"ce_specversion", "1.0"},
                      {"ce_type", "premura.ops-counts.v1"},
                      {"ce_source", "/premura/desk"},
                      {"ce_id", derived_id({part, format_utc(now)})},
                      {"ce_time", format_utc(now)},
                      {"content-type", "application/json"}};
    return output;
}

std::optional<OpsCounts> ops_counts_of(const Record& record, std::string& error) {
    boost::system::error_code fault;
    const json::value parsed = json::parse(record.value, fault);
    if (fault || !parsed.is_object()) {
        error = "it is no JSON object";
        return std::nullopt;
    }
    const json::object& body = parsed.get_object();
    OpsCounts counts;
    for (const json::value& one : array_in(body, "clocks")) {
        JsonMembers members{object_in(one), error};
        ClockCounts& numbers = counts.clocks[{members.text("tenant"), members.text("rule")}];
        for (const ClockNumber& number : clock_numbers) numbers.*number.member = members.number(number.name);
    }
    for (const json::value& one : array_in(body, "held")) {
        JsonMembers members{object_in(one), error};
        HeldCount& count = counts.held[{members.text("tenant"), members.text("reason"), members.word("verb", {"call", "notify"})}];
        count.count = members.number("count");
        count.oldest_at = members.time("oldest_at");
        count.next_at = members.time_if_there("next_at");
    }
    for (const json::value& one : array_in(body, "feeds")) {
        JsonMembers members{object_in(one), error};
        FeedHeard& heard = counts.feeds[members.text("feed")];
        heard.last_event_at = members.time_if_there("last_event_at");
        if (members.has("silent_after_seconds")) {
            heard.silent_after = std::chrono::seconds{members.number("silent_after_seconds")};
        }
    }
    if (!error.empty()) return std::nullopt;
    return counts;
}

Instant OpsCounter::midnight_of(const TenantRules& rules) {
    const auto known = midnights_.find(rules.tenant->id);
    if (known != midnights_.end()) return known->second;
    const Instant midnight = rules.zone->start_of_day(rules.zone->local_day(now_));
    midnights_.emplace(rules.tenant->id, midnight);
    return midnight;
}

void OpsCounter::add_order(const OrdersStage& stage, std::string_view bytes) {
    if (!decode(bytes, entity_)) return;
    const TenantRules* rules = stage.rules_of_tenant(entity_.tenant);
    if (rules == nullptr) return;
    const bool stands_for_itself = entity_.kind == SubjectType::order || entity_.kind == SubjectType::customer;
    const auto is_order = [](const Entity::Subject& subject) { return subject.type == SubjectType::order; };
    // A parcel whose order is known has its clocks there.
    if (!stands_for_itself && std::ranges::any_of(entity_.subjects, is_order)) return;
    clocks_.clear();
    ClockProblems problems;
    derive_clocks(*rules, entity_, clocks_, problems);
    midnight_of(*rules);
    for (const Clock& clock : clocks_) add_clock(clock);
}

void OpsCounter::add_clock(const Clock& clock) {
    const Rule& rule = *clock.rule->rule;
    const std::string& tenant = clock.rule->tenant->id;
    const auto found = std::ranges::find_if(entity_.cases, [&](const Entity::Case& known) {
        return known.occurrence == clock.occurrence && known.subject == clock.subject && is_case_of(known, rule);
    });
    const Entity::Case* known = found == entity_.cases.end() ? nullptr : &*found;
    ClockCounts& counts = counts_.clocks[{tenant, rule.id}];
    if (known != nullptr && known->on_trial && known->deadline + would_have_called_for >= now_ && has_call_due(*known, rule)) {
        ++counts.would_have_called;
    }
    const bool is_open = known != nullptr && known->state == Entity::Case::State::open;
    if (clock.end == Clock::End::running) {
        if (is_open) {
            ++counts.late;
        } else if (known == nullptr || known->state != Entity::Case::State::closed) {
            ++(clock.deadline < now_ ? counts.waiting : counts.running);
        }
        return;
    }
    if (clock.ended_at < midnights_.at(tenant) || clock.ended_at > now_) return;
    if (clock.end != Clock::End::met) {
        ++counts.cancelled_today;
    } else if (clock.late_at_end()) {
        ++counts.met_late_today;
    } else {
        // It was acted upon, and had happened in time.
        ++(known != nullptr && known->steps_done > 0 ? counts.false_alarms_today : counts.met_today);
    }
}

void OpsCounter::add_customer(std::string_view bytes) {
    if (!decode(bytes, customer_)) return;
    for (const Customer::Contact& contact : customer_.contacts) {
        if (contact.state != Customer::Contact::State::held) continue;
        // Why, and since when: as it was decided last.
        HeldCount held;
        held.count = 1;
        held.oldest_at = contact.planned_at;
        std::string reason = contact.held_for;
        bool is_last = true;
        for (auto decision = customer_.decisions.rbegin(); decision != customer_.decisions.rend(); ++decision) {
            if (decision->contact != contact.id || decision->outcome != "held") continue;
            if (is_last && reason.empty()) reason = decision->reason;
            is_last = false;
            held.oldest_at = decision->at;
        }
        if (contact.hold_until != instant_max && contact.hold_until != instant_min) held.next_at = contact.hold_until;
        counts_.held[{customer_.tenant, reason, std::string{name_of(contact.verb)}}] += held;
    }
}

}  // namespace premura
