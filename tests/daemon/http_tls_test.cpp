#include "daemon/http/http_tls.h"

#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "tests/daemon/account_story.h"
#include "tests/daemon/certificate.h"

// HTTP by TLS, with certificates made here.

using namespace premura;
using Catch::Contains;

namespace {

// A client that speaks up to `version`.
class TlsClient {
 public:
    explicit TlsClient(std::uint16_t port, int version = TLS1_3_VERSION)
        : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free}, bio_{nullptr, BIO_free_all} {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), version < TLS1_2_VERSION ? version : TLS1_2_VERSION);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        bio_.reset(BIO_new_ssl_connect(context_.get()));
        BIO_set_conn_hostname(bio_.get(), ("127.0.0.1:" + std::to_string(port)).c_str());
        connected = BIO_do_handshake(bio_.get()) == 1;
        SSL* ssl = nullptr;
        BIO_get_ssl(bio_.get(), &ssl);
        if (!connected) return;
        protocol = SSL_get_version(ssl);
        const std::shared_ptr<X509> peer{SSL_get1_peer_certificate(ssl), X509_free};
        serial = ASN1_INTEGER_get(X509_get0_serialNumber(peer.get()));
    }
    std::string ask(const std::string& text, std::string_view end) {
        BIO_write(bio_.get(), text.data(), static_cast<int>(text.size()));
        std::string answer;
        char bytes[4096];
        while (answer.find(end) == answer.npos) {
            const int count = BIO_read(bio_.get(), bytes, sizeof bytes);
            if (count <= 0) break;
            answer.append(bytes, static_cast<std::size_t>(count));
        }
        return answer;
    }

    bool connected = false;
    std::string protocol;
    long serial = 0;

 private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<BIO, decltype(&BIO_free_all)> bio_;
};

// The files that the settings name.
void write(Desk& desk, const TestKey& key, const TestKey& certified, long serial) {
    desk.write_file("key.pem", key_pem(key));
    desk.write_file("certificate.pem", certificate_pem(certified, serial));
}

struct Served {
    Desk desk;
    TestKey key = new_test_key();

    Served() {
        write(desk, key, key, 1);
        desk.write(Desk::agent("anna", "correct horse battery"));
        desk.http.tls = {desk.folder.file("certificate.pem"), desk.folder.file("key.pem")};
        desk.http.strict_transport = true;
        desk.options.secure = true;
    }
};

}  // namespace

TEST_CASE("by TLS the cookie is for TLS alone, and so are the pages", "[accounts][tls]") {
    Served served;
    TlsClient client{served.desk.start()};
    REQUIRE(client.connected);
    CHECK(client.protocol == "TLSv1.3");
    const std::string body = R"({"user":"anna","password":"correct horse battery"})";
    const std::string answer = client.ask("POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
                                              std::to_string(body.size()) + "\r\n\r\n" + body,
                                          "}\n");
    CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(answer, Contains("; HttpOnly; SameSite=Strict; Path=/; Secure\r\n"));
    CHECK_THAT(answer, Contains("Strict-Transport-Security: max-age=31536000\r\n"));
    CHECK_THAT(answer, Contains("X-Content-Type-Options: nosniff\r\n"));
    CHECK_THAT(answer, Contains("Referrer-Policy: no-referrer\r\n"));
    CHECK_THAT(answer, Contains("frame-ancestors 'none'"));
    // The connection goes on, and ends when it is asked to.
    CHECK_THAT(client.ask("GET /v1/sign-in-ways HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "never"),
               Catch::EndsWith("{\"password\":true,\"providers\":[]}\n"));
}

TEST_CASE("TLS before 1.2, and no TLS at all, get no answer", "[accounts][tls]") {
    Served served;
    const std::uint16_t port = served.desk.start();
    CHECK_FALSE(TlsClient{port, TLS1_1_VERSION}.connected);
    CHECK(TlsClient{port, TLS1_2_VERSION}.protocol == "TLSv1.2");
    HttpClient plain{port};
    plain.send("GET /v1/sign-in-ways HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(plain.read_to_end().find("HTTP/1.1") == std::string::npos);
}

TEST_CASE("a new certificate is served from the next connection on, one that does not fit is not", "[accounts][tls]") {
    Served served;
    const std::uint16_t port = served.desk.start();
    TlsClient before{port};
    CHECK(before.serial == 1);
    const TestKey next = new_test_key();
    write(served.desk, next, next, 2);
    CHECK_FALSE(served.desk.server->reload_certificate());
    CHECK(TlsClient{port}.serial == 2);
    // Who is connected already stays so.
    CHECK_THAT(before.ask("GET /v1/sign-in-ways HTTP/1.1\r\nHost: localhost\r\n\r\n", "}\n"), Catch::StartsWith("HTTP/1.1 200 OK\r\n"));

    write(served.desk, new_test_key(), next, 3);
    const auto reason = served.desk.server->reload_certificate();
    REQUIRE(reason);
    CHECK_THAT(*reason, Catch::StartsWith("the key in " + served.desk.folder.file("key.pem") + " cannot be used with this certificate"));
    CHECK(TlsClient{port}.serial == 2);

    served.desk.write_file("certificate.pem", "no certificate\n");
    CHECK_THAT(*served.desk.server->reload_certificate(),
               Catch::StartsWith("the certificate in " + served.desk.folder.file("certificate.pem") + " cannot be used"));
}

TEST_CASE("live lines come by TLS as well", "[accounts][tls]") {
    Served served;
    const auto hub = std::make_shared<StreamHub>(StreamHubOptions{}, "run");
    served.desk.http.port = 0;
    HttpServer server{served.desk.http};
    server.stream("/v1/stream", hub);
    server.start();
    TlsClient client{server.port()};
    CHECK_THAT(client.ask("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n", "\r\n\r\n"), Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    hub->publish("incident.open", R"({"about":"courier"})");
    CHECK_THAT(client.ask("", "\n\n"), Contains(R"(data: {"about":"courier"})"));
    server.stop();
    CHECK_THAT(client.ask("", "stops\n\n"), Contains(": the daemon stops"));
}
