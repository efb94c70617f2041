#include "core/incidents/incidents_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/base/hash.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::string_view not_found = "not_found";
constexpr std::string_view already_closed = "already_closed";
constexpr std::string_view not_offered = "not_offered";

// What a surge counts apart, of that case; nothing when the case does not say it.
std::optional<Cause> cause_by(const Surge& surge, const Cause& of_case) {
    Cause cause;
    for (const Surge::By by : surge.per) {
        const auto member = by == Surge::By::rule ? &Cause::rule : by == Surge::By::warehouse ? &Cause::warehouse : &Cause::courier;
        if ((of_case.*member).empty()) return std::nullopt;
        cause.*member = of_case.*member;
    }
    return cause;
}

std::string counted_as(const Surge& surge, const Cause& cause) {
    return surge.name + "/" + cause.rule + "/" + cause.warehouse + "/" + cause.courier;
}

std::string about_of(const Cause& cause, const std::string& tenant) {
    std::string about;
    for (const std::string* part : {&cause.warehouse, &cause.courier, &cause.rule}) {
        if (part->empty()) continue;
        if (!about.empty()) about += ", ";
        about += *part;
    }
    return about.empty() ? tenant : about;
}

std::string customer_name(const std::string& incident, std::uint64_t hash) { return incident + "/" + std::to_string(hash); }

}  // namespace

IncidentsStage::IncidentsStage(IncidentsOptions options, std::shared_ptr<const RuleSet> rules)
    : options_{options}, rules_{std::move(rules)} {}

void IncidentsStage::use(std::shared_ptr<const RuleSet> rules) {
    rules_ = std::move(rules);
    rules_are_new_ = true;  // limits may have changed
}

const House* IncidentsStage::house(std::string_view tenant) const {
    const auto found = houses_.find(tenant);
    return found == houses_.end() ? nullptr : &found->second;
}

std::size_t IncidentsStage::size() const {
    std::size_t keys = 0;
    for (const auto& [tenant, house] : houses_) keys += house.counts.size() + house.incidents.size() + house.waiting.size();
    return keys;
}

void IncidentsStage::restore(std::string_view key, std::string_view value) {
    const auto known = house_key_of(key);
    if (!known) return;
    decode(houses_[known->tenant], *known, value);
    if (known->kind == HouseKey::Kind::incident) stale_.insert(known->name);
}

void IncidentsStage::changed(At& at, HouseKey::Kind kind, std::string name) {
    changed_.insert({kind, at.tenant, std::move(name)});
}

void IncidentsStage::apply(const Record& record, Instant arrival, Effects& effects) {
    boost::system::error_code error;
    const json::value value = json::parse(record.value, error);
    const json::object* body = !error && value.is_object() ? &value.get_object() : nullptr;
    const auto report = body == nullptr ? std::nullopt : house_report_of(*body);
    const auto action = body == nullptr || report ? std::nullopt : incident_action_of(*body);
    if (!report && !action) return effects.count("house_rejected");
    const auto house = houses_.try_emplace(report ? report->tenant : action->tenant).first;
    At at{house->first, house->second, arrival, effects};
    if (report) {
        take(*report, at);
    } else {
        act(*action, at);
    }
}

void IncidentsStage::take(const HouseReport& report, At& at) {
    switch (report.kind) {
        case HouseReport::Kind::late_case: return count(report, at);
        case HouseReport::Kind::held:
        case HouseReport::Kind::ask: {
            at.house.wait({report.contact, report.customer, report.verb, report.priority, report.at, report.incident, report.rates});
            changed(at, HouseKey::Kind::waiting, report.contact);
            if (report.kind == HouseReport::Kind::ask) {
                for (const std::string& rate : report.rates) settle_rate(rate, at);
                if (at.house.waiting.contains(report.contact)) send(HouseWord::Kind::wait, at.house.waiting.at(report.contact), at);
                return;
            }
            stale_.insert(report.incident);
            // What it waits for may be over by now.
            const auto incident = at.house.incidents.find(report.incident);
            if (incident == at.house.incidents.end() || !incident->second.is_open()) let_go(report.contact, false, at);
            return;
        }
        case HouseReport::Kind::gone: {
            const auto found = at.house.waiting.find(report.contact);
            if (found == at.house.waiting.end()) return;
            const std::vector<std::string> waited_for = found->second.waits_for();
            const std::vector<std::string> rates = found->second.rates;
            stale_.insert(waited_for.begin(), waited_for.end());
            at.house.go(report.contact);
            changed(at, HouseKey::Kind::waiting, report.contact);
            for (const std::string& rate : rates) settle_rate(rate, at);
            return;
        }
        case HouseReport::Kind::told: {
            const auto incident = at.house.incidents.find(report.incident);
            if (incident == at.house.incidents.end()) return;
            ++incident->second.message_sent_to;
            changed(at, HouseKey::Kind::incident, report.incident);
            // Told with the next counts, though no count of contacts has changed.
            stale_.insert(report.incident);
            told_at_.try_emplace(report.incident, instant_min);
            return;
        }
    }
}

