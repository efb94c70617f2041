#include <set>

#include "core/explain/rule_sentence.h"
#include "tests/explain/explain_story.h"

// Both languages say everything, and a rule is one sentence in each.

namespace premura {
namespace {

using namespace explain_story;

std::string sentence(const std::string& id, Language language, const std::string& own = {}) {
    const auto rules = rules_with(own);
    const Rule* rule = rules->rule(id);
    REQUIRE(rule != nullptr);
    return rule_sentence(*rule, language);
}

}  // namespace

TEST_CASE("each word of the vocabulary and each reason is said in both languages", "[explain]") {
    for (const Language language : {Language::english, Language::italian}) {
        std::set<std::string_view> events;
        for (const EventWords& words : vocabulary_of(language).events) {
            CHECK(event_named(words.event) != nullptr);
            CHECK_FALSE(words.happens.empty());
            CHECK_FALSE(words.happened.empty());
            CHECK_FALSE(words.must.empty());
            events.insert(words.event);
        }
        CHECK(events.size() == all_events().size());
        std::set<std::string_view> facts;
        for (const NamedWords& words : vocabulary_of(language).facts) {
            CHECK(fact_named(words.name) != nullptr);
            CHECK_FALSE(words.words.empty());
            facts.insert(words.name);
        }
        CHECK(facts.size() == all_facts().size());
        std::set<std::string_view> reasons;
        for (const NamedWords& words : words_of(language).reasons) reasons.insert(words.name);
        for (const std::string_view code :
             {"quiet_hours", "time_zone_unknown", "one_call_for_all_open_cases", "already_solved", "rule_on_trial",
              "rule_paused", "tenant_removed", "met_in_time", "done_late", "cancelled", "false_alarm_late_data",
              "restarted", "rule_removed", "no_longer_applies", "linked", "erased"}) {
            CHECK(reasons.contains(code));
        }
        CHECK(words_of(language).subjects.size() == subject_type_count);
    }
}

TEST_CASE("a rule is a sentence that is built from what it does", "[explain]") {
    CHECK(sentence("order-not-packed", Language::english) ==
          "When the order is paid, and the order's fulfilment is \"warehouse\", the parcel must be packed, the courier must take "
          "the parcel or the parcel must be delivered within 24 business hours of the calendar of the order's warehouse, "
          "unless the order is cancelled or the order is paid back. The time after the order is put on hold and until the "
          "order goes on does not count. If late: press the warehouse (pack_first); 2 business hours later call the "
          "customer (packing-delay), with high priority.");
    CHECK(sentence("order-not-packed", Language::italian) ==
          "Quando l'ordine è pagato, e l'evasione dell'ordine è «warehouse», il pacco deve essere imballato, il corriere deve "
          "ritirare il pacco o il pacco deve essere consegnato entro 24 ore lavorative secondo il calendario di: il "
          "magazzino dell'ordine, tranne se l'ordine è annullato o l'ordine è rimborsato. Il tempo dopo che l'ordine è "
          "bloccato e fino a quando l'ordine riprende non conta. Se è in ritardo: sollecitare il magazzino (pack_first); "
          "dopo 2 ore lavorative chiamare il cliente (packing-delay), con priorità alta.");
    CHECK(sentence("delivery-promise-broken", Language::english) ==
          "When the order is paid or a promise gets a new date, and the promised delivery date is known, the parcel must wait "
          "at a pickup point or the parcel must be delivered by the promised delivery date, unless the order is cancelled "
          "or the order is paid back. Each time it happens again, the clock begins anew. 6 hours before the deadline: press "
          "the courier (deliver_today). If late: call the customer (promise-broken), urgently.");
}

TEST_CASE("no description goes into the sentence, and every key does", "[explain]") {
    const std::string own = R"(version: 1
rules:
  - id: full
    name: A rule with everything
    owner: test
    description: Secret thoughts of its author.
    mode: trial
    subject: order
    when: order.paid
    where: { order.total: { at_least: 1234.5 }, order.kind: { none_of: [gift_card, subscription] } }
    only_if: order.items > 2.0
    exceptions: [{ name: staff, where: { customer.segment: staff } }]
    expect: parcel.packed
    within: 90 minutes
    still_if: order.total > 10.0
    if_late:
      - { escalate: logistics }
      - { after: 1 day, expedite: loyalty, request: credit_points, only_if: order.items > 3.0, priority: low }
)";
    CHECK(sentence("full", Language::italian, own) ==
          "Quando l'ordine è pagato, e il totale dell'ordine è almeno 1.234,5, il tipo di ordine non è né «gift_card» né "
          "«subscription» e vale: order.items > 2.0, il pacco deve essere imballato entro 90 minuti. Non vale per «staff». "
          "Agisce solo finché vale: order.total > 10.0. Se è in ritardo: avvisare il gruppo logistics; dopo 1 giorno "
          "sollecitare il sistema loyalty (credit_points), con priorità bassa, solo se vale: order.items > 3.0. È in prova: "
          "osserva e non fa nulla.");
    const auto shipped = rules_with();
    for (const Language language : {Language::english, Language::italian}) {
        for (const Rule& rule : shipped->rules) {
            const std::string text = rule_sentence(rule, language);
            INFO(text);
            CHECK(text.find('{') == text.npos);
            CHECK(text.find("  ") == text.npos);
        }
    }
}

}  // namespace premura
