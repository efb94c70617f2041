#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "daemon/accounts/account_service.h"
#include "daemon/api/http_api.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/desk_routes.h"
#include "daemon/desk/ops_watch.h"
#include "daemon/http/http_server.h"
#include "daemon/http/stream_hub.h"
#include "daemon/log/topics.h"
#include "daemon/log_engine.h"
#include "daemon/pipeline/worker.h"
#include "daemon/rules/folder_watch.h"
#include "daemon/rules/rule_reload.h"
#include "daemon/rules/rule_store.h"
#include "daemon/senders/senders.h"
#include "daemon/service/health.h"
#include "daemon/service/journal.h"
#include "daemon/service/metrics.h"
#include "daemon/service/service_manager.h"
#include "daemon/settings/settings.h"

namespace premura {

// The whole of premurad: opens, wires, runs and closes it. Lives on the main thread.
class Daemon {
 public:
    Daemon(Settings settings, Journal& journal);
    ~Daemon();

    // Runs until SIGTERM or SIGINT, or until the log fails for good. Returns the exit code (sysexits.h):
    // 0, 69 when the log cannot be reached, 78 when rules or settings are wrong.
    int run();

 private:
    bool load_rules();
    void tell(const Diagnostics& diagnostics);
    void tell(const ReloadOutcome& outcome);
    void start_senders();
    void tell_missing_gateways();
    void start_workers();
    void start_http();
    void start_desk();
    void wait_for_signals();
    void reload(ReloadRequest request, std::function<void(const ReloadOutcome&)> answer = {});
    void reload_files();
    void install_rule_routes();
    void look_around();
    void publish(const Effects& effects);
    void stop();

    const Settings settings_;
    Journal& journal_;
    const TopicNames names_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer second_{context_};
    Metrics metrics_;
    RuleStore rules_;
    ServiceManager service_manager_;
    std::shared_ptr<StreamHub> stream_;
    std::unique_ptr<LogEngine> log_;
    std::unique_ptr<Senders> senders_;  // null: nothing goes out
    std::vector<std::unique_ptr<Worker>> workers_;
    RuleReload reload_;
    std::unique_ptr<FolderWatch> folder_watch_;
    std::unique_ptr<OrderQuestions> questions_;
    AccountService accounts_;
    std::unique_ptr<HttpApi> api_;
    std::shared_ptr<StreamHub> desk_stream_;
    std::unique_ptr<CallDesk> desk_;
    std::unique_ptr<DeskRoutes> desk_routes_;
    std::unique_ptr<OpsWatch> ops_watch_;
    std::unique_ptr<HttpServer> http_;

    mutable std::mutex mutex_;  // of what the HTTP thread asks for
    HealthReport health_;
    Instant last_fed_{};  // the watchdog
    int exit_code_ = 0;
};

}  // namespace premura
