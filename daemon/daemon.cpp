#include "daemon/daemon.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>

#include "core/base/hash.h"
#include "daemon/api/http_rules.h"
#include "daemon/kafka/kafka_client.h"
#include "daemon/stages.h"

namespace premura {
namespace {

constexpr int exit_unavailable = 69;  // EX_UNAVAILABLE of sysexits.h
constexpr int exit_configuration = 78;  // EX_CONFIG
constexpr std::chrono::seconds look_interval{1};
constexpr std::size_t diagnostics_told_max = 20;

#ifdef PREMURA_RDKAFKA_FALLBACK
constexpr bool library_is_fallback = true;
#else
constexpr bool library_is_fallback = false;
#endif

Instant wall_clock() {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

std::string_view header(const Output& output, std::string_view name) {
    for (const auto& [key, value] : output.headers) {
        if (key == name) return value;
    }
    return {};
}

// "premura.call-task.open.v1" -> "call-task.open": what listeners of the stream see; empty for what is internal.
std::string_view stream_event(const Output& output) {
    std::string_view type = header(output, "ce_type");
    constexpr std::string_view ours = "premura.";
    if (!type.starts_with(ours) || type == "premura.progress") return {};
    type.remove_prefix(ours.size());
    if (type.ends_with(".v1")) type.remove_suffix(3);
    return type;
}

}  // namespace

Daemon::Daemon(Settings settings, Journal& journal)
    : settings_{std::move(settings)},
      journal_{journal},
      names_{settings_.log.topic_prefix},
      metrics_{{PREMURA_VERSION, rd_kafka_version_str(), PREMURA_RDKAFKA_KIND}},
      rules_{settings_.rules},
      stream_{std::make_shared<StreamHub>(
          settings_.stream, derived_id({settings_.instance, format_utc(wall_clock())}))},
      reload_{settings_.reload, rules_, workers_, settings_.orders, context_, wall_clock},
      accounts_{settings_.accounts, journal_, {wall_clock, [this] { return rules_.current(); }}} {
    health_.version = PREMURA_VERSION;
    health_.instance = settings_.instance;
    health_.log_kind = settings_.log.kind == Settings::LogKind::sqlite ? "sqlite" : "kafka";
    health_.started_at = wall_clock();
}

Daemon::~Daemon() = default;

int Daemon::run() {
    journal_.write(JournalFact::started, {{"version", PREMURA_VERSION},
                                   {"librdkafka", rd_kafka_version_str()},
                                   {"clock", settings_.replay ? "replay" : "wall"}});
    if (library_is_fallback && settings_.log.kind == Settings::LogKind::kafka) {
        journal_.write(JournalFact::library_fallback, {{"version", rd_kafka_version_str()}});
    }
    if (!load_rules() || !accounts_.load()) return exit_configuration;
    wait_for_signals();
    try {
        log_ = open_log(settings_, names_, context_.get_executor(), journal_);
        for (const std::string& note : log_->notes()) {
            journal_.write(JournalFact::log_opened, {{"kind", health_.log_kind}, {"note", note}});
        }
        start_senders();
        start_workers();
        start_desk();
        start_http();
    } catch (const LogError& error) {
        journal_.write(JournalFact::failed, {{"error", error.what()}});
        stop();
        return exit_unavailable;
    } catch (const HttpError& error) {
        journal_.write(JournalFact::failed, {{"error", error.what()}});
        stop();
        return exit_configuration;
    }
    service_manager_.ready("watching orders");
    {
        const std::lock_guard lock{mutex_};
        health_.status = HealthReport::Status::ok;
    }
    if (settings_.reload.watch_folders) {
        folder_watch_ = std::make_unique<FolderWatch>(context_, settings_.rules, settings_.reload.quiet,
                                                      [this] { reload({"folder", false, std::nullopt}); });
    }
    journal_.write(JournalFact::ready, {{"partitions", std::to_string(log_->partitions())},
                                 {"workers", std::to_string(workers_.size())}});
    look_around();
    context_.run();
    stop();
    journal_.write(JournalFact::stopped);
    return exit_code_;
}

// At the start there is nothing to go over from, so the answer comes at once.
bool Daemon::load_rules() {
    bool loaded = false;
    reload({"start", true, std::nullopt}, [&loaded](const ReloadOutcome& outcome) {
        loaded = outcome.result == ReloadOutcome::Result::loaded;
    });
    return loaded;
}

// The outcome of a reload, in the log, the status and the metrics alike.
void Daemon::tell(const ReloadOutcome& outcome) {
    using Result = ReloadOutcome::Result;
    tell(outcome.diagnostics);
    const bool accepted = outcome.result == Result::loaded || outcome.result == Result::unchanged;
    metrics_.set_rules(outcome.digest, outcome.rules, accepted, wall_clock());
    metrics_.count("reloads", name_of(outcome.result), 1);

    const std::lock_guard lock{mutex_};
    health_.last_reload_ok = accepted;
    health_.last_reload_problem.clear();
    if (accepted) {
        health_.rules_digest = outcome.digest;
        health_.rule_count = outcome.rules;
        health_.rules_loaded_at = wall_clock();
        if (outcome.result == Result::unchanged) return;
        journal_.write(JournalFact::rules_loaded,
                       {{"rules", std::to_string(outcome.rules)},
                        {"digest", outcome.digest},
                        {"asked_by", outcome.asked_by},
                        {"late_at_once", std::to_string(outcome.report.difference.late_at_once())}});
        return;
    }
    health_.last_reload_problem = outcome.sentence();
    for (const Diagnostic& diagnostic : outcome.diagnostics.all()) {
        if (diagnostic.severity != Severity::error) continue;
        health_.last_reload_problem = format_text(diagnostic, false);
        break;
    }
    journal_.write(JournalFact::rules_refused,
                   {{"result", name_of(outcome.result)},
                    {"asked_by", outcome.asked_by},
                    {"reason", outcome.sentence()},
                    {"kept", outcome.digest.empty() ? std::string_view{"none"} : outcome.digest}});
}

void Daemon::tell(const Diagnostics& diagnostics) {
    std::size_t told = 0;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        if (++told > diagnostics_told_max) break;
        const std::string place = diagnostic.file + ":" + std::to_string(diagnostic.line) + ":" +
                                  std::to_string(diagnostic.column);
        journal_.write(JournalFact::rules_problem, {{"place", place},
                                             {"code", diagnostic.code},
                                             {"problem", diagnostic.message},
                                             {"hint", diagnostic.hint}});
    }
}

void Daemon::start_senders() {
    if (!settings_.has_outbox()) return;
    Senders::Callbacks callbacks;
    callbacks.now = wall_clock;
    callbacks.attempted = [this](const std::string& gateway, std::string_view result, const std::string& reason) {
        metrics_.count("gateway_attempts", gateway + "/" + std::string{result} + (reason.empty() ? "" : "/" + reason));
    };
    callbacks.circuit = [this](const std::string& gateway, bool open) {
        journal_.write(open ? JournalFact::gateway_down : JournalFact::gateway_up, {{"gateway", gateway}});
    };
    callbacks.result_lost = [this](const std::string& error) {
        metrics_.count("delivery_results_lost");
        journal_.write(JournalFact::delivery_result_lost, {{"error", error}});
    };
    senders_ = std::make_unique<Senders>(settings_.senders, names_.full(topic::deliveries), log_->writer(),
                                         std::move(callbacks));
}

// The files of tenants and the settings are read apart; here they meet.
void Daemon::tell_missing_gateways() {
    if (!settings_.has_outbox()) return;
    for (const std::string& missing : missing_gateways(*rules_.current(), outbox_options(settings_.senders, 0))) {
        journal_.write(JournalFact::gateway_missing, {{"gateway", missing}});
    }
}

void Daemon::start_workers() {
    const int count = std::clamp(settings_.workers, 1, log_->partitions());
    for (int i = 0; i < count; ++i) {
        Worker::Callbacks callbacks;
        callbacks.now = wall_clock;
        callbacks.observer.committed = [this](const Effects& effects) { publish(effects); };
        callbacks.observer.log = [this](std::string_view name, const std::string& fields) {
            journal_.write(name, fields);
        };
        callbacks.failed = [this](const std::string& what) {
            journal_.write(JournalFact::failed, {{"error", what}});
            boost::asio::post(context_, [this] {
                exit_code_ = exit_unavailable;
                context_.stop();
            });
        };
        auto stages =
            stages_of_worker(settings_, names_, *log_, i, [this] { return rules_.current(); });
        workers_.push_back(std::make_unique<Worker>(std::move(stages), std::move(callbacks)));
    }
    for (const auto& worker : workers_) worker->start();
}

// What agents see is built of what the stages of all daemons say.
void Daemon::start_desk() {
    StreamHubOptions stream = settings_.stream;
    stream.clients_max = settings_.http.connections_max;
    stream.replay_after_missed = false;
    desk_stream_ = std::make_shared<StreamHub>(
        stream, derived_id({"desk", settings_.instance, format_utc(wall_clock())}));
    CallDesk::Callbacks callbacks;
    callbacks.rules = [this] { return rules_.current(); };
    callbacks.now = wall_clock;
    callbacks.tail = [this](std::vector<std::string> topics, boost::asio::any_io_executor executor) {
        return log_->tail(std::move(topics), std::move(executor));
    };
    callbacks.record_refused = [this](const std::string& topic, const std::string& reason) {
        journal_.write(JournalFact::other, {{"topic", topic}, {"desk_cannot_read", reason}});
    };
    callbacks.failed = [this](const std::string& what) {
        journal_.write(JournalFact::failed, {{"error", what}});
        boost::asio::post(context_, [this] {
            exit_code_ = exit_unavailable;
            context_.stop();
        });
    };
    desk_ = std::make_unique<CallDesk>(CallDesk::Options{}, names_, log_->writer(), desk_stream_, std::move(callbacks));
    desk_->start();

    OpsWatch::Options counted;
    counted.instance = settings_.instance;
    for (const SourceSettings& source : sources_of(settings_, names_)) counted.feeds.emplace(source.topic, source.silent_after);
    std::vector<Worker*> workers;
    for (const auto& worker : workers_) workers.push_back(worker.get());
    ops_watch_ = std::make_unique<OpsWatch>(std::move(counted), names_, log_->writer(), std::move(workers), context_, wall_clock);
    ops_watch_->start();
}

void Daemon::start_http() {
    EventIntake::Options intake;
    for (const SourceSettings& source : sources_of(settings_, names_)) {
        intake.topics.push_back(source.topic);
    }
    intake.default_topic = intake.topics.front();
    intake.decoder = settings_.orders.decoder;
    HttpApiCallbacks callbacks;
    callbacks.rules = [this] { return rules_.current(); };
    callbacks.now = wall_clock;
    callbacks.health = [this] {
        const std::lock_guard lock{mutex_};
        return health_;
    };
    callbacks.metrics = [this] { return metrics_.text(); };
    callbacks.count = [this](std::string_view name, std::string_view label, std::int64_t by) {
        metrics_.count(name, label, by);
    };
    std::vector<Worker*> workers;
    for (const auto& worker : workers_) workers.push_back(worker.get());
    questions_ = std::make_unique<OrderQuestions>(
        OrderQuestions::Options{log_->partitions(), settings_.orders.settle, wall_clock}, std::move(workers));
    callbacks.explain = [this](OrderQuestions::Question question, OrderQuestions::Answer answer) {
        questions_->explain(std::move(question), std::move(answer));
    };
    api_ = std::make_unique<HttpApi>(settings_.api, std::move(intake), std::move(callbacks),
                                     log_->writer(), stream_);
    http_ = std::make_unique<HttpServer>(settings_.http);
    api_->install(*http_, settings_.http.is_loopback());
    install_rule_routes();
    desk_routes_ = std::make_unique<DeskRoutes>(accounts_.sessions(), *desk_, desk_stream_);
    desk_routes_->install(*http_);
    accounts_.install(*http_, [this](const Session& session) { desk_routes_->give_back(session); });
    http_->start();
    journal_.write(JournalFact::listening, {{"address", settings_.http.address},
                                     {"port", std::to_string(http_->port())}});
}

void Daemon::wait_for_signals() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.add(SIGHUP);
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        signals_.clear();
        if (signal == SIGHUP) {
            reload_files();
            reload({"signal", false, std::nullopt});
            wait_for_signals();
            return;
        }
        journal_.write(JournalFact::stopping, {{"signal", signal == SIGTERM ? "TERM" : "INT"}});
        context_.stop();
    });
}

