#include "daemon/http/http_server.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "daemon/http/http_core.h"

namespace premura {

using boost::asio::ip::tcp;

namespace {

// Beyond `connections_max` so many are told why at once; others are closed without a word.
constexpr std::size_t turned_away_max = 64;
// After an error of the system (no descriptors left) accepting rests for a moment.
constexpr auto accept_rest = std::chrono::milliseconds{200};

}  // namespace

bool HttpServerOptions::is_loopback() const {
    boost::system::error_code error;
    const auto parsed = boost::asio::ip::make_address(address, error);
    return !error && parsed.is_loopback();
}

HttpServer::HttpServer(HttpServerOptions options)
    : core_{std::make_shared<HttpCore>(std::move(options))} {}

HttpServer::~HttpServer() {
    stop();
}

void HttpServer::handle(std::string method, std::string path, Handler handler) {
    core_->routes.push_back({std::move(method), std::move(path), std::move(handler), nullptr, {}});
}

void HttpServer::stream(std::string path, std::shared_ptr<StreamHub> hub, StreamGate gate) {
    core_->routes.push_back({"GET", std::move(path), nullptr, std::move(hub), std::move(gate)});
}

void HttpServer::admit(Admission admission) {
    core_->admission = std::move(admission);
}

void HttpServer::observe(Observer observer) {
    core_->observer = std::move(observer);
}

void HttpServer::start() {
    const HttpServerOptions& options = core_->options;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(options.address, error);
    const tcp::endpoint endpoint{address, options.port};
    tcp::acceptor& acceptor = core_->acceptor;
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (!error && options.tls.any()) {
        std::string reason;
        core_->tls = tls_context(options.tls, reason);
        if (!core_->tls) {
            acceptor.close();
            throw HttpError(reason);
        }
    }
    if (error) {
        acceptor.close();
        throw HttpError("cannot listen on " + options.address + " port " +
                        std::to_string(options.port) + ": " + error.message());
    }
    core_->accept();
    core_->thread = std::thread{[core = core_.get()] { core->context.run(); }};
}

std::optional<std::string> HttpServer::reload_certificate() {
    if (!core_->options.tls.any()) return std::nullopt;
    std::string reason;
    auto fresh = tls_context(core_->options.tls, reason);
    if (!fresh) return reason;
    boost::asio::post(core_->context, [core = core_.get(), fresh = std::move(fresh)] { core->tls = fresh; });
    return std::nullopt;
}

std::uint16_t HttpServer::port() const {
    boost::system::error_code error;
    return core_->acceptor.local_endpoint(error).port();
}

void HttpServer::stop() {
    if (!core_->thread.joinable()) return;
    boost::asio::post(core_->context, [core = core_.get()] { core->stop_all(); });
    core_->thread.join();
    core_->finish();
}

void HttpCore::accept() {
    acceptor.async_accept([this](boost::system::error_code error, tcp::socket socket) {
        if (stopping) return;
        if (error) {
            stop_timer.expires_after(accept_rest);
            stop_timer.async_wait([this](boost::system::error_code cancelled) {
                if (!cancelled && !stopping) accept();
            });
            return;
        }
        const bool full = connections.size() - turned_away >= options.connections_max;
        if (!full || turned_away < turned_away_max) {
            serve_connection(*this, std::move(socket), full);
        }
        accept();
    });
}

void HttpCore::stop_all() {
    stopping = true;
    boost::system::error_code error;
    acceptor.close(error);
    stop_timer.cancel();
    const auto open = connections;
    for (const auto& [key, weak] : open) {
        if (const auto connection = weak.lock()) connection->stop();
    }
    if (connections.empty()) return;
    stop_timer.expires_after(options.stop_timeout);
    stop_timer.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) context.stop();
    });
}

void HttpCore::finish() {
    finished = true;
    for (const auto& [key, weak] : connections) {
        if (const auto connection = weak.lock()) connection->abandon();
    }
}

void HttpCore::connection_gone(HttpConnection* connection) {
    connections.erase(connection);
    if (stopping && !finished && connections.empty()) stop_timer.cancel();
}

}  // namespace premura
