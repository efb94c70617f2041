#include "tests/explain/explain_story.h"

// Why somebody was called about an order, or nobody was: exact texts, in both languages.

namespace premura {
namespace {

using namespace explain_story;
using Verdict = ExplainedRule::Verdict;

const std::string order = R"({"order":{"id":"A1","number":"100045","fulfilment":"warehouse","warehouse":"MI1"},)"
                          R"("customer":{"id":"C1","name":"Anna Rossi","city":"Torino"}})";
const std::string just_the_order = R"({"order":{"id":"A1"}})";

const ExplainedRule& rule_of(const Explanation& explanation, const std::string& id) {
    for (const ExplainedRule& rule : explanation.rules) {
        if (rule.rule == id) return rule;
    }
    FAIL("no rule " << id);
    throw 0;
}

}  // namespace

TEST_CASE("an order that was packed in time: the hours its clock counted, and the holiday it skipped", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-01T11:00:00+02:00", order);
    recording.add("parcel.packed", "2026-06-04T10:12:00+02:00", just_the_order);
    const Explanation explanation = recording.explain("A1", "2026-06-05 12:00");
    const std::string english = text_of(explanation, Language::english);
    CHECK(lines_of(english).at(0) == "Order 100045 (acme-it, id A1)");
    CHECK(lines_of(english).at(1) == "As of Fri 5 Jun 2026, 12:00 (Europe/Rome).");
    CHECK(lines_of(english).at(2) == "Nobody was called, and no call is planned.");
    CHECK(part_of(english, "order-not-packed") ==
          Lines{"  order-not-packed: Paid order not packed within 24 warehouse hours",
                "    Never late: the parcel was packed on Thu 4 Jun 2026, 10:12, 7 hours 48 minutes before the deadline.",
                "    Clock: the order was paid on Mon 1 Jun 2026, 11:00; 24 business hours of Warehouse Milano 1 end on "
                "Thu 4 Jun 2026, 18:00.",
                "      Mon 1 Jun 2026    11:00-13:00  2 hours              sum 2 hours",
                "      Mon 1 Jun 2026    14:00-18:00  4 hours              sum 6 hours",
                "      Tue 2 Jun 2026    closed: Festa della Repubblica",
                "      Wed 3 Jun 2026    08:00-13:00  5 hours              sum 11 hours",
                "      Wed 3 Jun 2026    14:00-18:00  4 hours              sum 15 hours",
                "      Thu 4 Jun 2026    08:00-13:00  5 hours              sum 20 hours",
                "      Thu 4 Jun 2026    14:00-18:00  4 hours              sum 24 hours",
                "    Press the warehouse (pack_first): not needed",
                "    Call the customer (packing-delay): not needed"});
    const std::string italian = text_of(explanation, Language::italian);
    CHECK(lines_of(italian).at(0) == "Ordine 100045 (acme-it, id A1)");
    CHECK(lines_of(italian).at(2) == "Nessuno è stato chiamato, e non è prevista alcuna chiamata.");
    const Lines part = part_of(italian, "order-not-packed");
    REQUIRE(part.size() == 12);
    CHECK(part[1] == "    Mai in ritardo: il pacco è stato imballato (gio 4 giu 2026, 10:12), 7 ore 48 minuti prima della "
                     "scadenza.");
    CHECK(part[2] == "    Conteggio: l'ordine è stato pagato (lun 1 giu 2026, 11:00); 24 ore lavorative di Warehouse Milano "
                     "1 finiscono gio 4 giu 2026, 18:00.");
    CHECK(part[5] == "      mar 2 giu 2026    chiuso: Festa della Repubblica");
    CHECK(part[10] == "    Sollecitare il magazzino (pack_first): non serve");
}

TEST_CASE("a closure of two weeks, a weekend and other hours are one line each", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-08-07T16:00:00+02:00", order);
    const Explanation explanation = recording.explain("A1", "2026-08-24 09:00");
    CHECK(part_of(text_of(explanation, Language::english), "order-not-packed") ==
          Lines{"  order-not-packed: Paid order not packed within 24 warehouse hours",
                "    Not late: the parcel must be packed, the courier must take the parcel or the parcel must be delivered "
                "by Tue 25 Aug 2026, 13:00. Still to go: 1 day 4 hours.",
                "    Clock: the order was paid on Fri 7 Aug 2026, 16:00; 24 business hours of Warehouse Milano 1 end on "
                "Tue 25 Aug 2026, 13:00.",
                "      Fri 7 Aug 2026    16:00-18:00  2 hours              sum 2 hours",
                "      Sat 8 Aug 2026    08:00-12:00  4 hours              sum 6 hours",
                "      Sun 9 Aug 2026    closed as every week",
                "      Mon 10 Aug 2026 - Fri 14 Aug 2026  closed: Summer break",
                "      Sat 15 Aug 2026   closed: Ferragosto",
                "      Sun 16 Aug 2026   closed as every week",
                "      Mon 17 Aug 2026 - Fri 21 Aug 2026  closed: Summer break",
                "      Sat 22 Aug 2026   08:00-12:00  4 hours              sum 10 hours",
                "      Sun 23 Aug 2026   closed as every week",
                "      Mon 24 Aug 2026   08:00-13:00  5 hours              sum 15 hours",
                "      Mon 24 Aug 2026   14:00-18:00  4 hours              sum 19 hours",
                "      Tue 25 Aug 2026   08:00-13:00  5 hours              sum 24 hours",
                "    Press the warehouse (pack_first): planned for Tue 25 Aug 2026, 13:00, if it is still late then",
                "    Call the customer (packing-delay): planned for Tue 25 Aug 2026, 16:00, if it is still late then"});
}

TEST_CASE("a hold stops the clock: what was counted before it stays", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00", order);
    recording.add("order.held", "2026-06-08T11:00:00+02:00", just_the_order);
    const Explanation held = recording.explain("A1", "2026-06-09 12:00");
    CHECK(part_of(text_of(held, Language::english), "order-not-packed") ==
          Lines{"  order-not-packed: Paid order not packed within 24 warehouse hours",
                "    The clock stands still since Mon 8 Jun 2026, 11:00. It counted 2 hours before.",
                "    Clock: the order was paid on Mon 8 Jun 2026, 09:00; of 24 business hours these are counted so far.",
                "      Mon 8 Jun 2026    09:00-11:00  2 hours              sum 2 hours",
                "      Mon 8 Jun 2026    the clock stands still since Mon 8 Jun 2026, 11:00",
                "    Press the warehouse (pack_first): planned, when the clock goes on",
                "    Call the customer (packing-delay): planned, when the clock goes on"});
    CHECK(answer_of(held, Language::english) ==
          "Nobody was called so far. The rule order-not-packed has a call in its plan, but its clock stands still.");

    recording.add("order.released", "2026-06-10T12:00:00+02:00", just_the_order);
    const Explanation released = recording.explain("A1", "2026-06-10 12:30");
    const Lines part = part_of(text_of(released, Language::english), "order-not-packed");
    REQUIRE(part.size() == 13);
    CHECK(part[3] == "      Mon 8 Jun 2026    09:00-11:00  2 hours              sum 2 hours");
    CHECK(part[4] == "      Mon 8 Jun 2026    the clock stood still from Mon 8 Jun 2026, 11:00 to Wed 10 Jun 2026, 12:00");
    CHECK(part[5] == "      Wed 10 Jun 2026   12:00-13:00  1 hour               sum 3 hours");
    CHECK(part[10] == "      Fri 12 Jun 2026   14:00-17:00  3 hours              sum 24 hours");
    CHECK_FALSE(rule_of(released, "order-not-packed").edited);
}

TEST_CASE("the hours of a night in which the clocks change are what really passed", "[explain]") {
    const std::string own = R"(version: 1
calendars:
  nights:
    name: The night shift
    timezone: Europe/Rome
    open: { monday-sunday: 00:00-06:00 }
rules:
  - id: night
    name: Not packed in twelve hours of the night
    owner: test
    subject: order
    when: order.paid
    expect: parcel.packed
    within: 12 business hours
    calendar: nights
    if_late:
      - { expedite: warehouse, request: pack_first }
)";
    Recording spring;
    spring.add("order.paid", "2026-03-28T12:00:00+01:00", order);
    const Lines part = part_of(text_of(spring.explain("A1", "2026-03-29 12:00", own), Language::english), "night");
    REQUIRE(part.size() >= 6);
    CHECK(part[3] == "      Sun 29 Mar 2026   00:00-06:00  5 hours              sum 5 hours; clocks were put forward");
    CHECK(part[4] == "      Mon 30 Mar 2026   00:00-06:00  6 hours              sum 11 hours");
    CHECK(part[5] == "      Tue 31 Mar 2026   00:00-01:00  1 hour               sum 12 hours");

