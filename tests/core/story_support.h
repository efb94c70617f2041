#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/rules/rule_set_loader.h"
#include "core/story/story_loader.h"
#include "core/story/story_report.h"
#include "core/story/story_runner.h"

// Words for tests about rule tests: a small brand, and texts that are read as files are.
namespace premura::story_support {

inline std::string brand() {
    return R"(version: 1
holidays:
  it: [{ day: 06-02, name: Festa della Repubblica }]
calendars:
  house:
    name: The house
    timezone: Europe/Rome
    open: { monday-friday: 08:00-18:00 }
    closed: [{ holidays: it }]
tenants:
  shop:
    brand: Shop
    timezone: Europe/Rome
    languages: [en]
    calendars: { care: house }
    warehouses: { W1: house }
    contact: { calls: { holidays: it } }
    teams: { boss: { email: boss@shop.example } }
messages:
  sorry: { en: { script: "Say sorry to {{customer.name}}.", sms: "We are sorry. It comes tomorrow." } }
)";
}

inline std::string rules() {
    return R"(version: 1
rules:
  - id: slow-packing
    name: Not packed in two hours
    owner: logistics
    subject: order
    when: order.paid
    where: { order.fulfilment: warehouse }
    expect: parcel.packed
    within: 2 business hours
    calendar: of order.warehouse
    unless: order.cancelled
    if_late:
      - expedite: warehouse
        request: hurry
      - after: 1 business hour
        call: customer
        script: sorry
        priority: high
  - id: no-news
    name: No news for a day
    owner: care
    subject: order
    when: order.placed
    expect: order.paid
    within: 1 day
    if_late:
      - escalate: boss
  - id: warned-first
    name: A return not looked at within four hours
    owner: care
    subject: return
    when: return.received
    expect: refund.paid
    within: 4 hours
    early_warning:
      - before: 1 hour
        escalate: boss
    if_late:
      - escalate: boss
  - id: on-trial
    name: A problem that is only watched
    owner: care
    mode: trial
    subject: shipment
    when: shipment.exception
    expect: shipment.delivered
    within: 1 hour
    if_late:
      - expedite: courier
        request: find
      - call: customer
        script: sorry
  - id: word-of-silence
    name: We write when the courier is silent
    owner: care
    subject: shipment
    when: shipment.silent
    expect: shipment.delivered
    within: 1 hour
    if_late:
      - notify: customer
        message: sorry
)";
}

inline std::shared_ptr<const RuleSet> rule_set() {
    const Loaded loaded = load_rule_set({{"brand.yaml", brand()}, {"rules.yaml", rules()}});
    for (const Diagnostic& each : loaded.diagnostics.all()) UNSCOPED_INFO(format_text(each, false));
    REQUIRE(loaded.rule_set != nullptr);
    return loaded.rule_set;
}

struct LoadedStories {
    std::vector<Story> stories;
    std::string diagnostics;  // as people see them
};

// Loads tests that stand below `tests:`, two blanks in.
inline LoadedStories load(const RuleSet& rules, const std::string& tests,
                          const ReadStoryFile& read_file = {}) {
    Diagnostics diagnostics;
    LoadedStories loaded;
    const auto text = read_yaml("tests.yaml", "version: 1\ntests:\n" + tests, diagnostics);
    if (text) loaded.stories = load_stories(*text, rules, diagnostics, read_file);
    for (const Diagnostic& each : diagnostics.all()) {
        loaded.diagnostics += format_text(each, false);
    }
    return loaded;
}

// The one story of a text without mistakes.
inline Story story(const RuleSet& rules, const std::string& tests) {
    LoadedStories loaded = load(rules, tests);
    INFO(loaded.diagnostics);
    REQUIRE(loaded.diagnostics.empty());
    REQUIRE(loaded.stories.size() == 1);
    return loaded.stories.front();
}

// What a story's run says, as people see it; empty when it passes.
inline std::string report(const RuleSet& rules, const std::string& tests) {
    const Story one = story(rules, tests);
    return format_text(one, run_story(one, rules), false);
}

}  // namespace premura::story_support
