#include "core/rules/call_rules_loader.h"

#include <fmt/format.h>

#include "core/rules/duration_loader.h"

namespace premura {
namespace {

constexpr std::string_view retry_keys[] = {"no_answer", "busy", "voicemail", "attempts_max", "then"};
constexpr std::string_view then_keys[] = {"notify", "message"};
constexpr std::string_view receivers[] = {"customer"};
constexpr std::string_view discretion_keys[] = {"voucher", "refund", "system"};
constexpr int attempts_most = 10;
constexpr Milliseconds lease_least = std::chrono::minutes{1};
constexpr Milliseconds lease_most = std::chrono::hours{1};

void load_pauses(const YamlNode& retry, std::string_view key, std::vector<Duration>& pauses, YamlReader& reader) {
    const YamlNode* node = retry.find(key);
    if (node == nullptr) return;
    std::vector<Duration> own;
    for (const YamlNode* item : reader.one_or_many(*node, "the delays")) {
        if (const auto pause = load_duration(*item, reader)) own.push_back(*pause);
    }
    if (!own.empty()) pauses = std::move(own);
}

void load_then(const YamlNode& node, CallRules& rules, YamlReader& reader, std::vector<NameUse>& uses) {
    if (!reader.map(node, "'then'", then_keys)) return;
    if (const YamlNode* notify = reader.required(node, "notify", "'then'")) reader.word(*notify, "'notify'", receivers);
    const YamlNode* message = reader.required(node, "message", "'then'");
    if (message == nullptr) return;
    rules.then_message = reader.name(*message, "the id of a message").value_or("");
    if (rules.then_message.empty()) return;
    uses.push_back({NameUse::Kind::message, rules.then_message, {}, reader.place_of(*message)});
}

void load_retries(const YamlNode& retry, CallRules& rules, YamlReader& reader, std::vector<NameUse>& uses) {
    if (!reader.map(retry, "'retry_call'", retry_keys)) return;
    load_pauses(retry, "no_answer", rules.no_answer, reader);
    load_pauses(retry, "busy", rules.busy, reader);
    load_pauses(retry, "voicemail", rules.voicemail, reader);
    if (const YamlNode* most = retry.find("attempts_max")) {
        rules.attempts_max = reader.whole_number(*most, "'attempts_max'", 1, attempts_most).value_or(rules.attempts_max);
    }
    if (const YamlNode* then = retry.find("then")) load_then(*then, rules, reader, uses);
}

void load_lease(const YamlNode& node, CallRules& rules, YamlReader& reader) {
    const auto lease = load_duration(node, reader);
    if (!lease) return;
    if (lease->needs_calendar()) {
        reader.error("PR108", node, "here counts elapsed time, not business time", "write for example: 10 minutes");
    } else if (lease->time < lease_least || lease->time > lease_most) {
        reader.error("PR108", node, "a claim lasts from 1 minute to 1 hour", "write for example: 10 minutes");
    } else {
        rules.lease = lease->time;
    }
}

std::optional<Money> load_money(const YamlNode& node, std::string_view what, YamlReader& reader) {
    const auto text = reader.text(node, what);
    if (!text) return std::nullopt;
    const auto money = money_in(*text);
    if (money && ten_thousandths(money->amount).value_or(0) > 0) return money;
    reader.error("PR107", node, fmt::format("{} must be an amount and a currency, not '{}'", what, *text),
                 "write for example: 20 EUR");
    return std::nullopt;
}

}  // namespace

CallRules load_call_rules(const YamlNode* contact, YamlReader& reader, std::vector<NameUse>& uses) {
    CallRules rules;
    if (contact == nullptr) return rules;
    if (const YamlNode* calls = contact->find("calls"); calls != nullptr && calls->is_map()) {
        if (const YamlNode* lease = calls->find("lease")) load_lease(*lease, rules, reader);
        if (const YamlNode* team = calls->find("wishes_to")) {
            const auto name = reader.name(*team, "the name of a team");
            if (name) {
                rules.wishes_to = *name;
                uses.push_back({NameUse::Kind::team, *name, {}, reader.place_of(*team)});
            }
        }
    }
    if (const YamlNode* retry = contact->find("retry_call")) load_retries(*retry, rules, reader, uses);
    return rules;
}

Discretion load_discretion(const YamlNode& node, YamlReader& reader) {
    Discretion discretion;
    if (!reader.map(node, "'discretion'", discretion_keys)) return discretion;
    if (const YamlNode* voucher = node.find("voucher")) discretion.voucher = load_money(*voucher, "'voucher'", reader);
    if (const YamlNode* refund = node.find("refund")) discretion.refund = load_money(*refund, "'refund'", reader);
    if (const YamlNode* system = node.find("system")) {
        discretion.system = reader.name(*system, "the name of a system").value_or(discretion.system);
    }
    return discretion;
}

}  // namespace premura