    Recording autumn;
    autumn.add("order.paid", "2026-10-24T12:00:00+02:00", order);
    const Lines other = part_of(text_of(autumn.explain("A1", "2026-10-25 12:00", own), Language::italian), "night");
    REQUIRE(other.size() >= 5);
    CHECK(other[3] == "      dom 25 ott 2026   00:00-06:00  7 ore                somma 7 ore; orologi spostati indietro");
    CHECK(other[4] == "      lun 26 ott 2026   00:00-05:00  5 ore                somma 12 ore");
}

TEST_CASE("business days are counted by their closing times", "[explain]") {
    Recording recording;
    recording.add("return.received", "2026-06-01T11:00:00+02:00",
                  R"({"order":{"id":"A1"},"return":{"id":"R1","outcome":"accepted"}})");
    const Explanation explanation = recording.explain("A1", "2026-06-03 12:00");
    const Lines part = part_of(text_of(explanation, Language::english), "refund-not-paid");
    REQUIRE(part.size() == 13);
    CHECK(part[0] == "  refund-not-paid, return R1: Refund not paid within 5 bank days of the return");
    CHECK(part[2] == "    Clock: the return arrived on Mon 1 Jun 2026, 11:00; 5 business days of Bank days in Italy end on Tue "
                     "9 Jun 2026, 17:00.");
    CHECK(part[3] == "      Tue 2 Jun 2026    closed: Festa della Repubblica");
    CHECK(part[4] == "      Wed 3 Jun 2026    17:00  closing time 1");
    CHECK(part[7] == "      Sat 6 Jun 2026 - Sun 7 Jun 2026  closed as every week");
    CHECK(part[9] == "      Tue 9 Jun 2026    17:00  closing time 5");
    // The id of the return, which is its customer's question as well, leads to the same order.
    CHECK(recording.explain("R1", "2026-06-03 12:00").order == "A1");
}

