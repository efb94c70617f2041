#include "daemon/api/http_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "daemon/accounts/secrets.h"
#include "daemon/accounts/session.h"
#include "daemon/desk/web_routes.h"
#include "daemon/log/headers.h"

namespace premura {

// Shared with the callbacks of appends, which may come after the routes are gone.
struct HttpApi::Waiting {
    std::atomic<std::size_t> appends{0};
    std::atomic<std::size_t> bytes{0};
};

namespace {

constexpr std::string_view events_path = "/v1/events";
constexpr std::string_view stream_path = "/v1/stream";
constexpr std::string_view orders_path = "/v1/orders/";
constexpr std::string_view explanation_end = "/explanation";
constexpr std::string_view health_path = "/health";
constexpr std::string_view metrics_path = "/metrics";
constexpr std::string_view retry_after_seconds = "1";

constexpr std::string_view page =
    "Premura watches every order and acts before the customer has to call.\n\n"
    "  GET  /health      how this daemon does, as JSON\n"
    "  GET  /metrics     the same for Prometheus\n"
    "  GET  /v1/stream   what it decides, as it decides it (server-sent events)\n"
    "  POST /v1/events   takes CloudEvents: structured, binary or a batch\n"
    "  GET  /v1/orders/ID/explanation   why something was done about an order, or was not\n"
    "  GET  /            the desk, in a browser\n\n"
    "Try:  curl -N http://{0}/v1/stream\n";

HttpResponse busy(std::string_view detail) {
    HttpResponse response = problem(503, detail);
    response.headers.emplace_back("Retry-After", retry_after_seconds);
    return response;
}

// "[::1]:8470" is "::1", "Localhost:8470" is "localhost".
std::string without_port(std::string_view host) {
    if (host.starts_with('[')) return lower_case(host.substr(1, host.find(']') - 1));
    return lower_case(host.substr(0, host.find(':')));
}

bool has_token(const HttpRequest& request, std::string_view token) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view header = request.header("authorization");
    return lower_case(header.substr(0, scheme.size())) == scheme &&
           equal_secrets(header.substr(scheme.size()), token);
}

HttpResponse accepted(std::size_t events) {
    return {
        202, {{"Content-Type", "application/json"}}, fmt::format("{{\"accepted\":{}}}\n", events)};
}

std::size_t bytes_of(const std::vector<Output>& records) {
    std::size_t bytes = 0;
    for (const Output& record : records) bytes += record.value ? record.value->size() : 0;
    return bytes;
}

}  // namespace

HttpApi::HttpApi(HttpApiOptions options, EventIntake::Options intake, HttpApiCallbacks callbacks,
                 LogWriter& log, std::shared_ptr<StreamHub> stream)
    : options_{std::move(options)},
      callbacks_{std::move(callbacks)},
      log_{log},
      stream_{std::move(stream)},
      intake_{std::move(intake),
              [&log](const std::string& topic) { return log.partitions(topic); }},
      waiting_{std::make_shared<Waiting>()} {}

