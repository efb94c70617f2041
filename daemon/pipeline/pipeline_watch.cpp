#include <algorithm>

#include "core/base/hash.h"
#include "core/incidents/incident.h"
#include "daemon/pipeline/pipeline_partition.h"

// What a pipeline tells ops of its own input: each cause is one incident, and no reason to call anybody.

namespace premura {
namespace {

std::string reason_of(std::string_view kind) {
    if (kind == Incident::feed_silent) return "The feed has stopped speaking. Rules that depend on it wait; nobody is called.";
    if (kind == Incident::reader_lagging) {
        return "Events arrive faster than they are read. What is read is decided as always, only later; deadlines wait for what is not.";
    }
    return "The input is not complete. Deadlines that are due wait; nobody is called.";
}

}  // namespace

void Pipeline::watch_input(Instant now) {
    if (partitions_.empty()) return;
    bool explained = false;
    for (const auto& [topic, silence] : options_.silent_after) {
        const auto heard = last_heard_.find(topic);
        if (heard == last_heard_.end()) continue;
        const bool silent = now - heard->second > silence;
        explained = explained || silent;
        watch_anywhere(Incident::feed_silent, topic, silent, heard->second, now);
    }
    const bool lags = behind_since_ && now - *behind_since_ > options_.stalled_after;
    explained = explained || lags;
    watch_anywhere(Incident::reader_lagging, options_.stage, lags, behind_since_.value_or(now), now);

    totals_.stalled = false;
    for (auto& [number, partition] : partitions_) {
        const auto due = partition.stage->next_due();
        const bool stalled = due && *due + options_.stalled_after < now && complete_until(partition, now) < *due;
        totals_.stalled = totals_.stalled || stalled;
        // A silent feed, or a reader that lags, has its own incident, and is reason enough.
        watch(partition, Incident::input_stalled, options_.stage + "/" + std::to_string(number), stalled && !explained,
              due.value_or(now), now);
    }
}

// What is about no partition of its own is kept by the first; where a partition came from elsewhere with an incident of
// its former reader, that one ends here.
void Pipeline::watch_anywhere(std::string_view kind, const std::string& about, bool holds, Instant since, Instant now) {
    const std::string key = std::string{kind} + "/" + about;
    bool known = false;
    for (auto& [number, partition] : partitions_) {
        if (!partition.told.contains(key)) continue;
        known = true;
        watch(partition, kind, about, holds, since, now);
    }
    if (!known) watch(partitions_.begin()->second, kind, about, holds, since, now);
}

void Pipeline::watch(Partition& keeper, std::string_view kind, const std::string& about, bool holds, Instant since, Instant now) {
    const std::string key = std::string{kind} + "/" + about;
    const auto told = keeper.told.find(key);
    if (holds && told == keeper.told.end()) {
        keeper.told.emplace(key, since);
        keeper.own_state.push_back({std::string{told_key} + key, std::to_string(milliseconds_of(since))});
        report(kind, about, true, since, now);
    } else if (!holds && told != keeper.told.end()) {
        report(kind, about, false, told->second, now);
        keeper.told.erase(told);
        keeper.own_state.push_back({std::string{told_key} + key, std::nullopt});
    }
}

void Pipeline::report(std::string_view kind, const std::string& about, bool open, Instant since, Instant now) {
    Incident incident;
    incident.id = derived_id({kind, about, format_date(LocalDate{std::chrono::floor<std::chrono::days>(since)}),
                              std::to_string(milliseconds_of(since))});
    incident.kind = kind;
    incident.about = about;
    incident.since = since;
    if (!open) incident.closed_at = now;
    incident.reason = reason_of(kind);
    effects_.outputs.push_back(output_of(incident, options_.stage, now));
    effects_.count("incidents", std::string{kind} + (open ? "/open" : "/closed"));
}

}  // namespace premura