TEST_CASE("a closing time at which the clock stands still does not count", "[explain]") {
    const std::string own = R"(version: 1
rules:
  - id: days
    name: Not packed in three warehouse days
    owner: test
    subject: order
    when: order.paid
    expect: parcel.packed
    within: 3 business days
    calendar: warehouse-rm1
    pause_between: [order.held, order.released]
    if_late:
      - { expedite: warehouse, request: pack_first }
)";
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00", order);
    recording.add("order.held", "2026-06-10T11:00:00+02:00", just_the_order);
    recording.add("order.released", "2026-06-10T16:00:00+02:00", just_the_order);
    const Lines part = part_of(text_of(recording.explain("A1", "2026-06-10 17:00", own), Language::english), "days");
    REQUIRE(part.size() == 9);
    CHECK(part[3] == "      Tue 9 Jun 2026    15:00  closing time 1");
    CHECK(part[4] == "      Wed 10 Jun 2026   the clock stood still from Wed 10 Jun 2026, 11:00 to Wed 10 Jun 2026, 16:00");
    CHECK(part[5] == "      Wed 10 Jun 2026   15:00  closing time, but the clock stood still");
    CHECK(part[6] == "      Thu 11 Jun 2026   15:00  closing time 2");
    CHECK(part[7] == "      Fri 12 Jun 2026   15:00  closing time 3");
}

TEST_CASE("a tracking number that was known before its order leads to the order", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00", order);
    recording.add("shipment.scanned", "2026-06-09T09:00:00+02:00", R"({"shipment":{"id":"1Z9"}})");
    CHECK(recording.explain("1Z9", "2026-06-10 12:00").kind == SubjectType::shipment);
    recording.add("shipment.handed_over", "2026-06-09T08:00:00+02:00", R"({"order":{"id":"A1"},"shipment":{"id":"1Z9"}})");
    const Explanation explanation = recording.explain("1Z9", "2026-06-10 12:00");
    CHECK(explanation.kind == SubjectType::order);
    CHECK(explanation.order == "A1");
    CHECK(explanation.history.size() == 3);
}

TEST_CASE("a deadline at midnight is the end of the day that was promised", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00",
                  R"({"order":{"id":"A1","promised_by":"2026-06-11"}})");
    const Explanation explanation = recording.explain("A1", "2026-06-09 12:00");
    const Lines part = part_of(text_of(explanation, Language::english), "delivery-promise-broken");
    REQUIRE(part.size() == 5);
    CHECK(part[1] == "    Not late: the parcel must wait at a pickup point or the parcel must be delivered by Thu 11 Jun 2026, "
                     "24:00. Still to go: 2 days 12 hours.");
    CHECK(part[2] == "    Clock: the order was paid on Mon 8 Jun 2026, 09:00; the deadline is the promised delivery date, Thu "
                     "11 Jun 2026, 24:00.");
    CHECK(part[3] == "    Press the courier (deliver_today): planned for Thu 11 Jun 2026, 18:00, if it is still late then");
}

