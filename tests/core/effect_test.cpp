#include <catch2/catch.hpp>

#include "core/effect/effect_figures.h"

namespace premura {
namespace {

Instant at(std::string_view text) { return parse_rfc3339(text).value(); }

CaseResult delay(const std::string& id, const std::string& order, const std::string& day = "2026-06-04") {
    CaseResult result;
    result.id = id;
    result.tenant = "acme-it";
    result.rule = "order-not-packed";
    result.order = order;
    result.day = day;
    result.late_at = at("2026-06-04T08:00:00Z");
    return result;
}

CaseResult spoken(CaseResult result, std::string_view time) {
    result.spoke_at = at(time);
    result.outreaches = 1;
    return result;
}

CaseResult contacted(CaseResult result, std::string_view time) {
    result.inbound_at = at(time);
    return result;
}

const EffectBook::Question june{{"acme-it"}, "2026-06-01", "2026-06-30"};

}  // namespace

TEST_CASE("A result comes back from its record as it was", "[effect]") {
    CaseResult result = contacted(spoken(delay("case-1", "o1"), "2026-06-04T09:00:00Z"), "2026-06-04T12:30:00Z");
    result.holdout = true;
    result.right = false;
    const Output output = output_of(result, "acme-it/C1", at("2026-06-08T00:00:00Z"));
    CHECK(output.topic == "case-results");
    CHECK(output.partition_key == "acme-it/C1");
    Record record;
    record.value = *output.value;
    std::string error;
    const auto back = case_result_of(record, error);
    REQUIRE(back);
    CHECK(*back == result);

    record.value = R"({"kind":"delay","id":"x"})";
    CHECK_FALSE(case_result_of(record, error));
    CHECK(error == "the result of a case has no fitting 'tenant'");
    record.value = "[]";
    CHECK_FALSE(case_result_of(record, error));
    CHECK(error == "the result of a case is no JSON object");
}

TEST_CASE("Of four delayed orders we spoke first in two, and one of those called all the same", "[effect]") {
    EffectBook book;
    // We spoke at nine; nobody called.
    book.add(spoken(delay("1", "o1"), "2026-06-04T09:00:00Z"));
    // We spoke at nine; the customer called at eleven.
    book.add(contacted(spoken(delay("2", "o2"), "2026-06-04T09:00:00Z"), "2026-06-04T11:00:00Z"));
    // The customer was first.
    book.add(contacted(spoken(delay("3", "o3"), "2026-06-04T09:00:00Z"), "2026-06-04T08:30:00Z"));
    // Nobody said anything.
    book.add(delay("4", "o4"));
    // It had happened in time, and we heard of it late: flagged, and not delayed.
    CaseResult false_alarm = delay("5", "o5");
    false_alarm.right = false;
    book.add(false_alarm);

    const EffectFigures figures = book.figures(june);
    CHECK(figures.orders_delayed == 4);
    CHECK(figures.outreaches == 3);
    CHECK(figures.beat_rate == Share{2, 4});
    CHECK(figures.precision == Share{4, 5});
    CHECK(figures.calls_back == Share{1, 3});
    CHECK(figures.lead_time.count == 1);
    CHECK(figures.lead_time.median == std::chrono::hours{2});
    CHECK_FALSE(figures.avoided_per_100());
}

TEST_CASE("Two cases of one order are one delayed order, with the first word and the first contact", "[effect]") {
    EffectBook book;
    book.add(contacted(spoken(delay("1", "o1"), "2026-06-04T09:00:00Z"), "2026-06-04T12:00:00Z"));
    book.add(contacted(spoken(delay("2", "o1"), "2026-06-04T10:00:00Z"), "2026-06-04T12:00:00Z"));
    const EffectFigures figures = book.figures(june);
    CHECK(figures.orders_delayed == 1);
    CHECK(figures.outreaches == 2);
    CHECK(figures.precision == Share{2, 2});
    CHECK(figures.lead_time.median == std::chrono::hours{3});
}

TEST_CASE("A repeat is known, other tenants are not asked for, and days are counted apart", "[effect]") {
    EffectBook book;
    CHECK(book.add(delay("1", "o1")));
    CHECK_FALSE(book.add(delay("1", "o1")));
    book.add(delay("2", "o2", "2026-06-05"));
    book.add(delay("3", "o3", "2026-07-01"));
    CaseResult other = delay("4", "o4");
    other.tenant = "other";
    book.add(other);

    CHECK(book.figures(june).orders_delayed == 2);
    const auto days = book.by_day(june);
    REQUIRE(days.size() == 2);
    CHECK(days.at("2026-06-04").orders_delayed == 1);
    CHECK(days.at("2026-06-05").orders_delayed == 1);
    const auto rules = book.by_rule(june);
    REQUIRE(rules.size() == 1);
    CHECK(rules.begin()->first == std::pair<std::string, std::string>{"acme-it", "order-not-packed"});
    CHECK(rules.begin()->second.orders_delayed == 2);
}

TEST_CASE("Promises are kept or not, beside the delays", "[effect]") {
    EffectBook book;
    for (int i = 0; i < 4; ++i) {
        CaseResult promise = delay("p" + std::to_string(i), "o1");
        promise.kind = CaseResult::Kind::promise;
        promise.rule.clear();
        promise.right = i != 0;
        book.add(promise);
    }
    CHECK(book.figures(june).promises_kept == Share{3, 4});
    CHECK(book.figures(june).orders_delayed == 0);
    CHECK(book.by_rule(june).empty());
}

TEST_CASE("Contacts avoided are those of the holdout less those of the others, with their interval", "[effect]") {
    EffectBook book;
    for (int i = 0; i < 200; ++i) {
        CaseResult result = delay("c" + std::to_string(i), "o" + std::to_string(i));
        result.holdout = i < 80;
        // 56 of the 80 left alone contacted us, and 48 of the 120 others.
        const bool came = result.holdout ? i < 56 : i < 128;
        if (came) result.inbound_at = at("2026-06-04T12:00:00Z");
        book.add(result);
    }
    const EffectFigures figures = book.figures(june);
    CHECK(figures.contacted_us_holdout == Share{56, 80});
    CHECK(figures.contacted_us_treated == Share{48, 120});
    CHECK(figures.beat_rate == Share{0, 120});
    const auto avoided = figures.avoided_per_100();
    REQUIRE(avoided);
    CHECK(avoided->value == Approx(30.0));
    CHECK(avoided->low < 30);
    CHECK(avoided->high > 30);
}

// The worked example of the paper: 56 of 70 against 48 of 80, by method 10.
TEST_CASE("The interval of a difference is that of the published example", "[effect]") {
    const ShareDifference difference = difference_of({56, 70}, {48, 80});
    CHECK(difference.value == Approx(0.2));
    CHECK(difference.low == Approx(0.0524).margin(0.0001));
    CHECK(difference.high == Approx(0.3339).margin(0.0001));
    // Nothing of ten against nothing of twenty.
    const ShareDifference none = difference_of({0, 10}, {0, 20});
    CHECK(none.value == 0.0);
    CHECK(none.low == Approx(-0.1611).margin(0.0001));
    CHECK(none.high == Approx(0.2775).margin(0.0001));
}

}  // namespace premura
