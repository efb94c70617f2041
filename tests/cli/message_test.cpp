#include "cli/message.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace premura;
using Catch::Contains;

namespace {

struct Shown {
    int exit_code = 0;
    std::string output;
    std::string problems;
};

Shown show(MessageOptions options) {
    if (options.config.empty()) options.config = {PREMURA_SOURCE_DIR "/config"};
    std::ostringstream out;
    std::ostringstream problems;
    const int exit_code = run_message_preview(options, out, problems);
    return {exit_code, out.str(), problems.str()};
}

MessageOptions parcel_silent() {
    MessageOptions options;
    options.id = "parcel-silent";
    return options;
}

}  // namespace

TEST_CASE("a preview shows each language and channel, with what an SMS costs", "[message]") {
    MessageOptions options = parcel_silent();
    options.language = "it";
    options.channel = "sms";
    const Shown shown = show(options);
    CHECK(shown.exit_code == 0);
    CHECK(shown.output ==
          "parcel-silent · acme-it · it · sms · 120 characters of 160, 1 segment\n"
          "  From: ACME\n"
          "  To: +393331112223\n"
          "  ACME Casa: da giorni non abbiamo notizie del pacco 100045. Il corriere lo cerca, le scriviamo entro 2 giorni lavorativi.\n"
          "\n");
    const Shown all = show(parcel_silent());
    for (const char* head : {"· en · email", "· en · sms", "· it · email", "· it · sms"}) CHECK_THAT(all.output, Contains(head));
    CHECK_THAT(all.output, Contains("Subject: Order 100045: we are looking for your parcel"));
}

TEST_CASE("a script shows what the agent fills in", "[message]") {
    MessageOptions options;
    options.id = "courier-problem";
    options.language = "en";
    options.channel = "call";
    const Shown shown = show(options);
    CHECK(shown.exit_code == 0);
    CHECK_THAT(shown.output, Contains("this is [agent.first_name] from ACME Casa") &&
                                 Contains("filled in by the agent: agent.first_name"));
}

TEST_CASE("with given facts one sees which is missing", "[message]") {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "premura-message-test-facts.json";
    std::ofstream{file} << R"({"order": {"id": "1"}, "customer": {"email": "a@x.example", "phone": "+393331112223"}})";
    MessageOptions options = parcel_silent();
    options.language = "en";
    options.facts = file;
    options.format = MessageOptions::Format::json;
    const Shown shown = show(options);
    std::filesystem::remove(file);
    CHECK(shown.exit_code == 1);
    const auto list = boost::json::parse(shown.output).as_array();
    REQUIRE(list.size() == 2);
    CHECK(list[0].at("channel") == "email");
    CHECK(list[0].at("sent") == false);
    CHECK(list[0].at("reason") == "fact_missing");
    CHECK(list[0].at("missing") == boost::json::array{"customer.name", "order.number"});
    CHECK(list[1].at("missing") == boost::json::array{"order.number"});
}

TEST_CASE("the page of a preview shows e-mails in frames that may do nothing", "[message]") {
    MessageOptions options = parcel_silent();
    options.format = MessageOptions::Format::html;
    const Shown shown = show(options);
    CHECK_THAT(shown.output, Contains("<iframe sandbox") && Contains("&lt;p&gt;Gentile Anna Rossi,&lt;br&gt;") &&
                                 !Contains("<script"));
}

TEST_CASE("a name that does not exist is told with the nearest", "[message]") {
    MessageOptions options;
    options.id = "parcel-silnt";
    CHECK(show(options).exit_code == 2);
    CHECK(show(options).problems == "there is no message 'parcel-silnt': did you mean 'parcel-silent'?\n");
    options = parcel_silent();
    options.tenant = "acme-de";
    CHECK(show(options).exit_code == 2);
    options = parcel_silent();
    options.language = "fr";
    CHECK(show(options).problems == "there is no text in 'fr'\n");
    options = parcel_silent();
    options.channel = "call";
    CHECK(show(options).problems == "the message 'parcel-silent' has no text for this\n");
}
