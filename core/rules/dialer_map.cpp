#include "core/rules/dialer_map.h"

#include <algorithm>

#include "core/events/vocabulary.h"

namespace premura {
namespace {

using Kind = DialerField::Kind;

constexpr DialerField call_fields[] = {
    {"task", Kind::exact},         {"task.short", Kind::exact},   {"version", Kind::exact},
    {"idempotency_key", Kind::exact}, {"state", Kind::exact},     {"reason", Kind::exact},
    {"tenant", Kind::exact},       {"brand", Kind::text},         {"priority", Kind::exact},
    {"rule", Kind::exact},         {"rule_name", Kind::text},     {"why", Kind::text},
    {"script", Kind::exact},       {"raised_at", Kind::time},     {"due_at", Kind::time},
    {"not_before", Kind::time},    {"not_after", Kind::time},     {"retry_at", Kind::time},
    {"time_zone", Kind::exact},    {"language", Kind::exact},     {"name", Kind::text},
    {"first_name", Kind::text},    {"last_name", Kind::text},     {"phone", Kind::exact},
    {"phone.digits", Kind::exact}, {"phone.code", Kind::exact},   {"phone.national", Kind::exact},
    {"other_phone", Kind::exact},  {"other_phone.digits", Kind::exact},
    {"attempt", Kind::exact},      {"attempts_max", Kind::exact}, {"last_outcome", Kind::exact},
};

// Texts that mean something else when their end is missing.
bool means_nothing_when_cut(std::string_view fact) {
    return fact.ends_with(".id") || fact.ends_with("number") || fact.ends_with("phone") || fact.ends_with("email") ||
           fact.ends_with("url") || fact.ends_with("code") || fact.ends_with("currency") || fact.ends_with("zone");
}

}  // namespace

std::vector<DialerField> dialer_call_fields() { return {std::begin(call_fields), std::end(call_fields)}; }

std::optional<DialerField> dialer_field_named(std::string_view name) {
    const auto* known = std::ranges::find(call_fields, name, &DialerField::name);
    if (known != std::end(call_fields)) return *known;
    const FactDefinition* fact = fact_named(name);
    if (fact == nullptr) return std::nullopt;
    if (fact->kind == FactKind::time) return DialerField{fact->name, Kind::time};
    const bool exact = fact->kind != FactKind::text || means_nothing_when_cut(fact->name);
    return DialerField{fact->name, exact ? Kind::exact : Kind::text};
}

}  // namespace premura
