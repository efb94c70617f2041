#include <boost/json.hpp>

#include "core/base/hash.h"
#include "core/incidents/incident.h"
#include "core/messages/values.h"
#include "core/outbox/events.h"
#include "core/outbox/letters.h"
#include "core/outbox/marks.h"
#include "core/outbox/outbox_stage.h"

// The part of the outbox that ends things and tells of it, and its bookkeeping.

namespace premura {
namespace {

namespace json = boost::json;


}  // namespace

void OutboxStage::finish(OutboxEntry& entry, OutboxEntry::State state, std::string reason, Instant now, Effects& effects,
                         const std::vector<std::string>& missing) {
    forget_index(entry);
    entry.state = state;
    entry.reason = std::move(reason);
    const bool is_task = entry.kind == OutboxEntry::Kind::task;
    if (is_task && state == OutboxEntry::State::sent) {
        if (const auto news = task_news_of(entry.body)) entry.told = news->digest;
    }
    if (auto event = event_about(entry, now)) effects.outputs.push_back(std::move(*event));
    json::object body{
        {"id", entry.id},
        {"kind", name_of(entry.kind)},
        {"tenant", entry.tenant},
        {"state", name_of(state)},
        {"channel", entry.channel},
        {"gateway", entry.gateway},
        {"requests", entry.number},
        {"reason", entry.reason},
        {"missing", json::array(missing.begin(), missing.end())},
        {"decided_at", format_utc(entry.decided_at)},
        {"at", format_utc(now)},
    };
    if (is_task) body["version"] = entry.told_version;
    const std::string told = is_task ? entry.id + "." + std::to_string(entry.told_version) : entry.id;
    Output output = outbox_record(delivery::topic, "premura.delivery." + std::string{name_of(state)} + ".v1",
                                  told + "." + std::string{name_of(state)}, entry.id, json::serialize(body), now);
    output.partition = options_.partition;
    effects.outputs.push_back(std::move(output));
    std::string label{name_of(entry.kind)};
    label += '/';
    label += entry.channel.empty() ? "none" : entry.channel;
    label += '/';
    label += name_of(state);
    if (!entry.reason.empty()) label += '/' + entry.reason;
    effects.count("deliveries", std::move(label));
    // Only that it is over is kept, and nothing about anybody.
    entry.body.clear();
    entry.content.clear();
    entry.to.clear();
    entry.cases.clear();
    if (entry.ended && entry.next.empty()) entry.told.clear();
    // A call that may still change is known for as long as it may: else a dialer would not hear that it is solved.
    entry.due = is_task && !entry.ended ? instant_max : now + options_.remembered;
    go_on_with_next(entry, now);
    put(entry);
}

// Messages keep to the customer's hours; teams, systems and ops have none.
Instant OutboxStage::hours_from(const OutboxEntry& entry, Instant time) {
    if (entry.kind != OutboxEntry::Kind::message) return time;
    const Tenant* tenant = rules_->tenant(entry.tenant);
    if (tenant == nullptr) return time;
    boost::system::error_code error;
    const json::value body = json::parse(entry.body, error);
    if (error || !body.is_object()) return time;
    ToldOfCustomer told;
    if (const json::value* cases = body.get_object().if_contains("cases"); cases != nullptr && cases->is_array()) {
        for (const json::value& one : cases->get_array()) {
            const json::value* facts = one.is_object() ? one.get_object().if_contains("facts") : nullptr;
            if (facts != nullptr) told.add(*facts);
        }
    }
    // A customer of whom nothing is known was let through by the contacts stage, or never got here.
    const OpenHours hours = hours_.of(*tenant, CustomerHours::Channel::message, told);
    if (!hours.known()) return time;
    const Instant open = hours.next_open(time);
    return open == instant_max ? time : open;
}

// One incident for a gateway that does not let things through, until something passes.
void OutboxStage::tell_ops(const OutboxEntry& entry, bool open, Instant now, Effects& effects) {
    OutboxMark mark{OutboxMark::Kind::told, now, entry.gateway};
    const auto told = mark_of(store_.find(key_of(mark)));
    if (told.has_value() == open) return;
    if (open) {
        store_.put(key_of(mark), encode(mark), instant_max);
    } else {
        mark.at = told->at;
        store_.erase(key_of(mark), mark.key());
    }
    // Partitions that find out within the same hour say so with one voice.
    const auto hour = std::chrono::floor<std::chrono::hours>(mark.at);
    Incident incident;
    incident.id = derived_id({Incident::system_unreachable, entry.gateway, format_utc(Instant{hour})});
    incident.kind = Incident::system_unreachable;
    incident.about = entry.gateway;
    incident.since = mark.at;
    if (!open) incident.closed_at = now;
    incident.reason = open ? "The gateway does not take what is sent. It is tried again, and nothing is lost; what gets too old is "
                             "not sent."
                           : "The gateway takes what is sent again.";
    effects.outputs.push_back(output_of(incident, "outbox", now));
    effects.count("incidents", incident.kind + (open ? "/open" : "/closed"));
}

void OutboxStage::put(const OutboxEntry& entry, Instant due) { store_.put(key_of_entry(entry.id), encode(entry), due); }

void OutboxStage::index(const OutboxEntry& entry) {
    for (const std::string& id : entry.cases) by_case_.emplace(id, entry.id);
}

void OutboxStage::forget_index(const OutboxEntry& entry) {
    for (const std::string& id : entry.cases) {
        const auto [begin, end] = by_case_.equal_range(id);
        for (auto one = begin; one != end; ++one) {
            if (one->second != entry.id) continue;
            by_case_.erase(one);
            break;
        }
    }
}

void OutboxStage::reject(const Record& record, std::string why, Instant arrival, Effects& effects) {
    effects.count("deliveries_rejected");
    Output output;
    output.topic = "quarantine";
    output.key = record.topic + "/" + std::to_string(record.partition) + "/" + std::to_string(record.offset);
    output.partition_key = output.key;
    output.value = record.value;
    output.headers = record.headers;
    output.headers.emplace_back("premura-rejection", std::move(why));
    output.timestamp = arrival;
    effects.outputs.push_back(std::move(output));
}

std::optional<Instant> OutboxStage::next_due() const { return store_.next_due(); }

void OutboxStage::collect_state(Effects& effects) {
    store_.take_changes(
        [&effects](std::string_view bytes) {
            if (const auto mark = mark_of(bytes)) {
                effects.state.push_back({mark->key(), std::string{bytes}});
                return;
            }
            OutboxEntry entry;
            if (decode(bytes, entry)) effects.state.push_back({entry.id, std::string{bytes}});
        },
        [&effects](std::string removed) { effects.state.push_back({std::move(removed), std::nullopt}); });
}

}  // namespace premura
