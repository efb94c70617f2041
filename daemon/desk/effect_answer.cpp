#include "daemon/desk/effect_answer.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/desk/ops_book.h"
#include "daemon/desk/desk_problems.h"

namespace premura {
namespace {

namespace json = boost::json;

json::object share_json(const Share& share) {
    json::value of_whole = nullptr;
    if (share.whole != 0) of_whole = static_cast<double>(share.part) / static_cast<double>(share.whole);
    return {{"share", of_whole}, {"part", share.part}, {"whole", share.whole}};
}

json::value seconds_json(const std::optional<Milliseconds>& time) {
    if (!time) return nullptr;
    return std::chrono::duration_cast<std::chrono::seconds>(*time).count();
}

json::object figures_json(const EffectFigures& figures) {
    json::value avoided = nullptr;
    if (const auto difference = figures.avoided_per_100()) {
        avoided = json::object{{"value", difference->value},
                               {"low", difference->low},
                               {"high", difference->high},
                               {"confidence", 0.95},
                               {"outreaches", figures.contacted_us_treated.whole},
                               {"holdout", figures.contacted_us_holdout.whole}};
    }
    return {
        {"orders_delayed", figures.orders_delayed},
        {"outreaches", figures.outreaches},
        {"beat_rate", share_json(figures.beat_rate)},
        {"lead_time",
         {{"median_seconds", seconds_json(figures.lead_time.median)},
          {"p10_seconds", seconds_json(figures.lead_time.p10)},
          {"p90_seconds", seconds_json(figures.lead_time.p90)},
          {"count", figures.lead_time.count}}},
        {"calls_back", share_json(figures.calls_back)},
        {"precision", share_json(figures.precision)},
        {"avoided_per_100", std::move(avoided)},
        {"promises_kept", share_json(figures.promises_kept)},
    };
}

json::object rule_name(const RuleSet* rules, const std::string& id) {
    const Rule* rule = rules == nullptr ? nullptr : rules->rule(id);
    return rule == nullptr ? json::object{{"text", id}} : rule_words(*rule);
}

// What day it is for the tenant; UTC's while no rules are known.
LocalDate today(const RuleSet* rules, const std::vector<std::string>& tenants, Instant now) {
    const Tenant* tenant = rules == nullptr || tenants.empty() ? nullptr : rules->tenant(tenants.front());
    if (tenant != nullptr && tenant->call_calendar) {
        if (const auto date = parse_date(tenant->call_calendar->local_date(now))) return *date;
    }
    return LocalDate{std::chrono::floor<std::chrono::days>(now)};
}

}  // namespace

HttpResponse effect_answer(const EffectBook& book, const HttpRequest& request, std::vector<std::string> tenants,
                           const RuleSet* rules, Instant now) {
    const auto given = [&request](const char* name) -> std::optional<std::string> {
        const auto found = request.query.find(name);
        return found == request.query.end() ? std::nullopt : std::optional{found->second};
    };
    std::chrono::sys_days to{today(rules, tenants, now)};
    if (const auto text = given("to")) {
        const auto date = parse_date(*text);
        if (!date) return invalid("to", "to is a day such as 2026-06-30");
        to = *date;
    }
    std::chrono::sys_days from = to - std::chrono::days{effect_days - 1};
    if (const auto text = given("from")) {
        const auto date = parse_date(*text);
        if (!date) return invalid("from", "from is a day such as 2026-06-01");
        from = *date;
    }
    if (from > to) return invalid("from", "from is after to");
    if (to - from >= std::chrono::days{effect_days_max}) {
        return invalid("from", fmt::format("at most {} days at once", effect_days_max));
    }
    const EffectBook::Question question{std::move(tenants), format_date(from), format_date(to)};
    json::array by_rule;
    for (const auto& [which, figures] : book.by_rule(question)) {
        json::object one = figures_json(figures);
        one["tenant"] = which.first;
        one["rule"] = which.second;
        one["name"] = rule_name(rules, which.second);
        by_rule.push_back(std::move(one));
    }
    const auto days = book.by_day(question);
    json::array daily;
    for (std::chrono::sys_days day = from; day <= to; day += std::chrono::days{1}) {
        const auto found = days.find(format_date(day));
        json::object one = figures_json(found == days.end() ? EffectFigures{} : found->second);
        one["date"] = format_date(day);
        daily.push_back(std::move(one));
    }
    const json::object body{{"from", question.from},
                            {"to", question.to},
                            {"as_of", format_utc(now)},
                            {"figures", figures_json(book.figures(question))},
                            {"by_rule", std::move(by_rule)},
                            {"daily", std::move(daily)}};
    HttpResponse response;
    response.status = 200;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = json::serialize(body);
    return response;
}

}  // namespace premura
