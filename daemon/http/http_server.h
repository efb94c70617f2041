#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/base/time.h"
#include "daemon/http/http_message.h"
#include "daemon/http/http_tls.h"
#include "daemon/http/stream_hub.h"

namespace premura {

struct HttpServerOptions {
    std::string address = "127.0.0.1";  // IPv4 or IPv6, as digits
    std::uint16_t port = 8470;          // 0: any that is free
    std::size_t body_bytes_max = std::size_t{4} << 20;
    std::size_t header_bytes_max = std::size_t{16} << 10;
    // Connections that are served at once, streams included; the next ones are turned away with
    // 503.
    std::size_t connections_max = 256;
    // How long a request may take to arrive, and a response to be taken.
    Milliseconds request_timeout = std::chrono::seconds{10};
    // How long a connection may rest between two requests.
    Milliseconds idle_timeout = std::chrono::seconds{60};
    // How long a handler may take.
    Milliseconds answer_timeout = std::chrono::seconds{30};
    // A comment is sent to listeners of a stream when there was nothing else for so long.
    Milliseconds heartbeat_interval = std::chrono::seconds{15};
    // How long requests under way are waited for when the server stops.
    Milliseconds stop_timeout = std::chrono::seconds{5};

    HttpTlsOptions tls;  // without: in the clear
    // Browsers are told to come by TLS alone: it is done here, or by a proxy.
    bool strict_transport = false;

    bool is_loopback() const;
};

// The address cannot be listened on.
class HttpError : public std::exception {
 public:
    explicit HttpError(std::string message) : message_{std::move(message)} {}
    const char* what() const noexcept override { return message_.c_str(); }

 private:
    std::string message_;
};

struct HttpCore;

// An HTTP/1.1 server with one thread of its own. Owned by the main thread, which tells it what to
// serve before `start`. Handlers run on the server's thread and must not block: they answer at
// once, or later from any thread. What is wrong with a request itself is answered here, in JSON:
// unknown paths, wrong methods, bodies that are too large, too many connections.
class HttpServer {
 public:
    // Answers one request, once; any thread, also after the server is gone. Who drops it unanswered
    // answers 500.
    using Answer = std::function<void(HttpResponse)>;
    using Handler = std::function<void(HttpRequest, Answer)>;
    // Asked before a body is read (so the request has none yet): a response turns the request away.
    using Admission = std::function<std::optional<HttpResponse>(const HttpRequest&)>;
    // Told of each response: the path of the route, or "other", and the status.
    using Observer = std::function<void(std::string_view route, int status)>;

    explicit HttpServer(HttpServerOptions options);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // One part of the path may be `{}`, and stands for anything but a slash: HttpRequest::path has what it was.
    void handle(std::string method, std::string path, Handler handler);
    // GET serves the hub's lines as they come: all of them, or to each who asks what is for them. A response turns them
    // away.
    using Listening = std::variant<StreamListener, HttpResponse>;
    using StreamGate = std::function<Listening(const HttpRequest&)>;
    void stream(std::string path, std::shared_ptr<StreamHub> hub, StreamGate gate = {});
    void admit(Admission admission);
    void observe(Observer observer);

    // Listens. Throws HttpError.
    void start();
    // Reads certificate and key anew; new connections have them. The reason when they cannot be used: the old ones stay.
    // Any thread, after `start`.
    std::optional<std::string> reload_certificate();
    // The port that is listened on.
    std::uint16_t port() const;
    // Takes no more connections, ends streams with a word, finishes the requests under way within
    // `stop_timeout` and joins the thread.
    void stop();

 private:
    std::shared_ptr<HttpCore> core_;
};

}  // namespace premura
