#include "core/outbox/outbox_stage.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/findings/finding.h"
#include "core/outbox/events.h"
#include "core/outbox/letters.h"
#include "core/outbox/marks.h"

namespace premura {
namespace {

namespace json = boost::json;

std::string_view header(const Record& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

std::optional<OutboxEntry> entry_of(std::string_view bytes) {
    OutboxEntry entry;
    return !bytes.empty() && decode(bytes, entry) ? std::optional{std::move(entry)} : std::nullopt;
}

// One for ops, and one for each team that hears of it.
std::string incident_entry(std::string_view incident, std::string_view state, std::string_view team) {
    std::string id{incident};
    id += '.';
    id += state;
    if (!team.empty()) id += "@" + std::string{team};
    return id;
}

// Where the id of a record stands, by what it is.
std::string id_of(OutboxEntry::Kind kind, const json::object& body) {
    switch (kind) {
        case OutboxEntry::Kind::message:
        case OutboxEntry::Kind::escalation: return std::string{text_in(body, "notification")};
        case OutboxEntry::Kind::expedite: return std::string{text_in(body, "expedite")};
        // Its opening and its end are told one after the other.
        case OutboxEntry::Kind::incident:
            return incident_entry(text_in(body, "incident"), text_in(body, "state"), text_in(body, "team"));
        case OutboxEntry::Kind::task: return std::string{text_in(body, "task")};
    }
    return {};
}

std::vector<std::string> case_ids(const json::object& body) {
    std::vector<std::string> ids;
    const json::value* cases = body.if_contains("cases");
    if (cases == nullptr || !cases->is_array()) return ids;
    for (const json::value& one : cases->get_array()) {
        if (one.is_object()) ids.emplace_back(text_in(one.get_object(), "case"));
    }
    return ids;
}

}  // namespace

OutboxStage::OutboxStage(OutboxOptions options, std::shared_ptr<const RuleSet> rules)
    : options_{std::move(options)} {
    use(std::move(rules));
}

void OutboxStage::use(std::shared_ptr<const RuleSet> rules) {
    rules_ = std::move(rules);
    hours_.use(rules_);
    call_hours_ = std::make_unique<CallableHours>(rules_);
    any_dialer_ = std::ranges::any_of(rules_->tenants, [](const auto& tenant) { return !tenant.second.dialer.map.empty(); });
}

std::optional<OutboxEntry> OutboxStage::find(std::string_view id) const { return entry_of(store_.find(key_of_entry(id))); }

void OutboxStage::restore(std::string_view, std::string_view value) {
    if (const auto mark = mark_of(value)) {
        store_.restore(key_of(*mark), value,
                       mark->kind == OutboxMark::Kind::solved ? mark->at + solved_kept : instant_max);
        return;
    }
    const auto entry = entry_of(value);
    if (!entry) return;
    store_.restore(key_of_entry(entry->id), value, entry->due);
    if (entry->state == OutboxEntry::State::asked) ++asked_[entry->gateway];
    if (!entry->is_done()) index(*entry);
}

void OutboxStage::apply(const Record& record, Instant arrival, Effects& effects) {
    const std::string_view type = header(record, "ce_type");
    if (type == "premura.notification.v1") return take(OutboxEntry::Kind::message, record, arrival, effects);
    if (type == "premura.escalation.v1") return take(OutboxEntry::Kind::escalation, record, arrival, effects);
    if (type == delivery::expedite) return take(OutboxEntry::Kind::expedite, record, arrival, effects);
    if (type == "premura.incident.open.v1" || type == "premura.incident.closed.v1") {
        take(OutboxEntry::Kind::incident, record, arrival, effects);
        return take_for_teams(record, arrival, effects);
    }
    if (record.topic.find("call-tasks") != record.topic.npos) return take_task(record, arrival, effects);
    if (type == "premura.expedite.v1") return send_on(record, arrival, effects);
    if (type == "premura.finding.closed.v1" || type == "premura.finding.late.v1") {
        return take_finding(record, arrival, effects);
    }
    if (type != delivery::result) return;  // our own requests and reports, and words of progress
    const auto result = delivery_result_of(record.value);
    if (!result) return reject(record, "a result that cannot be read", arrival, effects);
    take_result(*result, arrival, effects);
}

void OutboxStage::take(OutboxEntry::Kind kind, const Record& record, Instant arrival, Effects& effects) {
    boost::system::error_code error;
    const json::value value = json::parse(record.value, error);
    if (error || !value.is_object()) return reject(record, "not a JSON object", arrival, effects);
    const json::object& body = value.get_object();
    OutboxEntry entry;
    entry.id = id_of(kind, body);
    entry.kind = kind;
    entry.tenant = text_in(body, "tenant");
    const auto decided_at = parse_rfc3339(text_in(body, "decided_at"));
    if (entry.id.empty() || !decided_at) return reject(record, "without an id or a time", arrival, effects);
    if (!store_.find(key_of_entry(entry.id)).empty()) return effects.count("deliveries_repeated");
    entry.body = record.value;
    entry.decided_at = *decided_at;
    entry.expires_at = *decided_at + options_.give_up_after;
    entry.due = arrival;
    // What a customer wished on a call stands, though the case be solved meanwhile.
    const json::value* stands = body.if_contains("stands");
    if (stands == nullptr || !stands->is_bool() || !stands->get_bool()) entry.cases = case_ids(body);
    if (kind == OutboxEntry::Kind::incident) {
        const std::string incident{text_in(body, "incident")};
        const std::string opened = incident_entry(incident, "open", text_in(body, "team"));
        if (text_in(body, "state") == "closed" && !was_told(opened, arrival, effects)) {
            return finish(entry, OutboxEntry::State::cancelled, "never_told", arrival, effects);
        }
    }
    const auto planned_at = parse_rfc3339(text_in(body, "planned_at")).value_or(*decided_at);
    const bool has_cases = !entry.cases.empty();
    std::erase_if(entry.cases, [&](const std::string& id) { return was_solved(id, planned_at); });
    if (has_cases && entry.cases.empty()) {
        return finish(entry, OutboxEntry::State::cancelled, "solved", arrival, effects);
    }
    index(entry);
    put(entry);
}

// Teams of the tenant that an incident names hear of it as ops do.
void OutboxStage::take_for_teams(const Record& record, Instant arrival, Effects& effects) {
    boost::system::error_code error;
    const json::value value = json::parse(record.value, error);
    if (error || !value.is_object()) return;
    const json::value* teams = value.get_object().if_contains("teams");
    if (teams == nullptr || !teams->is_array()) return;
    for (const json::value& team : teams->get_array()) {
        Record for_team = record;
        json::object body = value.get_object();
        body["team"] = team;
        for_team.value = json::serialize(body);
        take(OutboxEntry::Kind::incident, for_team, arrival, effects);
    }
}

// Who was never told that an incident began is not told that it is over. What was still to be told of its beginning is not
// told any more.
bool OutboxStage::was_told(const std::string& opened_id, Instant now, Effects& effects) {
    auto opened = find(opened_id);
    if (opened && opened->state == OutboxEntry::State::pending) {
        finish(*opened, OutboxEntry::State::cancelled, "solved", now, effects);
        return false;
    }
    return opened && (opened->state == OutboxEntry::State::sent || opened->state == OutboxEntry::State::asked);
}

// A record of the topic expedites has the key of the system; here it gets that of its customer, whose findings say when
// the case is solved.
void OutboxStage::send_on(const Record& record, Instant arrival, Effects& effects) {
    boost::system::error_code error;
    const json::value value = json::parse(record.value, error);
    if (error || !value.is_object()) return reject(record, "not a JSON object", arrival, effects);
    const json::object& body = value.get_object();
    const std::string id{text_in(body, "expedite")};
    Output output = outbox_record(delivery::topic, delivery::expedite, id, id, record.value, arrival);
    output.partition_key = std::string{text_in(body, "tenant")} + "/" + std::string{text_in(body, "customer")};
    effects.outputs.push_back(std::move(output));
}

void OutboxStage::take_finding(const Record& record, Instant arrival, Effects& effects) {
    std::string error;
    const auto finding = finding_of(record, error);
    if (!finding) return;  // the contacts stage has put it aside
    if (finding->kind == Finding::Kind::closed) {
        solve(finding->case_id, finding->decided_at, arrival, effects);
    } else if (finding->kind == Finding::Kind::late) {
        // A case may open again, when an edit moved its deadline.
        const OutboxMark mark{OutboxMark::Kind::solved, {}, finding->case_id};
        if (!store_.find(key_of(mark)).empty()) store_.erase(key_of(mark), mark.key());
    }
}

bool OutboxStage::was_solved(const std::string& case_id, Instant planned_at) const {
    const auto mark = mark_of(store_.find(key_of({OutboxMark::Kind::solved, {}, case_id})));
    return mark && mark->at >= planned_at;
}

// What is not sent yet about this case alone is not sent any more. What the senders have at this moment may go out all the
// same; if it did not get through, that was its last attempt.
void OutboxStage::solve(const std::string& case_id, Instant at, Instant now, Effects& effects) {
    const OutboxMark mark{OutboxMark::Kind::solved, at, case_id};
    store_.put(key_of(mark), encode(mark), now + solved_kept);
    std::vector<std::string> ids;
    const auto [begin, end] = by_case_.equal_range(case_id);
    for (auto one = begin; one != end; ++one) ids.push_back(one->second);
    for (const std::string& id : ids) {
        auto entry = find(id);
        if (!entry || entry->is_done()) continue;
        forget_index(*entry);
        std::erase(entry->cases, case_id);
        index(*entry);
        if (!entry->cases.empty()) {
            put(*entry);
        } else if (entry->state == OutboxEntry::State::asked) {
            entry->solved = true;
            put(*entry);
        } else {
            finish(*entry, OutboxEntry::State::cancelled, "solved", now, effects);
        }
    }
}

void OutboxStage::take_result(const DeliveryResult& result, Instant arrival, Effects& effects) {
    auto entry = find(result.id);
    const bool is_open = entry && !entry->is_done();
    const bool sent = result.kind == DeliveryResult::Kind::sent;
    // An answer that came after its time still tells that it went out.
    const bool in_time = is_open && entry->state == OutboxEntry::State::asked && entry->number == result.number;
    // Of a call task another version may be on its way by then.
    const bool of_another = is_open && entry->kind == OutboxEntry::Kind::task &&
                            (entry->number != result.number || entry->channel.empty());
    if (!is_open || of_another || (!in_time && !sent)) return effects.count("deliveries_answered_late");
    if (entry->state == OutboxEntry::State::asked) --asked_[entry->gateway];
    entry->state = OutboxEntry::State::pending;
    if (sent) {
        tell_ops(*entry, false, arrival, effects);
        // When it went out, not when we heard of it: a promise may depend on the minute.
        return finish(*entry, OutboxEntry::State::sent, {}, std::min(result.at, arrival), effects);
    }
    not_through(*entry, result, arrival, effects);
}

void OutboxStage::not_through(OutboxEntry& entry, const DeliveryResult& result, Instant now, Effects& effects) {
    entry.reason = result.reason;
    if (entry.solved) return finish(entry, OutboxEntry::State::cancelled, "solved", now, effects);
    // A gateway that only has enough to do is asked again soon: nothing is wrong with it.
    const bool is_busy = result.kind == DeliveryResult::Kind::postponed && result.reason != delivery::circuit_open;
    if (result.kind != DeliveryResult::Kind::postponed) ++entry.attempts;
    if (result.kind == DeliveryResult::Kind::postponed && !is_busy) ++entry.postponed;
    if (result.kind == DeliveryResult::Kind::refused) return give_up_channel(entry, now, effects);
    if (!is_busy && entry.tries() == tries_until_incident) tell_ops(entry, true, now, effects);
    if (entry.attempts >= options_.retry.attempts_max && entry.next.empty()) return give_up_channel(entry, now, effects);
    Milliseconds pause = options_.retry.pause_after(is_busy ? 1 : entry.tries(), entry.id);
    if (result.retry_after) pause = std::max(pause, *result.retry_after);
    // A newer version takes the place of one that did not get through, with attempts of its own.
    go_on_with_next(entry, now);
    const Instant next = hours_from(entry, now + pause);
    if (next >= entry.expires_at) return finish(entry, OutboxEntry::State::expired, entry.reason, now, effects);
    entry.due = next;
    put(entry);
}

// The next channel that the receiver has is tried at once.
void OutboxStage::give_up_channel(OutboxEntry& entry, Instant now, Effects& effects) {
    const std::string channel = entry.channel;
    entry.given_up.push_back(entry.channel);
    entry.channel.clear();
    entry.attempts = 0;
    entry.postponed = 0;
    if (!choose_way(entry, *rules_, options_, now).found) {
        entry.channel = channel;
        return finish(entry, OutboxEntry::State::failed, entry.reason, now, effects);
    }
    entry.due = now;
    put(entry);
}

void OutboxStage::fire(const Horizon& horizon, Effects& effects) {
    for (auto& [gateway, queue] : waiting_) {
        while (!queue.empty() && asked_[gateway] < options_.asked_max) {
            auto entry = find(queue.front());
            queue.pop_front();
            if (entry && entry->state == OutboxEntry::State::pending) attend(*entry, horizon.now, effects);
        }
    }
    while (const auto due = store_.pop_due(horizon.now)) {
        const std::string_view bytes = store_.find(due->key);
        if (const auto mark = mark_of(bytes)) {
            store_.erase(due->key, mark->key());
            continue;
        }
        auto entry = entry_of(bytes);
        if (!entry) continue;
        if (entry->is_done()) {
            store_.erase(due->key, entry->id);
        } else if (entry->state == OutboxEntry::State::asked) {
            // Nobody answered: who had it has died. Whoever gets it now gets the same bytes under the same key.
            --asked_[entry->gateway];
            entry->state = OutboxEntry::State::pending;
            DeliveryResult silence;
            silence.reason = "no_answer";
            not_through(*entry, silence, horizon.now, effects);
        } else {
            attend(*entry, horizon.now, effects);
        }
    }
}

// A pending entry whose time has come.
void OutboxStage::attend(OutboxEntry& entry, Instant now, Effects& effects) {
    if (now >= entry.expires_at) {
        return finish(entry, OutboxEntry::State::expired, entry.reason.empty() ? "too_old" : entry.reason, now, effects);
    }
    if (const Instant open = hours_from(entry, now); open > now) {
        if (open >= entry.expires_at) return finish(entry, OutboxEntry::State::expired, "quiet_hours", now, effects);
        entry.due = open;
        return put(entry);
    }
    if (entry.channel.empty() && !choose(entry, now, effects)) return;
    if (asked_[entry.gateway] >= options_.asked_max) {
        waiting_[entry.gateway].push_back(entry.id);
        // Without a timer here; after a restart it is due at once.
        return put(entry, instant_max);
    }
    ask(entry, now, effects);
}

bool OutboxStage::choose(OutboxEntry& entry, Instant now, Effects& effects) {
    Way way = choose_way(entry, *rules_, options_, now);
    if (way.found) return true;
    if (way.reason == "topic_only") {
        entry.channel = "topic";
        finish(entry, OutboxEntry::State::sent, {}, now, effects);
    } else {
        finish(entry, OutboxEntry::State::skipped, way.reason, now, effects, way.missing);
    }
    return false;
}

void OutboxStage::ask(OutboxEntry& entry, Instant now, Effects& effects) {
    DeliveryRequest request;
    request.id = entry.id;
    request.key = entry.key(entry.channel);
    request.tenant = entry.tenant;
    request.partition = options_.partition;
    request.number = ++entry.number;
    request.valid_until = now + options_.lease;
    request.channel = entry.channel;
    request.gateway = entry.gateway;
    request.from = entry.from;
    request.to = entry.to;
    request.content = entry.content;
    effects.outputs.push_back(output_of(request, now));
    entry.state = OutboxEntry::State::asked;
    entry.due = request.valid_until;
    ++asked_[entry.gateway];
    put(entry);
}

}  // namespace premura
