#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "daemon/pipeline/pipeline.h"

namespace premura {

// One pipeline, as status page and metrics show it.
struct PipelineReport {
    std::string stage;
    int worker = 0;
    Pipeline::Status status;
};

// What the daemon knows about itself, as values.
struct HealthReport {
    // `degraded`: it works, but somebody should look. The reasons say at what.
    enum class Status { starting, ok, degraded, stopping };

    Status status = Status::starting;
    std::vector<std::string> reasons;
    std::string version;
    std::string instance;
    std::string log_kind;
    Instant started_at;

    std::string rules_digest;
    std::size_t rule_count = 0;
    Instant rules_loaded_at;
    bool last_reload_ok = true;
    std::string last_reload_problem;  // the first diagnostic; empty when it went well

    std::vector<PipelineReport> pipelines;
};

// The body of GET /health. Times in RFC 3339, UTC; what is not known is null.
std::string format_json(const HealthReport& report);

// 200 while it works, 503 while it starts or stops.
int http_status(const HealthReport& report);

}  // namespace premura
