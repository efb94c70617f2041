#include "daemon/settings/settings_keys.h"

#include <fmt/format.h>

#include <array>
#include <type_traits>

#include "daemon/settings/settings_accounts.h"
#include "daemon/settings/settings_senders.h"
#include "daemon/settings/settings_values.h"

namespace premura {
namespace {

std::string in_quotes(std::string_view key) {
    return fmt::format("'{}'", key);
}

// Helpers that make a row from a path and a generic lambda from Settings to one of its members.

template <typename Member>
SettingsKey duration(std::string_view path, Member member, Milliseconds least) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                const auto time = read_duration(node, reading);
                if (!time) return;
                if (*time < least) {
                    return reading.reader.error("PR303", node,
                                                fmt::format("{} must be at least {}",
                                                            in_quotes(path), show_duration(least)));
                }
                member(reading.settings) = *time;
            },
            [=](const Settings& settings) { return show_duration(member(settings)); }};
}

template <typename Member>
SettingsKey whole(std::string_view path, Member member, int least, int most) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                auto& value = member(reading.settings);
                using Number = std::remove_reference_t<decltype(value)>;
                const auto read = reading.reader.whole_number(node, in_quotes(path), least, most);
                if (read) value = static_cast<Number>(*read);
            },
            [=](const Settings& settings) { return fmt::format("{}", member(settings)); }};
}

template <typename Member>
SettingsKey boolean(std::string_view path, Member member) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                if (const auto read = reading.reader.boolean(node, in_quotes(path))) {
                    member(reading.settings) = *read;
                }
            },
            [=](const Settings& settings) -> std::string {
                return member(settings) ? "true" : "false";
            }};
}

// `Values` are in the order of `words`.
template <typename Member, typename Value, std::size_t count>
SettingsKey word(std::string_view path, Member member, std::array<std::string_view, count> words,
                 std::array<Value, count> values) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                const auto read = reading.reader.word(node, in_quotes(path), words);
                if (read) member(reading.settings) = values[*read];
            },
            [=](const Settings& settings) -> std::string {
                for (std::size_t i = 0; i < count; ++i) {
                    if (values[i] == member(settings)) return std::string{words[i]};
                }
                return {};
            }};
}

template <typename Member>
SettingsKey plain_text(std::string_view path, Member member) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                if (auto read = reading.reader.text(node, in_quotes(path))) member(reading.settings) = *read;
            },
            [=](const Settings& settings) { return member(settings); }};
}

template <typename Member>
SettingsKey header_name(std::string_view path, Member member) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                member(reading.settings) = read_header_name(node, reading);
            },
            [=](const Settings& settings) { return member(settings); }};
}

template <typename Member>
SettingsKey oidc_address(std::string_view path, Member member) {
    return {path,
            [=](const YamlNode& node, SettingsReading& reading) {
                read_oidc_address(node, member(reading.settings), reading);
            },
            [=](const Settings& settings) { return member(settings); }};
}

std::string hidden(const std::string& secret) {
    return std::string{secret.empty() ? std::string_view{} : hidden_secret};
}

constexpr int many = 1'000'000;
constexpr int gibibyte = 1 << 30;
constexpr Milliseconds none{0};
constexpr Milliseconds second{1'000};

}  // namespace

