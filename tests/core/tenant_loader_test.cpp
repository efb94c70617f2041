#include "core/rules/tenant_loader.h"

#include <catch2/catch.hpp>

#include "tests/core/loader_story.h"

using namespace premura;

namespace {

LoadedTenant load(YamlStory& story) {
    auto reader = story.reader();
    return load_tenant(story.root().entries.front(), Definitions{}, reader);
}

HolidaySets italy() {
    YamlStory story{"italy:\n  - { day: 12-25, name: Natale }\n"};
    auto reader = story.reader();
    HolidaySets sets;
    sets["italy"] = load_holiday_set(story.root().entries.front(), reader);
    return sets;
}

Instant at(const char* text) {
    return *parse_rfc3339(text);
}

struct Hours {
    std::shared_ptr<const Calendar> calls;
    std::shared_ptr<const Calendar> messages;
};

Hours compile(LoadedTenant& tenant) {
    Diagnostics problems;
    Hours hours{compile_calendar(tenant.contact.calls, italy(), problems),
                compile_calendar(tenant.contact.messages, italy(), problems)};
    CHECK(YamlStory::told(problems).empty());
    REQUIRE(hours.calls != nullptr);
    REQUIRE(hours.messages != nullptr);
    return hours;
}

}  // namespace

TEST_CASE("a tenant with every key becomes the value that was written", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME Casa
  timezone: Europe/Rome
  languages: [it, en]
  topics: [acme.orders.v1, acme.shipments.v1]
  event_type_prefixes: com.acme.
  links: [shipment, parcel]
  calendars: { care: care-it, bank: bank-it }
  warehouses: { MI1: warehouse-mi1 }
  contact:
    calls: { holidays: italy }
    limits:
      - { at_most: 1, of: call, per: day }
      - { at_most: 5, of: any, per: 7 days }
    one_call_for_all_open_cases: true
    after_customer_contacts_us: { wait: 2 hours }
    retry_call:
      no_answer: [2 hours, 1 day]
      voicemail: 1 day
      then: { notify: customer, message: we-tried-to-call }
  surge:
    - name: One warehouse is late on many orders
      more_than: 25 late in 1 hour
      per: [rule, order.warehouse]
      do: [ { hold: call }, { escalate: ops } ]
  teams:
    ops: { email: ops@acme.example, sms: "+393331234567", webhook: ops-chat }
)"};
    const LoadedTenant loaded = load(story);
    const Tenant& tenant = loaded.tenant;

    CHECK(story.told().empty());
    CHECK(tenant.id == "acme-it");
    CHECK(tenant.brand == "ACME Casa");
    CHECK(tenant.timezone == "Europe/Rome");
    CHECK(tenant.languages == Lines{"it", "en"});
    CHECK(tenant.topics == Lines{"acme.orders.v1", "acme.shipments.v1"});
    CHECK(tenant.event_type_prefixes == Lines{"com.acme."});
    CHECK(tenant.links == std::vector<SubjectType>{SubjectType::shipment, SubjectType::parcel});
    CHECK(tenant.calendars ==
          std::map<std::string, std::string>{{"bank", "bank-it"}, {"care", "care-it"}});
    CHECK(tenant.warehouses == std::map<std::string, std::string>{{"MI1", "warehouse-mi1"}});
    CHECK(tenant.teams.at("ops").name == "ops");
    CHECK(tenant.teams.at("ops").addresses.at("sms") == "+393331234567");
    Lines calendars;
    for (const auto& use : loaded.calendars) calendars.push_back(use.calendar);
    CHECK(calendars == Lines{"care-it", "bank-it", "warehouse-mi1"});
}

TEST_CASE("a tenant says how calls are made and what agents may give; the rest is as shipped", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME
  timezone: Europe/Rome
  languages: it
  contact:
    calls: { holidays: italy, lease: 5 minutes, wishes_to: care }
    retry_call:
      no_answer: [2 hours, 1 business day]
      busy: 10 minutes
      attempts_max: 2
      then: { notify: customer, message: we-tried-to-call }
  discretion: { voucher: 20 EUR, system: tills }
)"};
    const LoadedTenant loaded = load(story);
    CHECK(story.told().empty());
    CallRules expected;
    expected.lease = std::chrono::minutes{5};
    expected.wishes_to = "care";
    expected.no_answer = {{Duration::Unit::elapsed, std::chrono::hours{2}, 0}, {Duration::Unit::business_days, Milliseconds{0}, 1}};
    expected.busy = {{Duration::Unit::elapsed, std::chrono::minutes{10}, 0}};
    expected.attempts_max = 2;
    expected.then_message = "we-tried-to-call";
    CHECK(loaded.contact.call_rules == expected);
    CHECK(loaded.tenant.discretion == Discretion{Money{"20", "EUR"}, std::nullopt, "tills"});
    Lines named;
    for (const NameUse& use : loaded.contact.uses) named.push_back(use.name);
    CHECK(named == Lines{"care", "we-tried-to-call"});
}

TEST_CASE("what is wrong about calls is told with its place", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME
  timezone: Europe/Rome
  languages: it
  contact:
    calls: { holidays: italy, lease: 2 hours }
    messages: { lease: 10 minutes }
    retry_call: { attempts_max: 11, then: { notify: team, message: sorry } }
  discretion: { voucher: 20, refund: 0 EUR }
)"};
    load(story);
    CHECK(story.told() == Lines{"PR101 7:17 contact hours has no key 'lease'",
                                "PR108 6:38 a claim lasts from 1 minute to 1 hour",
                                "PR109 8:33 'attempts_max' must be a whole number from 1 to 10, not 11",
                                "PR107 8:53 'notify' cannot be 'team'",
                                "PR107 9:26 'voucher' must be an amount and a currency, not '20'",
                                "PR107 9:38 'refund' must be an amount and a currency, not '0 EUR'"});
}

