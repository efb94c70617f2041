#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/settings/settings.h"
#include "tests/daemon/temporary_folder.h"

// What the settings say of accounts, proxies and TLS, and what is said when they may not.

using namespace premura;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

struct Story {
    TemporaryFolder folder;
    Diagnostics diagnostics;
    Surroundings surroundings{{}, {}, "host"};

    Story() {
        std::filesystem::create_directory(folder.file("rules"));
        write("accounts.yaml", "version: 1\naccounts:\n  anna: { name: Anna, roles: agent, tenants: '*' }\n");
        write("secret", std::string(32, 's') + "\n");
        write("short", "short\n");
        write("token", std::string(16, 't') + "\n");
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream{folder.file(name)} << text;
        ::chmod(folder.file(name).c_str(), 0600);
    }
    std::optional<Settings> load(const std::string& text) {
        write("premura.yaml", "rules: rules\n" + text);
        diagnostics = {};
        return load_settings(folder.file("premura.yaml"), surroundings, diagnostics);
    }
    Lines told() const {
        Lines lines;
        for (const Diagnostic& one : diagnostics.all()) {
            std::string text = one.code + " " + one.message;
            const std::string here = folder.file("");
            if (const std::size_t at = text.find(here); at != std::string::npos) text.erase(at, here.size());
            lines.push_back(text);
        }
        return lines;
    }
};

const std::string network = "http: { listen: '0.0.0.0:8470', token_file: ./token";

}  // namespace

TEST_CASE("without accounts in the settings nobody signs in", "[settings]") {
    Story story;
    const auto settings = story.load("");
    REQUIRE(settings);
    CHECK_FALSE(settings->accounts.any());
    CHECK_FALSE(settings->accounts.secure);
    CHECK(settings->accounts.session_idle == 30min);
    CHECK(settings->accounts.session_longest == 12h);
}

TEST_CASE("everything about accounts can be set", "[settings]") {
    Story story;
    const auto settings = story.load(
        "http: { proxy: { addresses: [127.0.0.1, 10.0.0.0/8], tls: true } }\n"
        "accounts:\n  file: ./accounts.yaml\n  session_key_file: ./secret\n  session_idle: 10 minutes\n  session_longest: 8 hours\n"
        "  attempts_of_user_max: 3\n  attempts_of_address_max: 30\n  attempts_window: 1 minute\n"
        "  proxy: { user_header: X-Remote-User, groups_header: X-Groups, secret_file: ./secret }\n"
        "  oidc:\n    name: the house\n    issuer: https://login.example/realms/house\n    client_id: desk\n"
        "    client_secret_file: ./short\n    redirect_url: https://desk.example/v1/sign-in/return\n    scopes: [profile]\n");
    CHECK(story.told().empty());
    REQUIRE(settings);
    const AccountOptions& accounts = settings->accounts;
    CHECK(accounts.file == story.folder.file("accounts.yaml"));
    CHECK(accounts.secure);
    CHECK(settings->http.strict_transport);
    CHECK(accounts.attempts.of_user_max == 3);
    CHECK(accounts.proxies.contains("10.9.9.9"));
    CHECK(accounts.proxy.user_header == "x-remote-user");
    CHECK(accounts.proxy.secret_header == "x-premura-proxy-secret");
    CHECK(accounts.oidc.scopes == Lines{"openid", "profile"});
    CHECK(accounts.oidc.client_secret == "short");
    const std::string shown = describe(*settings);
    CHECK(shown.find("accounts.proxy.secret_file: (secret)\n") != shown.npos);
    CHECK(shown.find("accounts.oidc.client_secret_file: (secret)\n") != shown.npos);
    CHECK(shown.find(std::string(32, 's')) == shown.npos);
}

TEST_CASE("a credential of the service manager goes before a file of that name", "[settings]") {
    Story story;
    std::filesystem::create_directory(story.folder.file("credentials"));
    story.write("credentials/accounts.yaml", "version: 1\n");
    ::chmod(story.folder.file("credentials/accounts.yaml").c_str(), 0440);
    story.surroundings.credentials_folder = story.folder.file("credentials");
    const auto settings = story.load("accounts: { file: accounts.yaml }\n");
    CHECK(story.told().empty());
    REQUIRE(settings);
    CHECK(settings->accounts.file == story.folder.file("credentials/accounts.yaml"));
    CHECK(settings->accounts.file_guarded);
}

TEST_CASE("on a network the desk is served by TLS, or by a proxy that does it", "[settings]") {
    Story story;
    const std::string accounts = "accounts: { file: ./accounts.yaml }\n";
    CHECK_FALSE(story.load(network + " }\n" + accounts));
    CHECK(story.told() == Lines{"PR346 passwords and customers would cross the network in the clear"});
    CHECK(story.load(network + ", proxy: { tls: true } }\n" + accounts));
    CHECK(story.load(network + " }\n"));  // for machines, with their token
    CHECK_FALSE(story.load("http: { tls: { certificate_file: ./secret } }\n"));
    CHECK(story.told() == Lines{"PR345 TLS needs 'http.tls.key_file' as well"});
    CHECK_FALSE(story.load("http: { tls: { certificate_file: ./secret, key_file: ./secret } }\n"));
    REQUIRE(story.told().size() == 1);
    CHECK(story.told()[0].starts_with("PR345 the certificate in secret cannot be used"));
}

TEST_CASE("what would let anybody in is refused", "[settings]") {
    Story story;
    const std::string accounts = "accounts:\n  file: ./accounts.yaml\n";
    CHECK_FALSE(story.load(accounts + "  proxy: { user_header: X-User }\n"));
    CHECK(story.told() == Lines{"PR347 anybody could write this header and be whom they like"});
    CHECK_FALSE(story.load(accounts + "  proxy: { user_header: X_User, secret_file: ./short }\n  session_key_file: ./short\n"));
    CHECK(story.told() == Lines{"PR347 'X_User' cannot be the name of a header",
                                "PR347 the secret of the proxy must have 32 characters or more",
                                "PR348 each line of short must be a key of 32 characters or more"});
    CHECK_FALSE(story.load(accounts + "  oidc: { issuer: 'http://login.example' }\n"));
    CHECK(story.told() == Lines{"PR351 'http://login.example' is no https address"});
    CHECK_FALSE(story.load(accounts + "  oidc: { issuer: 'https://login.example' }\n"));
    CHECK(story.told() == Lines{"PR351 OpenID Connect needs 'issuer', 'client_id' and 'redirect_url'"});
    CHECK_FALSE(story.load("accounts: { oidc: { issuer: 'https://l.example', client_id: a, redirect_url: 'https://d.example/v1/sign-in/return' } }\n"));
    CHECK(story.told() == Lines{"PR351 who may do what? There is no 'accounts.file'"});
    CHECK_FALSE(story.load("http: { proxy: { addresses: [proxy.example] } }\n"));
    CHECK(story.told() == Lines{"PR349 'proxy.example' is no address and no network"});
    CHECK_FALSE(story.load(accounts + "  session_idle: 2 hours\n  session_longest: 1 hour\n"));
    CHECK(story.told() == Lines{"PR350 sessions would end before they are idle"});
    ::chmod(story.folder.file("accounts.yaml").c_str(), 0644);
    CHECK_FALSE(story.load(accounts));
    CHECK(story.told() == Lines{"PR342 others than its owner may read or write this file"});
}
