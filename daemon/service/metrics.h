#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/desk/board.h"
#include "core/stage.h"
#include "daemon/senders/gateway.h"
#include "daemon/service/health.h"

namespace premura {

// What stages and the daemon count: a row for each name, described in docs/METRICS.md.
struct CounterRow {
    std::string_view name;  // as in Effects::count; the metric is premura_<name>_total
    std::string_view help;
    std::vector<std::string_view>
        labels;  // a count's label "a/b" has the values a and b of the first two
};
std::span<const CounterRow> counter_table();

// Everything under /metrics. Labels are names that ops gave and constants of ours; no order and no
// customer is ever one. Any thread.
class Metrics {
 public:
    // Different labels of one counter; whatever comes after is counted under "other".
    static constexpr std::size_t series_max = 500;

    struct Build {
        std::string version;
        std::string librdkafka;       // version
        std::string librdkafka_kind;  // system, static or fallback
    };
    explicit Metrics(const Build& build);
    ~Metrics();

    // What a committed transaction counted.
    void count(const Effects& effects);
    // One count by itself. A name that is not in the table is counted under its own name, without
    // help.
    void count(std::string_view name, std::string_view label = {}, std::int64_t by = 1);

    // The pipelines as they stand at `now`. Those that are not listed any more disappear.
    void set_pipelines(const std::vector<PipelineReport>& pipelines, Instant now);
    // The gateways as they stand. They are the same as long as the daemon runs.
    void set_gateways(const std::vector<GatewayStatus>& gateways);
    // The call list and the incidents as this daemon's desk shows them: by tenant, and by kind.
    void set_desk(const std::map<std::string, Board::Figures>& lists,
                  const std::map<std::string, std::size_t, std::less<>>& open_incidents);
    // A rule set was loaded, or refused; the digest is that of the set in use.
    void set_rules(const std::string& digest, std::size_t rules, bool loaded, Instant now);

    // In Prometheus' text format 0.0.4.
    std::string text() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace premura
