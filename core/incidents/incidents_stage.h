#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/incidents/house.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

struct IncidentsOptions {
    int partitions = 1;  // of the contacts stage: each of them hears of every incident
    // Counts of an open incident are told at most so often.
    Milliseconds told_every = std::chrono::seconds{10};
    // How long a closed one, and the answer to an action, is remembered.
    Milliseconds remembered = std::chrono::days{1};
};

// Looks at the whole house where the other stages look at one order or one customer: late cases with one cause become one
// incident, and rules call no faster than they may. Keyed by tenant. It runs on the clock of the wall; in a replay nobody
// tells it anything.
class IncidentsStage final : public Stage {
 public:
    IncidentsStage(IncidentsOptions options, std::shared_ptr<const RuleSet> rules);

    void restore(std::string_view key, std::string_view value) override;
    void apply(const Record& record, Instant arrival, Effects& effects) override;
    void fire(const Horizon& horizon, Effects& effects) override;
    std::optional<Instant> next_due() const override;
    void collect_state(Effects& effects) override;
    void use(std::shared_ptr<const RuleSet> rules) override;
    std::size_t size() const override;

    // For who asks between two steps; null when nothing is known of the tenant.
    const House* house(std::string_view tenant) const;

 private:
    // The tenant at hand.
    struct At {
        const std::string& tenant;
        House& house;
        Instant now;
        Effects& effects;
    };
    void take(const HouseReport& report, At& at);
    void count(const HouseReport& report, At& at);
    void open_surge(const Surge& surge, const std::string& counted, const HouseReport& report, At& at);
    void take_in(Incident& incident, std::uint64_t customer, At& at);
    void act(const IncidentAction& action, At& at);
    std::string perform(const IncidentAction& action, At& at);
    void close(Incident& incident, At& at);
    void settle_rate(const std::string& rate, At& at);
    bool may_go(const WaitingContact& contact, At& at);
    void send(HouseWord::Kind kind, const WaitingContact& contact, At& at);
    void let_go(const std::string& contact, bool granted, At& at);
    void tell(Incident& incident, HouseWord::Kind kind, At& at);
    void publish(Incident& incident, At& at);
    std::optional<ContactRate> limit_of(const std::string& tenant, const std::string& rate) const;
    void forget_old(At& at);
    void changed(At& at, HouseKey::Kind kind, std::string name);
    std::optional<Instant> next_due(const std::string& tenant, const House& house) const;

    IncidentsOptions options_;
    std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, House, std::less<>> houses_;  // by tenant
    bool rules_are_new_ = false;
    std::set<HouseKey> changed_;
    std::map<std::string, Instant> told_at_;            // by incident: when its counts were told last
    std::set<std::string> stale_;                       // incidents whose counts may have changed since
};

}  // namespace premura