// Accounts, session keys and the certificate. Each is taken as a whole, or the old one stays.
void Daemon::reload_files() {
    accounts_.reload();
    if (!settings_.http.tls.any() || !http_) return;
    if (const auto reason = http_->reload_certificate()) {
        journal_.write(JournalFact::certificate_refused, {{"reason", *reason}});
    } else {
        journal_.write(JournalFact::certificate_loaded, {{"file", settings_.http.tls.certificate_file}});
    }
}

// All or nothing: the new set goes to every worker between two rounds, or the old one stays.
void Daemon::reload(ReloadRequest request, std::function<void(const ReloadOutcome&)> answer) {
    const bool starting = request.asked_by == "start";
    if (!starting) service_manager_.reloading();
    reload_.ask(std::move(request), [this, starting, answer = std::move(answer)](const ReloadOutcome& outcome) {
        tell(outcome);
        if (outcome.result == ReloadOutcome::Result::loaded) tell_missing_gateways();
        if (outcome.result == ReloadOutcome::Result::loaded && desk_) desk_->use(rules_.current());
        const bool kept = outcome.result != ReloadOutcome::Result::loaded &&
                          outcome.result != ReloadOutcome::Result::unchanged;
        if (!starting) {
            service_manager_.ready(kept ? "watching orders; new rules were refused" : "watching orders");
        }
        if (answer) answer(outcome);
    });
}

