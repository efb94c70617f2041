#include <catch2/catch.hpp>

#include "core/messages/html.h"
#include "core/messages/mail.h"
#include "core/messages/sms.h"
#include "core/rules/html_check.h"
#include "core/rules/tenant_channels_loader.h"
#include "tests/core/messages_story.h"

// What customers read: values in their language and on their clock, no gaps, nothing that runs.

namespace premura {
namespace {

using namespace messages_story;
using Names = std::vector<std::string>;

const char* const order_facts = R"({
  "order": {"id": "A1", "number": "100045", "total": 1234.5, "currency": "EUR", "items": 12000,
            "promised_by": "2026-06-04T12:30:00Z"},
  "customer": {"id": "C1", "name": "Anna <Rossi> & figli", "email": "anna@x.example", "phone": "+393331112223",
               "language": "it-IT"},
  "shipment": {"eta": "2026-06-05", "tracking_url": "https://courier.example/t/1"}})";

}  // namespace

TEST_CASE("dates, times, numbers and money are the language's own", "[messages]") {
    const Facts facts{order_facts};
    CHECK(facts.value("order.promised_by.day", "it") == "giovedì 4 giugno");
    CHECK(facts.value("order.promised_by.day_short", "it") == "4 giu");
    CHECK(facts.value("order.promised_by.time", "it") == "14:30");
    CHECK(facts.value("order.promised_by", "it") == "giovedì 4 giugno alle ore 14:30");
    CHECK(facts.value("order.promised_by.day", "en") == "Thursday, 4 June");
    CHECK(facts.value("order.promised_by.time", "en") == "14:30");
    CHECK(facts.value("order.total.text", "it") == "1.234,50 €");
    CHECK(facts.value("order.total.text", "en") == "€1,234.50");
    CHECK(facts.value("order.items", "it") == "12.000");
    CHECK(facts.value("order.items.text", "en") == "12,000");
}

TEST_CASE("a bare date is that day in every zone, and has no time", "[messages]") {
    const Facts facts{order_facts};
    CHECK(facts.value("shipment.eta.day") == "venerdì 5 giugno");
    CHECK(facts.value("shipment.eta.time") == "(not known)");
}

TEST_CASE("a rule is called by its name in the language of the message, else by its own", "[messages]") {
    const Facts facts{order_facts};
    const boost::json::object names{{"it", "Ordine non imballato"}};
    KnownFacts known = facts.known();
    known.rule_names = &names;
    CHECK(MessageValues{known, "it"}.find("rule.name") == "Ordine non imballato");
    CHECK(MessageValues{known, "en"}.find("rule.name") == "Order not packed");
}

TEST_CASE("times are those of the customer's clock when it is known", "[messages]") {
    const Facts facts{R"({"order": {"promised_by": "2026-06-04T23:30:00Z"},
                          "customer": {"time_zone": "America/New_York", "country": "US"}})"};
    CHECK(facts.value("order.promised_by.day", "en") == "Thursday, June 4");
    CHECK(facts.value("order.promised_by.time", "en") == "7:30 PM");
    const Facts in_rome{R"({"order": {"promised_by": "2026-06-04T23:30:00Z"}})"};
    CHECK(in_rome.value("order.promised_by.day", "it") == "venerdì 5 giugno");
    const Facts nowhere{R"({"order": {"promised_by": "2026-06-04T23:30:00Z"}, "customer": {"time_zone": "Mars/Base"}})"};
    CHECK(nowhere.value("order.promised_by.time", "it") == "01:30");
}

TEST_CASE("the time of an event is that of the last one", "[messages]") {
    const Facts facts{"{}", R"([{"event": "shipment.scanned", "time": "2026-06-01T08:00:00Z"},
                                {"event": "shipment.scanned", "time": "2026-06-02T09:15:00Z"}])"};
    CHECK(facts.value("shipment.scanned_at.time") == "11:15");
    CHECK(facts.value("shipment.delivered_at.day") == "(not known)");
}

TEST_CASE("an amount without a currency is not known", "[messages]") {
    const Facts facts{R"({"order": {"total": 10}, "refund": {"amount": 5}})"};
    CHECK(facts.value("order.total.text") == "(not known)");
    CHECK(facts.value("refund.amount.text") == "(not known)");
}

TEST_CASE("what others wrote comes on one line, and a link only when it is of the web", "[messages]") {
    const Facts facts{R"-({"order": {"number": "1\r\nBcc: all@x.example"},
                           "shipment": {"tracking_url": "javascript:alert(1)"}})-"};
    CHECK(facts.value("order.number") == "1 Bcc: all@x.example");
    CHECK(facts.value("link") == "(not known)");
    std::string long_text;
    for (int i = 0; i < 400; ++i) long_text += "è";
    const Facts much{R"({"shipment": {"location": ")" + long_text + R"("}})"};
    CHECK(much.value("shipment.location").size() <= MessageValues::text_bytes_max);
    CHECK(much.value("shipment.location").ends_with("è"));
    CHECK(much.value("shipment.location").size() == 500);
}

