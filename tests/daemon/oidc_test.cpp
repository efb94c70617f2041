#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <catch2/catch.hpp>
#include <set>

#include "daemon/accounts/json_web_token.h"
#include "daemon/accounts/secrets.h"
#include "tests/daemon/account_story.h"

// Signing in by OpenID Connect, with a made-up provider that checks what it is asked.

using namespace premura;
namespace json = boost::json;

namespace {

using Key = std::shared_ptr<EVP_PKEY>;

std::string number(const Key& key, const char* name, std::size_t width = 0) {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &value);
    std::string bytes(std::max(width, static_cast<std::size_t>(BN_num_bytes(value))), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(value);
    return bytes;
}
Key rsa_key() {
    static const Key key{EVP_RSA_gen(2048), EVP_PKEY_free};
    return key;
}
Key ec_key() {
    static const Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    return key;
}
json::object rsa_jwk(const std::string& id, const Key& key = rsa_key()) {
    return {{"kty", "RSA"}, {"kid", id}, {"use", "sig"}, {"n", base64url(number(key, OSSL_PKEY_PARAM_RSA_N))},
            {"e", base64url(number(key, OSSL_PKEY_PARAM_RSA_E))}};
}
json::object ec_jwk(const std::string& id) {
    return {{"kty", "EC"}, {"kid", id}, {"crv", "P-256"}, {"x", base64url(number(ec_key(), OSSL_PKEY_PARAM_EC_PUB_X, 32))},
            {"y", base64url(number(ec_key(), OSSL_PKEY_PARAM_EC_PUB_Y, 32))}};
}
std::string signature_of(const Key& key, const std::string& text) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::size_t length = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context, nullptr, &length, bytes, text.size());
    std::string signature(length, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length, bytes, text.size());
    EVP_MD_CTX_free(context);
    signature.resize(length);
    if (key != ec_key()) return signature;
    const auto* der = reinterpret_cast<const unsigned char*>(signature.data());
    ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(signature.size()));
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out + 32, 32);
    ECDSA_SIG_free(numbers);
    return raw;
}
std::string token(const json::object& header, const json::object& claims, const Key& key) {
    const std::string text = base64url(json::serialize(header)) + "." + base64url(json::serialize(claims));
    return text + "." + base64url(signature_of(key, text));
}
std::map<std::string, std::string, std::less<>> form_in(std::string_view text) {
    HttpRequest request;
    parse_target("/?" + std::string{text}, request);
    return request.query;
}

// Knows one person, and gives a code for what the browser was sent with.
struct Provider {
    std::unique_ptr<HttpServer> server;
    std::string issuer;
    std::mutex mutex;
    json::array keys{rsa_jwk("one")};
    json::object header{{"alg", "RS256"}, {"kid", "one"}};
    Key key = rsa_key();
    json::object claims;
    std::string challenge;
    std::vector<std::string> asked;
    std::set<std::string> used_codes;

    Provider() {
        HttpServerOptions options;
        options.port = 0;
        server = std::make_unique<HttpServer>(options);
        const auto serve = [this](std::string method, std::string path, auto body) {
            server->handle(method, path, [this, path, body](const HttpRequest& request, const HttpServer::Answer& answer) {
                const std::lock_guard lock{mutex};
                asked.push_back(path);
                answer(body(request));
            });
        };
        serve("GET", "/.well-known/openid-configuration", [this](const HttpRequest&) {
            return HttpResponse{200, {}, json::serialize(json::object{{"issuer", issuer},
                                                                      {"authorization_endpoint", issuer + "/authorize"},
                                                                      {"token_endpoint", issuer + "/token"},
                                                                      {"jwks_uri", issuer + "/keys"}})};
        });
        serve("GET", "/keys", [this](const HttpRequest&) {
            return HttpResponse{200, {}, json::serialize(json::object{{"keys", keys}})};
        });
        serve("POST", "/token", [this](const HttpRequest& request) { return give_token(request); });
        server->start();
        issuer = "http://127.0.0.1:" + std::to_string(server->port());
    }
    ~Provider() { server->stop(); }

