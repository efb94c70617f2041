#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "daemon/senders/transfer.h"

namespace premura {

// What both kinds of transfer ask of libcurl.
class CurlHandle {
 public:
    CurlHandle();

    CURL* get() const { return handle_.get(); }
    template <typename Value>
    void set(CURLoption option, Value value) {
        curl_easy_setopt(handle_.get(), option, value);
    }
    // Forgets all options but keeps connections, and sets what holds for every transfer of ours.
    void begin(const std::string& url, Milliseconds timeout, const std::string& ca_file, const std::atomic<bool>& give_up);
    CURLcode perform();
    long code() const;  // the last answer's, or 0
    // What libcurl wrote about the last error. May hold what the gateway wrote: never to be told on.
    std::string_view error() const { return error_.data(); }

 private:
    struct Free {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    std::unique_ptr<CURL, Free> handle_;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

struct CurlListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListFree>;
void append(CurlList& list, const std::string& text);

// A word of ours for an attempt that had no answer: timeout, connection, tls, stopped.
std::string reason_of(CURLcode code);

}  // namespace premura