TEST_CASE("a fact that is missing is named, not left out in silence", "[messages]") {
    const Facts facts{order_facts};
    const FilledIn filled = facts.fill("Ordine {{order.number}} da {{shipment.location}}, {{shipment.location}}, {{link}}");
    CHECK(filled.missing == Names{"shipment.location"});
    CHECK(facts.fill("{{order.number}}").complete());
}

TEST_CASE("a section asks whether a fact is known, and what is inside is then safe", "[messages]") {
    const Facts facts{R"({"order": {"number": "7"}, "customer": {"loyalty_member": false}})"};
    const std::string text =
        "{{order.number}}{{#shipment.location}} ({{shipment.location}}){{/shipment.location}}"
        "{{^shipment.location}} somewhere{{/shipment.location}}{{#customer.loyalty_member}} member{{/customer.loyalty_member}}";
    const FilledIn filled = facts.fill(text);
    CHECK(filled.text == "7 somewhere");
    CHECK(filled.complete());
    const Facts located{R"({"order": {"number": "7"}, "shipment": {"location": "Bologna"},
                            "customer": {"loyalty_member": true}})"};
    CHECK(located.fill(text).text == "7 (Bologna) member");
}

TEST_CASE("values are escaped in HTML, in three braces too, and in a text they are as they are", "[messages]") {
    const Facts facts{order_facts};
    const std::string escaped = "Anna &lt;Rossi&gt; &amp; figli";
    CHECK(facts.fill("<b>{{customer.name}}</b>", "it", Escape::html).text == "<b>" + escaped + "</b>");
    CHECK(facts.fill("{{{customer.name}}} {{&customer.name}}", "it", Escape::html).text == escaped + " " + escaped);
    CHECK(facts.fill("{{customer.name}}").text == "Anna <Rossi> & figli");
}

TEST_CASE("the customer's language, else the first of the tenant that the message has", "[messages]") {
    Message message;
    message.texts["en"].sms = "x";
    message.texts["de"].sms = "x";
    CHECK(language_for(message, Facts{R"({"customer": {"language": "de-AT"}})"}.known()) == "de");
    CHECK(language_for(message, Facts{R"({"customer": {"language": "fr"}})"}.known()) == "en");
    CHECK(language_for(message, Facts{"{}"}.known()) == "en");
    Message only_german;
    only_german.texts["de"].sms = "x";
    CHECK(language_for(only_german, Facts{"{}"}.known()).empty());
}

TEST_CASE("an e-mail has a text and a page made of it, and says in what language", "[messages]") {
    Message message;
    message.texts["it"].email = {"Ordine {{order.number}}", "Gentile {{customer.name}},\nriga due.\n\nFine.\n", ""};
    const Facts facts{order_facts};
    const Writing writing = write_message(message, "email", "it", facts.known());
    REQUIRE(writing.message);
    CHECK(writing.message->to == "anna@x.example");
    CHECK(writing.message->from == "ACME Casa <care@acme.example>");
    CHECK(writing.message->subject == "Ordine 100045");
    CHECK(writing.message->text == "Gentile Anna <Rossi> & figli,\nriga due.\n\nFine.");
    CHECK_THAT(writing.message->html, Catch::Contains("<p>Gentile Anna &lt;Rossi&gt; &amp; figli,<br>\nriga due.</p>\n<p>Fine.</p>"));
    CHECK_THAT(writing.message->html, Catch::Contains("<html lang=\"it\">") && Catch::Contains("default-src 'none'"));
}

TEST_CASE("why there is no message is a word", "[messages]") {
    Message message;
    message.texts["it"].sms = "{{order.number}} {{shipment.location}}";
    const auto reason = [&message](std::string_view channel, std::string_view facts) {
        return write_message(message, channel, "it", Facts{facts}.known()).reason;
    };
    CHECK(reason("email", order_facts) == "no_text");
    CHECK(reason("sms", R"({"customer": {"phone": "333 111"}})") == "no_address");
    CHECK(reason("sms", order_facts) == "fact_missing");
    CHECK(write_message(message, "sms", "it", Facts{order_facts}.known()).missing == Names{"shipment.location"});
    CHECK(write_message(message, "sms", "de", Facts{order_facts}.known()).reason == "no_text");
}

TEST_CASE("a script shows what is not known by its name, for the agent to see", "[messages]") {
    Message message;
    message.texts["it"].script = "Sono {{agent.first_name}}, ordine {{order.number}}.";
    const WrittenScript script = write_script(message, "it", Facts{order_facts}.known());
    CHECK(script.text == "Sono [agent.first_name], ordine 100045.");
    CHECK(script.missing == Names{"agent.first_name"});
}

