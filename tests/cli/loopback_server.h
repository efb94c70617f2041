#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/url.h"

namespace premura {

// A tiny HTTP server on the loopback for tests of clients: one connection at a time, answers as it is told.
class LoopbackServer {
 public:
    struct Request {
        std::string method;
        std::string target;
        std::string content_type;
        std::string authorization;
        std::string last_event_id;
        std::string body;
        int connection = 0;  // counted from 1
    };
    struct Answer {
        int status = 202;
        std::string body;
        bool hang_up = false;  // instead of answering
        std::string raw;       // these bytes and then the end, instead of an answer
        std::string retry_after;
    };
    using Handler = std::function<Answer(const Request&)>;

    explicit LoopbackServer(Handler handler)
        : handler_{std::move(handler)}, acceptor_{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}} {
        thread_ = std::thread{[this] { run(); }};
    }
    ~LoopbackServer() {
        stopping_ = true;
        boost::system::error_code ignored;
        // Wakes the accept.
        boost::asio::ip::tcp::socket knock{context_};
        knock.connect(acceptor_.local_endpoint(), ignored);
        {
            const std::lock_guard lock{mutex_};
            if (current_ != nullptr) current_->shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
        }
        thread_.join();
    }

    Url url() const {
        return {"127.0.0.1", std::to_string(acceptor_.local_endpoint().port())};
    }
    std::vector<Request> requests() const {
        const std::lock_guard lock{mutex_};
        return requests_;
    }

 private:
    void run() {
        for (int connection = 1; !stopping_; ++connection) {
            boost::system::error_code error;
            boost::asio::ip::tcp::socket socket{context_};
            acceptor_.accept(socket, error);
            if (error || stopping_) return;
            {
                const std::lock_guard lock{mutex_};
                current_ = &socket;
            }
            serve(socket, connection);
            const std::lock_guard lock{mutex_};
            current_ = nullptr;
        }
    }

    void serve(boost::asio::ip::tcp::socket& socket, int connection) {
        namespace http = boost::beast::http;
        boost::beast::flat_buffer buffer;
        while (!stopping_) {
            boost::system::error_code error;
            http::request<http::string_body> message;
            http::read(socket, buffer, message, error);
            if (error) return;
            const auto text = [&message](http::field field) {
                const auto value = message[field];
                return std::string{value.data(), value.size()};
            };
            Request request;
            request.method = std::string{http::to_string(message.method())};
            request.target = std::string{message.target()};
            request.content_type = text(http::field::content_type);
            request.authorization = text(http::field::authorization);
            const auto last_id = message["Last-Event-ID"];
            request.last_event_id.assign(last_id.data(), last_id.size());
            request.body = message.body();
            request.connection = connection;
            {
                const std::lock_guard lock{mutex_};
                requests_.push_back(request);
            }
            const Answer answer = handler_(request);
            if (answer.hang_up) return;
            if (!answer.raw.empty()) {
                boost::asio::write(socket, boost::asio::buffer(answer.raw), error);
                return;
            }
            http::response<http::string_body> response{http::int_to_status(static_cast<unsigned>(answer.status)), 11};
            response.body() = answer.body;
            if (!answer.retry_after.empty()) response.set(http::field::retry_after, answer.retry_after);
            response.prepare_payload();
            http::write(socket, response, error);
            if (error) return;
        }
    }

    Handler handler_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    boost::asio::ip::tcp::socket* current_ = nullptr;
    std::vector<Request> requests_;
    std::thread thread_;
};

}  // namespace premura
