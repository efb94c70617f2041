#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace premura {

// With what HTTP is served by TLS: PEM files, the certificate with those it is signed by after it.
struct HttpTlsOptions {
    std::string certificate_file;
    std::string key_file;
    bool any() const { return !certificate_file.empty(); }
};

// TLS 1.2 and 1.3. Null, with a reason, when certificate and key cannot be read or do not belong together.
std::shared_ptr<boost::asio::ssl::context> tls_context(const HttpTlsOptions& options, std::string& reason);

}  // namespace premura
