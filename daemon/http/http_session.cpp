#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <utility>

#include "daemon/http/http_core.h"
#include "daemon/log/headers.h"

namespace premura {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// What a client still sends after we have answered and will close is thrown away for so long, so
// that the answer is not lost with a reset connection.
constexpr auto linger_time = std::chrono::seconds{2};
constexpr std::size_t linger_bytes_max = std::size_t{64} << 20;
constexpr auto turned_away_time = std::chrono::seconds{2};
constexpr std::size_t read_bytes = 4096;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view retry_after_seconds = "1";

class HttpSession;

// The right to answer one request. Given up without an answer, it answers 500.
class PendingAnswer {
 public:
    PendingAnswer(std::weak_ptr<HttpCore> core, std::weak_ptr<HttpSession> session,
                  std::uint64_t request)
        : core_{std::move(core)}, session_{std::move(session)}, request_{request} {}
    ~PendingAnswer() { give(problem(500, "the request was not answered")); }
    PendingAnswer(const PendingAnswer&) = delete;
    PendingAnswer& operator=(const PendingAnswer&) = delete;

    // Any thread; the first call counts.
    void give(HttpResponse response);

 private:
    const std::weak_ptr<HttpCore> core_;
    const std::weak_ptr<HttpSession> session_;
    const std::uint64_t request_;
    std::atomic_flag given_ = ATOMIC_FLAG_INIT;
};

// One connection: reads a request, has it answered, writes the response, and again. Lives as long
// as an operation on it is under way. On the server's thread.
class HttpSession final : public HttpConnection, public std::enable_shared_from_this<HttpSession> {
 public:
    HttpSession(HttpCore& core, asio::ip::tcp::socket socket, bool full)
        : core_{core},
          socket_{std::make_unique<HttpSocket>(std::move(socket), core.tls)},
          answer_timer_{core.context},
          full_{full} {
        core_.turned_away += full_ ? 1 : 0;
    }
    ~HttpSession() override {
        core_.turned_away -= full_ ? 1 : 0;
        core_.connection_gone(this);
    }

    void run() {
        core_.connections.emplace(this, weak_from_this());
        remote_ = socket_->remote();
        socket_->expires_after(full_ ? Milliseconds{turned_away_time} : core_.options.request_timeout);
        socket_->handshake([self = shared_from_this()](error_code error) {
            if (error) return self->close();
            self->wait_for_request();
        });
    }
    void stop() override;
    void abandon() override {}
    void take_answer(std::uint64_t request, HttpResponse response);

 private:
    void wait_for_request();
    void read_header();
    void header_failed(error_code error);
    void take_header();
    bool turned_away(const HttpRequest& request);
    void find_route(const HttpRequest& request);
    void take_stream(const HttpRequest& request);
    void read_body();
    void dispatch();
    HttpRequest request_without_body() const;
    void respond(HttpResponse response);
    void respond_and_close(HttpResponse response);
    void written(error_code error);
    void linger();
    void close();

    HttpCore& core_;
    std::unique_ptr<HttpSocket> socket_;  // null when a stream has taken it over
    asio::steady_timer answer_timer_;
    const bool full_;
    std::string remote_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::optional<http::response<http::string_body>> response_;
    const HttpCore::Route* route_ = nullptr;
    std::uint64_t request_ =
        0;                    // counts them, so that a late answer is not taken for the next one's
    bool resting_ = false;    // between two requests
    bool answering_ = false;  // the handler has it
    bool close_after_ = false;
    std::size_t lingered_ = 0;
};

void PendingAnswer::give(HttpResponse response) {
    if (given_.test_and_set()) return;
    const auto core = core_.lock();
    if (!core) return;
    asio::post(core->context,
               [session = session_, request = request_, answer = std::move(response)]() mutable {
                   if (const auto still = session.lock())
                       still->take_answer(request, std::move(answer));
               });
}

void HttpSession::wait_for_request() {
    if (core_.stopping) return close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_.options.header_bytes_max));
    parser_->body_limit(core_.options.body_bytes_max);
    route_ = nullptr;
    ++request_;
    if (buffer_.size() > 0) return read_header();
    resting_ = true;
    if (full_) {
        socket_->expires_after(turned_away_time);
    } else {
        socket_->expires_after(core_.options.idle_timeout);
    }
    socket_->async_read_some(buffer_.prepare(read_bytes),
                            [self = shared_from_this()](error_code error, std::size_t bytes) {
                                self->resting_ = false;
                                if (error) return self->close();
                                self->buffer_.commit(bytes);
                                self->read_header();
                            });
}

