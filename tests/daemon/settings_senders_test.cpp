#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/settings/settings.h"
#include "tests/daemon/temporary_folder.h"

// What may stand under `senders:`, and what is said when it may not.

using namespace premura;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

struct Senders {
    TemporaryFolder folder;
    Diagnostics diagnostics;

    Senders() {
        std::filesystem::create_directory(folder.file("rules"));
        write("secret", "0123456789abcdef\n");
        write("short", "0123\n");
        write("ca.pem", "-\n");
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream{folder.file(name)} << text;
        ::chmod(std::string{folder.file(name)}.c_str(), 0600);
    }
    // The text is indented below `senders:`.
    std::optional<Settings> load(const std::string& senders, const std::string& more = "") {
        write("premura.yaml", "rules: rules\n" + more + "senders:\n" + senders);
        diagnostics = {};
        return load_settings(folder.file("premura.yaml"), {{}, {}, "host"}, diagnostics);
    }
    // The codes and messages of what was said, with the folder left out.
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

const std::string hook = "  webhooks:\n    - { name: sms, url: https://x.example/sms, secret_file: ./secret";

}  // namespace

TEST_CASE("without a mail server and webhooks nothing goes out", "[settings]") {
    Senders senders;
    const auto settings = senders.load("  attempts_max: 3\n");
    REQUIRE(settings);
    CHECK_FALSE(settings->has_outbox());
}

TEST_CASE("a mail server and webhooks are read whole, and secrets are not shown", "[settings]") {
    Senders senders;
    const auto settings = senders.load(
        "  smtp: { host: mail.example.org, port: 465, tls: implicit, user: u, password_file: ./secret, ca_file: ca.pem, "
        "from: ACME <a@x.example>, timeout: 20 seconds, connections_max: 4 }\n" +
        hook + ", ca_file: ca.pem, timeout: 5 seconds, connections_max: 3 }\n  ops: { email: ops@x.example, webhook: sms }\n"
               "  retry_first: 1 minute\n  lease: 3 minutes\n");
    CHECK(senders.told() == Lines{});
    REQUIRE(settings);
    const SendersOptions& read = settings->senders;
    CHECK(read.smtp.host == "mail.example.org");
    CHECK(read.smtp.port == 465);
    CHECK(read.smtp.tls == SmtpOptions::Tls::implicit);
    CHECK(read.smtp.password == "0123456789abcdef");
    CHECK(read.smtp.ca_file == senders.folder.file("ca.pem"));
    CHECK(read.smtp.from == "ACME <a@x.example>");
    CHECK(read.smtp.timeout == 20s);
    CHECK(read.smtp.connections_max == 4);
    REQUIRE(read.webhooks.size() == 1);
    CHECK(read.webhooks[0].name == "sms");
    CHECK(read.webhooks[0].url == "https://x.example/sms");
    CHECK(read.webhooks[0].secret == "0123456789abcdef");
    CHECK(read.webhooks[0].timeout == 5s);
    CHECK(read.webhooks[0].connections_max == 3);
    CHECK(read.ops_email == "ops@x.example");
    CHECK(read.ops_webhook == "sms");
    CHECK(read.retry.first == 1min);
    CHECK(read.lease == 3min);
    CHECK(settings->has_outbox());
    const std::string shown = describe(*settings);
    CHECK_THAT(shown, !Catch::Contains("0123456789abcdef"));
    CHECK_THAT(shown, Catch::Contains("senders.webhooks: sms https://x.example/sms (timeout 5 seconds)"));
}

TEST_CASE("what is wrong with a gateway is told", "[settings]") {
    Senders senders;
    const auto says = [&senders](const std::string& text, const std::string& more = "") {
        senders.load(text, more);
        return senders.told();
    };
    CHECK(says("  smtp: { host: mail.example.org, from: a@x.example, ca_file: none.pem }\n") ==
          Lines{"PR330 there is no none.pem"});
    CHECK(says("  smtp: { host: 'mail.example.org:25', from: a@x.example }\n") ==
          Lines{"PR331 'mail.example.org:25' is no host"});
    CHECK(says("  smtp: { host: mail.example.org, from: nobody }\n") ==
          Lines{"PR335 whom does mail come from?", "PR331 'nobody' is not an e-mail address"});
    CHECK(says("  webhooks: [{ name: sms, url: 'https://user:word@x.example/', secret_file: ./secret }]\n") ==
          Lines{"PR331 'https://user:word@x.example/' is no address of the web"});
    CHECK(says("  webhooks: [{ name: sms, url: 'http://x.example/', secret_file: ./secret }]\n") ==
          Lines{"PR332 what is sent here can be read on its way"});
    CHECK(says("  webhooks: [{ name: sms, url: 'http://127.0.0.1:1/', secret_file: ./secret }]\n") == Lines{});
    CHECK(says("  webhooks: [{ name: sms, url: 'https://x.example/', secret_file: ./short }]\n") ==
          Lines{"PR333 the secret in the file must have 16 letters or more"});
    CHECK(says(hook + " }\n    - { name: sms, url: https://x.example, secret_file: ./secret }\n") ==
          Lines{"PR334 there is a gateway 'sms' already"});
    CHECK(says("  webhooks: [{ name: smtp, url: 'https://x.example/', secret_file: ./secret }]\n") ==
          Lines{"PR334 there is a gateway 'smtp' already"});
    CHECK(says("  smtp: { host: mail.example.org }\n") == Lines{"PR335 whom does mail come from?"});
    CHECK(says("  lease: 5 seconds\n" + hook + " }\n") ==
          Lines{"PR336 the timeout of 'sms' is not less than 'senders.lease' (5 seconds)"});
    CHECK(says("  ops: { webhook: chat }\n") == Lines{"PR337 there is no webhook 'chat'"});
    CHECK(says(hook + " }\n", "clock: replay\n") == Lines{"PR338 in a replay nothing is sent"});
}
