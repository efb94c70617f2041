#include <algorithm>
#include <boost/json.hpp>

#include "core/outbox/letters.h"
#include "core/outbox/outbox_stage.h"

// The part of the outbox that tells dialers of call tasks.

namespace premura {
namespace {

namespace json = boost::json;

// Of a customer who is forgotten: which task is withdrawn, and nothing else.
json::object erased(const OutboxEntry& entry, Instant now) {
    return {{"tenant", entry.tenant},          {"task", entry.id},    {"version", entry.version + 1},
            {"state", "withdrawn"},            {"reason", "erased"},  {"decided_at", format_utc(now)}};
}

}  // namespace

void OutboxStage::take_task(const Record& record, Instant arrival, Effects& effects) {
    auto known = find(record.key);
    if (!known && (!any_dialer_ || record.tombstone)) return;
    json::object body;
    if (record.tombstone) {
        if (known->ended) return;
        body = erased(*known, arrival);
    } else {
        boost::system::error_code error;
        json::value value = json::parse(record.value, error);
        if (error || !value.is_object()) return reject(record, "not a JSON object", arrival, effects);
        body = std::move(value.get_object());
    }
    const auto news = task_news(body, *rules_, *call_hours_, zones_, arrival);
    OutboxEntry entry;
    if (known) {
        entry = std::move(*known);
    } else {
        entry.id = record.key;
        entry.kind = OutboxEntry::Kind::task;
        entry.tenant = text_in(body, "tenant");
        // There is nothing to tell: it is not to be called now, or nobody listens.
        if (!news || news->state != "open") return;
        entry.state = OutboxEntry::State::cancelled;
    }
    if (!news) {
        // Its tenant has no dialer any more.
        const std::string_view state = text_in(body, "state");
        if (entry.ended || state == "open" || state == "waiting") return;
        entry.ended = true;
        entry.due = arrival + options_.remembered;
        return put(entry);
    }
    if (news->version <= entry.version) return effects.count("deliveries_repeated");
    entry.version = news->version;
    entry.ended = news->ended;
    tell(entry, *news, arrival, effects);
}

void OutboxStage::tell(OutboxEntry& entry, const TaskNews& news, Instant arrival, Effects& effects) {
    const auto same_as = [&news](const std::string& kept) {
        const auto earlier = task_news_of(kept);
        return earlier && earlier->digest == news.digest;
    };
    // Whoever was never asked to take it hears neither of the call nor of its end.
    const bool never_asked = entry.number == 0;
    if (entry.state == OutboxEntry::State::asked) {
        // One word at a time: what follows waits for the answer.
        const bool under_way = same_as(entry.body);
        entry.next = under_way ? std::string{} : encode(news);
        return put(entry);
    }
    if (entry.state == OutboxEntry::State::pending) {
        if (never_asked && news.state != "open") {
            return finish(entry, OutboxEntry::State::cancelled, news.state, arrival, effects);
        }
        if (same_as(entry.body)) return put(entry);
        // One that stands in the gateway's queue keeps its place; one that is tried again later keeps its time.
        const bool queued = !entry.channel.empty() && entry.due <= arrival;
        begin(entry, news, arrival, std::max(entry.due, arrival));
        return put(entry, queued ? instant_max : entry.due);
    }
    const bool known_there = entry.state == OutboxEntry::State::sent && entry.told == news.digest;
    if (known_there || (never_asked && news.state != "open")) {
        entry.due = entry.ended ? arrival + options_.remembered : instant_max;
        return put(entry);
    }
    begin(entry, news, arrival, arrival);
    put(entry);
}

// From now on this version is what is to be told; `due`: when it is tried.
void OutboxStage::begin(OutboxEntry& entry, const TaskNews& news, Instant now, Instant due) {
    entry.decided_at = now;
    entry.expires_at = now + options_.give_up_after;
    entry.state = OutboxEntry::State::pending;
    entry.body = encode(news);
    entry.told_version = news.version;
    entry.next.clear();
    entry.channel.clear();
    entry.content.clear();
    entry.given_up.clear();
    entry.attempts = 0;
    entry.postponed = 0;
    entry.reason.clear();
    entry.due = due;
}

// The version that waited for the answer. False when there is none.
bool OutboxStage::go_on_with_next(OutboxEntry& entry, Instant now) {
    const auto next = task_news_of(entry.next);
    if (!next) return false;
    begin(entry, *next, now, now);
    return true;
}

}  // namespace premura