void HttpSession::read_header() {
    socket_->expires_after(full_ ? Milliseconds{turned_away_time} : core_.options.request_timeout);
    http::async_read_header(*socket_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, std::size_t) {
                                if (error) return self->header_failed(error);
                                self->take_header();
                            });
}

// Who is too slow, or gone, is closed; who is wrong is told so.
void HttpSession::header_failed(error_code error) {
    if (error == http::error::body_limit) {
        return respond_and_close(problem(413, "the body is larger than " +
                                                  std::to_string(core_.options.body_bytes_max) +
                                                  " bytes: send the events in smaller batches"));
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return respond_and_close(problem(431, "the headers are too long"));
    }
    const bool malformed =
        error.category() == http::make_error_code(http::error::bad_method).category();
    if (!malformed || error == http::error::end_of_stream ||
        error == http::error::partial_message) {
        return close();
    }
    respond_and_close(problem(400, "this is no HTTP request: " + error.message()));
}

void HttpSession::take_header() {
    if (full_) {
        HttpResponse busy = problem(503, "too many connections are open: try again in a moment");
        busy.headers.emplace_back("Retry-After", retry_after_seconds);
        return respond_and_close(std::move(busy));
    }
    const HttpRequest request = request_without_body();
    if (turned_away(request)) return;
    if (route_->hub) return take_stream(request);
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
        asio::async_write(*socket_, asio::buffer(continue_line),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              if (error) return self->close();
                              self->read_body();
                          });
        return;
    }
    read_body();
}

// Answers what needs no body. The body that nobody reads is the end of the connection.
bool HttpSession::turned_away(const HttpRequest& request) {
    find_route(request);
    std::optional<HttpResponse> refusal;
    if (core_.admission) refusal = core_.admission(request);
    if (!refusal && route_ == nullptr) {
        refusal = problem(404, "there is nothing here; GET / says what there is");
    }
    if (!refusal && route_->method != request.method) {
        std::string allowed;
        for (const HttpCore::Route& route : core_.routes) {
            if (!route.fits(request.path)) continue;
            if (!allowed.empty()) allowed += ", ";
            allowed += route.method == "GET" ? "GET, HEAD" : route.method;
        }
        refusal = problem(405, "this path understands " + allowed);
        refusal->headers.emplace_back("Allow", allowed);
    }
    if (!refusal) return false;
    const bool has_body = parser_->chunked() || parser_->content_length_remaining().value_or(0) > 0;
    if (has_body) {
        respond_and_close(std::move(*refusal));
    } else {
        respond(std::move(*refusal));
    }
    return true;
}

// The route of path and method, else one of the path, else none.
void HttpSession::find_route(const HttpRequest& request) {
    for (const HttpCore::Route& route : core_.routes) {
        if (!route.fits(request.path)) continue;
        if (route_ == nullptr || route.method == request.method) route_ = &route;
    }
}

void HttpSession::take_stream(const HttpRequest& request) {
    if (parser_->get().method() == http::verb::head) {
        return respond({200, {{"content-type", "text/event-stream"}}, ""});
    }
    std::string_view last_event_id = request.header("last-event-id");
    if (const auto named = request.query.find("last_event_id"); named != request.query.end()) {
        last_event_id = named->second;
    }
    StreamListener listener;
    if (route_->gate) {
        HttpServer::Listening listening = route_->gate(request);
        if (auto* refusal = std::get_if<HttpResponse>(&listening)) return respond(std::move(*refusal));
        listener = std::move(std::get<StreamListener>(listening));
    }
    if (!serve_stream(core_, socket_, route_->hub, last_event_id, std::move(listener))) {
        HttpResponse busy = problem(503, "too many listen already: try again in a moment");
        busy.headers.emplace_back("Retry-After", retry_after_seconds);
        return respond_and_close(std::move(busy));
    }
    core_.observe(route_->path, 200);
}

