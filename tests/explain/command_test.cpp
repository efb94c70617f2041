#include "tests/cli/loopback_server.h"
#include "tests/explain/explain_story.h"

// premura explain as it is typed: of a daemon, of a recording, of rules.

namespace premura {
namespace {

using namespace explain_story;

struct Run {
    int result = 0;
    std::string out;
    std::string messages;
};

Run run(const ExplainOptions& options) {
    std::ostringstream out;
    std::ostringstream messages;
    const int result = run_explain(options, out, messages);
    return {result, out.str(), messages.str()};
}

ExplainOptions shipped() {
    const std::string root = PREMURA_SOURCE_DIR;
    ExplainOptions options;
    options.rules = {root + "/rules"};
    options.config = {root + "/config"};
    return options;
}

}  // namespace

TEST_CASE("a daemon is asked with the order's name, the language, the format and the token", "[explain]") {
    LoopbackServer server{[](const LoopbackServer::Request& request) {
        LoopbackServer::Answer answer;
        answer.status = request.target.find("B7") == std::string::npos ? 200 : 404;
        answer.body = answer.status == 200 ? "because\n" : R"({"status":404,"detail":"no such order"})";
        return answer;
    }};
    ExplainOptions options;
    options.daemon = server.url();
    options.order = "A/1 b";
    options.tenant = "acme-it";
    options.language = Language::italian;
    options.token = "secret";
    const Run known = run(options);
    CHECK(known.result == 0);
    CHECK(known.out == "because\n");
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].method == "GET");
    CHECK(server.requests()[0].target == "/v1/orders/A%2F1%20b/explanation?lang=it&format=text&tenant=acme-it");
    CHECK(server.requests()[0].authorization == "Bearer secret");

    options.order = "B7";
    const Run unknown = run(options);
    CHECK(unknown.result == 1);
    CHECK(unknown.out.empty());
    CHECK_THAT(unknown.messages, Catch::Contains("answers 404: no such order"));
}

TEST_CASE("a recording is played with the rules that are named, to the moment that is named", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-01T11:00:00+02:00",
                  R"({"order":{"id":"A1","number":"100045","fulfilment":"warehouse","warehouse":"MI1"}})");
    recording.add("parcel.packed", "2026-06-04T10:12:00+02:00", R"({"order":{"id":"A1"},"parcel":{"id":"K1"}})");
    ExplainOptions options = shipped();
    options.events = {recording.file()};
    options.order = "K1";
    options.at = "2026-06-03";
    const Run open = run(options);
    CHECK(open.result == 1);  // the parcel is not known yet
    CHECK(open.messages == "no order, parcel or shipment K1 is known up to then\n");
    options.at.clear();
    const Run packed = run(options);
    CHECK(packed.result == 0);
    CHECK(lines_of(packed.out).at(0) == "Order 100045 (acme-it, id A1)");
    CHECK(lines_of(packed.out).at(1) == "As of Thu 4 Jun 2026, 10:12 (Europe/Rome).");
    options.as_json = true;
    CHECK_THAT(run(options).out, Catch::Contains(R"("rule":"order-not-packed")") && Catch::Contains(R"("verdict":"met")"));
}

TEST_CASE("what is asked for wrongly is said, and ends with 2", "[explain]") {
    ExplainOptions nothing = shipped();
    CHECK(run(nothing).result == 2);
    ExplainOptions rule = shipped();
    rule.rule_ids = {"order-not-paked"};
    CHECK(run(rule).messages == "--rule: there is no rule order-not-paked\n");
    CHECK(run(rule).result == 2);
    ExplainOptions moment = shipped();
    moment.order = "A1";
    moment.events = {"nothing.jsonl"};
    CHECK(run(moment).result == 2);
    moment.at = "yesterday";
    CHECK_THAT(run(moment).messages, Catch::StartsWith("--at: write for example"));
}

TEST_CASE("rules are told in a sentence each", "[explain]") {
    ExplainOptions options = shipped();
    options.rule_ids = {"parcel-waiting-at-pickup-point"};
    CHECK(run(options).out ==
          "parcel-waiting-at-pickup-point\n"
          "When the parcel waits at a pickup point, the parcel must be delivered within 6 days, unless the order is cancelled or "
          "the parcel goes back to the sender. 3 days before the deadline: write to the customer (pickup-reminder). If late: "
          "call the customer (pickup-last-day).\n");
    options.rule_ids.clear();
    options.all_rules = true;
    options.as_json = true;
    options.language = Language::italian;
    const Run all = run(options);
    CHECK(all.result == 0);
    CHECK_THAT(all.out, Catch::Contains(R"("rule":"refund-not-paid")") && Catch::Contains("Quando il reso arriva"));
}

// The blocks of docs/EXPLAIN.md that begin with a command are what the command prints.
TEST_CASE("the examples of docs/EXPLAIN.md are true", "[explain]") {
    const std::string root = PREMURA_SOURCE_DIR;
    std::ifstream file{root + "/docs/EXPLAIN.md"};
    const std::string command = "$ premura explain ";
    int examples = 0;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(command)) continue;
        ExplainOptions options = shipped();
        std::istringstream words{line.substr(command.size())};
        for (std::string word; words >> word;) {
            std::string value;
            if (word.starts_with("--")) words >> value;
            if (word == "--events") {
                options.events = {root + "/" + value};
            } else if (word == "--at") {
                options.at = value;
            } else if (word == "--rule") {
                options.rule_ids = {value};
            } else if (word == "--lang") {
                options.language = *language_named(value);
            } else {
                options.order = word;
            }
        }
        std::string expected;
        while (std::getline(file, line) && line != "```") expected += line + "\n";
        const Run done = run(options);
        CHECK(done.result == 0);
        CHECK(done.out == expected);
        ++examples;
    }
    CHECK(examples == 3);
}

}  // namespace premura