    HttpResponse give_token(const HttpRequest& request) {
        const auto form = form_in(request.body);
        const auto value = [&form](std::string_view name) {
            const auto found = form.find(name);
            return found == form.end() ? std::string{} : found->second;
        };
        // "desk:s3cret" in base64.
        const bool right = request.header("authorization") == "Basic ZGVzazpzM2NyZXQ=" &&
                           value("grant_type") == "authorization_code" && value("redirect_uri") == "https://desk.example/v1/sign-in/return" &&
                           value("code") == "the code" && base64url(sha256(value("code_verifier"))) == challenge;
        if (!right) return {400, {}, R"({"error":"invalid_grant"})"};
        return {200, {}, json::serialize(json::object{{"access_token", "x"}, {"id_token", token(header, claims, key)}})};
    }
    std::vector<std::string> told() {
        const std::lock_guard lock{mutex};
        return std::exchange(asked, {});
    }
};

// A desk whose people the provider knows.
struct SingleSignOn {
    Provider provider;
    Desk desk;
    std::unique_ptr<HttpClient> browser;
    std::string flow_cookie;
    std::string state;

    SingleSignOn() {
        desk.write("", "  cc-agents: { roles: agent, tenants: acme-it, language: it }\n");
        OidcOptions& oidc = desk.options.oidc;
        oidc.name = "the house";
        oidc.issuer = provider.issuer;
        oidc.client_id = "desk";
        oidc.client_secret = "s3cret";
        oidc.redirect_url = "https://desk.example/v1/sign-in/return";
        browser = std::make_unique<HttpClient>(desk.start());
        desk.told();
    }
    // The browser is led to the provider, where the person signs in.
    std::map<std::string, std::string, std::less<>> begin() {
        const auto response = browser->get("/v1/sign-in/start");
        CHECK(response.status == 302);
        const std::string& location = response.headers.at("location");
        CHECK(location.starts_with(provider.issuer + "/authorize?"));
        auto asked = form_in(location.substr(location.find('?') + 1));
        const std::string& set = response.headers.at("set-cookie");
        flow_cookie = set.substr(0, set.find(';'));
        CHECK(set == flow_cookie + "; HttpOnly; SameSite=Lax; Path=/v1/sign-in; Max-Age=600");
        state = asked["state"];
        const std::int64_t now = desk.now / 1000;
        const std::lock_guard lock{provider.mutex};
        provider.challenge = asked["code_challenge"];
        provider.claims = {{"iss", provider.issuer}, {"aud", "desk"}, {"sub", "u-17"}, {"name", "Anna Verdi"}, {"exp", now + 300},
                           {"iat", now}, {"nonce", asked["nonce"]}, {"groups", {"staff", "cc-agents"}}};
        return asked;
    }
    HttpClient::Response come_back(const std::string& more = "") {
        return browser->get("/v1/sign-in/return?code=the%20code&state=" + state + more, "Cookie: " + flow_cookie + "\r\n");
    }
    // What is said of a sign-in whose token is not as it should be.
    std::string refusal(const std::function<void(Provider&)>& spoil) {
        begin();
        {
            const std::lock_guard lock{provider.mutex};
            spoil(provider);
        }
        const auto response = come_back();
        CHECK(response.headers.count("set-cookie") == (response.status == 302 ? 1 : 0));
        const std::string before = "Signing in did not work (";
        if (!response.body.starts_with(before)) return response.body;
        return std::to_string(response.status) + " " + response.body.substr(before.size(), response.body.find(')') - before.size());
    }
};

}  // namespace

