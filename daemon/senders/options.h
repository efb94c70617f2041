#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/outbox/retry.h"

namespace premura {

// The SMTP server that takes our mail.
struct SmtpOptions {
    enum class Tls : std::uint8_t { none, starttls, implicit };
    std::string host;      // empty: no mail is sent
    int port = 587;
    Tls tls = Tls::starttls;
    std::string ca_file;   // who may sign its certificate; empty: whom the system trusts
    std::string user;      // empty: without authentication
    std::string password;
    std::string from;      // whom mail comes from where the tenant's file does not say
    Milliseconds timeout = std::chrono::seconds{30};
    int connections_max = 2;
};

// An address of the web that takes what we send as JSON.
struct WebhookOptions {
    std::string name;
    std::string url;
    std::string secret;   // signs what we send
    std::string ca_file;
    Milliseconds timeout = std::chrono::seconds{10};
    int connections_max = 2;
};

struct SendersOptions {
    SmtpOptions smtp;
    std::vector<WebhookOptions> webhooks;
    std::string ops_email;    // who hears of incidents
    std::string ops_webhook;
    RetryPolicy retry;
    Milliseconds give_up_after = std::chrono::hours{24};
    Milliseconds lease = std::chrono::minutes{2};
    // Requests that may wait for one gateway; more are handed back at once.
    int waiting_max = 1000;
    // So many failures in a row, and nothing is tried for a while.
    int circuit_after = 5;
    Milliseconds circuit_pause = std::chrono::seconds{30};
    // How long attempts under way are waited for at the end.
    Milliseconds stop_timeout = std::chrono::seconds{5};

    bool any() const { return !smtp.host.empty() || !webhooks.empty(); }
};

}  // namespace premura