TEST_CASE("a tenant that says nothing of contact gets hours that wake nobody", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME
  timezone: Europe/Rome
  languages: it
  contact:
    calls: { holidays: italy }
)"};
    LoadedTenant tenant = load(story);
    CHECK(story.told().empty());
    const Hours hours = compile(tenant);
    const auto callable = [&](const char* time) { return hours.calls->is_open(at(time)); };

    // Monday, 8 June 2026.
    CHECK_FALSE(callable("2026-06-08T08:59+02:00"));
    CHECK(callable("2026-06-08T09:00+02:00"));
    CHECK(callable("2026-06-08T12:29+02:00"));
    CHECK_FALSE(callable("2026-06-08T12:30+02:00"));
    CHECK_FALSE(callable("2026-06-08T14:29+02:00"));
    CHECK(callable("2026-06-08T14:30+02:00"));
    CHECK(callable("2026-06-08T18:59+02:00"));
    CHECK_FALSE(callable("2026-06-08T19:00+02:00"));
    // Saturday, and Sunday.
    CHECK_FALSE(callable("2026-06-06T09:30+02:00"));
    CHECK(callable("2026-06-06T10:00+02:00"));
    CHECK_FALSE(callable("2026-06-07T11:00+02:00"));
    // Christmas on a Friday; on the day before the hours are those of a Saturday.
    CHECK_FALSE(callable("2026-12-25T11:00+01:00"));
    CHECK_FALSE(callable("2026-12-24T09:30+01:00"));
    CHECK(callable("2026-12-24T10:00+01:00"));

    CHECK(hours.messages->is_open(at("2026-06-07T08:30+02:00")));
    CHECK(hours.messages->is_open(at("2026-12-25T21:29+01:00")));
    CHECK_FALSE(hours.messages->is_open(at("2026-06-08T21:30+02:00")));
    CHECK_FALSE(hours.messages->is_open(at("2026-06-08T08:29+02:00")));
}

TEST_CASE("each part of contact hours can be set alone", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME
  timezone: Europe/Rome
  languages: it
  contact:
    calls:
      hours: { monday-sunday: 10:00-22:00 }
      avoid: { siesta: 13:00-16:00 }
      never: [wednesday, holidays]
      day_before_holiday: sunday
      holidays: italy
    messages:
      hours: { monday-friday: 09:00-18:00 }
      never: holidays
      holidays: italy
)"};
    LoadedTenant tenant = load(story);
    CHECK(story.told().empty());
    const Hours hours = compile(tenant);
    const auto callable = [&](const char* time) { return hours.calls->is_open(at(time)); };

    CHECK(callable("2026-06-07T12:00+02:00"));        // a Sunday
    CHECK(callable("2026-06-08T20:00+02:00"));        // dinner is not avoided now
    CHECK_FALSE(callable("2026-06-08T15:00+02:00"));  // siesta is
    CHECK_FALSE(callable("2026-06-10T12:00+02:00"));  // a Wednesday
    CHECK_FALSE(callable("2026-12-25T12:00+01:00"));
    CHECK(hours.messages->is_open(at("2026-12-24T12:00+01:00")));
    CHECK_FALSE(hours.messages->is_open(at("2026-12-25T12:00+01:00")));
}

TEST_CASE("a tenant without holidays is warned of calls on them", "[tenant_loader]") {
    YamlStory story{"acme-it:\n  brand: ACME\n  timezone: Europe/Rome\n  languages: it\n"};
    load(story);

    CHECK(story.told() ==
          Lines{"PR161 1:1 customers would be called on holidays too: no holidays are named"});
    CHECK_FALSE(story.found.has_errors());
}

TEST_CASE("keys that wait for a later version are checked for their shape", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME
  timezone: Europe/Rome
  languages: it
  contact:
    calls: { holidays: italy }
    limits:
      - { at_most: many, of: call, per: day }
      - { at_most: 1, of: cal, per: day }
      - { at_most: 1, of: call, per: dya }
      - { at_most: 1, of: call }
    one_call_for_all_open_cases: maybe
    after_customer_contacts_us: { wait: 2h }
    retry_call: { no_anwser: [2 hours] }
  surge:
    - { name: Many, more_than: 25 late in 1 hour, do: [ { hold: calls } ] }
)"};
    load(story);

    CHECK(story.told() ==
          Lines{"PR109 8:20 'at_most' must be a number, not 'many'",
                "PR107 9:27 'of' cannot be 'cal'", "PR104 10:38 'dya' is not a duration",
                "PR102 11:9 the limit has no 'per'",
                "PR104 13:41 '2h' is not a duration",
                "PR101 14:19 'retry_call' has no key 'no_anwser'",
                "PR103 12:34 'one_call_for_all_open_cases' must be true or false, not 'maybe'",
                "PR107 16:65 'hold' cannot be 'calls'"});
}

TEST_CASE("addresses and zones are looked at", "[tenant_loader]") {
    YamlStory story{R"(acme-it:
  brand: ACME
  timezone: Rome
  languages: [italian, "no"]
  contact:
    calls: { holidays: italy }
  links: order
  teams:
    night: { email: nobody, phone: "02 555", fax: "1" }
    day: {}
)"};
    const LoadedTenant loaded = load(story);

    CHECK_FALSE(loaded.zone_known);
    CHECK(loaded.tenant.languages == Lines{"no"});
    Lines codes;
    for (const Diagnostic& each : story.found.all()) codes.push_back(each.code);
    CHECK(codes == Lines{"PR160", "PR162", "PR107", "PR101", "PR163", "PR163", "PR102"});
}