TEST_CASE("a provider says who somebody is, and the file of accounts what they may do", "[accounts][oidc]") {
    SingleSignOn story;
    CHECK(story.browser->get("/v1/sign-in-ways").body ==
          "{\"password\":false,\"providers\":[{\"name\":\"the house\",\"href\":\"/v1/sign-in/start\"}]}\n");
    auto asked = story.begin();
    CHECK(asked["response_type"] == "code");
    CHECK(asked["client_id"] == "desk");
    CHECK(asked["redirect_uri"] == "https://desk.example/v1/sign-in/return");
    CHECK(asked["scope"] == "openid profile email");
    CHECK(asked["code_challenge_method"] == "S256");
    CHECK(story.provider.told() == std::vector<std::string>{"/.well-known/openid-configuration"});

    Browser anna{story.desk.server->port()};
    // The session's cookie comes first, then the one of the sign-in is taken back.
    story.browser->send("GET /v1/sign-in/return?code=the%20code&state=" + story.state + " HTTP/1.1\r\nHost: localhost\r\nCookie: " +
                        story.flow_cookie + "\r\n\r\n");
    const std::string head = story.browser->read_until("\r\n\r\n");
    CHECK(head.starts_with("HTTP/1.1 302 Found\r\n"));
    CHECK(head.find("Location: /\r\n") != head.npos);
    CHECK(head.find("Set-Cookie: premura_sign_in=; HttpOnly; SameSite=Lax; Path=/v1/sign-in; Max-Age=0\r\n") != head.npos);
    const std::size_t cookie = head.find("premura_session=") + 16;
    anna.cookie = head.substr(cookie, head.find(';', cookie) - cookie);
    CHECK(story.provider.told() == std::vector<std::string>{"/token", "/keys"});
    CHECK(story.desk.told() == Desk::Lines{"<6>level=info id=PR260 msg=\"signed in\" user=u-17 by=oidc address=127.0.0.1\n"});

    const auto session = object_in(anna.get("/v1/session"));
    CHECK(session.at("user").as_string() == "u-17");
    CHECK(session.at("name").as_string() == "Anna Verdi");
    CHECK(session.at("language").as_string() == "it");
    CHECK(json::serialize(session.at("roles")) == R"(["agent"])");
    CHECK(anna.get("/v1/desk/tenants").body == "acme-it");

    // The group loses its place: the session has nothing to stand on.
    story.desk.write("", "  others: { roles: agent, tenants: acme-it }\n");
    REQUIRE(story.desk.service->reload());
    CHECK(outcome(anna.get("/v1/session")) == "401 not_signed_in");
}

TEST_CASE("tokens that are not for us are refused, each with its reason", "[accounts][oidc]") {
    SingleSignOn story;
    const auto refusal = [&story](const std::function<void(Provider&)>& spoil) { return story.refusal(spoil); };
    const std::int64_t now = story.desk.now / 1000;
    CHECK(refusal([](Provider& p) { p.claims["iss"] = "https://other.example"; }) == "403 wrong_issuer");
    CHECK(refusal([](Provider& p) { p.claims["aud"] = "another"; }) == "403 wrong_audience");
    CHECK(refusal([](Provider& p) { p.claims["aud"] = {"desk", "another"}; }) == "403 wrong_audience");
    CHECK(refusal([now](Provider& p) { p.claims["exp"] = now - 60; }) == "403 expired");
    CHECK(refusal([](Provider& p) { p.claims.erase("exp"); }) == "403 expired");
    CHECK(refusal([now](Provider& p) { p.claims["iat"] = now + 61; }) == "403 issued_in_the_future");
    CHECK(refusal([](Provider& p) { p.claims["nonce"] = "of another sign-in"; }) == "403 wrong_nonce");
    CHECK(refusal([](Provider& p) { p.claims["groups"] = {"staff"}; }) == "403 no_account");
    CHECK(refusal([](Provider& p) { p.claims["sub"] = "an na"; }) == "403 no_user");
    CHECK(refusal([](Provider& p) { p.challenge = "of another browser"; }) == "403 code_refused");
    CHECK(refusal([](Provider& p) { p.header = {{"alg", "none"}}; }) == "403 wrong_signature");
    CHECK(refusal([](Provider& p) { p.header = {{"alg", "HS256"}, {"kid", "one"}}; }) == "403 wrong_signature");
    CHECK(refusal([](Provider& p) {
              p.header = {{"alg", "RS256"}, {"kid", "one"}};
              p.key = Key{EVP_RSA_gen(2048), EVP_PKEY_free};
          }) == "403 wrong_signature");
    for (const std::string& line : story.desk.told()) {
        CHECK(line.starts_with("<5>level=notice id=PR261 msg=\"sign-in refused\" by=oidc reason="));
    }
    // Nothing of all that stays behind.
    CHECK(refusal([](Provider& p) { p.key = rsa_key(); }).empty());
}

