#include "core/explain/lookup.h"

namespace premura {

std::string_view find_by_id(const OrdersStage& stage, const OrderQuestion& question) {
    // An order before anything else of that id.
    for (std::size_t kind = 0; kind < subject_type_count; ++kind) {
        const auto type = static_cast<SubjectType>(kind);
        if (type == SubjectType::customer) continue;
        for (const auto& [tenant, unused] : stage.rules()->tenants) {
            if (!question.tenant.empty() && tenant != question.tenant) continue;
            const std::string_view bytes = stage.find(tenant, type, question.typed);
            if (!bytes.empty()) return bytes;
        }
    }
    return {};
}

bool is_meant(std::string_view bytes, const OrderQuestion& question, Entity& scratch) {
    return decode(bytes, scratch) && scratch.kind != SubjectType::customer && !is_signpost(scratch) &&
           (question.tenant.empty() || scratch.tenant == question.tenant) && is_meant(scratch, question.typed);
}

std::string order_of_signpost(const Entity& entity) {
    if (!is_signpost(entity)) return {};
    return std::string{entity.id_of(SubjectType::order, Entity::no_subject)};
}

std::map<std::string, Instant, std::less<>> rules_since(const OrdersStage& stage, std::string_view tenant) {
    std::map<std::string, Instant, std::less<>> since;
    const TenantRules* rules = stage.rules_of_tenant(tenant);
    if (rules == nullptr) return since;
    for (const TenantRule& rule : rules->rules) {
        if (rule.since != instant_min) since.emplace(rule.rule->id, rule.since);
    }
    return since;
}

void find_customers(const ContactsStage& stage, std::string_view tenant, const std::vector<std::string>& names,
                    std::vector<Customer>& customers) {
    for (const std::string& name : names) {
        const std::string_view bytes = stage.find(tenant, name);
        Customer customer;
        if (!bytes.empty() && decode(bytes, customer)) customers.push_back(std::move(customer));
    }
}

}  // namespace premura
