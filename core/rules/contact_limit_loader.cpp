#include "core/rules/contact_limit_loader.h"

#include "core/rules/duration_loader.h"

namespace premura {
namespace {

constexpr std::string_view limit_keys[] = {"at_most", "of", "per"};
constexpr std::string_view limited[] = {"call", "message", "any"};
constexpr std::string_view wait_keys[] = {"wait"};

constexpr int contacts_max = 1000;

// A stretch of time that passes for everyone alike.
std::optional<Milliseconds> load_elapsed(const YamlNode& node, YamlReader& reader) {
    const auto duration = load_duration(node, reader);
    if (!duration) return std::nullopt;
    if (duration->needs_calendar()) {
        reader.error("PR108", node, "here counts elapsed time, not business time", "write for example: 7 days");
        return std::nullopt;
    }
    return duration->time;
}

std::optional<ContactLimit> load_limit(const YamlNode& node, YamlReader& reader) {
    if (!reader.map(node, "a limit", limit_keys)) return std::nullopt;
    const YamlNode* at_most = reader.required(node, "at_most", "the limit");
    const YamlNode* of = reader.required(node, "of", "the limit");
    const YamlNode* per = reader.required(node, "per", "the limit");
    ContactLimit limit;
    const auto number = at_most == nullptr ? std::nullopt : reader.whole_number(*at_most, "'at_most'", 0, contacts_max);
    const auto position = of == nullptr ? std::nullopt : reader.word(*of, "'of'", limited);
    if (per == nullptr) return std::nullopt;
    if (per->is_scalar() && per->text == "day") {
        limit.per = ContactLimit::Per::day;
    } else if (per->is_scalar() && per->text == "case") {
        limit.per = ContactLimit::Per::one_case;
    } else {
        const auto time = load_elapsed(*per, reader);
        if (!time) return std::nullopt;
        limit.per = ContactLimit::Per::time;
        limit.time = *time;
    }
    if (!number || !position) return std::nullopt;
    limit.at_most = static_cast<int>(*number);
    limit.of = static_cast<ContactLimit::Of>(*position);
    return limit;
}

}  // namespace

std::vector<ContactLimit> load_limits(const YamlNode* contact, YamlReader& reader) {
    std::vector<ContactLimit> own;
    const YamlNode* limits = contact == nullptr ? nullptr : contact->find("limits");
    if (limits != nullptr && reader.list(*limits, "'limits'")) {
        for (const YamlNode& node : limits->items) {
            if (const auto limit = load_limit(node, reader)) own.push_back(*limit);
        }
    }
    return with_shipped_limits(std::move(own));
}

Milliseconds load_wait_after_inbound(const YamlNode* contact, Milliseconds shipped, YamlReader& reader) {
    const YamlNode* after = contact == nullptr ? nullptr : contact->find("after_customer_contacts_us");
    if (after == nullptr || !reader.map(*after, "'after_customer_contacts_us'", wait_keys)) return shipped;
    const YamlNode* wait = reader.required(*after, "wait", "'after_customer_contacts_us'");
    if (wait == nullptr) return shipped;
    return load_elapsed(*wait, reader).value_or(shipped);
}

}  // namespace premura
