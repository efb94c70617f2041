#include "core/rules/message_loader.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/rules/message_parts.h"
#include "core/rules/sms_length.h"
#include "core/rules/template_scan.h"
#include "tests/core/loader_story.h"

using namespace premura;

namespace {

Lines problems_of(std::string_view text) {
    Lines lines;
    for (const TemplateProblem& problem : scan_template(text)) {
        const bool broken = problem.kind == TemplateProblem::Kind::broken;
        lines.push_back(std::to_string(problem.tag) + (broken ? " " : " warning ") +
                        problem.message);
    }
    return lines;
}

}  // namespace

TEST_CASE("a message has texts for each language", "[message_loader]") {
    YamlStory story{R"(packing-delay:
  purpose: marketing
  it:
    script: |
      Buongiorno {{customer.name}}.
    email: { subject: "Ordine {{order.number}}", text: Gentile cliente }
    sms: "Ordine in ritardo"
  "no":
    sms: Hei
)"};
    auto reader = story.reader();
    const Message message = load_message(story.root().entries.front(), reader).message;

    CHECK(story.told().empty());
    CHECK(message.id == "packing-delay");
    CHECK(message.purpose == "marketing");
    REQUIRE(message.texts.size() == 2);
    CHECK(message.texts.at("it").script == "Buongiorno {{customer.name}}.\n");
    CHECK(message.texts.at("it").email.subject == "Ordine {{order.number}}");
    CHECK(message.texts.at("it").email.text == "Gentile cliente");
    CHECK(message.texts.at("no").sms == "Hei");
}

TEST_CASE("a message says what is wrong in it, at the tag", "[message_loader]") {
    YamlStory story{R"(hello:
  italiano: { sms: Ciao }
  it:
    script: |
      È {{customer.name}},
      il suo {{order.nmber}} e {{agent.name}
    email: { subject: Ciao }
    smss: x
  without: [cause, date, next_step]
)"};
    auto reader = story.reader();
    load_message(story.root().entries.front(), reader);

    CHECK(story.told() ==
          Lines{"PR101 2:3 the message 'hello' has no key 'italiano'",
                "PR101 8:5 the message in 'it' has no key 'smss'",
                "PR171 6:14 there is no variable 'order.nmber': nothing will stand here",
                "PR170 6:32 a tag that is not closed on its line",
                "PR102 7:12 the e-mail has no 'text'"});
}

TEST_CASE("a message tells what happened, by when, and what comes next", "[message_loader]") {
    using Part = MessagePart;
    using Parts = std::vector<MessagePart>;
    CHECK(missing_parts("en", "Your order is late: it comes tomorrow, you need not do anything.") == Parts{});
    CHECK(missing_parts("it", "Il corriere è in ritardo: arriva domani, non deve fare nulla.") == Parts{});
    CHECK(missing_parts("en", "Hello {{customer.name}}, this is {{brand}}.") == Parts{Part::cause, Part::date, Part::next_step});
    CHECK(missing_parts("it", "Ci dispiace: {{reason}}. Le scriviamo.") == Parts{Part::date});
    CHECK(missing_parts("it", "In ritardo. Arriva {{order.promised_by.day_short}}.") == Parts{Part::next_step});
    // A sign is the beginning of a word, and the name of a fact is no word to the customer.
    CHECK(missing_parts("en", "A template, translated. We will call on Monday.") == Parts{Part::cause});
    CHECK(missing_parts("en", "It is late. We will call about {{order.paid_at.day_of_nothing}}.") == Parts{Part::date});
    CHECK(missing_parts("de", "Guten Tag") == Parts{});
}

TEST_CASE("templates are filled in with plain names and sections only", "[message_loader]") {
    CHECK(problems_of("{{order.number}} {{{customer.name}}} {{&brand}} {{! a remark }}").empty());
    CHECK(problems_of("{{#voucher}}{{voucher.code}}{{/voucher}}{{^voucher}}-{{/voucher}}").empty());
    CHECK(problems_of("{{ order.promised_by.day }} {{order.paid_at.day_short}}").empty());
    CHECK(problems_of("a {b} c }} d").empty());

    CHECK(problems_of("{{a") == Lines{"0 a tag that is not closed on its line"});
    CHECK(problems_of("{{{brand}}") == Lines{"0 a tag that is not closed on its line"});
    CHECK(problems_of("{{brand\n}}") == Lines{"0 a tag that is not closed on its line"});
    CHECK(problems_of("{{=<% %>=}}") == Lines{"0 other delimiters are not supported"});
    CHECK(problems_of("{{> footer}}") == Lines{"0 a template cannot include another"});
    CHECK(problems_of("{{}}") == Lines{"0 '' is not the name of a variable"});
    CHECK(problems_of("{{#x => x}}") == Lines{"0 'x => x' is not the name of a variable"});
    CHECK(problems_of("{{#voucher}}") == Lines{"0 the section 'voucher' is not closed"});
    CHECK(problems_of("{{/voucher}}") ==
          Lines{"0 the section 'voucher' is closed, and none is open"});
    CHECK(problems_of("{{#voucher}}{{#order}}{{/voucher}}{{/order}}").size() == 2);
    CHECK(problems_of("{{brand}}{{order.nuber}}") ==
          Lines{"1 warning there is no variable 'order.nuber': nothing will stand here"});
}

TEST_CASE("the variables of the shipped messages are known", "[message_loader]") {
    const auto variables = template_variables();
    for (const char* name :
         {"customer.name", "agent.first_name", "brand", "brand_phone", "order.number",
          "order.paid_at.day", "promise.day", "promise.day_short", "voucher.code",
          "voucher.amount.text", "link", "order.total.text", "shipment.handed_over_at.day"}) {
        INFO(name);
        CHECK(std::count(variables.begin(), variables.end(), name) == 1);
    }
}

TEST_CASE("an SMS is counted as the network counts it", "[message_loader]") {
    CHECK(sms_length("abc").units == 3);
    CHECK(sms_length("àèéìòù").units == 6);
    CHECK(sms_length("àèéìòù").plain);
    CHECK(sms_length("10 €").units == 5);  // the euro sign takes two
    CHECK(sms_length("{{brand}}: x {{{y}}}").units == 4);
    CHECK_FALSE(sms_length("È").plain);
    CHECK(sms_length("È tardi").first_other == "È");
    CHECK(sms_length("È 😀").units == 4);  // the smiley is two units of UTF-16
    CHECK(sms_length("È").units_max == 70);
    CHECK(sms_length("").units_max == 160);
    CHECK(plain_form("’") == "'");
    CHECK(plain_form("–") == "-");
    CHECK(plain_form("ж").empty());
}