// A late case belongs to the incident that covers it; else each surge of the tenant counts it, the first that is over its
// number opens one.
void IncidentsStage::count(const HouseReport& report, At& at) {
    const Tenant* tenant = rules_->tenant(at.tenant);
    if (tenant == nullptr) return;
    const std::uint64_t customer = hash64({report.tenant, report.customer});
    const SurgeCount::Case late{report.at, customer};
    if (Incident* incident = at.house.covering(report.cause)) {
        at.house.counts[incident->counted].add(late, incident->in);
        changed(at, HouseKey::Kind::count, incident->counted);
        return take_in(*incident, customer, at);
    }
    for (const Surge& surge : tenant->surges) {
        const auto cause = cause_by(surge, report.cause);
        if (!cause) continue;
        const std::string counted = counted_as(surge, *cause);
        if (at.house.counts.size() >= House::causes_max && !at.house.counts.contains(counted)) {
            at.effects.count("causes_dropped");
            continue;
        }
        SurgeCount& count = at.house.counts[counted];
        count.add(late, surge.in);
        changed(at, HouseKey::Kind::count, counted);
        if (count.is_over(surge)) {
            count.forget_today();
            return open_surge(surge, counted, report, at);
        }
        count.remember_busiest();
    }
}

void IncidentsStage::open_surge(const Surge& surge, const std::string& counted, const HouseReport& report, At& at) {
    const Cause cause = *cause_by(surge, report.cause);
    const SurgeCount& count = at.house.counts.at(counted);
    const Tenant& tenant = *rules_->tenant(at.tenant);
    Incident incident;
    incident.since = count.cases().front().at;
    incident.kind = cause.warehouse.empty() && cause.courier.empty() ? Incident::surge : Incident::mass_delay;
    incident.id = derived_id({incident.kind, at.tenant, counted, format_utc(incident.since), format_utc(at.now)});
    incident.tenant = at.tenant;
    incident.about = about_of(cause, at.tenant);
    incident.reason = fmt::format("More than {} late cases in {}: {}. {}", surge.more_than,
                                  format(Duration{Duration::Unit::elapsed, surge.in, 0}), incident.about,
                                  surge.holds_calls      ? "Calls about them are held."
                                  : surge.holds_messages ? "Messages about them are held."
                                                         : "Nothing is held.");
    incident.cause = cause;
    incident.counted = counted;
    incident.more_than = surge.more_than;
    incident.in = surge.in;
    incident.holds_calls = surge.holds_calls;
    incident.holds_messages = surge.holds_messages;
    incident.opened_at = at.now;
    incident.message = surge.message;
    incident.briefing = briefing_of(surge, incident.about == at.tenant ? tenant.brand : incident.about, tenant);
    incident.teams = surge.escalate;
    const std::string id = incident.id;
    Incident& opened = at.house.incidents.insert_or_assign(id, std::move(incident)).first->second;
    for (const SurgeCount::Case& each : count.cases()) take_in(opened, each.customer, at);
    at.house.recount(opened);
    tell(opened, HouseWord::Kind::opened, at);
    at.effects.outputs.push_back(output_of(opened, "incidents", at.now));
    told_at_[id] = at.now;
    stale_.erase(id);
    changed(at, HouseKey::Kind::incident, id);
    at.effects.count("incidents", opened.kind + "/open");
}

void IncidentsStage::take_in(Incident& incident, std::uint64_t customer, At& at) {
    auto& known = at.house.customers[incident.id];
    if (known.size() >= House::customers_max || !known.insert(customer).second) return;
    changed(at, HouseKey::Kind::customer, customer_name(incident.id, customer));
    stale_.insert(incident.id);
}

