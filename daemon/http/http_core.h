#pragma once

// Internal: what the server, its connections and its streams share. The only header of daemon/ with
// Beast in it; http_server.cpp, http_session.cpp and http_stream.cpp include it.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/http/http_server.h"
#include "daemon/http/http_socket.h"

namespace premura {

// Somebody who is connected.
class HttpConnection {
 public:
    virtual ~HttpConnection() = default;
    // The server stops: finish what is under way. On its thread.
    virtual void stop() = 0;
    // The server's thread is no more: let go of what others might call.
    virtual void abandon() = 0;
};

// Everything of a running server. Connections live in its context and refer to it; requests that
// are still being answered, and hubs, hold it weakly.
struct HttpCore : std::enable_shared_from_this<HttpCore> {
    struct Route {
        std::string method;
        std::string path;
        HttpServer::Handler handler;
        std::shared_ptr<StreamHub> hub;  // instead of a handler
        HttpServer::StreamGate gate;     // of the hub; may be empty

        // Is it this route's path? One part may be `{}`, and stands for anything but a slash.
        bool fits(std::string_view asked) const {
            const std::size_t open = path.find("{}");
            if (open == path.npos) return asked == path;
            const std::string_view before = std::string_view{path}.substr(0, open);
            const std::string_view after = std::string_view{path}.substr(open + 2);
            if (asked.size() <= before.size() + after.size()) return false;
            if (!asked.starts_with(before) || !asked.ends_with(after)) return false;
            asked = asked.substr(before.size(), asked.size() - before.size() - after.size());
            return asked.find('/') == asked.npos;
        }
    };

    explicit HttpCore(HttpServerOptions given) : options{std::move(given)}, always{security_headers()} {
        if (options.strict_transport) always.emplace_back("Strict-Transport-Security", "max-age=31536000");
    }

    const HttpServerOptions options;
    Headers always;  // of every response
    std::shared_ptr<boost::asio::ssl::context> tls;  // of new connections; null: in the clear
    std::vector<Route> routes;
    HttpServer::Admission admission;
    HttpServer::Observer observer;

    // Connections by themselves, each of which takes itself out. Outlives the context, whose end
    // destroys them.
    std::map<HttpConnection*, std::weak_ptr<HttpConnection>> connections;
    std::size_t turned_away = 0;  // those of them that are only told there are too many
    bool stopping = false;
    bool finished = false;  // the thread has been joined

    boost::asio::io_context context{1};
    boost::asio::ip::tcp::acceptor acceptor{context};
    boost::asio::steady_timer stop_timer{context};
    std::thread thread;

    void accept();
    void stop_all();
    // After the thread has been joined.
    void finish();
    void connection_gone(HttpConnection* connection);
    void observe(std::string_view route, int status) const {
        if (observer) observer(route, status);
    }
};

// Serves one connection, request by request. `full`: it is only told that there are too many.
void serve_connection(HttpCore& core, boost::asio::ip::tcp::socket socket, bool full);

// Turns a connection into a stream of the hub's lines. False when the hub has enough listeners; the
// socket is untouched then.
bool serve_stream(HttpCore& core, std::unique_ptr<HttpSocket>& socket,
                  const std::shared_ptr<StreamHub>& hub, std::string_view last_event_id, StreamListener listener);

}  // namespace premura
