#include "daemon/settings/settings_senders.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/outbox/ways.h"
#include "core/rules/tenant_channels_loader.h"
#include "daemon/settings/settings_values.h"

namespace premura {
namespace {

constexpr std::string_view webhook_keys[] = {"name", "url", "secret_file", "ca_file", "timeout", "connections_max"};
constexpr std::size_t secret_bytes_min = 16;
constexpr int connections_most = 64;

std::string path_in(const YamlNode& node, std::string_view what, SettingsReading& reading) {
    const auto written = reading.reader.text(node, what);
    if (!written) return {};
    const std::filesystem::path path = (reading.folder / *written).lexically_normal();
    std::error_code problem;
    if (!std::filesystem::exists(path, problem)) {
        reading.reader.error("PR330", node, fmt::format("there is no {}", path.string()),
                             "relative paths begin at the folder of this file");
    }
    return path.string();
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "[::1]";
}

// `https://host:port/path` -> `host`; empty when it is no address of the web.
std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return {};
    const std::string_view name = url.substr(0, scheme);
    if (name != "https" && name != "http") return {};
    std::string_view rest = url.substr(scheme + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (rest.find('@') != rest.npos) return {};  // secrets do not belong into an address
    if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
    return rest.substr(0, rest.find(':'));
}

std::optional<WebhookOptions> read_webhook(const YamlNode& node, SettingsReading& reading) {
    WebhookOptions webhook;
    YamlReader& reader = reading.reader;
    if (!reader.map(node, "a webhook", webhook_keys)) return std::nullopt;
    const YamlNode* name = reader.required(node, "name", "the webhook");
    const YamlNode* url = reader.required(node, "url", "the webhook");
    const YamlNode* secret = reader.required(node, "secret_file", "the webhook");
    if (name != nullptr) webhook.name = reader.name(*name, "the name of a webhook").value_or("");
    if (url != nullptr) {
        webhook.url = reader.text(*url, "'url'").value_or("");
        const std::string_view host = host_of(webhook.url);
        if (host.empty()) {
            reader.error("PR331", *url, fmt::format("'{}' is no address of the web", webhook.url),
                         "write for example https://gateway.example/messages, without a name or password in it");
        } else if (webhook.url.starts_with("http://") && !is_loopback(host)) {
            reader.warning("PR332", *url, "what is sent here can be read on its way", "use https://");
        }
    }
    if (secret != nullptr) {
        webhook.secret = read_secret(*secret, reading).value_or("");
        if (!webhook.secret.empty() && webhook.secret.size() < secret_bytes_min) {
            reader.error("PR333", *secret, "the secret in the file must have 16 letters or more",
                         "make one with: openssl rand -hex 32");
        }
    }
    if (const YamlNode* file = node.find("ca_file")) webhook.ca_file = path_in(*file, "'ca_file'", reading);
    if (const YamlNode* timeout = node.find("timeout")) {
        if (const auto time = read_duration(*timeout, reading)) webhook.timeout = *time;
    }
    if (const YamlNode* most = node.find("connections_max")) {
        webhook.connections_max = reader.whole_number(*most, "'connections_max'", 1, connections_most).value_or(1);
    }
    return webhook;
}

}  // namespace

void read_smtp_host(const YamlNode& node, SettingsReading& reading) {
    const auto host = reading.reader.text(node, "'senders.smtp.host'");
    if (!host) return;
    if (host->empty() || host->find_first_of(" /:@") != std::string::npos) {
        return reading.reader.error("PR331", node, fmt::format("'{}' is no host", *host),
                                    "write its name alone: mail.example.org; the port has a key of its own");
    }
    reading.settings.senders.smtp.host = *host;
}

void read_smtp_ca_file(const YamlNode& node, SettingsReading& reading) {
    reading.settings.senders.smtp.ca_file = path_in(node, "'senders.smtp.ca_file'", reading);
}

void read_smtp_user(const YamlNode& node, SettingsReading& reading) {
    if (const auto user = reading.reader.text(node, "'senders.smtp.user'")) reading.settings.senders.smtp.user = *user;
}

void read_smtp_password(const YamlNode& node, SettingsReading& reading) {
    if (const auto password = read_secret(node, reading)) reading.settings.senders.smtp.password = *password;
}

void read_smtp_from(const YamlNode& node, SettingsReading& reading) {
    const auto from = reading.reader.text(node, "'senders.smtp.from'");
    if (!from) return;
    if (address_in(*from).empty()) {
        return reading.reader.error("PR331", node, fmt::format("'{}' is not an e-mail address", *from),
                                    "write for example: Premura <premura@example.org>");
    }
    reading.settings.senders.smtp.from = *from;
}

void read_webhooks(const YamlNode& node, SettingsReading& reading) {
    if (!reading.reader.list(node, "'senders.webhooks'")) return;
    std::vector<WebhookOptions> webhooks;
    for (const YamlNode& item : node.items) {
        auto webhook = read_webhook(item, reading);
        if (!webhook) continue;
        const bool known = webhook->name == OutboxOptions::mail_gateway ||
                           std::any_of(webhooks.begin(), webhooks.end(),
                                       [&webhook](const WebhookOptions& one) { return one.name == webhook->name; });
        if (known) {
            reading.reader.error("PR334", item, fmt::format("there is a gateway '{}' already", webhook->name),
                                 webhook->name == OutboxOptions::mail_gateway ? "smtp is the mail server" : "");
        }
        webhooks.push_back(std::move(*webhook));
    }
    reading.settings.senders.webhooks = std::move(webhooks);
}

std::string show_webhooks(const Settings& settings) {
    std::string text;
    for (const WebhookOptions& webhook : settings.senders.webhooks) {
        text += fmt::format("{}{} {} (timeout {})", text.empty() ? "" : ", ", webhook.name, webhook.url,
                            show_duration(webhook.timeout));
    }
    return text;
}

void read_ops_email(const YamlNode& node, SettingsReading& reading) {
    const auto address = reading.reader.text(node, "'senders.ops.email'");
    if (!address) return;
    if (!is_email(*address)) {
        return reading.reader.error("PR331", node, fmt::format("'{}' is not an e-mail address", *address));
    }
    reading.settings.senders.ops_email = *address;
}

void read_ops_webhook(const YamlNode& node, SettingsReading& reading) {
    if (const auto name = reading.reader.name(node, "the name of a webhook")) {
        reading.settings.senders.ops_webhook = *name;
    }
}

void check_senders(const Settings& settings, const std::map<std::string, Place>& places,
                   const std::filesystem::path& file, Diagnostics& diagnostics) {
    const SendersOptions& senders = settings.senders;
    const auto place = [&places, &file](const std::string& key) {
        const auto found = places.find(key);
        return found == places.end() ? Place{file.string(), 0, 0, {}} : found->second;
    };
    const auto too_long = [&](const std::string& key, std::string_view name, Milliseconds timeout) {
        if (timeout < senders.lease) return;
        diagnostics.add(error_at(place(key), "PR336",
                                 fmt::format("the timeout of '{}' is not less than 'senders.lease' ({})", name,
                                             show_duration(senders.lease)),
                                 "a request that is still under way would be asked for again"));
    };
    if (!senders.smtp.host.empty()) {
        if (senders.smtp.from.empty()) {
            diagnostics.add(error_at(place("senders.smtp.host"), "PR335", "whom does mail come from?",
                                     "say so in 'senders.smtp.from'; a tenant's file may say otherwise"));
        }
        too_long("senders.smtp.timeout", "smtp", senders.smtp.timeout);
        if (senders.smtp.tls == SmtpOptions::Tls::none && !is_loopback(senders.smtp.host)) {
            diagnostics.add(warning_at(place("senders.smtp.tls"), "PR332", "mail can be read on its way",
                                       "use starttls or implicit"));
        }
    }
    for (const WebhookOptions& webhook : senders.webhooks) too_long("senders.webhooks", webhook.name, webhook.timeout);
    const bool ops_known = senders.ops_webhook.empty() ||
                           std::any_of(senders.webhooks.begin(), senders.webhooks.end(),
                                       [&senders](const WebhookOptions& one) { return one.name == senders.ops_webhook; });
    if (!ops_known) {
        diagnostics.add(error_at(place("senders.ops.webhook"), "PR337",
                                 fmt::format("there is no webhook '{}'", senders.ops_webhook),
                                 "name one of 'senders.webhooks'"));
    }
    if (senders.any() && settings.replay) {
        diagnostics.add(warning_at(place("clock"), "PR338", "in a replay nothing is sent",
                                   "what it decides was decided long ago; senders are for 'clock: wall'"));
    }
}

}  // namespace premura
