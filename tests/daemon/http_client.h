#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "daemon/log/headers.h"

namespace premura {

// One connection to a server on this machine, byte by byte as the test wants it. Waits ten seconds
// at most.
class HttpClient {
 public:
    explicit HttpClient(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        const timeval timeout{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("no connection to the server");
        }
    }
    ~HttpClient() { ::close(socket_); }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    // Everything up to and with `end`; what there was when the connection ended before.
    std::string read_until(std::string_view end) {
        std::size_t found = 0;
        while ((found = received_.find(end)) == std::string::npos) {
            if (!read_more()) return std::exchange(received_, {});
        }
        std::string text = received_.substr(0, found + end.size());
        received_.erase(0, found + end.size());
        return text;
    }
    std::string read_to_end() {
        while (read_more()) {
        }
        return std::exchange(received_, {});
    }
    // Did the server close, after all that was read?
    bool closed() { return received_.empty() && !read_more() && !timed_out_; }

    struct Response {
        int status = 0;
        std::map<std::string, std::string> headers;  // names in lower case
        std::string body;
    };
    // One response with a Content-Length.
    Response receive(bool with_body = true) {
        Response response;
        std::string head = read_until("\r\n\r\n");
        if (head.size() < 12) return response;
        response.status = std::stoi(head.substr(9, 3));
        for (std::size_t line = head.find("\r\n") + 2; line < head.size() - 2;) {
            const std::size_t end = head.find("\r\n", line);
            const std::size_t colon = head.find(": ", line);
            response.headers[lower_case(head.substr(line, colon - line))] =
                head.substr(colon + 2, end - colon - 2);
            line = end + 2;
        }
        if (!with_body) return response;
        const std::size_t length = std::stoul(response.headers["content-length"]);
        while (received_.size() < length && read_more()) {
        }
        response.body = received_.substr(0, length);
        received_.erase(0, response.body.size());
        return response;
    }
    Response get(const std::string& target, const std::string& more_headers = {}) {
        send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more_headers + "\r\n");
        return receive();
    }
    Response post(const std::string& target, const std::string& headers, const std::string& body) {
        send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
             "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return receive();
    }

 private:
    bool read_more() {
        char bytes[16384];
        const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
        timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        return count > 0;
    }

    const int socket_;
    std::string received_;
    bool timed_out_ = false;
};

}  // namespace premura