TEST_CASE("what kept an order out of a rule: a filter and the value it met", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00",
                  R"({"order":{"id":"A1","fulfilment":"dropship","total":12.5,"channel":"web"},"customer":{"id":"C1","loyalty_member":true}})");
    const Explanation explanation = recording.explain("A1", "2026-06-12 12:00");
    const std::string english = text_of(explanation, Language::english);
    CHECK(part_of(english, "order-not-packed").at(1) ==
          "    Not for this one: when the order was paid on Mon 8 Jun 2026, 09:00, it was not so that the order's fulfilment is "
          "\"warehouse\" (the order's fulfilment: \"dropship\").");
    CHECK(part_of(english, "loyalty-points-missing").at(1) ==
          "    Not for this one: when the order was paid on Mon 8 Jun 2026, 09:00, it was not so that the order's total is at "
          "least 20 (the order's total: 12.5).");
    CHECK(part_of(text_of(explanation, Language::italian), "loyalty-points-missing").at(1) ==
          "    Non vale qui: quando l'ordine è stato pagato (lun 8 giu 2026, 09:00), non era vero che il totale dell'ordine è "
          "almeno 20 (il totale dell'ordine: 12,5).");
    CHECK(part_of(english, "refund-not-paid").at(1) == "    It begins when the return arrives.");
}

namespace {

// One rule that calls at once when an order is not packed within two hours, with these keys beside.
std::string calling(const std::string& more, const std::string& step = "call: customer, script: packing-delay") {
    return R"(version: 1
rules:
  - id: calling
    name: Not packed in two hours
    owner: test
    subject: order
    when: order.paid
    expect: parcel.packed
    within: 2 hours
)" + more + R"(    if_late:
      - { )" + step + " }\n";
}

}  // namespace

TEST_CASE("what kept an order out of a rule: an exception, a condition, a personal datum", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00",
                  R"({"order":{"id":"A1","kind":"gift_card","total":12},"customer":{"id":"C1","city":"Torino"}})");
    const auto said = [&recording](const std::string& rules) {
        const Explanation explanation = recording.explain("A1", "2026-06-08 13:00", rules);
        CHECK(answer_of(explanation, Language::english) == "Nobody was called, and no call is planned.");
        return part_of(text_of(explanation, Language::english), "calling").at(1);
    };
    const std::string when = "    Not for this one: when the order was paid on Mon 8 Jun 2026, 09:00, ";
    CHECK(said(calling("    exceptions: [{ name: gift-cards, where: { order.kind: gift_card } }]\n")) ==
          when + R"(the exception "gift-cards" applied (the kind of order: "gift_card").)");
    CHECK(said(calling("    only_if: order.total > 100.0\n")) ==
          when + "only_if said no. This holds: order.total > 100.0. (the order's total: 12)");
    CHECK(said(calling("    only_if: order.items > 100.0\n")) ==
          when + "only_if could not be evaluated. This holds: order.items > 100.0. (the number of pieces: not known)");
    CHECK(said(calling("    where: { customer.city: Milano }\n")) ==
          when + "it was not so that the customer's city is \"Milano\" (the customer's city: known, but not shown here).");
    CHECK(said(calling("    mode: paused\n")) == "    The rule is paused.");
}

TEST_CASE("a condition that said no at the deadline, on the rule or on the step", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00",
                  R"({"order":{"id":"A1","total":12},"customer":{"id":"C1"}})");
    const Explanation rule =
        recording.explain("A1", "2026-06-08 13:00", calling("    still_if: order.total > 100.0\n"));
    CHECK(part_of(text_of(rule, Language::english), "calling").at(1) ==
          "    Held back: at the deadline, Mon 8 Jun 2026, 11:00, a condition said no, so nothing was done. This holds: "
          "order.total > 100.0. (known now: the order's total: 12)");
    const Explanation step = recording.explain(
        "A1", "2026-06-08 13:00", calling("", "call: customer, script: packing-delay, only_if: order.total > 100.0"));
    const Lines part = part_of(text_of(step, Language::english), "calling");
    CHECK(part.at(1) == "    Late since Mon 8 Jun 2026, 11:00: it is still to be seen that the parcel was packed.");
    CHECK(part.back() == "    Call the customer (packing-delay): left out: a condition said no, or it was too late for it");
}

