#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "daemon/http/http_core.h"

namespace premura {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// What is taken from the hub for one write.
constexpr std::size_t write_bytes = std::size_t{64} << 10;
constexpr std::size_t read_bytes = 512;

constexpr std::string_view heartbeat = ":\n\n";
constexpr std::string_view stopping = ": the daemon stops\n\n";
constexpr std::string_view session_ended = "event: session.ended\ndata: {}\n\n";
constexpr std::string_view too_slow =
    ": too slow, lines were missed: connect again with Last-Event-ID\n\n";

std::string stream_header(const Headers& always) {
    std::string header =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n";
    for (const auto& [name, value] : always) header += name + ": " + value + "\r\n";
    return header + "\r\n";
}

// One listener. Takes lines from the hub when the last ones are written, so its memory is bounded
// by one write; whoever reads too slowly falls out of the hub's ring, or runs into the deadline of
// a write. The response has no length and ends with the connection. On the server's thread.
class HttpStream final : public HttpConnection, public std::enable_shared_from_this<HttpStream> {
 public:
    HttpStream(HttpCore& core, std::shared_ptr<StreamHub> hub, StreamListener listener)
        : core_{core}, hub_{std::move(hub)}, listener_{std::move(listener)}, timer_{core.context} {}
    ~HttpStream() override {
        abandon();
        core_.connection_gone(this);
    }

    bool subscribe();
    void run(std::unique_ptr<HttpSocket> socket, std::string_view last_event_id);
    void stop() override;
    void abandon() override {
        if (subscription_ != 0) hub_->unsubscribe(std::exchange(subscription_, 0));
    }

 private:
    void pump();
    void write();
    void arm_heartbeat();
    void watch_peer();
    void close();

    HttpCore& core_;
    const std::shared_ptr<StreamHub> hub_;
    const StreamListener listener_;
    std::unique_ptr<HttpSocket> socket_;
    asio::steady_timer timer_;  // the deadline of a write, else the next heartbeat
    StreamHub::Subscription subscription_ = 0;
    StreamHub::Cursor cursor_;
    // A wake-up is on its way already, however many lines come meanwhile.
    const std::shared_ptr<std::atomic<bool>> woken_ = std::make_shared<std::atomic<bool>>(false);
    std::string text_;
    std::array<char, read_bytes> ignored_{};
    std::string_view last_words_;  // set: nothing else is written any more
    bool writing_ = false;
    bool closed_ = false;
};

// The publisher's thread only posts. It must not hold the listener, whose end waits for the hub's
// lock; and it may use the context, because `abandon` comes before the context's end and waits for
// that lock, too.
bool HttpStream::subscribe() {
    subscription_ =
        hub_->subscribe([weak = weak_from_this(), woken = woken_, &context = core_.context] {
            if (woken->exchange(true)) return;
            asio::post(context, [weak, woken] {
                woken->store(false);
                if (const auto self = weak.lock()) self->pump();
            });
        });
    return subscription_ != 0;
}

void HttpStream::run(std::unique_ptr<HttpSocket> socket, std::string_view last_event_id) {
    core_.connections.emplace(this, weak_from_this());
    socket_ = std::move(socket);
    socket_->expires_never();  // the timer here watches
    text_ = stream_header(core_.always);
    cursor_ = hub_->start(last_event_id, text_);
    watch_peer();
    write();
}

void HttpStream::pump() {
    if (writing_ || closed_) return;
    text_.clear();
    if (last_words_.empty() && listener_.goes_on && !listener_.goes_on()) last_words_ = session_ended;
    if (last_words_.empty() && !hub_->read(cursor_, write_bytes, text_, listener_)) last_words_ = too_slow;
    if (!last_words_.empty()) text_ = last_words_;
    if (!text_.empty()) write();
}

void HttpStream::write() {
    writing_ = true;
    const bool last = !last_words_.empty();
    timer_.expires_after(core_.options.request_timeout);
    timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) self->close();
    });
    asio::async_write(*socket_, asio::buffer(text_),
                      [self = shared_from_this(), last](error_code error, std::size_t) {
                          self->writing_ = false;
                          if (error || last) return self->close();
                          self->arm_heartbeat();
                          self->pump();
                      });
}

void HttpStream::arm_heartbeat() {
    timer_.expires_after(core_.options.heartbeat_interval);
    timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self || self->writing_ || self->closed_) return;
        self->pump();
        if (self->writing_ || self->closed_) return;
        self->text_ = heartbeat;
        self->write();
    });
}

// Nothing is expected of a listener; that it is gone shows when reading ends.
void HttpStream::watch_peer() {
    socket_->async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                if (error) return self->close();
                                self->watch_peer();
                            });
}

void HttpStream::close() {
    if (std::exchange(closed_, true)) return;
    abandon();
    timer_.cancel();
    socket_->close();
}

void HttpStream::stop() {
    last_words_ = stopping;
    pump();
}

}  // namespace

bool serve_stream(HttpCore& core, std::unique_ptr<HttpSocket>& socket,
                  const std::shared_ptr<StreamHub>& hub, std::string_view last_event_id, StreamListener listener) {
    const auto connection = std::make_shared<HttpStream>(core, hub, std::move(listener));
    if (!connection->subscribe()) return false;
    connection->run(std::move(socket), last_event_id);
    return true;
}

}  // namespace premura
