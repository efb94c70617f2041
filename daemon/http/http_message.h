#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/stage.h"

namespace premura {

// Requests and responses as plain values, so that only two or three files know Boost.Beast.

struct HttpRequest {
    std::string method;  // "GET"; a HEAD comes as the GET it stands for
    std::string path;    // "/v1/events", as it was sent
    std::map<std::string, std::string, std::less<>> query;  // decoded; the first of equal names
    Headers headers;                                        // names in lower case
    std::string body;
    std::string remote;  // address of the peer, without its port

    // The first header of that name (in lower case); empty when there is none.
    std::string_view header(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    Headers headers;  // Content-Length, Server and the security headers are added when it is sent
    std::string body;
};

// An error in the form of RFC 9457, application/problem+json. The detail says what is wrong and
// what to do; it never repeats the payload.
HttpResponse problem(int status, std::string_view detail);

// The words that go with a status: "Not Found".
std::string_view http_reason(int status);

// Takes a request target apart. `+` and %XX are decoded in the query; what is no valid escape
// stands for itself.
void parse_target(std::string_view target, HttpRequest& request);

// A part of a path, its %XX decoded.
std::string decoded_part(std::string_view part);

// What is added to every response: nothing of ours may be framed, sniffed or cached.
const Headers& security_headers();

}  // namespace premura
