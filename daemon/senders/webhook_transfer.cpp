#include <fmt/format.h>

#include <algorithm>

#include "daemon/senders/curl_handle.h"
#include "daemon/senders/signature.h"
#include "daemon/senders/transfer.h"

namespace premura {
namespace {

constexpr Milliseconds retry_after_max = std::chrono::hours{1};

// What another attempt, or somebody who mends the settings, may change: 401, 403, 404 and redirects are about the address.
bool may_change(long code) {
    constexpr long codes[] = {401, 403, 404, 405, 407, 408, 409, 410, 425, 429};
    return code < 400 || code >= 500 || std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

class WebhookTransfer final : public Transfer {
 public:
    explicit WebhookTransfer(const WebhookOptions& options) : options_{options} {}

    TransferResult run(const DeliveryRequest& request, Instant now, const std::atomic<bool>& give_up) override {
        curl_.begin(options_.url, options_.timeout, options_.ca_file, give_up);
        curl_.set(CURLOPT_PROTOCOLS_STR, "http,https");
        CurlList headers;
        append(headers, "Content-Type: application/json");
        append(headers, "Idempotency-Key: " + request.key);
        append(headers, "Premura-Signature: " + signature_of(options_.secret, now, request.content));
        append(headers, "User-Agent: premura/" PREMURA_VERSION);
        append(headers, "Expect:");  // no question beforehand
        curl_.set(CURLOPT_HTTPHEADER, headers.get());
        curl_.set(CURLOPT_POST, 1L);
        curl_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.content.size()));
        curl_.set(CURLOPT_POSTFIELDS, request.content.c_str());
        const CURLcode outcome = curl_.perform();
        if (outcome != CURLE_OK) return {DeliveryResult::Kind::failed, reason_of(outcome), {}};
        const long code = curl_.code();
        if (code >= 200 && code < 300) return {DeliveryResult::Kind::sent, {}, {}};
        return {may_change(code) ? DeliveryResult::Kind::failed : DeliveryResult::Kind::refused,
                fmt::format("http_{}", code), retry_after()};
    }

 private:
    std::optional<Milliseconds> retry_after() const {
        curl_off_t seconds = 0;
        curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &seconds);
        if (seconds <= 0) return std::nullopt;
        return std::min<Milliseconds>(retry_after_max, std::chrono::seconds{std::min<curl_off_t>(seconds, 86'400)});
    }

    const WebhookOptions options_;
    CurlHandle curl_;
};

}  // namespace

std::unique_ptr<Transfer> webhook_transfer(const WebhookOptions& options) {
    return std::make_unique<WebhookTransfer>(options);
}

}  // namespace premura
