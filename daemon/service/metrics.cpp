#include "daemon/service/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <unordered_map>

namespace premura {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;

constexpr std::string_view overflow_label = "other";

const std::vector<CounterRow>& rows() {
    static const std::vector<CounterRow> table{
        {"events", "Events that were applied.", {"type"}},
        {"events_repeated", "Events that were known already and left out.", {}},
        {"reloads", "Times that rules were read anew, by how it ended.", {"result"}},
        {"events_ignored", "Records that are no event of ours.", {"reason"}},
        {"events_quarantined", "Records that could not be decoded and were put aside.", {"reason"}},
        {"customers_erased", "Customers whose data had to go.", {"tenant"}},
        {"orders_erased", "Orders that forgot whose they were.", {}},
        {"events_rekeyed", "Events that went through the intake topic to their order.", {}},
        {"unknown_facts", "Entries of events that the vocabulary does not know.", {}},
        {"future_times", "Events that claimed to lie too far ahead.", {}},
        {"history_dropped", "Parts of full histories that gave way to newer ones.", {}},
        {"rule_errors", "Times a rule could not be applied.", {"reason"}},
        {"warnings", "Cases that began with a warning before the deadline.", {"rule"}},
        {"cases_opened", "Cases that were opened because something was late.", {"rule"}},
        {"cases_closed", "Cases that were closed, and why.", {"rule", "reason"}},
        {"contacts", "Decisions about contacts.", {"verb", "outcome", "reason"}},
        {"not_wanted_any_more", "Things due that a condition of their rule held back.", {"rule"}},
        {"incidents", "Incidents that were opened and closed.", {"kind", "state"}},
        {"incident_actions", "What ops asked of incidents, and whether it was done.", {"kind", "result"}},
        {"causes_dropped", "Late cases whose cause was not counted, because there are too many causes.", {}},
        {"house_rejected", "Records for the house that could not be read.", {}},
        {"deliveries", "What became of messages, escalations, expedites and incidents on their way out.",
         {"kind", "channel", "outcome", "reason"}},
        {"deliveries_repeated", "Things to deliver that were known already and left out.", {}},
        {"deliveries_answered_late", "Answers of senders to requests that were not open any more.", {}},
        {"deliveries_rejected", "Records that the outbox could not read and put aside.", {}},
        {"delivery_results_lost", "Answers of senders that the log did not take; they are asked again.", {}},
        {"gateway_attempts", "Attempts at a gateway, and what they came to.", {"gateway", "result", "reason"}},
        {"findings_rejected", "Findings that could not be read.", {}},
        {"agent_actions", "What agents wanted to do with calls, and what it came to.", {"kind", "result"}},
        {"agent_actions_rejected", "Actions of agents that could not be read and were put aside.", {}},
        {"call_outcomes", "How calls ended, and what followed.", {"outcome", "next"}},
        {"claims_run_out", "Calls that went back to the list because nobody renewed their claim.", {}},
        {"promises", "What agents promised: kept in time, or late.", {"tenant", "result"}},
        {"effect_cases", "Cases whose end is known: late indeed, or a false alarm.", {"tenant", "rule", "result"}},
        {"effect_orders", "Delayed orders, and whether we spoke before the customer did.", {"tenant", "spoke_first"}},
        {"effect_reached", "Customers we reached, and whether they contacted us about it after.", {"tenant", "rule", "called_back"}},
        {"effect_holdout", "Customers of the comparison, and whether they contacted us.", {"tenant", "group", "contacted_us"}},
        {"http_events", "Events that came in over HTTP and are in the log.", {}},
        {"http_responses", "Responses of the HTTP server.", {"status", "route"}},
    };
    return table;
}

// Seconds from our first word to the customer's own: an hour, a day and so on.
constexpr std::string_view lead_seconds = "effect_lead_seconds";
const prometheus::Histogram::BucketBoundaries lead_buckets{900, 3'600, 14'400, 43'200, 86'400, 172'800, 345'600, 604'800};

const CounterRow* find_row(std::string_view name) {
    for (const CounterRow& row : rows()) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

// "call/held/quiet_hours" against {verb, outcome}: the last label takes what is left.
Labels labels_of(const std::vector<std::string_view>& names, std::string_view label) {
    Labels labels;
    for (std::size_t i = 0; i < names.size() && !label.empty(); ++i) {
        const bool last = i + 1 == names.size();
        const std::size_t slash = last ? std::string_view::npos : label.find('/');
        labels.emplace(names[i], label.substr(0, slash));
        label = slash == std::string_view::npos ? std::string_view{} : label.substr(slash + 1);
    }
    return labels;
}

double seconds(Instant instant) {
    return static_cast<double>(milliseconds_of(instant)) / 1000.0;
}

// How far behind the wall clock the input is known. Without partitions there is nothing to know;
// before the first probe nothing is known.
double lag_seconds(const Pipeline::Status& status, Instant now) {
    if (status.partitions == 0 || status.complete_until == instant_max) return 0;
    if (status.complete_until == instant_min) return std::numeric_limits<double>::infinity();
    const Milliseconds lag = std::max(Milliseconds{0}, now - status.complete_until);
    return static_cast<double>(lag.count()) / 1000.0;
}

}  // namespace

std::span<const CounterRow> counter_table() {
    return rows();
}

struct Metrics::Impl {
    struct Counts {
        Family<Counter>* family = nullptr;
        std::vector<std::string_view> label_names;
        std::unordered_map<std::string, Counter*> by_label;
    };
    // A gauge, or a counter, of every pipeline.
    struct PipelineValue {
        std::string_view name;
        std::string_view help;
        double (*value)(const Pipeline::Status&, Instant now);
    };
    struct PipelineTotal {
        std::string_view name;
        std::string_view help;
        std::uint64_t (*value)(const Pipeline::Status&);
    };
    struct PipelineSeries {
        std::vector<Gauge*> gauges;
        std::vector<Counter*> counters;
        std::vector<std::uint64_t> last;  // of the counters: what Status said before
    };
    using PipelineKey = std::pair<std::string, int>;

    static std::span<const PipelineValue> pipeline_values();
    static std::span<const PipelineTotal> pipeline_totals();

    Family<Gauge>& gauge_family(std::string_view name, std::string_view help) {
        return prometheus::BuildGauge()
            .Name("premura_" + std::string{name})
            .Help(std::string{help})
            .Register(registry);
    }
    Family<Counter>& counter_family(std::string_view name, std::string_view help) {
        return prometheus::BuildCounter()
            .Name("premura_" + std::string{name} + "_total")
            .Help(std::string{help})
            .Register(registry);
    }
    Family<Histogram>& histogram_family(std::string_view name, std::string_view help) {
        return prometheus::BuildHistogram()
            .Name("premura_" + std::string{name})
            .Help(std::string{help})
            .Register(registry);
    }
    Counts& counts_of(std::string_view name);
    void count(std::string_view name, std::string_view label, std::int64_t by);
    PipelineSeries make_series(const PipelineKey& key);
    void remove_series(PipelineSeries& series);

    std::mutex mutex;
    prometheus::Registry registry;
    std::map<std::string, Counts, std::less<>> counts;
    Family<Histogram>* leads = nullptr;
    std::vector<Family<Gauge>*> pipeline_gauges;
    std::vector<Family<Counter>*> pipeline_counters;
    std::map<PipelineKey, PipelineSeries> pipelines;
    Family<Gauge>* rule_set_info = nullptr;
    Gauge* rule_set = nullptr;
    std::string digest;
    Gauge* rules = nullptr;
    Gauge* reload_successful = nullptr;
    Gauge* reload_success_time = nullptr;
    Family<Gauge>* gateway_waiting = nullptr;
    Family<Gauge>* gateway_under_way = nullptr;
    Family<Gauge>* gateway_circuit_open = nullptr;
    Family<Gauge>* desk_open_calls = nullptr;
    Family<Gauge>* desk_claimed_calls = nullptr;
    Family<Gauge>* desk_oldest_unclaimed = nullptr;
    Family<Gauge>* incidents_open = nullptr;
    std::set<std::string, std::less<>> desk_tenants;    // that have been shown, and are from then on
    std::set<std::string, std::less<>> incident_kinds;
};

std::span<const Metrics::Impl::PipelineValue> Metrics::Impl::pipeline_values() {
    static constexpr PipelineValue values[] = {
        {"pipeline_partitions", "Partitions that the pipeline owns.",
         [](const Pipeline::Status& status, Instant) {
             return static_cast<double>(status.partitions);
         }},
        {"pipeline_keys", "Keys whose state it holds.",
         [](const Pipeline::Status& status, Instant) { return static_cast<double>(status.keys); }},
        {"pipeline_input_lag_seconds", "How far behind the wall clock its input is complete.",
         lag_seconds},
        {"pipeline_stalled", "1 when deadlines are due and the input is not complete.",
         [](const Pipeline::Status& status, Instant) { return status.stalled ? 1.0 : 0.0; }},
    };
    return values;
}

std::span<const Metrics::Impl::PipelineTotal> Metrics::Impl::pipeline_totals() {
    static constexpr PipelineTotal totals[] = {
        {"pipeline_records", "Records that were read.",
         [](const Pipeline::Status& status) { return status.records; }},
        {"pipeline_commits", "Transactions that were committed.",
         [](const Pipeline::Status& status) { return status.commits; }},
        {"pipeline_commits_lost", "Transactions that were lost and done again.",
         [](const Pipeline::Status& status) { return status.commits_lost; }},
    };
    return totals;
}

Metrics::Impl::Counts& Metrics::Impl::counts_of(std::string_view name) {
    const auto found = counts.find(name);
    if (found != counts.end()) return found->second;
    const CounterRow* row = find_row(name);
    Counts made;
    made.family = &counter_family(name, row == nullptr ? "Not described." : row->help);
    made.label_names = row == nullptr ? std::vector<std::string_view>{"label"} : row->labels;
    return counts.emplace(name, std::move(made)).first->second;
}

void Metrics::Impl::count(std::string_view name, std::string_view label, std::int64_t by) {
    if (by < 0) return;
    if (name == lead_seconds) {
        leads->Add({{"tenant", std::string{label}}}, lead_buckets).Observe(static_cast<double>(by));
        return;
    }
    Counts& counted = counts_of(name);
    std::string key{counted.label_names.empty() ? std::string_view{} : label};
    auto found = counted.by_label.find(key);
    if (found == counted.by_label.end()) {
        if (counted.by_label.size() >= series_max) key = overflow_label;
        Counter& counter = counted.family->Add(labels_of(counted.label_names, key));
        found = counted.by_label.emplace(std::move(key), &counter).first;
    }
    found->second->Increment(static_cast<double>(by));
}

Metrics::Impl::PipelineSeries Metrics::Impl::make_series(const PipelineKey& key) {
    const Labels labels{{"stage", key.first}, {"worker", std::to_string(key.second)}};
    PipelineSeries series;
    for (Family<Gauge>* family : pipeline_gauges) series.gauges.push_back(&family->Add(labels));
    for (Family<Counter>* family : pipeline_counters) {
        series.counters.push_back(&family->Add(labels));
    }
    series.last.resize(series.counters.size());
    return series;
}

void Metrics::Impl::remove_series(PipelineSeries& series) {
    for (std::size_t i = 0; i < series.gauges.size(); ++i) {
        pipeline_gauges[i]->Remove(series.gauges[i]);
    }
    for (std::size_t i = 0; i < series.counters.size(); ++i) {
        pipeline_counters[i]->Remove(series.counters[i]);
    }
}

Metrics::Metrics(const Build& build) : impl_{std::make_unique<Impl>()} {
    Impl& impl = *impl_;
    impl.leads = &impl.histogram_family("effect_lead_seconds",
                                        "From our first word to the customer's own contact, where there was one.");
    impl.gauge_family("build_info", "Always 1; the labels say what is running.")
        .Add({{"version", build.version},
              {"librdkafka", build.librdkafka},
              {"librdkafka_kind", build.librdkafka_kind}})
        .Set(1);
    impl.rule_set_info =
        &impl.gauge_family("rule_set_info", "Always 1; the label says which rules are in use.");
    impl.rules = &impl.gauge_family("rules", "Rules in use.").Add({});
    impl.reload_successful =
        &impl.gauge_family("config_last_reload_successful", "Whether the last rules were accepted.")
             .Add({});
    impl.gateway_waiting =
        &impl.gauge_family("gateway_waiting", "Requests that wait for the gateway in this daemon.");
    impl.gateway_under_way =
        &impl.gauge_family("gateway_under_way", "Requests that the gateway has not answered yet.");
    impl.gateway_circuit_open =
        &impl.gauge_family("gateway_circuit_open", "1 while nothing is tried because attempts failed in a row.");
    impl.desk_open_calls = &impl.gauge_family("desk_open_calls", "Calls on the list, claimed ones too.");
    impl.desk_claimed_calls = &impl.gauge_family("desk_claimed_calls", "Calls that an agent has claimed.");
    impl.desk_oldest_unclaimed = &impl.gauge_family("desk_oldest_unclaimed_seconds",
                                                    "How long the oldest unclaimed call has waited since it could be made.");
    impl.incidents_open = &impl.gauge_family("incidents_open", "Incidents that are open.");
    impl.reload_success_time = &impl.gauge_family("config_last_reload_success_timestamp_seconds",
                                                  "When rules were last accepted.")
                                    .Add({});
    for (const auto& value : Impl::pipeline_values()) {
        impl.pipeline_gauges.push_back(&impl.gauge_family(value.name, value.help));
    }
    for (const auto& total : Impl::pipeline_totals()) {
        impl.pipeline_counters.push_back(&impl.counter_family(total.name, total.help));
    }
    // Counters without labels begin at zero, so that their first step shows as one.
    for (const CounterRow& row : rows()) {
        if (row.labels.empty()) impl.count(row.name, {}, 0);
    }
}

Metrics::~Metrics() = default;

void Metrics::count(const Effects& effects) {
    const std::lock_guard lock{impl_->mutex};
    for (const Effects::Count& one : effects.counts) impl_->count(one.name, one.label, one.by);
}

void Metrics::count(std::string_view name, std::string_view label, std::int64_t by) {
    const std::lock_guard lock{impl_->mutex};
    impl_->count(name, label, by);
}

void Metrics::set_pipelines(const std::vector<PipelineReport>& pipelines, Instant now) {
    const std::lock_guard lock{impl_->mutex};
    std::map<Impl::PipelineKey, Impl::PipelineSeries> kept;
    for (const PipelineReport& report : pipelines) {
        const Impl::PipelineKey key{report.stage, report.worker};
        auto known = impl_->pipelines.extract(key);
        Impl::PipelineSeries series =
            known.empty() ? impl_->make_series(key) : std::move(known.mapped());
        for (std::size_t i = 0; i < series.gauges.size(); ++i) {
            series.gauges[i]->Set(Impl::pipeline_values()[i].value(report.status, now));
        }
        for (std::size_t i = 0; i < series.counters.size(); ++i) {
            const std::uint64_t total = Impl::pipeline_totals()[i].value(report.status);
            // A pipeline that was made anew counts from zero again.
            const std::uint64_t before = total < series.last[i] ? 0 : series.last[i];
            series.counters[i]->Increment(static_cast<double>(total - before));
            series.last[i] = total;
        }
        kept.emplace(key, std::move(series));
    }
    for (auto& [key, series] : impl_->pipelines) impl_->remove_series(series);
    impl_->pipelines = std::move(kept);
}

void Metrics::set_gateways(const std::vector<GatewayStatus>& gateways) {
    const std::lock_guard lock{impl_->mutex};
    for (const GatewayStatus& status : gateways) {
        const Labels labels{{"gateway", status.name}};
        // Adding what is there already gives what is there.
        impl_->gateway_waiting->Add(labels).Set(static_cast<double>(status.waiting));
        impl_->gateway_under_way->Add(labels).Set(static_cast<double>(status.under_way));
        impl_->gateway_circuit_open->Add(labels).Set(status.circuit_open ? 1 : 0);
    }
}

void Metrics::set_desk(const std::map<std::string, Board::Figures>& lists,
                       const std::map<std::string, std::size_t, std::less<>>& open_incidents) {
    const std::lock_guard lock{impl_->mutex};
    for (const auto& [tenant, figures] : lists) impl_->desk_tenants.insert(tenant);
    for (const std::string& tenant : impl_->desk_tenants) {
        const auto known = lists.find(tenant);
        const Board::Figures figures = known == lists.end() ? Board::Figures{} : known->second;
        const Labels labels{{"tenant", tenant}};
        impl_->desk_open_calls->Add(labels).Set(static_cast<double>(figures.listed));
        impl_->desk_claimed_calls->Add(labels).Set(static_cast<double>(figures.claimed));
        impl_->desk_oldest_unclaimed->Add(labels).Set(static_cast<double>(figures.oldest_unclaimed.count()) / 1000.0);
    }
    for (const auto& [kind, count] : open_incidents) impl_->incident_kinds.insert(kind);
    for (const std::string& kind : impl_->incident_kinds) {
        const auto known = open_incidents.find(kind);
        impl_->incidents_open->Add({{"kind", kind}}).Set(known == open_incidents.end() ? 0 : static_cast<double>(known->second));
    }
}

void Metrics::set_rules(const std::string& digest, std::size_t rules, bool loaded, Instant now) {
    const std::lock_guard lock{impl_->mutex};
    if (impl_->rule_set == nullptr || impl_->digest != digest) {
        if (impl_->rule_set != nullptr) impl_->rule_set_info->Remove(impl_->rule_set);
        impl_->rule_set = &impl_->rule_set_info->Add({{"digest", digest}});
        impl_->rule_set->Set(1);
        impl_->digest = digest;
    }
    impl_->rules->Set(static_cast<double>(rules));
    impl_->reload_successful->Set(loaded ? 1 : 0);
    if (loaded) impl_->reload_success_time->Set(seconds(now));
}

std::string Metrics::text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, impl_->registry.Collect());
    return out.str();
}

}  // namespace premura
