#include "daemon/service/health.h"

#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

std::string_view name_of(HealthReport::Status status) {
    switch (status) {
        case HealthReport::Status::starting:
            return "starting";
        case HealthReport::Status::ok:
            return "ok";
        case HealthReport::Status::degraded:
            return "degraded";
        case HealthReport::Status::stopping:
            return "stopping";
    }
    return "";
}

json::value time(Instant instant) {
    if (instant == instant_min || instant == instant_max) return nullptr;
    return json::value(format_utc(instant));
}

json::object pipeline(const PipelineReport& report) {
    const Pipeline::Status& status = report.status;
    return {{"stage", report.stage},
            {"worker", report.worker},
            {"partitions", status.partitions},
            {"keys", status.keys},
            {"complete_until", time(status.complete_until)},
            {"records", status.records},
            {"commits", status.commits},
            {"commits_lost", status.commits_lost},
            {"stalled", status.stalled}};
}

}  // namespace

std::string format_json(const HealthReport& report) {
    json::array reasons;
    for (const std::string& reason : report.reasons) reasons.push_back(json::value(reason));
    json::array pipelines;
    for (const PipelineReport& one : report.pipelines) pipelines.push_back(pipeline(one));
    const json::object rules{
        {"digest", report.rules_digest},
        {"rules", report.rule_count},
        {"loaded_at", time(report.rules_loaded_at)},
        {"last_reload_ok", report.last_reload_ok},
        {"last_reload_problem", report.last_reload_problem.empty()
                                    ? json::value(nullptr)
                                    : json::value(report.last_reload_problem)}};
    const json::object health{{"status", name_of(report.status)},
                              {"reasons", reasons},
                              {"version", report.version},
                              {"instance", report.instance},
                              {"log", report.log_kind},
                              {"started_at", time(report.started_at)},
                              {"rule_set", rules},
                              {"pipelines", pipelines}};
    return json::serialize(health) + "\n";
}

int http_status(const HealthReport& report) {
    const bool working = report.status == HealthReport::Status::ok ||
                         report.status == HealthReport::Status::degraded;
    return working ? 200 : 503;
}

}  // namespace premura
