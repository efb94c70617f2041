#include <catch2/catch.hpp>

#include "daemon/accounts/sign_in_link.h"
#include "tests/daemon/account_story.h"

// Signing in with a password, and how a session goes on and ends.

using namespace premura;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("an agent signs in and is known by the cookie", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser anna{desk.start()};
    CHECK(outcome(anna.get("/v1/session")) == "401 not_signed_in");

    const auto response = anna.sign_in("anna", "correct horse battery");
    REQUIRE(response.status == 200);
    CHECK_THAT(response.headers.at("set-cookie"),
               Catch::Matches("premura_session=[A-Za-z0-9_.-]+; HttpOnly; SameSite=Strict; Path=/"));
    const auto session = object_in(response);
    CHECK(boost::json::serialize(session.at("roles")) == R"(["agent"])");
    CHECK(boost::json::serialize(session.at("tenants")) ==
          R"([{"tenant":"acme-it","brand":"ACME Casa","time_zone":"Europe/Rome"}])");
    CHECK(session.at("user").as_string() == "anna");
    CHECK(session.at("name").as_string() == "anna of the house");
    CHECK(session.at("language").as_string() == "it");
    CHECK(session.at("csrf_token").as_string().size() == 43);
    CHECK(session.at("expires_at").as_string() == "2026-06-01T09:30:00Z");
    CHECK(session.at("ends_at").as_string() == "2026-06-01T21:00:00Z");

    const auto again = anna.get("/v1/session");
    CHECK(again.status == 200);
    CHECK(object_in(again) == session);
    CHECK(again.headers.count("set-cookie") == 0);
    // Neither the password nor what the cookie is made of stands anywhere.
    CHECK(desk.told() == Desk::Lines{"<5>level=notice id=PR263 msg=\"accounts loaded\" accounts=1 file=" + desk.options.file + "\n",
                                     "<6>level=info id=PR260 msg=\"signed in\" user=anna by=password address=127.0.0.1\n"});
}

TEST_CASE("wrong user, wrong password and disabled account are answered alike", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery") + Desk::agent("bruno", "correct horse battery", "    disabled: true\n") +
               Desk::account("carla", "    roles: [agent]\n    tenants: [acme-it]\n"));
    Browser browser{desk.start()};
    desk.told();
    const auto wrong = browser.sign_in("anna", "incorrect horse");
    CHECK(outcome(wrong) == "401 wrong_credentials");
    for (const char* user : {"nobody", "bruno", "carla"}) {
        const auto other = browser.sign_in(user, "correct horse battery");
        CHECK(other.body == wrong.body);
        CHECK(other.headers == wrong.headers);
    }
    // What is typed as a user may be a password: it is not told unless it is a user.
    CHECK(browser.sign_in("correct horse battery", "x").status == 401);
    const std::string line = "<5>level=notice id=PR261 msg=\"sign-in refused\" user=";
    const std::string rest = " reason=wrong_credentials address=127.0.0.1\n";
    CHECK(desk.told() == Desk::Lines{line + "anna" + rest, line + "(unknown)" + rest, line + "bruno" + rest,
                                     line + "carla" + rest, line + "(unknown)" + rest});
}

TEST_CASE("a link signs its user in once, within its time, while the password is the same", "[accounts]") {
    Desk desk;
    desk.options.session_key_file = desk.folder.file("session-key");
    const std::string key(40, 'k');
    desk.write_file("session-key", key + "\n");
    desk.write(Desk::agent("anna", "correct horse battery") + Desk::agent("bruno", "correct horse battery"));
    Browser browser{desk.start()};
    const auto keys = *CookieKeys::of(key);
    const auto account = [&desk](std::string_view user) {
        Diagnostics diagnostics;
        return *read_accounts(desk.options.file, false, diagnostics)->find(user);
    };
    const auto link_of = [&](std::string_view user, Milliseconds valid) {
        return format_sign_in_link(*sign_in_link_of(account(user), instant_of(desk.now) + valid), keys);
    };
    const auto follow = [&browser](const std::string& link) { return browser.follow(link); };
    desk.told();

    const std::string link = link_of("anna", 10min);
    const std::string late = link_of("anna", 10min);
    const std::string of_bruno = link_of("bruno", 2h);
    const auto response = follow(link);
    REQUIRE(response.status == 200);
    CHECK(object_in(response).at("user").as_string() == "anna");
    CHECK(object_in(browser.get("/v1/session")).at("user").as_string() == "anna");
    CHECK(outcome(follow(link)) == "401 link_over");
    CHECK(desk.told() == Desk::Lines{"<6>level=info id=PR260 msg=\"signed in\" user=anna by=link address=127.0.0.1\n",
                                     "<5>level=notice id=PR261 msg=\"sign-in refused\" user=(unknown) reason=link_over address=127.0.0.1\n"});
    // Not ours, signed with another key, for another purpose, or for longer than a link may be.
    const auto others = *CookieKeys::of(std::string(40, 'o'));
    CHECK(outcome(follow("x")) == "401 link_over");
    CHECK(outcome(follow(format_sign_in_link(*sign_in_link_of(account("anna"), instant_of(desk.now) + 10min), others))) == "401 link_over");
    CHECK(outcome(follow(keys.sign("session", "{}"))) == "401 link_over");
    CHECK(outcome(follow(link_of("anna", 25h))) == "401 link_over");
    desk.after(10min);
    CHECK(outcome(follow(late)) == "401 link_over");
    // A new password, or an account that is shut, ends what was made before.
    desk.write(Desk::agent("anna", "correct horse battery") + Desk::agent("bruno", "another horse battery"));
    REQUIRE(desk.service->reload());
    CHECK(outcome(follow(of_bruno)) == "401 link_over");
    CHECK(follow(link_of("bruno", 10min)).status == 200);
    const std::string before = link_of("anna", 10min);
    desk.write(Desk::agent("anna", "correct horse battery", "    disabled: true\n"));
    REQUIRE(desk.service->reload());
    CHECK_FALSE(sign_in_link_of(account("anna"), instant_of(desk.now) + 10min));
    CHECK(outcome(follow(before)) == "401 link_over");
}

