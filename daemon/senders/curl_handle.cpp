#include "daemon/senders/curl_handle.h"

#include <algorithm>

namespace premura {
namespace {

constexpr Milliseconds connect_timeout_max = std::chrono::seconds{10};

int progress(void* give_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(give_up)->load() ? 1 : 0;
}

// Answers are not kept: only their code counts.
std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

void prepare_transfers() { curl_global_init(CURL_GLOBAL_DEFAULT); }

CurlHandle::CurlHandle() : handle_{curl_easy_init()} {}

void CurlHandle::begin(const std::string& url, Milliseconds timeout, const std::string& ca_file,
                       const std::atomic<bool>& give_up) {
    curl_easy_reset(handle_.get());
    error_[0] = '\0';
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, connect_timeout_max).count()));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");  // what the environment says about proxies is not for us
    set(CURLOPT_WRITEFUNCTION, discard);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, progress);
    set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&give_up));
    if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
}

CURLcode CurlHandle::perform() { return curl_easy_perform(handle_.get()); }

long CurlHandle::code() const {
    long code = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
}

void append(CurlList& list, const std::string& text) {
    if (curl_slist* longer = curl_slist_append(list.get(), text.c_str())) {
        static_cast<void>(list.release());
        list.reset(longer);
    }
}

std::string reason_of(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT: return "timeout";
        case CURLE_ABORTED_BY_CALLBACK: return "stopped";
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_USE_SSL_FAILED: return "tls";
        case CURLE_COULDNT_RESOLVE_HOST: return "unknown_host";
        default: return "connection";
    }
}

}  // namespace premura
