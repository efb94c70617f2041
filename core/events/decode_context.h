#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/events/decoder.h"
#include "core/events/event_builder.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

// What a rule set says of one topic, looked up once.
struct TopicPlan {
    std::string tenant;                   // whose topic it is; empty: nobody's, or several tenants'
    std::vector<std::uint32_t> mappings;  // those that may fit, in their order
};

// Remembers what a rule set says of topics.
class TopicPlans {
 public:
    const TopicPlan& find(const std::string& topic, const RuleSet& rules);

 private:
    static constexpr std::size_t plans_max = 1000;

    // Both tell one rule set from another: an address alone may be used again.
    const RuleSet* rules_ = nullptr;
    std::string digest_;
    std::unordered_map<std::string, TopicPlan> plans_;
    const std::pair<const std::string, TopicPlan>* last_ = nullptr;
};

// One call of decode: what is given, where the events go, and what is counted on the way.
struct DecodeContext {
    const Record& record;
    const RuleSet& rules;
    const TopicPlan& plan;
    Instant arrival;
    Milliseconds max_future;
    EventPool& events;
    EventBuilder& builder;
    TextArena& arena;
    TimeZones& zones;
    std::uint32_t ignored_events = 0;
    std::uint32_t unknown_facts = 0;
    std::uint32_t future_times = 0;
};

// The tenant of that name; without a name the one whose topic it is, or the only one there is.
const Tenant* find_tenant(const DecodeContext& context, std::string_view name);

// The event of that name, with one of the tenant's prefixes and a suffix `.v1` taken off; null when
// the vocabulary has none. `tenant` may be null.
const EventDefinition* find_event(std::string_view name, const Tenant* tenant);

// Can RFC 3339 write it? Years 1 to 9999; others could not be sent on.
bool is_writable(Instant time);

// Sets when it happened: `time`, or the log's time. What lies too far ahead becomes the arrival.
void set_time(Event& event, std::optional<Instant> time, DecodeContext& context);

// Does the last check of an event: local times get the tenant's zone, and something must be named.
std::optional<Rejection> complete(const Tenant& tenant, DecodeContext& context);

}  // namespace premura
