#include <catch2/catch.hpp>

#include "tests/daemon/account_story.h"

// A proxy in front has signed people in, and says who they are.

using namespace premura;

namespace {

const std::string secret(32, 's');

struct Proxied {
    Desk desk;
    std::unique_ptr<HttpClient> proxy;

    explicit Proxied(const std::string& peers = "127.0.0.0/8") {
        desk.options.proxies.add(peers);
        desk.options.proxy = {"x-remote-user", "x-remote-name", "x-remote-groups", "x-premura-proxy-secret", secret};
        desk.write(Desk::account("anna", "    roles: [lead]\n    tenants: [acme-uk]\n") +
                       Desk::account("bruno", "    roles: [lead]\n    tenants: [acme-uk]\n    disabled: true\n"),
                   "  cc-agents: { roles: agent, tenants: acme-it, language: it }\n");
        proxy = std::make_unique<HttpClient>(desk.start());
    }
    std::string who(const std::string& headers) {
        const auto response = proxy->get("/v1/session", headers);
        if (response.status != 200) return outcome(response);
        const auto session = object_in(response);
        return std::string{session.at("user").as_string()} + " " + std::string{session.at("name").as_string()} + " " +
               boost::json::serialize(session.at("roles"));
    }
};

const std::string known = "X-Premura-Proxy-Secret: " + secret + "\r\n";

}  // namespace

TEST_CASE("who the proxy names is signed in, by account or by group", "[accounts]") {
    Proxied story;
    CHECK(story.who(known + "X-Remote-User: anna\r\n") == R"(anna anna of the house ["lead"])");
    CHECK(story.who(known + "X-Remote-User: Carla@Acme.Example\r\nX-Remote-Name: Carla\r\nX-Remote-Groups: staff, cc-agents\r\n") ==
          R"(carla@acme.example Carla ["agent"])");
    CHECK(story.who(known + "X-Remote-User: carla\r\nX-Remote-Groups: staff\r\n") == "401 not_signed_in");
    // Who is shut out stays out, whatever the groups say.
    CHECK(story.who(known + "X-Remote-User: bruno\r\nX-Remote-Groups: cc-agents\r\n") == "401 not_signed_in");
}

TEST_CASE("a proxy's headers are believed only from the proxy, and only once", "[accounts]") {
    Proxied story;
    const std::string anna = "X-Remote-User: anna\r\n";
    CHECK(story.who(anna) == "401 not_signed_in");
    CHECK(story.who(anna + "X-Premura-Proxy-Secret: " + std::string(32, 't') + "\r\n") == "401 not_signed_in");
    // What a client sends beside the proxy's own header.
    CHECK(story.who(known + anna + "X-Remote-User: carla\r\n") == "401 not_signed_in");
    CHECK(story.who(known + known + anna) == "401 not_signed_in");
    CHECK(story.who(known + "X-Remote-User: carla\r\nX-Remote-Groups: cc-agents\r\nX-Remote-Groups: staff\r\n") ==
          "401 not_signed_in");
    CHECK(story.who(known + "X-Remote-User: \r\n") == "401 not_signed_in");

    Proxied elsewhere{"10.0.0.0/8"};
    CHECK(elsewhere.who(known + anna) == "401 not_signed_in");
}

TEST_CASE("whom a proxy signs in acts with a token as everybody does", "[accounts]") {
    Proxied story;
    const std::string anna = known + "X-Remote-User: anna\r\nIdempotency-Key: 12345678\r\n";
    const std::string token{object_in(story.proxy->get("/v1/session", anna)).at("csrf_token").as_string()};
    CHECK(outcome(story.proxy->post("/v1/session/renew", anna, "")) == "403 wrong_csrf_token");
    const auto renewed = story.proxy->post("/v1/session/renew", anna + "X-Premura-CSRF: " + token + "\r\n", "");
    CHECK(renewed.status == 200);
    CHECK(renewed.headers.count("set-cookie") == 0);
    // Another one's token is no use.
    CHECK(outcome(story.proxy->post("/v1/session/renew",
                                    known + "X-Remote-User: carla\r\nX-Remote-Groups: cc-agents\r\nIdempotency-Key: 12345678\r\n"
                                            "X-Premura-CSRF: " + token + "\r\n", "")) == "403 wrong_csrf_token");
}

TEST_CASE("addresses and networks", "[accounts]") {
    AddressList list;
    for (const char* text : {"10.1.2.3", "192.168.4.0/22", "fd00::/8", "::1"}) CHECK(list.add(text));
    for (const char* text : {"", "10.1.2", "10.1.2.3/33", "10.1.2.3/-1", "10.1.2.3/", "fd00::/129", "proxy", "10.0.0.0/8x"}) {
        CHECK_FALSE(list.add(text));
    }
    for (const char* text : {"10.1.2.3", "::ffff:10.1.2.3", "192.168.4.0", "192.168.7.255", "fdff::1", "::1"}) CHECK(list.contains(text));
    for (const char* text : {"10.1.2.4", "192.168.8.0", "192.168.3.255", "fe00::1", "::2", "", "x"}) CHECK_FALSE(list.contains(text));
}

TEST_CASE("behind proxies the client is the last one that is no proxy", "[accounts]") {
    AddressList proxies;
    proxies.add("10.0.0.0/8");
    const auto client = [&proxies](const std::string& remote, std::vector<std::string> forwarded) {
        HttpRequest request;
        request.remote = remote;
        for (std::string& each : forwarded) request.headers.emplace_back("x-forwarded-for", std::move(each));
        return client_address(request, proxies);
    };
    CHECK(client("203.0.113.9", {"198.51.100.1"}) == "203.0.113.9");  // no proxy: what it says does not count
    CHECK(client("10.0.0.1", {}) == "10.0.0.1");
    CHECK(client("10.0.0.1", {"198.51.100.1, 203.0.113.9"}) == "203.0.113.9");
    CHECK(client("10.0.0.1", {"198.51.100.1", "203.0.113.9 , 10.0.0.2"}) == "203.0.113.9");
    CHECK(client("10.0.0.1", {"invented"}) == "10.0.0.1");
}
