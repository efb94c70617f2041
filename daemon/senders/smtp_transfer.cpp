#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "daemon/senders/curl_handle.h"
#include "daemon/senders/transfer.h"

namespace premura {
namespace {

struct Upload {
    std::string_view rest;
};

std::size_t read_upload(char* buffer, std::size_t size, std::size_t count, void* of) {
    std::string_view& rest = static_cast<Upload*>(of)->rest;
    const std::size_t taken = std::min(rest.size(), size * count);
    std::memcpy(buffer, rest.data(), taken);
    rest.remove_prefix(taken);
    return taken;
}

// Codes about who we are, not about this mail (RFC 4954, 6).
bool is_about_sign_in(long code) { return code == 530 || code == 534 || code == 535 || code == 538; }

class SmtpTransfer final : public Transfer {
 public:
    explicit SmtpTransfer(const SmtpOptions& options)
        : options_{options},
          url_{fmt::format("{}://{}:{}", options.tls == SmtpOptions::Tls::implicit ? "smtps" : "smtp", options.host,
                           options.port)} {}

    TransferResult run(const DeliveryRequest& request, Instant, const std::atomic<bool>& give_up) override {
        curl_.begin(url_, options_.timeout, options_.ca_file, give_up);
        curl_.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_.set(CURLOPT_USE_SSL, options_.tls == SmtpOptions::Tls::none ? static_cast<long>(CURLUSESSL_NONE)
                                                                          : static_cast<long>(CURLUSESSL_ALL));
        // A connection that rests is closed by many servers without a word; a mail may wait for a new one.
        curl_.set(CURLOPT_FORBID_REUSE, 1L);
        if (!options_.user.empty()) {
            curl_.set(CURLOPT_USERNAME, options_.user.c_str());
            curl_.set(CURLOPT_PASSWORD, options_.password.c_str());
        }
        const std::string from = "<" + request.from + ">";
        CurlList to;
        append(to, "<" + request.to + ">");
        Upload upload{request.content};
        curl_.set(CURLOPT_MAIL_FROM, from.c_str());
        curl_.set(CURLOPT_MAIL_RCPT, to.get());
        curl_.set(CURLOPT_UPLOAD, 1L);
        curl_.set(CURLOPT_READFUNCTION, read_upload);
        curl_.set(CURLOPT_READDATA, &upload);
        const CURLcode outcome = curl_.perform();
        return outcome == CURLE_OK ? TransferResult{DeliveryResult::Kind::sent, {}, {}} : judged(outcome);
    }

 private:
    TransferResult judged(CURLcode outcome) const {
        const long code = curl_.code();
        const bool answered = outcome != CURLE_OPERATION_TIMEDOUT && outcome != CURLE_ABORTED_BY_CALLBACK && code >= 400;
        if (outcome == CURLE_LOGIN_DENIED || is_about_sign_in(code)) return {DeliveryResult::Kind::failed, "sign_in", {}};
        if (!answered) return {DeliveryResult::Kind::failed, reason_of(outcome), {}};
        // A 5xx for the receiver or for the mail itself will not change. For the sender it is a matter of settings, which
        // somebody mends.
        const bool of_mail = outcome == CURLE_WEIRD_SERVER_REPLY || curl_.error().starts_with("RCPT failed");
        const bool forever = code >= 500 && of_mail;
        return {forever ? DeliveryResult::Kind::refused : DeliveryResult::Kind::failed, fmt::format("smtp_{}", code), {}};
    }

    const SmtpOptions options_;
    const std::string url_;
    CurlHandle curl_;
};

}  // namespace

std::unique_ptr<Transfer> smtp_transfer(const SmtpOptions& options) { return std::make_unique<SmtpTransfer>(options); }

}  // namespace premura
