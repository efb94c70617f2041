#include "core/rules/tenant_channels_loader.h"

#include <fmt/format.h>

#include <algorithm>

namespace premura {
namespace {

constexpr std::string_view channels_keys[] = {"preferred", "email", "sms", "chat"};
constexpr std::string_view route_keys[] = {"gateway", "from", "reply_to"};
constexpr std::string_view plain_route_keys[] = {"gateway", "from"};
constexpr std::string_view system_keys[] = {"gateway", "email"};
constexpr std::size_t phone_digits_min = 7;
constexpr std::size_t phone_digits_max = 15;
constexpr std::size_t email_bytes_max = 254;  // RFC 5321, 4.5.3.1.3, without the angle brackets

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char letter) {
        return static_cast<unsigned char>(letter) > 0x20 && letter != 0x7f;
    });
}

std::string load_mailbox(const YamlNode& node, std::string_view what, YamlReader& reader) {
    const auto text = reader.text(node, what);
    if (!text) return {};
    if (address_in(*text).empty()) {
        reader.error("PR163", node, fmt::format("'{}' is not an e-mail address", *text),
                     "write for example: ACME Casa <care@acme.example>");
    }
    return *text;
}

Channels::Route load_route(const YamlEntry& entry, YamlReader& reader) {
    Channels::Route route;
    const bool is_email_route = entry.key.text == "email";
    const std::string what = fmt::format("the channel '{}'", entry.key.text);
    if (is_email_route ? !reader.map(entry.value, what, route_keys) : !reader.map(entry.value, what, plain_route_keys)) {
        return route;
    }
    if (const YamlNode* gateway = entry.value.find("gateway")) {
        route.gateway = reader.name(*gateway, "the name of a gateway").value_or("");
    }
    if (const YamlNode* from = entry.value.find("from")) {
        route.from = is_email_route ? load_mailbox(*from, "'from'", reader) : reader.text(*from, "'from'").value_or("");
    }
    if (const YamlNode* reply_to = entry.value.find("reply_to"); reply_to != nullptr && is_email_route) {
        route.reply_to = load_mailbox(*reply_to, "'reply_to'", reader);
    }
    return route;
}

}  // namespace

bool is_email(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != text.npos && at > 0 && at + 1 < text.size() && text.size() <= email_bytes_max &&
           text.find('@', at + 1) == text.npos && is_printable(text) && text.find_first_of("<>,;\"") == text.npos;
}

bool is_phone(std::string_view text) {
    if (!text.starts_with('+')) return false;
    text.remove_prefix(1);
    return text.size() >= phone_digits_min && text.size() <= phone_digits_max &&
           text.find_first_not_of("0123456789") == text.npos;
}

std::string_view address_in(std::string_view mailbox) {
    const std::size_t open = mailbox.find('<');
    if (open == mailbox.npos) return is_email(mailbox) ? mailbox : std::string_view{};
    if (!mailbox.ends_with('>')) return {};
    const std::string_view address = mailbox.substr(open + 1, mailbox.size() - open - 2);
    const bool on_one_line = mailbox.find_first_of("\r\n") == mailbox.npos;
    return on_one_line && is_email(address) ? address : std::string_view{};
}

std::string_view name_in(std::string_view mailbox) {
    const std::size_t open = mailbox.find('<');
    if (open == mailbox.npos) return {};
    std::string_view name = mailbox.substr(0, open);
    while (name.starts_with(' ') || name.starts_with('"')) name.remove_prefix(1);
    while (name.ends_with(' ') || name.ends_with('"')) name.remove_suffix(1);
    return name;
}

std::string load_email(const YamlNode& node, std::string_view what, YamlReader& reader) {
    const auto address = reader.text(node, what);
    if (!address) return {};
    if (!is_email(*address)) {
        reader.error("PR163", node, fmt::format("'{}' is not an e-mail address", *address));
    }
    return *address;
}

std::string load_phone(const YamlNode& node, std::string_view what, YamlReader& reader) {
    const auto number = reader.text(node, what);
    if (!number) return {};
    if (!is_phone(*number)) {
        reader.error("PR163", node, fmt::format("'{}' is not an international telephone number", *number),
                     "write a plus and the digits, for example \"+39025550100\"");
    }
    return *number;
}

Channels load_channels(const YamlNode& node, YamlReader& reader) {
    Channels channels;
    if (!reader.map(node, "'channels'", channels_keys)) return channels;
    for (const YamlEntry& entry : node.entries) {
        if (entry.key.text != "preferred") {
            channels.routes[entry.key.text] = load_route(entry, reader);
            continue;
        }
        channels.preferred.clear();
        for (const YamlNode* item : reader.one_or_many(entry.value, "'preferred'")) {
            const auto position = reader.word(*item, "a channel", Channels::names);
            if (position) channels.preferred.emplace_back(Channels::names[*position]);
        }
    }
    return channels;
}

std::map<std::string, SystemRoute> load_systems(const YamlNode& node, YamlReader& reader) {
    std::map<std::string, SystemRoute> systems;
    if (!reader.map(node, "'systems'")) return systems;
    for (const YamlEntry& entry : node.entries) {
        const std::string name = reader.name(entry.key, "the name of a system").value_or("");
        const std::string what = fmt::format("the system '{}'", entry.key.text);
        if (!reader.map(entry.value, what, system_keys)) continue;
        SystemRoute route;
        if (const YamlNode* gateway = entry.value.find("gateway")) {
            route.gateway = reader.name(*gateway, "the name of a webhook").value_or("");
        }
        if (const YamlNode* email = entry.value.find("email")) route.email = load_email(*email, "'email'", reader);
        if (!route.gateway.empty() && !route.email.empty()) {
            reader.error("PR164", entry.value, fmt::format("{} has a gateway and an e-mail address", what),
                         "keep the one that is read first");
        }
        systems[name] = std::move(route);
    }
    return systems;
}

}  // namespace premura