void HttpApi::install(HttpServer& server, bool loopback) {
    server.admit([this, loopback](const HttpRequest& request) { return admit(request, loopback); });
    server.observe([count = callbacks_.count](std::string_view route, int status) {
        count("http_responses", fmt::format("{}/{}", status, route), 1);
    });
    server.handle("POST", std::string{events_path},
                  [this](HttpRequest request, HttpServer::Answer answer) {
                      take_events(std::move(request), std::move(answer));
                  });
    server.handle("GET", std::string{health_path}, [this](HttpRequest, HttpServer::Answer answer) {
        const HealthReport report = callbacks_.health();
        answer({http_status(report), {{"Content-Type", "application/json"}}, format_json(report)});
    });
    server.handle("GET", std::string{metrics_path}, [this](HttpRequest, HttpServer::Answer answer) {
        answer({200,
                {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                callbacks_.metrics()});
    });
    server.stream(std::string{stream_path}, stream_);
    server.handle("GET", fmt::format("{}{{}}{}", orders_path, explanation_end),
                  [this](const HttpRequest& request, HttpServer::Answer answer) {
                      explain(request, std::move(answer));
                  });
    install_web_routes(server);
    server.handle("GET", "/", [](HttpRequest request, HttpServer::Answer answer) {
        // Browsers get the desk, programs and people at a terminal these words.
        if (const auto desk = web_file("/"); desk && wants_page(request)) {
            HttpResponse served = serve_web_file(request, *desk);
            served.headers.emplace_back("Vary", "Accept");
            return answer(std::move(served));
        }
        answer({200,
                {{"Content-Type", "text/plain; charset=utf-8"}},
                fmt::format(page, request.header("host"))});
    });
}

// Three doors that must not stand open: pages of other sites that a browser on this machine shows
// (by name or by form), and anybody on the network who has no token.
std::optional<HttpResponse> HttpApi::admit(const HttpRequest& request, bool loopback) const {
    const std::string_view host = request.header("host");
    if ((loopback || !options_.host_names.empty()) && !host.empty() && !knows_host(host)) {
        return problem(421,
                       "this server does not go by that name: http.host_names in the "
                       "settings lists the names it does go by");
    }
    const bool writes = request.method != "GET";
    const std::string_view origin = request.header("origin");
    if (writes && !origin.empty()) {
        const std::size_t slashes = origin.find("://");
        const bool same = slashes != std::string_view::npos && origin.substr(slashes + 3) == host;
        if (!same) return problem(403, "pages of other sites may not send events");
    }
    // People have sessions, which their routes ask for; the token is for machines.
    if (is_for_people(request.path)) return std::nullopt;
    const bool guarded = writes || request.path == stream_path || request.path.starts_with(orders_path);
    if (guarded && !options_.token.empty() && !has_token(request, options_.token)) {
        HttpResponse refusal = problem(401,
                                       "send the token of http.token_file in the settings as "
                                       "Authorization: Bearer <token>");
        refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
        return refusal;
    }
    return std::nullopt;
}

void HttpApi::explain(const HttpRequest& request, HttpServer::Answer answer) {
    const auto asked = [&request](std::string_view name) {
        const auto found = request.query.find(name);
        return found == request.query.end() ? std::string{} : found->second;
    };
    OrderQuestions::Question question;
    std::string_view typed = request.path;
    typed.remove_prefix(orders_path.size());
    typed.remove_suffix(explanation_end.size());
    question.typed = decoded_part(typed);
    question.tenant = asked("tenant");
    const std::string language = asked("lang");
    const auto known = language_named(language.empty() ? "en" : language);
    if (!known) return answer(problem(400, "lang: en and it are what there is"));
    question.language = *known;
    const std::string format = asked("format");
    if (!format.empty() && format != "json" && format != "text") {
        return answer(problem(400, "format: json and text are what there is"));
    }
    question.as_json = format != "text";
    callbacks_.explain(std::move(question), std::move(answer));
}

bool HttpApi::knows_host(std::string_view host) const {
    const std::string name = without_port(host);
    if (name == "localhost" || name == "127.0.0.1" || name == "::1") return true;
    return std::any_of(options_.host_names.begin(), options_.host_names.end(),
                       [&name](const std::string& known) { return lower_case(known) == name; });
}

void HttpApi::take_events(HttpRequest request, HttpServer::Answer answer) {
    const auto rules = callbacks_.rules();
    if (!rules) return answer(busy("the daemon is starting: try again in a moment"));
    EventIntake::Result taken;
    try {
        taken = intake_.read(std::move(request), *rules, callbacks_.now());
    } catch (const LogError& error) {
        return answer(busy(fmt::format("the log does not answer: {}", error.what())));
    }
    if (taken.problem) return answer(std::move(*taken.problem));

    if (taken.records.empty()) return answer(accepted(taken.events));

    const std::size_t bytes = bytes_of(taken.records);
    if (waiting_->appends.load() >= options_.appends_max ||
        waiting_->bytes.load() + bytes > options_.append_bytes_max) {
        return answer(
            busy("too many events wait for the log: nothing was taken, try again in a "
                 "moment"));
    }
    waiting_->appends += 1;
    waiting_->bytes += bytes;
    log_.append(std::move(taken.records),
                [waiting = waiting_, count = callbacks_.count, answer = std::move(answer),
                 events = taken.events, bytes](const std::string& error) {
                    waiting->appends -= 1;
                    waiting->bytes -= bytes;
                    if (!error.empty()) {
                        return answer(busy(fmt::format("the log did not take it: {}", error)));
                    }
                    count("http_events", {}, static_cast<std::int64_t>(events));
                    answer(accepted(events));
                });
}

}  // namespace premura
