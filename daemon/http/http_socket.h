#pragma once

// Internal, as http_core.h: a connection in the clear or by TLS.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace premura {

// Reads and writes are the same for both, so that what serves a connection does not know which it is. Deadlines are those
// of boost::beast::tcp_stream. On the server's thread. Does not move: TLS refers to the socket below it.
class HttpSocket {
 public:
    using executor_type = boost::beast::tcp_stream::executor_type;
    using error_code = boost::system::error_code;

    // `tls` null: in the clear.
    HttpSocket(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls)
        : plain_{std::move(socket)}, context_{std::move(tls)} {
        if (context_) tls_.emplace(plain_, *context_);
    }
    HttpSocket(const HttpSocket&) = delete;
    HttpSocket& operator=(const HttpSocket&) = delete;

    executor_type get_executor() { return plain_.get_executor(); }

    // The address of the peer, without its port.
    std::string remote() {
        error_code error;
        const auto peer = plain_.socket().remote_endpoint(error);
        return error ? std::string{} : peer.address().to_string();
    }

    // Before anything is read. In the clear there is nothing to do, and the handler comes at once.
    template <typename Handler>
    void handshake(Handler handler) {
        if (!tls_) return handler(error_code{});
        tls_->async_handshake(boost::asio::ssl::stream_base::server, std::move(handler));
    }
    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
        plain_.async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
        plain_.async_write_some(buffers, std::forward<Handler>(handler));
    }

    // Tells the peer that nothing more comes; the handler may go on reading, or closes.
    template <typename Handler>
    void end_writing(Handler handler) {
        if (tls_) return tls_->async_shutdown(std::move(handler));
        error_code error;
        plain_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, error);
        handler(error_code{});
    }
    bool is_tls() const { return tls_.has_value(); }
    void close() { plain_.close(); }

    template <typename Duration>
    void expires_after(Duration time) {
        plain_.expires_after(time);
    }
    void expires_never() { plain_.expires_never(); }

 private:
    boost::beast::tcp_stream plain_;
    const std::shared_ptr<boost::asio::ssl::context> context_;  // a newer one may have come into use meanwhile
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
};

}  // namespace premura