TEST_CASE("a call that waits for the customer's hours, is made, and is taken back", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T10:45:00+02:00", order);
    const Explanation held = recording.explain("A1", "2026-06-08 13:00", calling(""));
    CHECK(held.call == Explanation::Call::held);
    CHECK(answer_of(held, Language::english) ==
          "Nobody was called so far: the call of the rule calling waits until Mon 8 Jun 2026, 14:30, because it is outside "
          "the hours in which the customer may be reached.");
    CHECK(answer_of(held, Language::italian) ==
          "Finora nessuno è stato chiamato: la chiamata della regola calling attende fino a lun 8 giu 2026, 14:30, perché è "
          "fuori dagli orari in cui si può contattare il cliente.");
    CHECK(part_of(text_of(held, Language::english), "calling").back() ==
          "    Call the customer (packing-delay): held on Mon 8 Jun 2026, 12:45, because it is outside the hours in which the "
          "customer may be reached; waits until Mon 8 Jun 2026, 14:30");

    const Explanation raised = recording.explain("A1", "2026-06-08 15:00", calling(""));
    CHECK(answer_of(raised, Language::english) ==
          "The rule calling put a call on the agents' list on Mon 8 Jun 2026, 14:30.");

    recording.add("parcel.packed", "2026-06-08T15:30:00+02:00", just_the_order);
    const Explanation solved = recording.explain("A1", "2026-06-08 16:00", calling(""));
    CHECK(answer_of(solved, Language::english) ==
          "The rule calling put a call on the agents' list, and took it back on Mon 8 Jun 2026, 15:30, because it was done, "
          "though late.");
    CHECK(part_of(text_of(solved, Language::english), "calling").at(1) ==
          "    Done late: the parcel was packed on Mon 8 Jun 2026, 15:30, 2 hours 45 minutes after the deadline.");
}

TEST_CASE("a call that was solved while it waited, and one of a rule on trial, were dropped", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T10:45:00+02:00", order);
    const Explanation trial = recording.explain("A1", "2026-06-08 13:00", calling("    mode: trial\n"));
    CHECK(answer_of(trial, Language::english) ==
          "Nobody was called: the call of the rule calling was dropped on Mon 8 Jun 2026, 12:45, because the rule is on trial "
          "and only watches.");
    recording.add("parcel.packed", "2026-06-08T13:30:00+02:00", just_the_order);
    const Explanation solved = recording.explain("A1", "2026-06-08 16:00", calling(""));
    CHECK(answer_of(solved, Language::english) ==
          "Nobody was called: the call of the rule calling was dropped on Mon 8 Jun 2026, 13:30, because it was done, though "
          "late.");
}

TEST_CASE("two late orders of one customer are one call, and the other one says so", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00", R"({"order":{"id":"A1"},"customer":{"id":"C1"}})");
    recording.add("order.paid", "2026-06-08T09:10:00+02:00", R"({"order":{"id":"A2"},"customer":{"id":"C1"}})");
    CHECK(recording.explain("A1", "2026-06-08 12:00", calling("")).call == Explanation::Call::raised);
    const Explanation merged = recording.explain("A2", "2026-06-08 12:00", calling(""));
    CHECK(merged.call == Explanation::Call::merged);
    CHECK(answer_of(merged, Language::english) ==
          "There was no call of its own: that of the rule calling was merged into another one on Mon 8 Jun 2026, 11:10, "
          "because the customer gets one call about everything.");
}

TEST_CASE("an order that was called off, one that was done before, one that is a matter of minutes", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00", order);
    recording.add("order.cancelled", "2026-06-08T10:00:00+02:00", just_the_order);
    const Explanation off = recording.explain("A1", "2026-06-12 12:00");
    CHECK(rule_of(off, "order-not-packed").verdict == Verdict::cancelled);
    CHECK(part_of(text_of(off, Language::english), "order-not-packed").at(1) ==
          "    Called off: the order was cancelled on Mon 8 Jun 2026, 10:00.");

    Recording before;
    before.add("parcel.packed", "2026-06-08T08:00:00+02:00", just_the_order);
    before.add("order.paid", "2026-06-08T09:00:00+02:00", order);
    CHECK(part_of(text_of(before.explain("A1", "2026-06-12 12:00"), Language::english), "order-not-packed").at(1) ==
          "    Never late: the parcel was packed on Mon 8 Jun 2026, 08:00, before the clock would have started.");
}

TEST_CASE("no text and no JSON of an explanation holds a personal datum", "[explain]") {
    Recording recording;
    recording.add("order.paid", "2026-06-08T09:00:00+02:00", order);
    const Explanation explanation = recording.explain("100045", "2026-06-12 12:00");
    for (const Language language : {Language::english, Language::italian}) {
        for (const std::string& text : {text_of(explanation, language), json_of(explanation, language)}) {
            CHECK(text.find("Anna") == text.npos);
            CHECK(text.find("Torino") == text.npos);
        }
    }
}

}  // namespace premura
