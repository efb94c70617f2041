#include "daemon/desk/effect_answer.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace premura {
namespace {

namespace json = boost::json;

const Instant noon = parse_rfc3339("2026-06-12T12:00:00Z").value();

CaseResult delay(const std::string& id, const std::string& day) {
    CaseResult result;
    result.id = id;
    result.tenant = "acme-it";
    result.rule = "order-not-packed";
    result.order = "hash-" + id;
    result.day = day;
    result.late_at = noon;
    return result;
}

json::object asked(const EffectBook& book, std::map<std::string, std::string> query) {
    HttpRequest request;
    for (auto& [name, value] : query) request.query.emplace(name, value);
    const HttpResponse response = effect_answer(book, request, {"acme-it"}, nullptr, noon);
    REQUIRE(response.status == 200);
    return json::parse(response.body).as_object();
}

}  // namespace

TEST_CASE("The effect is told over all days, by rule, and by day without gaps", "[desk]") {
    EffectBook book;
    CaseResult spoken = delay("1", "2026-06-10");
    spoken.spoke_at = noon - std::chrono::hours{3};
    spoken.inbound_at = noon - std::chrono::hours{1};
    spoken.outreaches = 1;
    book.add(spoken);
    book.add(delay("2", "2026-06-12"));

    const json::object told = asked(book, {{"from", "2026-06-09"}, {"to", "2026-06-12"}});
    CHECK(told.at("from") == "2026-06-09");
    CHECK(told.at("to") == "2026-06-12");
    const json::object& figures = told.at("figures").as_object();
    CHECK(figures.at("orders_delayed") == 2);
    CHECK(figures.at("outreaches") == 1);
    CHECK(figures.at("beat_rate") == json::object{{"share", 0.5}, {"part", 1}, {"whole", 2}});
    CHECK(figures.at("lead_time") ==
          json::object{{"median_seconds", 7200}, {"p10_seconds", 7200}, {"p90_seconds", 7200}, {"count", 1}});
    CHECK(figures.at("promises_kept") == json::object{{"share", nullptr}, {"part", 0}, {"whole", 0}});
    CHECK(figures.at("avoided_per_100").is_null());

    REQUIRE(told.at("by_rule").as_array().size() == 1);
    CHECK(told.at("by_rule").as_array()[0].as_object().at("rule") == "order-not-packed");
    const json::array& daily = told.at("daily").as_array();
    REQUIRE(daily.size() == 4);
    const std::vector<std::string> days{"2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"};
    const std::vector<int> delayed{0, 1, 0, 1};
    for (std::size_t i = 0; i < daily.size(); ++i) {
        CHECK(daily[i].as_object().at("date") == json::string(days[i]));
        CHECK(daily[i].as_object().at("orders_delayed") == delayed[i]);
    }
}

TEST_CASE("Without days the last 28 are told; what is no day is refused with its name", "[desk]") {
    const json::object told = asked({}, {});
    CHECK(told.at("from") == "2026-05-16");
    CHECK(told.at("to") == "2026-06-12");
    CHECK(told.at("daily").as_array().size() == 28);

    const auto refused = [](const char* name, const char* value) {
        HttpRequest request;
        request.query.emplace(name, value);
        const HttpResponse response = effect_answer({}, request, {"acme-it"}, nullptr, noon);
        return std::to_string(response.status) + " " + std::string{json::parse(response.body).as_object().at("field").as_string()};
    };
    CHECK(refused("to", "yesterday") == "400 /to");
    CHECK(refused("from", "2026-13-01") == "400 /from");
    CHECK(refused("from", "2026-07-01") == "400 /from");
    CHECK(refused("from", "2020-01-01") == "400 /from");
}

}  // namespace premura