TEST_CASE("only the browser that began comes back, in time and once led by the right provider", "[accounts][oidc]") {
    SingleSignOn story;
    const auto reason = [](const HttpClient::Response& response) {
        return response.body.substr(0, response.body.find(')') + 1);
    };
    story.begin();
    const std::string cookie = story.flow_cookie;
    const std::string state = story.state;
    story.flow_cookie = "other=1";
    CHECK(reason(story.come_back()) == "Signing in did not work (no_state)");
    story.flow_cookie = cookie;
    story.state = "another";
    CHECK(reason(story.come_back()) == "Signing in did not work (wrong_state)");
    story.state = state;
    CHECK(reason(story.come_back("&iss=https://other.example")) == "Signing in did not work (wrong_issuer)");
    CHECK(reason(story.browser->get("/v1/sign-in/return?error=access_denied&state=" + state, "Cookie: " + cookie + "\r\n")) ==
          "Signing in did not work (provider_refused)");
    story.desk.after(std::chrono::minutes{10});
    CHECK(reason(story.come_back()) == "Signing in did not work (too_late)");
}

TEST_CASE("a provider's new keys are asked for when a token names one, once a minute at most", "[accounts][oidc]") {
    SingleSignOn story;
    CHECK(story.refusal([](Provider&) {}).empty());
    CHECK(story.provider.told() == std::vector<std::string>{"/.well-known/openid-configuration", "/token", "/keys"});
    const auto rotate = [](Provider& p) {
        p.keys = {ec_jwk("two")};
        p.header = {{"alg", "ES256"}, {"kid", "two"}};
        p.key = ec_key();
    };
    CHECK(story.refusal(rotate) == "403 wrong_signature");
    CHECK(story.provider.told() == std::vector<std::string>{"/token"});
    story.desk.after(std::chrono::minutes{1});
    CHECK(story.refusal([](Provider&) {}).empty());
    CHECK(story.provider.told() == std::vector<std::string>{"/token", "/keys"});
}

TEST_CASE("a provider that does not answer holds nobody up", "[accounts][oidc]") {
    SingleSignOn story;
    story.provider.server->stop();
    const auto response = story.browser->get("/v1/sign-in/start");
    CHECK(response.status == 503);
    CHECK(response.body.starts_with("Signing in did not work (provider_unreachable)."));
    CHECK(story.browser->get("/v1/sign-in-ways").status == 200);
}

TEST_CASE("keys that are too weak or of another use are passed over", "[accounts][oidc]") {
    const Key small{EVP_RSA_gen(1024), EVP_PKEY_free};
    const auto set = [](json::value key) { return json::serialize(json::object{{"keys", json::array{std::move(key)}}}); };
    CHECK_FALSE(JsonWebKeys::parse(set(rsa_jwk("one")))->empty());
    CHECK(JsonWebKeys::parse(set(rsa_jwk("one", small)))->empty());
    for (const auto& [name, value] : {std::pair{"use", "enc"}, {"alg", "RS512"}, {"kty", "oct"}, {"n", "AQAB"}, {"e", "!"}}) {
        json::object key = rsa_jwk("one");
        key[name] = value;
        CHECK(JsonWebKeys::parse(set(key))->empty());
    }
    json::object curve = ec_jwk("one");
    curve["crv"] = "P-384";
    CHECK(JsonWebKeys::parse(set(curve))->empty());
    curve = ec_jwk("one");
    curve["x"] = base64url(std::string(32, '\x01'));  // not on the curve
    CHECK(JsonWebKeys::parse(set(curve))->empty());
    CHECK_FALSE(JsonWebKeys::parse("[]"));
    const auto keys = JsonWebKeys::parse(set(ec_jwk("one")));
    const std::string good = token({{"alg", "ES256"}, {"kid", "one"}}, {{"sub", "a"}}, ec_key());
    CHECK(keys->open(good)->at("sub").as_string() == "a");
    CHECK_FALSE(keys->open(token({{"alg", "ES256"}, {"crit", {"x"}}}, {{"sub", "a"}}, ec_key())));
    CHECK_FALSE(keys->open(good.substr(0, good.size() - 1)));
    CHECK_FALSE(keys->open("a.b"));
}
