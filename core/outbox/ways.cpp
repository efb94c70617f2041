#include "core/outbox/ways.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/messages/mail.h"
#include "core/messages/written.h"
#include "core/outbox/letters.h"
#include "core/outbox/task_news.h"
#include "core/rules/tenant_channels_loader.h"

namespace premura {
namespace {

namespace json = boost::json;

// Looks for a way for one entry; each possibility in turn is offered to it, and the first that can be gone is taken.
class Search {
 public:
    Search(OutboxEntry& entry, const OutboxOptions& options, Instant now)
        : entry_{entry}, options_{options}, now_{now} {}

    bool found() const { return way_.found; }
    Way result() && { return std::move(way_); }

    // False when this channel is not to be tried: given up, or without a gateway.
    bool open(std::string_view channel, const std::string& gateway) {
        if (found()) return false;
        const auto& given_up = entry_.given_up;
        if (std::find(given_up.begin(), given_up.end(), channel) != given_up.end()) return false;
        if (has_gateway(options_, gateway)) return true;
        refuse("no_gateway");
        return false;
    }

    // The reason that stays is that of the last channel, but a missing fact says most.
    void refuse(std::string reason, std::vector<std::string> missing = {}) {
        if (way_.reason == "fact_missing" && reason != "fact_missing") return;
        way_.reason = std::move(reason);
        if (!missing.empty()) way_.missing = std::move(missing);
    }

    void take_mail(Mail mail) {
        if (mail.from.empty()) mail.from = options_.mail_from;
        if (address_in(mail.from).empty()) return refuse("no_sender");
        mail.message_id = message_id_of(key("email"), mail.from);
        mail.date = now_;
        entry_.from = address_in(mail.from);
        entry_.to = mail.to;
        entry_.content = mail_bytes(mail);
        take("email", OutboxOptions::mail_gateway);
    }

    void take_post(std::string_view channel, std::string_view gateway, json::object body) {
        body["id"] = key(channel);
        body["kind"] = name_of(entry_.kind);
        entry_.from.clear();
        entry_.to.clear();
        entry_.content = json::serialize(body);
        take(channel, gateway);
    }

 private:
    std::string key(std::string_view channel) const { return entry_.key(channel); }
    void take(std::string_view channel, std::string_view gateway) {
        entry_.channel = channel;
        entry_.gateway = gateway;
        way_ = {true, {}, {}};
    }

