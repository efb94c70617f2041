#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "daemon/api/http_events.h"
#include "daemon/api/order_questions.h"
#include "daemon/http/http_server.h"
#include "daemon/http/stream_hub.h"
#include "daemon/log/log.h"
#include "daemon/service/health.h"

namespace premura {

struct HttpApiOptions {
    // Asked for by what writes, and by the stream, as `Authorization: Bearer <token>`. Empty: by
    // nothing.
    std::string token;
    // Names, beside those of the loopback, under which browsers may reach the server.
    std::vector<std::string> host_names;
    // Appends that may wait for the log, and the bytes in them; more are turned away with 503.
    std::size_t appends_max = 256;
    std::size_t append_bytes_max = std::size_t{64} << 20;
};

// What the daemon gives to the routes; all of it. Called on the server's thread; must not block.
struct HttpApiCallbacks {
    std::function<std::shared_ptr<const RuleSet>()> rules;  // null while there are none yet
    std::function<Instant()> now;
    std::function<HealthReport()> health;
    std::function<std::string()> metrics;  // in Prometheus' text format
    // Counters of daemon/service/metrics.h. From any thread.
    std::function<void(std::string_view name, std::string_view label, std::int64_t by)> count;
    // Why something was done about an order, or was not.
    std::function<void(OrderQuestions::Question, OrderQuestions::Answer)> explain;
};

// The routes of premurad: POST /v1/events, GET /v1/orders/{}/explanation, /health, /metrics, /v1/stream and /. Owned by the
// main thread together with the server, which it outlives; works on the server's thread. The log's
// writer outlives both.
class HttpApi {
 public:
    HttpApi(HttpApiOptions options, EventIntake::Options intake, HttpApiCallbacks callbacks,
            LogWriter& log, std::shared_ptr<StreamHub> stream);

    // Before the server starts. `loopback`: it listens on a loopback address.
    void install(HttpServer& server, bool loopback);

 private:
    struct Waiting;  // what is on its way to the log

    std::optional<HttpResponse> admit(const HttpRequest& request, bool loopback) const;
    bool knows_host(std::string_view host) const;
    void take_events(HttpRequest request, HttpServer::Answer answer);
    void explain(const HttpRequest& request, HttpServer::Answer answer);

    const HttpApiOptions options_;
    const HttpApiCallbacks callbacks_;
    LogWriter& log_;
    const std::shared_ptr<StreamHub> stream_;
    EventIntake intake_;
    const std::shared_ptr<Waiting> waiting_;
};

}  // namespace premura