TEST_CASE("a session ends when nothing is done, and at its end whatever is done", "[accounts]") {
    Desk desk;
    desk.options.session_longest = 1h;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser anna{desk.start()};
    anna.sign_in("anna", "correct horse battery");
    desk.after(29min);
    CHECK(anna.get("/v1/session").status == 200);  // asking does not prolong it
    const auto renewed = anna.renew();
    CHECK(object_in(renewed).at("expires_at").as_string() == "2026-06-01T09:59:00Z");
    desk.after(29min);
    CHECK(object_in(anna.renew()).at("expires_at").as_string() == "2026-06-01T10:00:00Z");
    desk.after(1min + 59s);
    CHECK(anna.get("/v1/session").status == 200);
    desk.after(1s);
    CHECK(outcome(anna.get("/v1/session")) == "401 not_signed_in");
    CHECK(outcome(anna.renew()) == "401 not_signed_in");

    Browser idle{desk.server->port()};
    idle.sign_in("anna", "correct horse battery");
    desk.after(30min);
    CHECK(outcome(idle.get("/v1/session")) == "401 not_signed_in");
}

TEST_CASE("who signs out is out, with a copy of the cookie too", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser anna{desk.start()};
    Browser elsewhere{desk.server->port()};
    anna.sign_in("anna", "correct horse battery");
    elsewhere.sign_in("anna", "correct horse battery");
    Browser copy{desk.server->port()};
    copy.cookie = anna.cookie;
    CHECK(copy.get("/v1/session").status == 200);
    desk.told();

    const auto out = anna.sign_out();
    CHECK(out.status == 204);
    CHECK(out.headers.count("content-length") == 0);
    CHECK(out.headers.at("set-cookie") == "premura_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    CHECK(outcome(copy.get("/v1/session")) == "401 not_signed_in");
    CHECK(elsewhere.get("/v1/session").status == 200);
    CHECK(desk.signed_out == Desk::Lines{"anna"});
    CHECK(desk.told() == Desk::Lines{"<6>level=info id=PR262 msg=\"signed out\" user=anna address=127.0.0.1\n"});
}

TEST_CASE("each write shows the session's token, and a key of its own", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser anna{desk.start()};
    anna.sign_in("anna", "correct horse battery");
    const std::string token = anna.csrf;
    anna.csrf = "";
    CHECK(outcome(anna.renew()) == "403 wrong_csrf_token");
    anna.csrf = token.substr(1) + "A";
    CHECK(outcome(anna.renew()) == "403 wrong_csrf_token");
    CHECK(outcome(anna.client.post("/v1/session/renew",
                                   "Cookie: premura_session=" + anna.cookie + "\r\nX-Premura-CSRF: " + token + "\r\n", "")) ==
          "400 invalid_request");
    anna.csrf = token;
    CHECK(anna.renew().status == 200);
    // Another page of a browser that is signed in.
    for (const char* site : {"Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Origin: https://evil.example\r\n",
                             "Origin: null\r\n"}) {
        CHECK(anna.client.post("/v1/session/renew", anna.headers() + site, "").status == 403);
        CHECK(anna.sign_in("anna", "correct horse battery", site).status == 403);
    }
    CHECK(anna.sign_in("anna", "correct horse battery", "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n").status == 200);
}

TEST_CASE("a cookie that somebody has changed is none", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser anna{desk.start()};
    anna.sign_in("anna", "correct horse battery");
    const std::string good = anna.cookie;
    for (std::size_t at = 0; at < good.size(); at += 7) {
        anna.cookie = good;
        anna.cookie[at] = good[at] == 'A' ? 'B' : 'A';
        CHECK(anna.get("/v1/session").status == 401);
    }
    const CookieKeys other = CookieKeys::random();
    for (const std::string& forged : {other.sign("session", "{}"), std::string{"."}, std::string{"e30."}, good + "A", good + "."}) {
        anna.cookie = forged;
        CHECK(anna.get("/v1/session").status == 401);
    }
    // Two cookies of that name: one of them is somebody else's.
    anna.cookie = good + "; premura_session=" + good;
    CHECK(anna.get("/v1/session").status == 401);
    anna.cookie = good;
    CHECK(anna.get("/v1/session").status == 200);
}

TEST_CASE("who tries too often waits, and the right password makes up for it", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser browser{desk.start()};
    for (int i = 0; i < 4; ++i) CHECK(browser.sign_in("anna", "wrong").status == 401);
    CHECK(browser.sign_in("anna", "correct horse battery").status == 200);
    for (int i = 0; i < 5; ++i) CHECK(browser.sign_in("anna", "wrong").status == 401);
    desk.told();
    // The right one does not count any more, so that guessing on gains nothing.
    const auto refused = browser.sign_in("anna", "correct horse battery");
    CHECK(outcome(refused) == "429 too_many_attempts");
    CHECK(refused.headers.at("retry-after") == "60");
    CHECK(desk.told() == Desk::Lines{"<5>level=notice id=PR261 msg=\"sign-in refused\" user=anna reason=too_many_attempts "
                                     "address=127.0.0.1\n"});
    desk.after(59s);
    CHECK(browser.sign_in("anna", "correct horse battery").headers.at("retry-after") == "1");
    desk.after(1s);
    CHECK(browser.sign_in("anna", "correct horse battery").status == 200);
}

TEST_CASE("an address may try only so many users", "[accounts]") {
    Desk desk;
    desk.options.attempts.of_address_max = 3;
    desk.write(Desk::agent("anna", "correct horse battery"));
    Browser browser{desk.start()};
    for (const char* user : {"u1", "u2", "u3"}) CHECK(browser.sign_in(user, "wrong").status == 401);
    CHECK(browser.sign_in("anna", "correct horse battery").headers.at("retry-after") == "100");
}

TEST_CASE("what is remembered of attempts is bounded", "[accounts]") {
    AttemptOptions options;
    options.entries_max = 100;
    options.of_address_max = 1'000'000;
    Attempts attempts{options};
    const Instant now = instant_of(0);
    for (int i = 0; i < 5; ++i) CHECK_FALSE(attempts.begin("anna", "a", now));
    // Made-up users push out each other, not the one that is tried.
    for (int i = 0; i < 1000; ++i) CHECK_FALSE(attempts.begin("user" + std::to_string(i), "a", now));
    CHECK(attempts.begin("anna", "a", now) == Milliseconds{60'000});
    CHECK_FALSE(attempts.begin("user0", "a", now));
}

TEST_CASE("a reload disables accounts, changes roles and ends sessions of old passwords", "[accounts]") {
    Desk desk;
    const std::string anna_before = Desk::agent("anna", "correct horse battery");
    const std::string bruno_before = Desk::agent("bruno", "correct horse battery");
    const std::string carla_before = Desk::agent("carla", "correct horse battery");
    desk.write(anna_before + bruno_before + carla_before);
    Browser anna{desk.start()};
    Browser bruno{desk.server->port()};
    Browser carla{desk.server->port()};
    for (auto [browser, user] : {std::pair{&anna, "anna"}, {&bruno, "bruno"}, {&carla, "carla"}}) {
        REQUIRE(browser->sign_in(user, "correct horse battery").status == 200);
    }
    CHECK(outcome(carla.get("/v1/ops/rules")) == "403 wrong_role");

    // A file with a mistake changes nothing.
    desk.write(anna_before + "    disabled: perhaps\n");
    desk.told();
    CHECK_FALSE(desk.service->reload());
    CHECK(anna.get("/v1/session").status == 200);
    const Desk::Lines told = desk.told();
    REQUIRE(told.size() == 2);
    CHECK_THAT(told[0], Contains("id=PR265") && Contains("accounts.yaml:9") && Contains("code=PR103"));
    CHECK(told[1] == "<3>level=error id=PR264 msg=\"accounts refused\" file=" + desk.options.file + "\n");

    std::string carla_after = carla_before;
    carla_after.replace(carla_after.find("[agent]"), 7, "[agent, ops]");
    desk.write(anna_before + "    disabled: true\n" + Desk::agent("bruno", "another horse battery") + carla_after);
    CHECK(desk.service->reload());
    CHECK(outcome(anna.get("/v1/session")) == "401 not_signed_in");
    CHECK(outcome(bruno.get("/v1/session")) == "401 not_signed_in");
    CHECK(carla.get("/v1/ops/rules").body == "rules");
}

TEST_CASE("tenants never see each other", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery") +
               Desk::account("dora", "    roles: lead\n    tenants: '*'\n    password: " + Desk::hash("correct horse battery") + "\n") +
               Desk::account("emil", "    roles: agent\n    tenants: gone\n    password: " + Desk::hash("correct horse battery") + "\n"));
    Browser anna{desk.start()};
    CHECK(desk.told().back() ==
          "<4>level=warning id=PR265 msg=\"accounts need a look\" problem=\"the rules know no such tenant\" tenant=gone\n");
    anna.sign_in("anna", "correct horse battery");
    CHECK(anna.get("/v1/desk/tenants").body == "acme-it");
    CHECK(anna.get("/v1/desk/tenants?tenant=acme-it").body == "acme-it");
    // Another brand and one that is not there are told apart by nothing.
    const auto other = anna.get("/v1/desk/tenants?tenant=acme-uk");
    CHECK(outcome(other) == "400 invalid_request");
    CHECK(anna.get("/v1/desk/tenants?tenant=nowhere").body == other.body);
    Browser dora{desk.server->port()};
    dora.sign_in("dora", "correct horse battery");
    CHECK(dora.get("/v1/desk/tenants").body == "acme-it,acme-uk");
    CHECK(dora.get("/v1/desk/tenants?tenant=acme-uk").body == "acme-uk");
    Browser emil{desk.server->port()};
    CHECK(outcome(emil.sign_in("emil", "correct horse battery")) == "401 wrong_credentials");
}

TEST_CASE("two daemons with one key serve one session, and a new key goes in front of the old one", "[accounts]") {
    const std::string old_key(32, 'o');
    const std::string new_key(32, 'n');
    Desk one;
    Desk two;
    const std::string accounts = Desk::agent("anna", "correct horse battery");
    for (Desk* desk : {&one, &two}) {
        desk->write(accounts);
        desk->write_file("key", old_key + "\n");
        desk->options.session_key_file = desk->folder.file("key");
    }
    std::string first;
    std::string token;
    std::string second;
    {
        Browser anna{one.start()};
        REQUIRE(anna.sign_in("anna", "correct horse battery").status == 200);
        first = anna.cookie;
        token = anna.csrf;
    }
    // The browser that has this cookie asks the second daemon.
    const auto with = [&two, &token](const std::string& cookie, bool renews) {
        Browser browser{two.server->port()};
        browser.cookie = cookie;
        browser.csrf = token;
        const int status = (renews ? browser.renew() : browser.get("/v1/session")).status;
        return std::pair{status, browser.cookie};
    };
    two.start();
    CHECK(with(first, true).first == 200);

    two.stop();
    two.write_file("key", new_key + "\n" + old_key + "\n");
    two.start();
    const auto renewed = with(first, true);
    CHECK(renewed.first == 200);  // signed by the new key from here on
    second = renewed.second;
    CHECK(second != first);

    two.stop();
    two.write_file("key", new_key + "\n");
    two.start();
    CHECK(with(first, false).first == 401);
    CHECK(with(second, false).first == 200);
}

TEST_CASE("a request to sign in that is none is told what it lacks", "[accounts]") {
    Desk desk;
    desk.write(Desk::agent("anna", "correct horse battery"));
    HttpClient client{desk.start()};
    const std::string json = "Content-Type: application/json\r\n";
    CHECK(client.post("/v1/session", "Content-Type: text/plain\r\n", "{}").status == 415);
    CHECK(outcome(client.post("/v1/session", json, "[")) == "400 invalid_request");
    CHECK(object_in(client.post("/v1/session", json, R"({"password":"x"})")).at("field").as_string() == "/user");
    CHECK(object_in(client.post("/v1/session", json, R"({"user":"anna","password":7})")).at("field").as_string() == "/password");
    CHECK(object_in(client.post("/v1/session", json, R"({"user":"anna","password":")" + std::string(1025, 'x') + R"("})"))
              .at("field")
              .as_string() == "/password");
}

TEST_CASE("without a file of accounts nobody signs in", "[accounts]") {
    Desk desk;
    desk.options.file.clear();
    Browser browser{desk.start()};
    CHECK(browser.get("/v1/sign-in-ways").body == "{\"password\":false,\"providers\":[]}\n");
    CHECK(outcome(browser.sign_in("anna", "correct horse battery")) == "401 wrong_credentials");
    CHECK(outcome(browser.get("/v1/desk/tenants")) == "401 not_signed_in");
    CHECK(desk.told().size() == 1);
}
