#include "daemon/desk/web_routes.h"

#include <catch2/catch.hpp>

#include "tests/daemon/http_client.h"

// The page as premurad serves it.

using namespace premura;
using Catch::Contains;

namespace {

std::string asked(std::uint16_t port, const std::string& path, const std::string& headers = "") {
    HttpClient client{port};
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n");
    return client.read_to_end();
}

}  // namespace

TEST_CASE("the page's files come with their policy, and not again to who has them", "[desk][http]") {
    HttpServerOptions options;
    options.port = 0;
    HttpServer server{options};
    install_web_routes(server);
    server.start();
    const WebFile file = *web_file("/desk/start.js");

    const std::string answer = asked(server.port(), "/desk/start.js");
    CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(answer, Contains("ETag: " + std::string{file.etag} + "\r\n"));
    CHECK_THAT(answer, Contains("Cache-Control: no-cache\r\n"));
    CHECK_THAT(answer, Contains("Content-Security-Policy: " + std::string{web_policy} + "\r\n"));
    CHECK_THAT(answer, Contains("X-Content-Type-Options: nosniff\r\n"));
    CHECK_THAT(answer, Catch::EndsWith("\r\n\r\n" + std::string{file.bytes}));

    const std::string again = asked(server.port(), "/desk/start.js", "If-None-Match: " + std::string{file.etag} + "\r\n");
    CHECK_THAT(again, Catch::StartsWith("HTTP/1.1 304 Not Modified\r\n"));
    CHECK_THAT(again, Catch::EndsWith("\r\n\r\n"));
    CHECK_THAT(asked(server.port(), "/desk/../premura.yaml"), Catch::StartsWith("HTTP/1.1 404"));
}

TEST_CASE("browsers are told from programs by what they accept", "[desk][http]") {
    HttpRequest request;
    CHECK_FALSE(wants_page(request));
    request.headers = {{"accept", "*/*"}};
    CHECK_FALSE(wants_page(request));
    request.headers = {{"accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}};
    CHECK(wants_page(request));
}