void HttpSession::read_body() {
    http::async_read(*socket_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                         if (error) return self->header_failed(error);
                         self->dispatch();
                     });
}

void HttpSession::dispatch() {
    HttpRequest request = request_without_body();
    request.body = std::move(parser_->get().body());
    socket_->expires_never();
    answering_ = true;
    answer_timer_.expires_after(core_.options.answer_timeout);
    // While the handler works nothing else keeps this session alive.
    answer_timer_.async_wait([self = shared_from_this(), number = request_](error_code cancelled) {
        if (cancelled) return;
        self->close_after_ = true;
        self->take_answer(number, problem(504,
                                          "no answer in time: it is not known whether what "
                                          "was asked has been done"));
    });
    const auto pending =
        std::make_shared<PendingAnswer>(core_.weak_from_this(), weak_from_this(), request_);
    route_->handler(std::move(request),
                    [pending](HttpResponse response) { pending->give(std::move(response)); });
}

void HttpSession::take_answer(std::uint64_t request, HttpResponse response) {
    if (!answering_ || request != request_) return;
    answering_ = false;
    answer_timer_.cancel();
    if (close_after_) return respond_and_close(std::move(response));
    respond(std::move(response));
}

HttpRequest HttpSession::request_without_body() const {
    const auto& message = parser_->get();
    HttpRequest request;
    request.method =
        message.method() == http::verb::head ? "GET" : std::string{message.method_string()};
    const auto target = message.target();
    parse_target({target.data(), target.size()}, request);
    for (const auto& field : message) {
        const auto name = field.name_string();
        const auto value = field.value();
        request.headers.emplace_back(lower_case({name.data(), name.size()}),
                                     std::string{value.data(), value.size()});
    }
    request.remote = remote_;
    return request;
}

void HttpSession::respond_and_close(HttpResponse response) {
    close_after_ = true;
    respond(std::move(response));
}

void HttpSession::respond(HttpResponse response) {
    const auto& request = parser_->get();
    core_.observe(route_ == nullptr ? "other" : std::string_view{route_->path}, response.status);
    close_after_ = close_after_ || core_.stopping || !request.keep_alive();
    response_.emplace(static_cast<http::status>(response.status), 11);
    response_->reason(std::string{http_reason(response.status)});
    for (const auto& [name, value] : core_.always) response_->set(name, value);
    for (const auto& [name, value] : response.headers) {
        // Each cookie has a header of its own.
        if (beast::iequals(name, "set-cookie")) {
            response_->insert(name, value);
        } else {
            response_->set(name, value);
        }
    }
    response_->keep_alive(!close_after_);
    // An answer without content has no length either (RFC 9110, 8.6).
    if (response.status != 204 && response.status != 304) response_->content_length(response.body.size());
    if (request.method() != http::verb::head) response_->body() = std::move(response.body);
    socket_->expires_after(core_.options.request_timeout);
    http::async_write(
        *socket_, *response_,
        [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
}

void HttpSession::written(error_code error) {
    response_.reset();
    if (error) return close();
    if (!close_after_) return wait_for_request();
    socket_->expires_after(linger_time);
    socket_->end_writing([self = shared_from_this()](error_code failed) {
        // By TLS the end has been answered, or will not be.
        if (failed || self->socket_->is_tls()) return self->close();
        self->linger();
    });
}

void HttpSession::linger() {
    buffer_.clear();
    socket_->async_read_some(buffer_.prepare(read_bytes),
                            [self = shared_from_this()](error_code error, std::size_t bytes) {
                                self->lingered_ += bytes;
                                if (error || self->lingered_ > linger_bytes_max) {
                                    return self->close();
                                }
                                self->linger();
                            });
}

void HttpSession::close() {
    if (socket_) socket_->close();
}

void HttpSession::stop() {
    close_after_ = true;
    if (resting_) close();
}

}  // namespace

void serve_connection(HttpCore& core, asio::ip::tcp::socket socket, bool full) {
    std::make_shared<HttpSession>(core, std::move(socket), full)->run();
}

}  // namespace premura
