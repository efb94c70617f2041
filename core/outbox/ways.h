#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/outbox/entry.h"
#include "core/outbox/retry.h"
#include "core/rules/rule_set.h"

namespace premura {

// What the outbox is told by the settings. Names of gateways, without where they are: that is the senders' business.
struct OutboxOptions {
    static constexpr std::string_view mail_gateway = "smtp";
    static constexpr std::string_view dialer_channel = "dialer";

    int partition = 0;
    bool mail = false;                // there is an SMTP server
    std::string mail_from;            // whom e-mails come from when the tenant's file does not say
    std::set<std::string> webhooks;
    std::string ops_webhook;          // who hears of incidents; empty: nobody by webhook
    std::string ops_email;
    RetryPolicy retry;
    // What was decided so long ago is not sent any more.
    Milliseconds give_up_after = std::chrono::hours{24};
    // How long the senders may keep a request: after that it is asked for again.
    Milliseconds lease = std::chrono::minutes{2};
    // Requests of one gateway that are under way at once; the others wait here.
    int asked_max = 20;
    // How long it is known what became of something, so that a repeat is recognised.
    Milliseconds remembered = std::chrono::days{7};
};

// The next way for an entry, rendered into it (channel, gateway, from, to, content); or why there is none.
struct Way {
    bool found = false;
    std::string reason;                // no_address, no_gateway, fact_missing, ...
    std::vector<std::string> missing;  // names of facts
};

// Takes the first channel that was not given up, that the receiver has, the message has a text for, and the settings have a
// gateway for. `now` dates the mail.
Way choose_way(OutboxEntry& entry, const RuleSet& rules, const OutboxOptions& options, Instant now);

// The gateway of a tenant's channel: as its file says, else smtp, sms or chat.
std::string gateway_of(const Tenant& tenant, std::string_view channel);
// What tenants name and the settings do not have, each once: `acme-it: chat`.
std::vector<std::string> missing_gateways(const RuleSet& rules, const OutboxOptions& options);
// Does the settings' list have it?
bool has_gateway(const OutboxOptions& options, std::string_view gateway);

}  // namespace premura
