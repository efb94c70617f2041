#include "core/events/decode_context.h"

#include <algorithm>

namespace premura {
namespace {

// Takes `.v1`, `.v12`, ... off.
std::string_view without_version(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot + 2 >= name.size() || name[dot + 1] != 'v')
        return name;
    const std::string_view digits = name.substr(dot + 2);
    const bool all_digits =
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    return all_digits ? name.substr(0, dot) : name;
}

bool contains(const std::vector<std::string>& topics, const std::string& topic) {
    return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

TopicPlan make_plan(const std::string& topic, const RuleSet& rules) {
    TopicPlan plan;
    int owners = 0;
    for (const auto& [id, tenant] : rules.tenants) {
        if (!contains(tenant.topics, topic)) continue;
        plan.tenant = id;
        ++owners;
    }
    if (owners > 1) plan.tenant.clear();
    for (std::uint32_t i = 0; i < rules.mappings.size(); ++i) {
        const std::vector<std::string>& topics = rules.mappings[i].topics;
        if (topics.empty() || contains(topics, topic)) plan.mappings.push_back(i);
    }
    return plan;
}

}  // namespace

const TopicPlan& TopicPlans::find(const std::string& topic, const RuleSet& rules) {
    if (rules_ != &rules || digest_ != rules.digest || digest_.empty()) {
        plans_.clear();
        last_ = nullptr;
        rules_ = &rules;
        digest_ = rules.digest;
    }
    if (last_ != nullptr && last_->first == topic) return last_->second;
    auto found = plans_.find(topic);
    if (found == plans_.end()) {
        if (plans_.size() >= plans_max) plans_.clear();
        found = plans_.emplace(topic, make_plan(topic, rules)).first;
    }
    last_ = &*found;
    return found->second;
}

const Tenant* find_tenant(const DecodeContext& context, std::string_view name) {
    const RuleSet& rules = context.rules;
    if (name.empty()) name = context.plan.tenant;
    if (!name.empty()) return rules.tenant(name);
    return rules.tenants.size() == 1 ? &rules.tenants.begin()->second : nullptr;
}

const EventDefinition* find_event(std::string_view name, const Tenant* tenant) {
    if (const EventDefinition* found = event_named(name)) return found;
    if (tenant != nullptr) {
        for (const std::string& prefix : tenant->event_type_prefixes) {
            if (prefix.empty() || !name.starts_with(prefix)) continue;
            name.remove_prefix(prefix.size());
            break;
        }
    }
    return event_named(without_version(name));
}

bool is_writable(Instant time) {
    constexpr Instant first{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
    constexpr Instant end{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}};
    return time >= first && time < end;
}

void set_time(Event& event, std::optional<Instant> time, DecodeContext& context) {
    event.broker_time = !time;
    event.time = time.value_or(context.record.timestamp);
    if (event.time - context.max_future > context.arrival) {
        event.time = context.arrival;
        ++context.future_times;
    }
}

std::optional<Rejection> complete(const Tenant& tenant, DecodeContext& context) {
    Event& event = context.builder.event();
    event.tenant = tenant.id;
    if (context.builder.has_local_times()) {
        const TimeZone* zone = context.zones.find(tenant.timezone);
        if (zone == nullptr) {
            return Rejection{rejected::bad_fact, "a time has no zone, and its tenant has none", {}};
        }
        context.builder.resolve_local_times(*zone);
    }
    const auto& ids = event.subject_ids;
    if (std::all_of(ids.begin(), ids.end(), [](std::string_view id) { return id.empty(); })) {
        return Rejection{rejected::no_subject,
                         "it names no order, parcel, shipment, return, refund, promise or customer",
                         {}};
    }
    return std::nullopt;
}

}  // namespace premura
