#include "cli/http_client.h"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "cli/interrupt.h"

namespace premura {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto slice = std::chrono::milliseconds{200};  // how often a wait looks for Ctrl-C

}  // namespace

struct HttpClient::Impl {
    Impl(Url given, std::chrono::milliseconds limit) : url{std::move(given)}, timeout{limit} {}

    error_code wait();
    error_code connect();
    http::request<http::string_body> request(http::verb verb, std::string_view target,
                                             const Headers& headers) const;
    template <typename Request>
    error_code send(const Request& message);
    // Sends a request and reads the whole reply.
    HttpReply exchange(const http::request<http::string_body>& message);

    const Url url;
    const std::chrono::milliseconds timeout;
    asio::io_context context;
    std::optional<beast::tcp_stream> socket;
    beast::flat_buffer buffer;
    std::optional<error_code> done;  // of the operation that runs
};

// Runs until the operation at hand is over; Ctrl-C ends it. Afterwards nothing is under way any more.
error_code HttpClient::Impl::wait() {
    while (!done) {
        if (interrupted()) {
            error_code ignored;
            socket->socket().close(ignored);
        }
        context.restart();
        context.run_for(slice);
    }
    return *std::exchange(done, std::nullopt);
}

error_code HttpClient::Impl::connect() {
    if (socket) return {};
    error_code error;
    asio::ip::tcp::resolver resolver{context};
    const auto endpoints = resolver.resolve(url.host, url.port, error);
    if (error) return error;
    socket.emplace(context);
    buffer.clear();
    socket->expires_after(timeout);
    socket->async_connect(endpoints, [this](error_code problem, const auto&) { done = problem; });
    error = wait();
    if (error) {
        socket.reset();
        return error;
    }
    error_code ignored;
    socket->socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    return {};
}

http::request<http::string_body> HttpClient::Impl::request(http::verb verb,
                                                           std::string_view target,
                                                           const Headers& headers) const {
    http::request<http::string_body> message{verb, {target.data(), target.size()}, 11};
    const bool is_v6 = url.host.find(':') != std::string::npos;
    message.set(http::field::host, (is_v6 ? "[" + url.host + "]" : url.host) + ":" + url.port);
    message.set(http::field::user_agent, "premura");
    for (const auto& [name, value] : headers) message.set(name, value);
    return message;
}

template <typename Request>
error_code HttpClient::Impl::send(const Request& message) {
    socket->expires_after(timeout);
    http::async_write(*socket, message, [this](error_code problem, std::size_t) { done = problem; });
    return wait();
}

HttpClient::HttpClient(Url url, std::chrono::milliseconds timeout)
    : impl_{std::make_unique<Impl>(std::move(url), timeout)} {}
HttpClient::~HttpClient() = default;

HttpReply HttpClient::Impl::exchange(const http::request<http::string_body>& message) {
    HttpReply reply;
    const auto fail = [this, &reply](const error_code& error) {
        socket.reset();
        reply.error = error.message();
        return reply;
    };
    if (const error_code error = connect()) return fail(error);
    if (const error_code error = send(message)) return fail(error);

    http::response_parser<http::string_body> parser;
    parser.body_limit(reply_bytes_max);
    http::async_read(*socket, buffer, parser, [this](error_code problem, std::size_t) { done = problem; });
    if (const error_code error = wait()) return fail(error);
    const auto& response = parser.get();
    reply.status = static_cast<int>(response.result_int());
    reply.body = response.body();
    const auto retry = response[http::field::retry_after];
    reply.retry_after.assign(retry.data(), retry.size());
    if (!response.keep_alive()) socket.reset();
    return reply;
}

HttpReply HttpClient::post(std::string_view target, std::string_view content_type,
                           std::string_view body, const Headers& headers) {
    auto message = impl_->request(http::verb::post, target, headers);
    message.set(http::field::content_type, {content_type.data(), content_type.size()});
    message.body() = body;
    message.prepare_payload();
    return impl_->exchange(message);
}

HttpReply HttpClient::get(std::string_view target, const Headers& headers) {
    return impl_->exchange(impl_->request(http::verb::get, target, headers));
}

HttpReply HttpClient::stream(std::string_view target, const Headers& headers,
                             const std::function<bool(std::string_view)>& read) {
    Impl& impl = *impl_;
    HttpReply reply;
    impl.socket.reset();
    const auto fail = [&impl, &reply](const error_code& error) {
        impl.socket.reset();
        reply.error = error.message();
        return reply;
    };
    if (const error_code error = impl.connect()) return fail(error);
    auto message = impl.request(http::verb::get, target, headers);
    message.set(http::field::accept, "text/event-stream");
    if (const error_code error = impl.send(message)) return fail(error);

    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    http::async_read_header(*impl.socket, impl.buffer, parser,
                            [&impl](error_code problem, std::size_t) { impl.done = problem; });
    if (const error_code error = impl.wait()) return fail(error);
    reply.status = static_cast<int>(parser.get().result_int());

    std::array<char, 16384> piece;
    while (!parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        impl.socket->expires_never();
        http::async_read_some(*impl.socket, impl.buffer, parser,
                              [&impl](error_code problem, std::size_t) { impl.done = problem; });
        const error_code error = impl.wait();
        if (error && error != http::error::need_buffer) return fail(error);
        const std::string_view text{piece.data(), piece.size() - parser.get().body().size};
        if (reply.status != 200) {
            if (reply.body.size() < reply_bytes_max) reply.body += text;
        } else if (!read(text)) {
            break;
        }
    }
    impl.socket.reset();
    return reply;
}

}  // namespace premura
