#include "daemon/senders/senders.h"

namespace premura {

Senders::Senders(const SendersOptions& options, std::string results_topic, LogWriter& log, Callbacks callbacks)
    : options_{options}, topic_{std::move(results_topic)}, log_{log}, callbacks_{std::move(callbacks)} {
    prepare_transfers();
    const SmtpOptions& smtp = options_.smtp;
    if (!smtp.host.empty()) {
        add({std::string{OutboxOptions::mail_gateway}, smtp.connections_max, options_.waiting_max, smtp.timeout,
             options_.circuit_after, options_.circuit_pause},
            [smtp] { return smtp_transfer(smtp); });
    }
    for (const WebhookOptions& webhook : options_.webhooks) {
        add({webhook.name, webhook.connections_max, options_.waiting_max, webhook.timeout, options_.circuit_after,
             options_.circuit_pause},
            [webhook] { return webhook_transfer(webhook); });
    }
}

Senders::~Senders() { stop(); }

void Senders::add(Gateway::Options options, std::function<std::unique_ptr<Transfer>()> make_transfer) {
    const std::string name = options.name;
    Gateway::Callbacks callbacks;
    callbacks.make_transfer = std::move(make_transfer);
    callbacks.now = callbacks_.now;
    callbacks.done = [this, name](DeliveryResult result) { report(name, std::move(result)); };
    callbacks.circuit = callbacks_.circuit;
    gateways_.emplace(name, std::make_unique<Gateway>(std::move(options), std::move(callbacks)));
}

void Senders::take(std::string_view text) {
    auto request = delivery_request_of(text);
    if (!request) return;  // not of this version: the outbox asks again
    const auto gateway = gateways_.find(request->gateway);
    if (gateway != gateways_.end()) return gateway->second->take(std::move(*request));
    // Chosen before the settings lost it, or by a daemon with other settings.
    report(request->gateway, {request->id, request->partition, request->number, DeliveryResult::Kind::refused,
                              "no_gateway", std::nullopt, callbacks_.now()});
}

void Senders::report(const std::string& gateway, DeliveryResult result) {
    callbacks_.attempted(gateway, name_of(result.kind), result.reason);
    Output output = output_of(result);
    output.topic = topic_;
    std::vector<Output> records;
    records.push_back(std::move(output));
    log_.append(std::move(records), [lost = callbacks_.result_lost](const std::string& error) {
        if (!error.empty()) lost(error);
    });
}

std::vector<GatewayStatus> Senders::status() const {
    std::vector<GatewayStatus> all;
    for (const auto& [name, gateway] : gateways_) all.push_back(gateway->status());
    return all;
}

void Senders::stop() {
    for (const auto& [name, gateway] : gateways_) gateway->stop(options_.stop_timeout);
}

OutboxOptions outbox_options(const SendersOptions& options, int partition) {
    OutboxOptions outbox;
    outbox.partition = partition;
    outbox.mail = !options.smtp.host.empty();
    outbox.mail_from = options.smtp.from;
    for (const WebhookOptions& webhook : options.webhooks) outbox.webhooks.insert(webhook.name);
    outbox.ops_email = options.ops_email;
    outbox.ops_webhook = options.ops_webhook;
    outbox.retry = options.retry;
    outbox.give_up_after = options.give_up_after;
    outbox.lease = options.lease;
    return outbox;
}

}  // namespace premura
