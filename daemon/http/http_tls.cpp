#include "daemon/http/http_tls.h"

#include <fmt/format.h>

#include <boost/asio/ssl/context.hpp>

namespace premura {
namespace {

namespace ssl = boost::asio::ssl;

// With TLS 1.2 only what has forward secrecy and is authenticated encryption (RFC 9325, 4.2); TLS 1.3 has nothing else.
constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

}  // namespace

std::shared_ptr<ssl::context> tls_context(const HttpTlsOptions& options, std::string& reason) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                         ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cipher_list(context->native_handle(), ciphers);
    // A key with a password would have the daemon ask at a terminal that is not there.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string{}; }, error);
    context->use_certificate_chain_file(options.certificate_file, error);
    if (error) {
        reason = fmt::format("the certificate in {} cannot be used: {}", options.certificate_file, error.message());
        return nullptr;
    }
    context->use_private_key_file(options.key_file, ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(context->native_handle()) != 1) {
        reason = fmt::format("the key in {} cannot be used with this certificate{}{}", options.key_file, error ? ": " : "",
                             error ? error.message() : std::string{});
        return nullptr;
    }
    return context;
}

}  // namespace premura