// Answers come from the main thread, to which the question is passed on.
void Daemon::install_rule_routes() {
    RuleRoutes routes;
    routes.reload = [this](RuleRoutes::Reload asked, std::function<void(const ReloadOutcome&)> answer) {
        boost::asio::post(context_, [this, asked, answer = std::move(answer)]() mutable {
            reload({"request", asked.yes, asked.new_late_max}, std::move(answer));
        });
    };
    routes.difference = [this](std::vector<NamedText> files, RuleRoutes::DifferenceAnswer answer) {
        boost::asio::post(context_, [this, files = std::move(files), answer = std::move(answer)] {
            Diagnostics diagnostics;
            const auto after = files.empty() ? rules_.read(diagnostics) : rules_.read(files, diagnostics);
            if (!after) return answer(diagnostics, std::nullopt);
            reload_.ask_difference(after, [diagnostics, answer](std::optional<DifferenceReport> report) {
                answer(diagnostics, std::move(report));
            });
        });
    };
    premura::install_rule_routes(*http_, std::move(routes));
}

// Once a second: how the workers are, for /health, /metrics and the watchdog.
void Daemon::look_around() {
    struct Answers {
        std::mutex mutex;
        std::vector<PipelineReport> reports;
        std::size_t missing = 0;
    };
    const auto answers = std::make_shared<Answers>();
    answers->missing = workers_.size();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        workers_[i]->status([this, answers, i](std::vector<Pipeline::Status> all) {
            const std::lock_guard lock{answers->mutex};
            for (Pipeline::Status& status : all) {
                const std::string stage = status.stage;
                answers->reports.push_back({stage, static_cast<int>(i), std::move(status)});
            }
            if (--answers->missing != 0) return;
            metrics_.set_pipelines(answers->reports, wall_clock());
            if (senders_) metrics_.set_gateways(senders_->status());
            const bool stalled = std::any_of(
                answers->reports.begin(), answers->reports.end(),
                [](const PipelineReport& report) { return report.status.stalled; });
            const std::lock_guard own{mutex_};
            health_.pipelines = answers->reports;
            health_.reasons.clear();
            if (stalled) health_.reasons.push_back("input is stalled: due deadlines wait");
            if (!health_.last_reload_ok) health_.reasons.push_back("the last reload was refused");
            if (health_.status == HealthReport::Status::ok ||
                health_.status == HealthReport::Status::degraded) {
                health_.status = health_.reasons.empty() ? HealthReport::Status::ok
                                                         : HealthReport::Status::degraded;
            }
        });
    }
    if (desk_) {
        desk_->post([this] {
            if (desk_->caught_up()) metrics_.set_desk(desk_->board().figures(), desk_->incidents().open_by_kind());
        });
    }
    std::vector<std::uint64_t> progress;
    for (const auto& worker : workers_) progress.push_back(worker->heartbeats());
    const auto interval = service_manager_.watchdog_interval();
    if (interval && wall_clock() >= last_fed_ + *interval) {
        last_fed_ = wall_clock();
        if (!service_manager_.feed(progress)) journal_.write(JournalFact::watchdog_starved);
    }
    journal_.tell_suppressed();
    second_.expires_after(look_interval);
    second_.async_wait([this](const boost::system::error_code& error) {
        if (!error) look_around();
    });
}

