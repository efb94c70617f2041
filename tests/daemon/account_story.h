#pragma once

#include <sys/stat.h>

#include <atomic>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>

#include "daemon/accounts/account_service.h"
#include "daemon/accounts/password.h"
#include "daemon/http/http_problem.h"
#include "tests/daemon/http_client.h"
#include "tests/daemon/temporary_folder.h"

namespace premura {

// A server that people sign in to, with a file of accounts and a clock that the test holds.
struct Desk {
    using Lines = std::vector<std::string>;

    TemporaryFolder folder;
    std::atomic<std::int64_t> now{milliseconds_of(*parse_rfc3339("2026-06-01T09:00:00Z"))};
    AccountOptions options;
    HttpServerOptions http;
    std::mutex mutex;
    Lines journal_lines;
    Lines signed_out;
    Journal journal{{}, true,
                    [this](std::string_view line) {
                        const std::lock_guard lock{mutex};
                        journal_lines.emplace_back(line);
                    },
                    [this] { return instant_of(now); }};
    std::shared_ptr<const RuleSet> rules = two_brands();
    std::unique_ptr<AccountService> service;
    std::unique_ptr<HttpServer> server;

    Desk() {
        options.file = folder.file("accounts.yaml");
        http.port = 0;
    }
    ~Desk() { stop(); }

    static std::shared_ptr<const RuleSet> two_brands() {
        auto rules = std::make_shared<RuleSet>();
        const auto add = [&rules](const std::string& id, const std::string& brand, const std::string& timezone) {
            Tenant& tenant = rules->tenants[id];
            tenant.id = id;
            tenant.brand = brand;
            tenant.timezone = timezone;
        };
        add("acme-it", "ACME Casa", "Europe/Rome");
        add("acme-uk", "ACME Home", "Europe/London");
        return rules;
    }
    // The least that a hash may cost: tests try many.
    static std::string hash(const std::string& password) { return format_password_hash(hash_password(password, {10, 8, 1})); }

    static std::string account(const std::string& user, const std::string& more) {
        return "  " + user + ":\n    name: " + user + " of the house\n" + more;
    }
    static std::string agent(const std::string& user, const std::string& password, const std::string& more = "") {
        return account(user, "    roles: [agent]\n    tenants: [acme-it]\n    language: it\n    password: " + hash(password) + "\n" + more);
    }
    void write(const std::string& accounts, const std::string& groups = "") {
        write_file("accounts.yaml", "version: 1\naccounts:\n" + accounts + (groups.empty() ? "" : "groups:\n" + groups));
    }
    void write_file(const std::string& name, const std::string& text) {
        std::ofstream{folder.file(name), std::ios::trunc} << text;
        ::chmod(folder.file(name).c_str(), 0600);
    }
    std::uint16_t start() {
        const auto clock = [this] { return instant_of(now); };
        service = std::make_unique<AccountService>(options, journal,
                                                   AccountService::Callbacks{clock, [this] { return rules; }});
        if (!service->load()) throw std::runtime_error("the accounts have errors");
        server = std::make_unique<HttpServer>(http);
        service->install(*server, [this](const Session& session) {
            const std::lock_guard lock{mutex};
            signed_out.push_back(session.user);
        });
        // Two routes as others have them: one for all, one for the ops team.
        server->handle("GET", "/v1/desk/tenants", [this](const HttpRequest& request, HttpServer::Answer answer) {
            const auto session = service->sessions().find(request);
            if (auto refusal = admit(request, session, {})) return answer(*refusal);
            const TenantChoice choice = tenants_asked(request, *session);
            if (choice.refusal) return answer(*choice.refusal);
            std::string all;
            for (const std::string& tenant : choice.tenants) all += (all.empty() ? "" : ",") + tenant;
            answer({200, {}, all});
        });
        server->handle("GET", "/v1/ops/rules", [this](const HttpRequest& request, HttpServer::Answer answer) {
            const auto session = service->sessions().find(request);
            if (auto refusal = admit(request, session, {.writes = false, .any_of = {Role::lead, Role::ops}})) return answer(*refusal);
            answer({200, {}, "rules"});
        });
        server->start();
        return server->port();
    }
    void stop() {
        if (server) server->stop();
        server.reset();
        if (service) service->stop();
        service.reset();
    }
    void after(Milliseconds time) { now += time.count(); }
    Lines told() {
        const std::lock_guard lock{mutex};
        return std::exchange(journal_lines, {});
    }
};

inline boost::json::object object_in(const HttpClient::Response& response) {
    return boost::json::parse(response.body).as_object();
}
// "401 not_signed_in", or "200".
inline std::string outcome(const HttpClient::Response& response) {
    std::string text = std::to_string(response.status);
    const auto type = response.headers.find("content-type");
    if (type == response.headers.end() || type->second != "application/problem+json") return text;
    const std::string word{object_in(response).at("type").as_string()};
    return word.starts_with("urn:premura:problem:") ? text + " " + word.substr(20) : text;
}

// A browser of one person.
struct Browser {
    HttpClient client;
    std::string cookie;
    std::string csrf;

    explicit Browser(std::uint16_t port) : client{port} {}

    HttpClient::Response sign_in(const std::string& user, const std::string& password, const std::string& more = "") {
        auto response = client.post("/v1/session", "Content-Type: application/json\r\n" + more,
                                    boost::json::serialize(boost::json::object{{"user", user}, {"password", password}}));
        keep(response);
        return response;
    }
    HttpClient::Response follow(const std::string& link) {
        auto response = client.post("/v1/session", "Content-Type: application/json\r\n",
                                    boost::json::serialize(boost::json::object{{"link", link}}));
        keep(response);
        return response;
    }
    std::string headers() const {
        return (cookie.empty() ? "" : "Cookie: other=1; premura_session=" + cookie + "\r\n") +
               (csrf.empty() ? "" : "X-Premura-CSRF: " + csrf + "\r\n") + "Idempotency-Key: 12345678\r\n";
    }
    HttpClient::Response get(const std::string& path) { return client.get(path, headers()); }
    HttpClient::Response renew() {
        auto response = client.post("/v1/session/renew", headers(), "");
        keep(response);
        return response;
    }
    HttpClient::Response sign_out() {
        client.send("DELETE /v1/session HTTP/1.1\r\nHost: localhost\r\n" + headers() + "\r\n");
        auto response = client.receive(false);
        return response;
    }
    void keep(const HttpClient::Response& response) {
        const auto set = response.headers.find("set-cookie");
        if (set == response.headers.end()) return;
        const std::string& text = set->second;
        const std::size_t begin = text.find('=') + 1;
        cookie = text.substr(begin, text.find(';') - begin);
        if (response.status == 200) csrf = std::string{object_in(response).at("csrf_token").as_string()};
    }
};

}  // namespace premura
