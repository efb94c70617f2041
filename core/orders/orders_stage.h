#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/keyed_store.h"
#include "core/calendar/time_zone.h"
#include "core/events/decoder.h"
#include "core/findings/finding.h"
#include "core/orders/clock.h"
#include "core/orders/entity.h"
#include "core/orders/routing.h"
#include "core/orders/rule_memory.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

struct OrdersOptions {
    EntityLimits limits;
    // How long after its deadline a clock waits for what is still on the way.
    Milliseconds settle = std::chrono::minutes{2};
    // How long an order is kept after its last event, when nothing about it is open; and when a case still is.
    Milliseconds retention = std::chrono::days{90};
    Milliseconds retention_open = std::chrono::days{400};
    // How many partitions the stage has. With more than one, a record whose key is not the id of what it is
    // about goes through the intake topic.
    int partitions = 1;
    // The clock is the one of the recorded events: each is preceded by all that was due before it.
    bool replay = false;
    DecoderOptions decoder;
};

// The first stage: events of orders in, findings out. See docs/ARCHITECTURE.md.
class OrdersStage final : public Stage {
 public:
    OrdersStage(OrdersOptions options, std::shared_ptr<const RuleSet> rules);

    void restore(std::string_view key, std::string_view value) override;
    void apply(const Record& record, Instant arrival, Effects& effects) override;
    void fire(const Horizon& horizon, Effects& effects) override;
    std::optional<Instant> next_due() const override;
    void collect_state(Effects& effects) override;
    void use(std::shared_ptr<const RuleSet> rules) override;
    Instant decided_until() const override {
        return replay_clock_ == instant_min ? instant_min : replay_clock_ - Milliseconds{1};
    }
    std::size_t size() const override { return store_.size(); }

    const KeyedStore& store() const { return store_; }
    // The rules as it runs them for one tenant, to derive clocks from; null when the tenant is not known. Valid until the
    // next `use`.
    const TenantRules* rules_of_tenant(std::string_view tenant) const;
    const RuleMemory& memory() const { return memory_; }
    // For who asks between two steps: the order (or shipment, ...) of that id, encoded as decode() reads it; empty
    // when there is none. Valid until the next step.
    std::string_view find(std::string_view tenant, SubjectType kind, std::string_view id) const;
    // The rules it goes by; also for a `KeyedStore::Walk` over all orders.
    const std::shared_ptr<const RuleSet>& rules() const { return rules_; }

 private:
    // One thing to do for one clock.
    struct Item {
        enum class Kind : std::uint8_t { none, warning, late, step } kind = Kind::none;
        std::size_t index = 0;
        Instant planned = instant_max;
    };

    void step_to(Instant time, Effects& effects);
    void apply_event(const Event& event, Target target, Instant now, Effects& effects);
    // One customer whose data must go, and the event that said so.
    struct Erasure {
        std::string tenant;
        std::string customer;
        std::uint64_t identity = 0;
        Instant time;
    };
    bool take_erasure(const Event& event, const Record& record, Instant now, Effects& effects);
    void erase_customers(Instant now, Effects& effects);
    void erase_from_entity(const Key128& key, const Erasure& erasure, Instant now, Effects& effects);
    void forward_links(const Event& event, std::size_t subjects_before, Effects& effects);
    void forward_to_order(const Event& event, Effects& effects);
    void event_of_history(std::size_t index, Event& event) const;

    const TenantRules* rules_of_entity() const;
    void derive(Effects* effects);
    Entity::Case* case_of(const Clock& clock);
    const Clock* clock_of(const Entity::Case& known) const;
    bool pin_cases();
    void learn_rules(Instant now, Effects& effects);
    bool keep_old_deadlines();
    bool keep_deadlines();
    bool take_edit(Instant now, Effects& effects);
    bool take_new_ladder(const Clock& clock, Entity::Case& known, Instant now) const;
    Item next_item(const Clock& clock, const Entity::Case* known) const;
    Instant next_due_of_entity() const;
    bool close_ended(Instant now, Effects& effects);
    void close(Entity::Case& open, const Clock* clock, std::string_view reason, Instant now,
               Effects& effects);
    bool is_still_wanted(const Clock& clock, const Item& item, Effects& effects) const;
    void forgo(const Clock& clock, const Item& item, Entity::Case* known, const Horizon& horizon,
               Effects& effects);
    static Entity::Case new_case(const Clock& clock);
    void run(const Clock& clock, const Item& item, const Horizon& horizon, Effects& effects);
    bool linked_elsewhere() const;
    void ring(const Key128& key, Instant at, const Horizon& horizon, Effects& effects);
    Finding finding_for(const Clock* clock, const Entity::Case& open, Finding::Kind kind) const;
    void tell(Finding finding, const Step* step, Effects& effects) const;
    std::string_view customer_of_entity();
    static Finding news_of(const Event& event, std::string_view tenant, std::string_view customer, Instant now);
    void tell_news(const Event& event, Instant now, Effects& effects) const;

    OrdersOptions options_;
    std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, TimeZone, std::less<>> zones_;
    std::map<std::string, TenantRules, std::less<>> tenants_;
    Decoder decoder_;
    KeyedStore store_;
    RuleMemory memory_;
    bool rules_are_new_ = true;       // `memory_` has not learned them yet
    bool edit_is_known_ = false;      // rules were edited: what is looked at for that is due at instant_min
    // The rules before an edit, until every order was looked at; empty when the daemon was stopped in between.
    std::shared_ptr<const RuleSet> old_rules_;
    std::map<std::string, TenantRules, std::less<>> old_tenants_;
    Instant replay_clock_ = instant_min;
    std::vector<Erasure> erasures_;  // of the round at hand

    // Scratch of the step at hand, kept so that nothing is allocated anew for each event.
    Entity entity_;
    std::vector<Clock> clocks_;
    std::string encoded_;
    std::string stand_in_;  // names the customer of the case at hand while the real one is not known

    // Counted here and handed over with the state, because they come with every event.
    std::array<std::uint32_t, 128> applied_{};
    std::uint32_t repeated_ = 0;
};

// The facts and the history of an entity as JSON, for findings and for people.
std::string facts_json(const Entity& entity, std::uint8_t subject);
std::string history_json(const Entity& entity);

}  // namespace premura