// What was committed is told to whoever listens; never before. On the worker's thread.
void Daemon::publish(const Effects& effects) {
    metrics_.count(effects);
    const std::string quarantine = names_.full(topic::quarantine);
    for (const Output& output : effects.outputs) {
        if (output.topic == quarantine) {
            journal_.write(JournalFact::event_quarantined,
                           {{"position", output.key},
                            {"reason", header(output, "premura-rejection")}});
            continue;
        }
        const std::string_view type = header(output, "ce_type");
        if (type == delivery::requested) {
            // Committed: it may go. What it says goes to the gateway, and not to whoever listens here.
            if (senders_ && output.value) senders_->take(*output.value);
            continue;
        }
        if (type == delivery::expedite) continue;
        const std::string_view event = stream_event(output);
        if (event.empty() || !output.value) continue;
        stream_->publish(event, *output.value);
        if (event == "call-task.open") journal_.write(JournalFact::call_raised, {{"task", output.key}});
        if (event == "call-task.withdrawn") {
            journal_.write(JournalFact::call_withdrawn, {{"task", output.key}});
        }
        if (event == "expedite") journal_.write(JournalFact::expedite_sent, {{"expedite", output.key}});
        if (event == "delivery.sent") journal_.write(JournalFact::message_sent, {{"delivery", output.key}});
        if (event.starts_with("delivery.") && event != "delivery.sent") {
            journal_.write(JournalFact::message_not_sent, {{"delivery", output.key}, {"state", event.substr(9)}});
        }
        if (event == "incident.open") {
            journal_.write(JournalFact::incident_raised, {{"incident", output.key}});
        }
    }
}

// Everything in the reverse order of its start. What was read and not committed is read again after the next start.
void Daemon::stop() {
    {
        const std::lock_guard lock{mutex_};
        health_.status = HealthReport::Status::stopping;
    }
    service_manager_.stopping("finishing the rounds at hand");
    folder_watch_.reset();
    if (http_) http_->stop();
    accounts_.stop();
    if (desk_) desk_->stop();
    for (const auto& worker : workers_) worker->stop();
    workers_.clear();
    ops_watch_.reset();
    // What it hands back goes to the log, which is still there.
    senders_.reset();
    api_.reset();
    http_.reset();
    desk_routes_.reset();
    desk_.reset();
    log_.reset();
    journal_.tell_suppressed();
}

}  // namespace premura