// Every partition of the contacts stage hears of it: its customers are everywhere.
void IncidentsStage::tell(Incident& incident, HouseWord::Kind kind, At& at) {
    HouseWord word;
    word.kind = kind;
    word.cover = incident.cover();
    for (int partition = 0; partition < options_.partitions; ++partition) {
        at.effects.outputs.push_back(output_of(word, partition, at.now));
    }
}

void IncidentsStage::publish(Incident& incident, At& at) {
    at.house.recount(incident);
    ++incident.version;
    at.effects.outputs.push_back(output_of(incident, "incidents", at.now));
    told_at_[incident.id] = at.now;
    stale_.erase(incident.id);
    changed(at, HouseKey::Kind::incident, incident.id);
}

// A word to the partition of one customer.
void IncidentsStage::send(HouseWord::Kind kind, const WaitingContact& contact, At& at) {
    HouseWord word;
    word.kind = kind;
    word.cover.tenant = at.tenant;
    word.customer = contact.customer;
    word.contact = contact.contact;
    word.by = contact.incident;
    at.effects.outputs.push_back(output_of(word, std::nullopt, at.now));
}

void IncidentsStage::let_go(const std::string& contact, bool granted, At& at) {
    const auto found = at.house.waiting.find(contact);
    if (found == at.house.waiting.end()) return;
    send(HouseWord::Kind::go, found->second, at);
    for (const std::string& what : found->second.waits_for()) {
        stale_.insert(what);
        if (!granted || !limit_of(at.tenant, what)) continue;
        auto& grants = at.house.grants[what];
        grants.push_back(at.now);
        changed(at, HouseKey::Kind::grants, what);
    }
    at.house.go(contact);
    changed(at, HouseKey::Kind::waiting, contact);
}

// Answers an action once; its repeat gets the same answer.
void IncidentsStage::act(const IncidentAction& action, At& at) {
    auto answer = at.house.answers.find(action.id);
    if (answer == at.house.answers.end()) {
        const std::string problem = perform(action, at);
        json::object body{{"action", action.id},
                          {"kind", name_of(action.kind)},
                          {"tenant", at.tenant},
                          {"result", problem.empty() ? "done" : "refused"},
                          {"decided_at", format_utc(at.now)}};
        if (!problem.empty()) body["problem"] = problem;
        const auto incident = at.house.incidents.find(action.incident);
        if (incident != at.house.incidents.end()) body["incident"] = shown(incident->second, at.now);
        while (at.house.answered.size() >= House::answers_max) {
            changed(at, HouseKey::Kind::answer, at.house.answered.front());
            at.house.answers.erase(at.house.answered.front());
            at.house.answered.pop_front();
        }
        answer = at.house.answers.emplace(action.id, json::serialize(body)).first;
        at.house.answered.push_back(action.id);
        changed(at, HouseKey::Kind::answer, action.id);
        at.effects.count("incident_actions", std::string{name_of(action.kind)} + (problem.empty() ? "/done" : "/refused"));
    }
    Output output;
    output.topic = "desk-answers";
    output.key = action.id;
    output.partition_key = at.tenant;
    output.value = answer->second;
    output.timestamp = at.now;
    output.headers = {{"ce_specversion", "1.0"},         {"ce_type", "premura.desk-answer.v1"}, {"ce_source", "/premura/incidents"},
                      {"ce_id", action.id + ".answer"},  {"ce_time", format_utc(at.now)},       {"content-type", "application/json"}};
    at.effects.outputs.push_back(std::move(output));
}

