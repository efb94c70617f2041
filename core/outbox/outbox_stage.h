#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/base/keyed_store.h"
#include "core/contacts/customer_hours.h"
#include "core/outbox/delivery.h"
#include "core/outbox/entry.h"
#include "core/outbox/task_news.h"
#include "core/outbox/ways.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

// The third stage: what the second one decided to say, on its way out. Notifications, expedites and incidents in, requests
// to the senders out; their answers in, what became of each out, and events that rules know (contact.sent,
// expedite.sent). Keyed by the derived id of what is delivered, so that nothing goes out twice.
//
// It reads the findings as well: when the case that a message is about closes, a message that has not gone out yet does not
// go. Expedites are keyed by the system that is pressed; they are sent on to the partition of their customer first, where
// those findings are.
//
// Call tasks go to the dialer of their tenant, if it has one: of each the newest version that matters, one after the other. What a
// dialer was never asked to take is not withdrawn from it either.
class OutboxStage final : public Stage {
 public:
    // After so many tries that did not get through, ops are told of the gateway.
    static constexpr int tries_until_incident = 4;
    // How long it is remembered that a case is solved, for messages about it that are read later.
    static constexpr Milliseconds solved_kept = std::chrono::hours{24};

    OutboxStage(OutboxOptions options, std::shared_ptr<const RuleSet> rules);

    void restore(std::string_view key, std::string_view value) override;
    void apply(const Record& record, Instant arrival, Effects& effects) override;
    void fire(const Horizon& horizon, Effects& effects) override;
    std::optional<Instant> next_due() const override;
    void collect_state(Effects& effects) override;
    void use(std::shared_ptr<const RuleSet> rules) override;
    std::size_t size() const override { return store_.size(); }

    // For who asks between two steps: what is known of a notification, an expedite, or an incident with its state.
    std::optional<OutboxEntry> find(std::string_view id) const;

 private:
    void take(OutboxEntry::Kind kind, const Record& record, Instant arrival, Effects& effects);
    void take_task(const Record& record, Instant arrival, Effects& effects);
    void tell(OutboxEntry& entry, const TaskNews& news, Instant arrival, Effects& effects);
    void begin(OutboxEntry& entry, const TaskNews& news, Instant now, Instant due);
    bool go_on_with_next(OutboxEntry& entry, Instant now);
    void take_for_teams(const Record& record, Instant arrival, Effects& effects);
    void send_on(const Record& record, Instant arrival, Effects& effects);
    void take_finding(const Record& record, Instant arrival, Effects& effects);
    void take_result(const DeliveryResult& result, Instant arrival, Effects& effects);
    void solve(const std::string& case_id, Instant at, Instant now, Effects& effects);
    bool was_told(const std::string& opened_id, Instant now, Effects& effects);
    bool was_solved(const std::string& case_id, Instant planned_at) const;

    void attend(OutboxEntry& entry, Instant now, Effects& effects);
    bool choose(OutboxEntry& entry, Instant now, Effects& effects);
    void ask(OutboxEntry& entry, Instant now, Effects& effects);
    void not_through(OutboxEntry& entry, const DeliveryResult& result, Instant now, Effects& effects);
    void give_up_channel(OutboxEntry& entry, Instant now, Effects& effects);
    void finish(OutboxEntry& entry, OutboxEntry::State state, std::string reason, Instant now, Effects& effects,
                const std::vector<std::string>& missing = {});
    Instant hours_from(const OutboxEntry& entry, Instant time);
    void tell_ops(const OutboxEntry& entry, bool open, Instant now, Effects& effects);
    void put(const OutboxEntry& entry, Instant due);
    void put(const OutboxEntry& entry) { put(entry, entry.due); }
    void index(const OutboxEntry& entry);
    void forget_index(const OutboxEntry& entry);
    void reject(const Record& record, std::string why, Instant arrival, Effects& effects);

    OutboxOptions options_;
    std::shared_ptr<const RuleSet> rules_;
    KeyedStore store_;
    CustomerHours hours_;
    std::unique_ptr<CallableHours> call_hours_;
    ZonesByName zones_;
    bool any_dialer_ = false;  // of the tenants
    // Derived from the store: who must hear when a case is solved, how much each gateway has, and who waits for it.
    std::unordered_multimap<std::string, std::string> by_case_;
    std::map<std::string, int> asked_;
    std::map<std::string, std::deque<std::string>> waiting_;
};

}  // namespace premura