    OutboxEntry& entry_;
    const OutboxOptions& options_;
    const Instant now_;
    Way way_{false, "no_address", {}};
};

// The newest case that still has its facts; the tenant outlives it.
KnownFacts known_of(const json::object& record, const Tenant& tenant) {
    KnownFacts known{nullptr, nullptr, {}, &tenant};
    const json::value* cases = record.if_contains("cases");
    if (cases == nullptr || !cases->is_array()) return known;
    for (const json::value& value : cases->get_array()) {
        const json::value* facts = value.is_object() ? value.get_object().if_contains("facts") : nullptr;
        if (facts == nullptr || !facts->is_object()) continue;
        const json::value* history = value.get_object().if_contains("history");
        known.facts = &facts->get_object();
        known.history = history != nullptr && history->is_array() ? &history->get_array() : nullptr;
        known.rule_name = text_in(value.get_object(), "rule_name");
        const json::value* names = value.get_object().if_contains("rule_names");
        known.rule_names = names != nullptr && names->is_object() ? &names->get_object() : nullptr;
    }
    return known;
}

void to_customer(const json::object& record, const Tenant& tenant, const RuleSet& rules, Search& search) {
    const Message* message = rules.message(text_in(record, "message"));
    if (message == nullptr) return search.refuse("unknown_message");
    const KnownFacts known = known_of(record, tenant);
    const std::string language = language_for(*message, known);
    if (language.empty()) return search.refuse("no_language");
    for (const std::string& channel : tenant.channels.preferred) {
        const std::string gateway = gateway_of(tenant, channel);
        if (!search.open(channel, gateway)) continue;
        Writing writing = write_message(*message, channel, language, known);
        if (!writing.message) {
            search.refuse(std::move(writing.reason), std::move(writing.missing));
            continue;
        }
        const WrittenMessage& written = *writing.message;
        if (gateway == OutboxOptions::mail_gateway) {
            search.take_mail({written.from, written.to, written.reply_to, written.subject, written.text, written.html,
                              language, {}, {}});
            continue;
        }
        json::object body{{"tenant", tenant.id},    {"brand", tenant.brand}, {"message", message->id},
                          {"channel", channel},     {"to", written.to},      {"from", written.from},
                          {"language", language},   {"text", written.text}};
        if (channel == "sms") body["segments"] = sms_cost(written.text).segments;
        if (channel == "email") {
            body["subject"] = written.subject;
            body["html"] = written.html;
            body["reply_to"] = written.reply_to;
        }
        search.take_post(channel, gateway, std::move(body));
    }
}

std::string address_of(const Team& team, const std::string& channel) {
    const auto found = team.addresses.find(channel);
    return found == team.addresses.end() ? std::string{} : found->second;
}

void to_team(const json::object& record, const Tenant& tenant, Search& search) {
    const auto team = tenant.teams.find(std::string{text_in(record, "team")});
    if (team == tenant.teams.end()) return search.refuse("unknown_team");
    const Letter letter = letter_to_team(record, tenant);
    const std::string email = address_of(team->second, "email");
    const std::string webhook = address_of(team->second, "webhook");
    const std::string sms = address_of(team->second, "sms");
    if (!email.empty() && search.open("email", std::string{OutboxOptions::mail_gateway})) {
        search.take_mail({{}, email, {}, letter.subject, letter.text, {}, {}, {}, {}});
    }
    if (!webhook.empty() && search.open("webhook", webhook)) {
        search.take_post("webhook", webhook,
                         {{"tenant", tenant.id},
                          {"team", team->first},
                          {"priority", text_in(record, "priority")},
                          {"subject", letter.subject},
                          {"text", letter.text},
                          {"cases", cases_without_customer(record)}});
    }
    const std::string gateway = gateway_of(tenant, "sms");
    if (!sms.empty() && search.open("sms", gateway)) {
        search.take_post("sms", gateway,
                         {{"tenant", tenant.id},
                          {"brand", tenant.brand},
                          {"channel", "sms"},
                          {"to", sms},
                          {"text", letter.subject},
                          {"segments", sms_cost(letter.subject).segments}});
    }
}

void to_system(const json::object& record, const Tenant& tenant, Search& search) {
    const std::string name{text_in(record, "system")};
    const auto route = tenant.systems.find(name);
    // Whoever reads the topic has it already.
    if (route == tenant.systems.end() || (route->second.gateway.empty() && route->second.email.empty())) {
        return search.refuse("topic_only");
    }
    const std::string& gateway = route->second.gateway;
    if (!gateway.empty() && search.open("webhook", gateway)) {
        search.take_post("webhook", gateway,
                         {{"tenant", tenant.id},
                          {"brand", tenant.brand},
                          {"expedite", text_in(record, "expedite")},
                          {"system", name},
                          {"request", text_in(record, "request")},
                          {"priority", text_in(record, "priority")},
                          {"cases", cases_without_customer(record)}});
    }
    if (!route->second.email.empty() && search.open("email", std::string{OutboxOptions::mail_gateway})) {
        const Letter letter = letter_to_system(record, tenant);
        const auto from = tenant.channels.routes.find("email");
        const bool known = from != tenant.channels.routes.end();
        search.take_mail({known ? from->second.from : std::string{}, route->second.email,
                          known ? from->second.reply_to : std::string{}, letter.subject, letter.text, {}, {}, {}, {}});
    }
}

// A team of the tenant that hears of an incident.
void to_team_of_incident(const json::object& record, const Tenant& tenant, Search& search) {
    const auto team = tenant.teams.find(std::string{text_in(record, "team")});
    if (team == tenant.teams.end()) return search.refuse("unknown_team");
    const std::string email = address_of(team->second, "email");
    const std::string webhook = address_of(team->second, "webhook");
    if (!webhook.empty() && search.open("webhook", webhook)) search.take_post("webhook", webhook, record);
    if (!email.empty() && search.open("email", std::string{OutboxOptions::mail_gateway})) {
        const Letter letter = letter_about_incident(record);
        search.take_mail({{}, email, {}, letter.subject, letter.text, {}, {}, {}, {}});
    }
    if (webhook.empty() && email.empty()) search.refuse("no_address");
}

// A tool that dials. What it has taken once has changed; it may hear of the same call as a new one again while we do not
// know whether it took the first word.
void to_dialer(const OutboxEntry& entry, const Tenant& tenant, Search& search) {
    const auto news = task_news_of(entry.body);
    if (!news) return search.refuse("unreadable");
    if (tenant.dialer.gateway.empty()) return search.refuse("no_dialer");
    if (!search.open(OutboxOptions::dialer_channel, tenant.dialer.gateway)) return;
    json::object body = json::parse(news->post).as_object();
    body["event"] = news->withdrawn()                             ? "task.withdrawn"
                    : news->state == "open" && entry.told.empty() ? "task.opened"
                                                                  : "task.changed";
    search.take_post(OutboxOptions::dialer_channel, tenant.dialer.gateway, std::move(body));
}

void to_ops(const json::object& record, const OutboxOptions& options, Search& search) {
    if (!options.ops_webhook.empty() && search.open("webhook", options.ops_webhook)) {
        search.take_post("webhook", options.ops_webhook, record);
    }
    if (!options.ops_email.empty() && search.open("email", std::string{OutboxOptions::mail_gateway})) {
        const Letter letter = letter_about_incident(record);
        search.take_mail({{}, options.ops_email, {}, letter.subject, letter.text, {}, {}, {}, {}});
    }
    if (options.ops_webhook.empty() && options.ops_email.empty()) search.refuse("topic_only");
}

}  // namespace

std::string gateway_of(const Tenant& tenant, std::string_view channel) {
    const auto route = tenant.channels.routes.find(std::string{channel});
    if (route != tenant.channels.routes.end() && !route->second.gateway.empty()) return route->second.gateway;
    return std::string{channel == "email" ? OutboxOptions::mail_gateway : channel};
}

bool has_gateway(const OutboxOptions& options, std::string_view gateway) {
    if (gateway == OutboxOptions::mail_gateway) return options.mail;
    return options.webhooks.contains(std::string{gateway});
}

std::vector<std::string> missing_gateways(const RuleSet& rules, const OutboxOptions& options) {
    std::set<std::string> missing;
    for (const auto& [id, tenant] : rules.tenants) {
        const auto look = [&missing, &options, &tenant_id = id](const std::string& gateway) {
            if (!gateway.empty() && !has_gateway(options, gateway)) missing.insert(tenant_id + ": " + gateway);
        };
        for (const auto& [channel, route] : tenant.channels.routes) look(gateway_of(tenant, channel));
        for (const auto& [name, route] : tenant.systems) {
            look(route.gateway);
            if (!route.email.empty()) look(std::string{OutboxOptions::mail_gateway});
        }
        for (const auto& [name, team] : tenant.teams) look(address_of(team, "webhook"));
        look(tenant.dialer.gateway);
    }
    return {missing.begin(), missing.end()};
}

Way choose_way(OutboxEntry& entry, const RuleSet& rules, const OutboxOptions& options, Instant now) {
    boost::system::error_code error;
    const json::value body = json::parse(entry.body, error);
    if (error || !body.is_object()) return {false, "unreadable", {}};
    const json::object& record = body.get_object();
    Search search{entry, options, now};
    if (entry.kind == OutboxEntry::Kind::incident && text_in(record, "team").empty()) {
        to_ops(record, options, search);
        return std::move(search).result();
    }
    const Tenant* tenant = rules.tenant(entry.tenant);
    if (tenant == nullptr) return {false, "tenant_removed", {}};
    switch (entry.kind) {
        case OutboxEntry::Kind::message: to_customer(record, *tenant, rules, search); break;
        case OutboxEntry::Kind::escalation: to_team(record, *tenant, search); break;
        case OutboxEntry::Kind::expedite: to_system(record, *tenant, search); break;
        case OutboxEntry::Kind::incident: to_team_of_incident(record, *tenant, search); break;
        case OutboxEntry::Kind::task: to_dialer(entry, *tenant, search); break;
    }
    return std::move(search).result();
}

}  // namespace premura