std::span<const SettingsKey> settings_key_table() {
    static const std::vector<SettingsKey> table{
        {"instance", read_instance, [](const Settings& settings) { return settings.instance; }},
        word(
            "clock", [](auto& s) -> auto& { return s.replay; },
            std::array<std::string_view, 2>{"wall", "replay"}, std::array{false, true}),
        whole(
            "workers", [](auto& s) -> auto& { return s.workers; }, 1, 256),
        {"rules", read_rules, show_rules},
        {"sources", read_sources, show_sources},

        word(
            "log.kind", [](auto& s) -> auto& { return s.log.kind; },
            std::array<std::string_view, 2>{"sqlite", "kafka"},
            std::array{Settings::LogKind::sqlite, Settings::LogKind::kafka}),
        {"log.topic_prefix", read_topic_prefix,
         [](const Settings& settings) { return settings.log.topic_prefix; }},
        whole(
            "log.partitions", [](auto& s) -> auto& { return s.log.partitions; }, 1, 10'000),

        {"log.sqlite.file", read_file,
         [](const Settings& settings) { return settings.log.file.string(); }},
        word(
            "log.sqlite.durability", [](auto& s) -> auto& { return s.log.sqlite.durability; },
            std::array<std::string_view, 2>{"full", "normal"},
            std::array{Durability::full, Durability::normal}),
        duration(
            "log.sqlite.busy_timeout", [](auto& s) -> auto& { return s.log.sqlite.busy_timeout; },
            none),
        duration(
            "log.sqlite.keep_consumed", [](auto& s) -> auto& { return s.log.sqlite.keep_consumed; },
            none),
        whole(
            "log.sqlite.keep_consumed_rows_max",
            [](auto& s) -> auto& { return s.log.sqlite.keep_consumed_rows_max; }, 0, gibibyte),
        duration(
            "log.sqlite.keep_unread", [](auto& s) -> auto& { return s.log.sqlite.keep_unread; },
            none),
        whole(
            "log.sqlite.appends_waiting_max",
            [](auto& s) -> auto& { return s.log.sqlite.appends_waiting_max; }, 1, many),

        {"log.kafka.bootstrap", read_bootstrap,
         [](const Settings& settings) { return settings.log.kafka.bootstrap; }},
        {"log.kafka.properties", read_properties, show_properties},
        boolean(
            "log.kafka.create_topics", [](auto& s) -> auto& { return s.log.kafka.create_topics; }),
        whole(
            "log.kafka.replication", [](auto& s) -> auto& { return s.log.kafka.replication; }, 1,
            100),
        duration(
            "log.kafka.commit_timeout", [](auto& s) -> auto& { return s.log.kafka.commit_timeout; },
            second),

        whole(
            "pipeline.batch_records_max",
            [](auto& s) -> auto& { return s.pipeline.batch_records_max; }, 1, many),
        duration(
            "pipeline.progress_interval",
            [](auto& s) -> auto& { return s.pipeline.progress_interval; }, second),
        duration(
            "pipeline.stalled_after", [](auto& s) -> auto& { return s.pipeline.stalled_after; },
            second),

        duration(
            "orders.settle", [](auto& s) -> auto& { return s.orders.settle; }, none),
        duration(
            "orders.future_max", [](auto& s) -> auto& { return s.orders.decoder.max_future; },
            none),
        duration(
            "orders.retention", [](auto& s) -> auto& { return s.orders.retention; }, second),
        duration(
            "orders.retention_open", [](auto& s) -> auto& { return s.orders.retention_open; },
            second),
        whole(
            "orders.history_max", [](auto& s) -> auto& { return s.orders.limits.history_max; }, 8,
            255),
        whole(
            "orders.subjects_max", [](auto& s) -> auto& { return s.orders.limits.subjects_max; }, 1,
            32),
        whole(
            "orders.facts_max", [](auto& s) -> auto& { return s.orders.limits.facts_max; }, 8,
            10'000),
        whole(
            "orders.versions_max", [](auto& s) -> auto& { return s.orders.limits.versions_max; }, 1,
            255),
        duration(
            "contacts.retention", [](auto& s) -> auto& { return s.contacts.retention; }, second),

        {"senders.smtp.host", read_smtp_host,
         [](const Settings& settings) { return settings.senders.smtp.host; }},
        whole(
            "senders.smtp.port", [](auto& s) -> auto& { return s.senders.smtp.port; }, 1, 65'535),
        word(
            "senders.smtp.tls", [](auto& s) -> auto& { return s.senders.smtp.tls; },
            std::array<std::string_view, 3>{"starttls", "implicit", "none"},
            std::array{SmtpOptions::Tls::starttls, SmtpOptions::Tls::implicit, SmtpOptions::Tls::none}),
        {"senders.smtp.ca_file", read_smtp_ca_file,
         [](const Settings& settings) { return settings.senders.smtp.ca_file; }},
        {"senders.smtp.user", read_smtp_user,
         [](const Settings& settings) { return settings.senders.smtp.user; }},
        {"senders.smtp.password_file", read_smtp_password,
         [](const Settings& settings) {
             return std::string{settings.senders.smtp.password.empty() ? std::string_view{} : hidden_secret};
         }},
        {"senders.smtp.from", read_smtp_from,
         [](const Settings& settings) { return settings.senders.smtp.from; }},
        duration(
            "senders.smtp.timeout", [](auto& s) -> auto& { return s.senders.smtp.timeout; }, second),
        whole(
            "senders.smtp.connections_max",
            [](auto& s) -> auto& { return s.senders.smtp.connections_max; }, 1, 64),
        {"senders.webhooks", read_webhooks, show_webhooks},
        {"senders.ops.email", read_ops_email,
         [](const Settings& settings) { return settings.senders.ops_email; }},
        {"senders.ops.webhook", read_ops_webhook,
         [](const Settings& settings) { return settings.senders.ops_webhook; }},
        whole(
            "senders.attempts_max", [](auto& s) -> auto& { return s.senders.retry.attempts_max; }, 1,
            100),
        duration(
            "senders.retry_first", [](auto& s) -> auto& { return s.senders.retry.first; }, second),
        duration(
            "senders.retry_longest", [](auto& s) -> auto& { return s.senders.retry.longest; },
            second),
        duration(
            "senders.give_up_after", [](auto& s) -> auto& { return s.senders.give_up_after; },
            second),
        duration(
            "senders.lease", [](auto& s) -> auto& { return s.senders.lease; }, second),
        whole(
            "senders.waiting_max", [](auto& s) -> auto& { return s.senders.waiting_max; }, 1, many),
        whole(
            "senders.circuit_after", [](auto& s) -> auto& { return s.senders.circuit_after; }, 1,
            1000),
        duration(
            "senders.circuit_pause", [](auto& s) -> auto& { return s.senders.circuit_pause; },
            second),
        duration(
            "senders.stop_timeout", [](auto& s) -> auto& { return s.senders.stop_timeout; }, none),

        {"http.listen", read_listen, show_listen},
        {"http.token_file", read_token,
         [](const Settings& settings) {
             return std::string{settings.api.token.empty() ? std::string_view{} : hidden_secret};
         }},
        {"http.host_names", read_host_names,
         [](const Settings& settings) {
             return fmt::format("{}", fmt::join(settings.api.host_names, ", "));
         }},
        whole(
            "http.body_bytes_max", [](auto& s) -> auto& { return s.http.body_bytes_max; }, 1024,
            gibibyte),
        whole(
            "http.header_bytes_max", [](auto& s) -> auto& { return s.http.header_bytes_max; }, 1024,
            1 << 20),
        whole(
            "http.connections_max", [](auto& s) -> auto& { return s.http.connections_max; }, 1,
            60'000),
        duration(
            "http.request_timeout", [](auto& s) -> auto& { return s.http.request_timeout; },
            second),
        duration(
            "http.idle_timeout", [](auto& s) -> auto& { return s.http.idle_timeout; }, second),
        duration(
            "http.answer_timeout", [](auto& s) -> auto& { return s.http.answer_timeout; }, second),
        duration(
            "http.stop_timeout", [](auto& s) -> auto& { return s.http.stop_timeout; }, none),
        whole(
            "http.appends_max", [](auto& s) -> auto& { return s.api.appends_max; }, 1, many),
        whole(
            "http.append_bytes_max", [](auto& s) -> auto& { return s.api.append_bytes_max; }, 1024,
            gibibyte),
        whole(
            "http.stream_clients_max", [](auto& s) -> auto& { return s.stream.clients_max; }, 0,
            60'000),
        whole(
            "http.stream_lines_max", [](auto& s) -> auto& { return s.stream.lines_max; }, 1, many),
        whole(
            "http.stream_bytes_max", [](auto& s) -> auto& { return s.stream.bytes_max; }, 1024,
            gibibyte),
        duration(
            "http.stream_heartbeat", [](auto& s) -> auto& { return s.http.heartbeat_interval; },
            second),

        {"http.tls.certificate_file", read_certificate,
         [](const Settings& settings) { return settings.http.tls.certificate_file; }},
        {"http.tls.key_file", read_certificate_key,
         [](const Settings& settings) { return settings.http.tls.key_file; }},
        {"http.proxy.addresses", read_proxy_addresses, show_proxy_addresses},
        boolean(
            "http.proxy.tls", [](auto& s) -> auto& { return s.proxy_tls; }),

        {"accounts.file", read_accounts_file,
         [](const Settings& settings) { return settings.accounts.file; }},
        {"accounts.session_key_file", read_session_key,
         [](const Settings& settings) { return settings.accounts.session_key_file; }},
        duration(
            "accounts.session_idle", [](auto& s) -> auto& { return s.accounts.session_idle; },
            second),
        duration(
            "accounts.session_longest", [](auto& s) -> auto& { return s.accounts.session_longest; },
            second),
        whole(
            "accounts.attempts_of_user_max",
            [](auto& s) -> auto& { return s.accounts.attempts.of_user_max; }, 1, 1000),
        whole(
            "accounts.attempts_of_address_max",
            [](auto& s) -> auto& { return s.accounts.attempts.of_address_max; }, 1, many),
        duration(
            "accounts.attempts_window", [](auto& s) -> auto& { return s.accounts.attempts.window; },
            second),
        header_name(
            "accounts.proxy.user_header", [](auto& s) -> auto& { return s.accounts.proxy.user_header; }),
        header_name(
            "accounts.proxy.name_header", [](auto& s) -> auto& { return s.accounts.proxy.name_header; }),
        header_name(
            "accounts.proxy.groups_header",
            [](auto& s) -> auto& { return s.accounts.proxy.groups_header; }),
        header_name(
            "accounts.proxy.secret_header",
            [](auto& s) -> auto& { return s.accounts.proxy.secret_header; }),
        {"accounts.proxy.secret_file",
         [](const YamlNode& node, SettingsReading& reading) {
             reading.settings.accounts.proxy.secret = read_proxy_secret(node, reading);
         },
         [](const Settings& settings) { return hidden(settings.accounts.proxy.secret); }},
        plain_text(
            "accounts.oidc.name", [](auto& s) -> auto& { return s.accounts.oidc.name; }),
        oidc_address(
            "accounts.oidc.issuer", [](auto& s) -> auto& { return s.accounts.oidc.issuer; }),
        plain_text(
            "accounts.oidc.client_id", [](auto& s) -> auto& { return s.accounts.oidc.client_id; }),
        {"accounts.oidc.client_secret_file",
         [](const YamlNode& node, SettingsReading& reading) {
             reading.settings.accounts.oidc.client_secret = read_secret(node, reading).value_or("");
         },
         [](const Settings& settings) { return hidden(settings.accounts.oidc.client_secret); }},
        oidc_address(
            "accounts.oidc.redirect_url",
            [](auto& s) -> auto& { return s.accounts.oidc.redirect_url; }),
        {"accounts.oidc.scopes", read_oidc_scopes,
         [](const Settings& settings) { return fmt::format("{}", fmt::join(settings.accounts.oidc.scopes, ", ")); }},
        plain_text(
            "accounts.oidc.user_claim", [](auto& s) -> auto& { return s.accounts.oidc.user_claim; }),
        plain_text(
            "accounts.oidc.name_claim", [](auto& s) -> auto& { return s.accounts.oidc.name_claim; }),
        plain_text(
            "accounts.oidc.groups_claim",
            [](auto& s) -> auto& { return s.accounts.oidc.groups_claim; }),
        {"accounts.oidc.ca_file", read_oidc_ca_file,
         [](const Settings& settings) { return settings.accounts.oidc.ca_file; }},
        duration(
            "accounts.oidc.timeout", [](auto& s) -> auto& { return s.accounts.oidc.timeout; }, second),

        whole(
            "reload.new_late_max", [](auto& s) -> auto& { return s.reload.new_late_max; }, 0, many),
        boolean(
            "reload.watch_folders", [](auto& s) -> auto& { return s.reload.watch_folders; }),
        duration(
            "reload.quiet", [](auto& s) -> auto& { return s.reload.quiet; }, none),

        word(
            "journal.level", [](auto& s) -> auto& { return s.journal.level; },
            std::array<std::string_view, 5>{"error", "warning", "notice", "info", "debug"},
            std::array{JournalLevel::error, JournalLevel::warning, JournalLevel::notice,
                       JournalLevel::info, JournalLevel::debug}),
        whole(
            "journal.lines_per_minute_max",
            [](auto& s) -> auto& { return s.journal.lines_per_minute_max; }, 1, many),
    };
    return table;
}

}  // namespace premura