// Does what ops ask; what is in the way, else empty.
std::string IncidentsStage::perform(const IncidentAction& action, At& at) {
    const auto found = at.house.incidents.find(action.incident);
    if (found == at.house.incidents.end()) return std::string{not_found};
    Incident& incident = found->second;
    if (!incident.is_open()) return std::string{already_closed};
    switch (action.kind) {
        case IncidentAction::Kind::release: {
            int left = action.calls_max > 0 ? action.calls_max : std::numeric_limits<int>::max();
            for (const std::string& contact : at.house.waiting_for(incident.rate.empty() ? incident.id : incident.rate)) {
                if (left == 0) break;
                if (at.house.waiting.at(contact).verb != Step::Verb::call) continue;
                let_go(contact, false, at);
                --left;
            }
            publish(incident, at);
            if (!incident.rate.empty()) settle_rate(incident.rate, at);
            return {};
        }
        case IncidentAction::Kind::close:
            // A rule that wants to call more than it may goes on wanting it.
            if (!incident.rate.empty()) return std::string{not_offered};
            close(incident, at);
            return {};
        case IncidentAction::Kind::message:
            if (incident.message.empty() || incident.message != action.message) return std::string{not_offered};
            if (incident.message_sent_at) return {};
            incident.message_sent_at = at.now;
            tell(incident, HouseWord::Kind::opened, at);
            publish(incident, at);
            return {};
    }
    return {};
}

// It is over. The contacts stage decides anew what it held, and needs no word for each.
void IncidentsStage::close(Incident& incident, At& at) {
    for (const std::string& contact : at.house.waiting_for(incident.id)) {
        at.house.go(contact);
        changed(at, HouseKey::Kind::waiting, contact);
    }
    for (const std::uint64_t customer : at.house.customers[incident.id]) {
        changed(at, HouseKey::Kind::customer, customer_name(incident.id, customer));
    }
    at.house.recount(incident);
    const std::int64_t customers = incident.customers;
    at.house.customers.erase(incident.id);
    incident.closed_at = at.now;
    if (incident.rate.empty()) tell(incident, HouseWord::Kind::closed, at);
    ++incident.version;
    incident.customers = customers;
    incident.reason = incident.rate.empty() ? "It is over. What it held is decided anew." : "Nobody waits any more.";
    at.effects.outputs.push_back(output_of(incident, "incidents", at.now));
    told_at_.erase(incident.id);
    stale_.erase(incident.id);
    changed(at, HouseKey::Kind::incident, incident.id);
    at.effects.count("incidents", incident.kind + "/closed");
}

std::optional<ContactRate> IncidentsStage::limit_of(const std::string& tenant, const std::string& rate) const {
    if (is_rate_of_edit(rate)) {
        const Tenant* known = rules_->tenant(tenant);
        return known == nullptr ? std::nullopt : std::optional{known->catch_up};
    }
    const Rule* rule = rules_->rule(rule_of_rate(rate));
    return rule == nullptr ? std::nullopt : rule->calls_at_most;
}

// Has each of its rates room for one more?
bool IncidentsStage::may_go(const WaitingContact& contact, At& at) {
    return std::all_of(contact.rates.begin(), contact.rates.end(), [&](const std::string& rate) {
        const auto limit = limit_of(at.tenant, rate);
        if (!limit) return true;
        auto& grants = at.house.grants[rate];
        while (!grants.empty() && grants.front() <= at.now - limit->per) {
            grants.pop_front();
            changed(at, HouseKey::Kind::grants, rate);
        }
        return grants.size() < static_cast<std::size_t>(limit->at_most);
    });
}

// Lets go who may, best first. Who must wait makes an incident, until nobody waits.
void IncidentsStage::settle_rate(const std::string& rate, At& at) {
    for (const std::string& contact : at.house.waiting_for(rate)) {
        if (may_go(at.house.waiting.at(contact), at)) {
            let_go(contact, true, at);
        } else if (const auto limit = limit_of(at.tenant, rate);
                   limit && at.house.grants[rate].size() >= static_cast<std::size_t>(limit->at_most)) {
            break;  // nobody else may, either
        }
    }
    Incident* incident = at.house.open_incident("", rate);
    const auto limit = limit_of(at.tenant, rate);
    const bool anybody = at.house.any_waits_for(rate);
    if (incident != nullptr && !anybody) return close(*incident, at);
    if (incident != nullptr || !anybody || !limit) return;
    Incident opened;
    opened.kind = Incident::rate_limit;
    opened.since = opened.opened_at = at.now;
    opened.id = derived_id({opened.kind, at.tenant, rate, format_utc(at.now)});
    opened.tenant = at.tenant;
    opened.about = rule_of_rate(rate);
    opened.reason = fmt::format("{} at most {} in {}; more wait.",
                                is_rate_of_edit(rate) ? "Cases that an edit of the rule opened are acted upon" : "Calls of the rule go on the list",
                                limit->at_most, format(Duration{Duration::Unit::elapsed, limit->per, 0}));
    opened.rate = rate;
    opened.cause.rule = opened.about;
    at.house.recount(opened);
    at.effects.outputs.push_back(output_of(opened, "incidents", at.now));
    told_at_[opened.id] = at.now;
    changed(at, HouseKey::Kind::incident, opened.id);
    at.effects.count("incidents", opened.kind + "/open");
    const std::string id = opened.id;
    at.house.incidents.insert_or_assign(id, std::move(opened));
}