TEST_CASE("segments of an SMS are counted as networks count them", "[messages]") {
    const auto times = [](std::size_t count, const std::string& text) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) all += text;
        return all;
    };
    CHECK(sms_cost(times(160, "a")).segments == 1);
    CHECK(sms_cost(times(161, "a")).segments == 2);
    CHECK(sms_cost(times(306, "a")).segments == 2);
    CHECK(sms_cost(times(307, "a")).segments == 3);
    // The sign takes two septets, and is not divided: 76 of them fill 152 of 153.
    CHECK(sms_cost(times(80, "€")).segments == 1);
    CHECK(sms_cost(times(153, "€")).segments == 3);
    CHECK(sms_cost(times(70, "È")).segments == 1);
    CHECK(sms_cost(times(71, "È")).segments == 2);
    CHECK(sms_cost(times(134, "È")).segments == 2);
    CHECK(sms_cost(times(135, "È")).segments == 3);
}

TEST_CASE("the plain form of an SMS is offered where there is one", "[messages]") {
    const SmsCost cost = sms_cost("È pronto – venga…");
    CHECK_FALSE(cost.plain);
    CHECK(cost.plain_form == "E' pronto - venga...");
    CHECK(sms_cost("E' pronto").plain_form.empty());
    CHECK(sms_cost("日本").plain_form.empty());
}

TEST_CASE("a mail is the same bytes each time, in lines that every server takes", "[messages]") {
    Mail mail;
    mail.from = "Caffè \"Uno\" <care@acme.example>";
    mail.to = "anna@x.example";
    mail.subject = "Ordine 1: è in ritardo";
    mail.text = "Città = bella \n.\n" + std::string(100, 'x') + "\n";
    mail.html = "<p>x</p>";
    mail.language = "it";
    mail.message_id = message_id_of("01ab.email", mail.from);
    mail.date = instant_of(1'780'578'000'000);
    const std::string bytes = mail_bytes(mail);
    CHECK(bytes == mail_bytes(mail));
    CHECK_THAT(bytes, Catch::Contains("Message-ID: <01ab.email@acme.example>\r\n"));
    CHECK_THAT(bytes, Catch::Contains("Date: Thu, 04 Jun 2026 13:00:00 +0000\r\n"));
    CHECK_THAT(bytes, Catch::Contains("Subject: =?UTF-8?B?T3JkaW5lIDE6IMOoIGluIHJpdGFyZG8=?=\r\n"));
    CHECK_THAT(bytes, Catch::Contains("\r\nCitt=C3=A0 =3D bella=20\r\n.\r\n" + std::string(75, 'x') + "=\r\n"));
    std::size_t begin = 0;
    for (std::size_t end = bytes.find("\r\n"); end != bytes.npos; end = bytes.find("\r\n", begin)) {
        CHECK(end - begin <= 78);
        CHECK(bytes.substr(begin, end - begin).find_first_of("\r\n") == std::string::npos);
        begin = end + 2;
    }
    CHECK(begin == bytes.size());
}

TEST_CASE("no value begins another header line", "[messages]") {
    Mail mail;
    mail.from = "care@acme.example";
    mail.to = "anna@x.example\r\nBcc: all@x.example";
    mail.subject = "Hello\r\nBcc: all@x.example";
    mail.message_id = "1\r\nBcc: x@x.example";
    CHECK_THAT(mail_bytes(mail), !Catch::Contains("\nBcc:"));
}

TEST_CASE("HTML of an e-mail gives a text its form, and nothing else", "[messages]") {
    CHECK(html_problem("<p>Ciao <strong>{{customer.name}}</strong>,<br/> <a href=\"{{link}}\">qui</a></p>").empty());
    CHECK(html_problem("<img src=\"https://x.example/p.gif\">") == "<img> has no place in an e-mail");
    CHECK(html_problem("<p onclick=\"x()\">") == "<p> cannot have 'onclick'");
    CHECK(html_problem("<a href=\"javascript:x\">") == "'javascript:x' is not an address to link to");
    CHECK(html_problem("<a href=\"https://x.example\" style=\"x\">") == "a link is written <a href=\"...\">, with nothing after it");
    CHECK(html_problem("1 < 2") == "a '<' that begins no tag");
    CHECK(html_problem("<SCRIPT>x</SCRIPT>") == "<script> has no place in an e-mail");
}

TEST_CASE("addresses are taken out of what people write", "[messages]") {
    CHECK(address_in("ACME Casa <care@acme.example>") == "care@acme.example");
    CHECK(name_in("\"ACME, Casa\" <care@acme.example>") == "ACME, Casa");
    CHECK(address_in("care@acme.example") == "care@acme.example");
    CHECK(address_in("ACME <care@acme.example> x").empty());
    CHECK(address_in("ACME\r\nBcc: x <care@acme.example>").empty());
    CHECK_FALSE(is_email("a@b,c@d"));
    CHECK_FALSE(is_email("anna rossi@x.example"));
}

}  // namespace premura
