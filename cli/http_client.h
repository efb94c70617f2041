#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/url.h"

namespace premura {

// What came back for a request; `error` is set when nothing did.
struct HttpReply {
    std::string error;       // "connection refused", ...; empty when there was a reply
    int status = 0;
    std::string body;        // at most HttpClient::reply_bytes_max of it
    std::string retry_after; // the header, mostly a number of seconds
};

// One connection to a daemon, kept open between requests and opened again when it was lost. Blocks, but for no
// longer than `timeout` without any progress, and comes back within a quarter of a second after Ctrl-C.
// Used by one thread.
class HttpClient {
 public:
    static constexpr std::size_t reply_bytes_max = std::size_t{1} << 20;
    using Headers = std::vector<std::pair<std::string, std::string>>;

    HttpClient(Url url, std::chrono::milliseconds timeout);
    ~HttpClient();

    HttpReply post(std::string_view target, std::string_view content_type, std::string_view body,
                   const Headers& headers = {});

    HttpReply get(std::string_view target, const Headers& headers = {});

    // Reads a reply that does not end, such as server-sent events, until it does end, `read` returns false, or
    // Ctrl-C is pressed. There may be silence of any length. The reply has the status, and the body when it is
    // not 200.
    HttpReply stream(std::string_view target, const Headers& headers,
                     const std::function<bool(std::string_view)>& read);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace premura