void IncidentsStage::fire(const Horizon& horizon, Effects& effects) {
    rules_are_new_ = false;
    for (auto& [tenant, house] : houses_) {
        At at{tenant, house, horizon.now, effects};
        std::vector<std::string> rates;
        std::vector<std::string> over;
        for (const auto& [id, incident] : house.incidents) {
            if (!incident.is_open()) continue;
            if (!incident.rate.empty()) {
                rates.push_back(incident.rate);
            } else if (const auto count = house.counts.find(incident.counted);
                       count == house.counts.end() ||
                       std::max(count->second.calm_at(incident.more_than, incident.in), incident.opened_at + incident.in) <= at.now) {
                over.push_back(id);
            }
        }
        for (const std::string& rate : rates) settle_rate(rate, at);
        for (const std::string& id : over) close(house.incidents.at(id), at);
        for (auto& [id, incident] : house.incidents) {
            const bool is_stale = stale_.contains(id) || (!incident.rate.empty() && stale_.contains(incident.rate));
            if (!incident.is_open() || !is_stale || told_at_[id] + options_.told_every > at.now) continue;
            stale_.erase(incident.rate);
            publish(incident, at);
        }
        forget_old(at);
    }
}

void IncidentsStage::forget_old(At& at) {
    for (auto incident = at.house.incidents.begin(); incident != at.house.incidents.end();) {
        const bool old = !incident->second.is_open() && *incident->second.closed_at + options_.remembered <= at.now;
        if (old) changed(at, HouseKey::Kind::incident, incident->first);
        incident = old ? at.house.incidents.erase(incident) : std::next(incident);
    }
    if (at.house.counts.size() < House::causes_max) return;
    for (auto count = at.house.counts.begin(); count != at.house.counts.end();) {
        const bool idle = count->second.is_idle(at.now, std::chrono::days{1});
        if (idle) changed(at, HouseKey::Kind::count, count->first);
        count = idle ? at.house.counts.erase(count) : std::next(count);
    }
}

std::optional<Instant> IncidentsStage::next_due(const std::string& tenant, const House& house) const {
    std::optional<Instant> next;
    const auto consider = [&next](Instant time) {
        if (!next || time < *next) next = time;
    };
    for (const auto& [id, incident] : house.incidents) {
        if (!incident.is_open()) continue;
        if (incident.rate.empty()) {
            const auto count = house.counts.find(incident.counted);
            const Instant calm = count == house.counts.end() ? instant_min
                                                             : count->second.calm_at(incident.more_than, incident.in);
            consider(std::max(calm, incident.opened_at + incident.in));
        } else {
            // Who waits for another rate as well is let go when there is room there.
            const auto limit = limit_of(tenant, incident.rate);
            const auto grants = house.grants.find(incident.rate);
            const bool full = limit && grants != house.grants.end() &&
                              grants->second.size() >= static_cast<std::size_t>(limit->at_most);
            if (full) consider(grants->second.front() + limit->per);
        }
        if (stale_.contains(id) || (!incident.rate.empty() && stale_.contains(incident.rate))) {
            const auto told = told_at_.find(id);
            consider(told == told_at_.end() ? incident.opened_at : told->second + options_.told_every);
        }
    }
    return next;
}

std::optional<Instant> IncidentsStage::next_due() const {
    std::optional<Instant> next;
    if (rules_are_new_) next = instant_min;
    for (const auto& [tenant, house] : houses_) {
        const auto due = next_due(tenant, house);
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

void IncidentsStage::collect_state(Effects& effects) {
    for (const HouseKey& key : changed_) {
        const auto house = houses_.find(key.tenant);
        if (house == houses_.end()) continue;
        effects.state.push_back({text_of(key), encode(house->second, key)});
    }
    changed_.clear();
}

}  // namespace premura
