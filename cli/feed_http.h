#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "cli/feed_sink.h"
#include "cli/http_client.h"

namespace premura {

struct HttpFeedOptions {
    Url url;
    std::string topic;  // full name of the source topic; empty: the daemon's default
    std::string token;  // sent as `Authorization: Bearer`; empty: none
    std::size_t batch_events_max = 500;
    std::size_t batch_bytes_max = std::size_t{512} << 10;
    std::chrono::milliseconds timeout = std::chrono::seconds{30};     // of one request
    std::chrono::milliseconds retry_for_max = std::chrono::minutes{2};  // of one batch
    std::chrono::milliseconds retry_delay_min{100};  // doubled with each attempt
    std::chrono::milliseconds retry_delay_max{5000};
    // Hears sentences for people, such as that the daemon is not there yet.
    std::function<void(const std::string&)> say;
};

// Sends events to a daemon's POST /v1/events in batches over one connection, one after the other. A daemon that is
// busy, starting or not there yet is asked again, for a while; what it refuses for good is counted.
class HttpFeed final : public FeedSink {
 public:
    explicit HttpFeed(HttpFeedOptions options);

    bool send(std::string_view line, const FeedEvent& event, Instant time) override;
    bool clock(Instant now) override;
    bool flush() override;
    bool finish() override { return flush(); }
    std::uint64_t delivered() const override { return delivered_; }
    std::uint64_t refused() const override { return refused_; }
    const std::string& error() const override { return error_; }

 private:
    bool add(std::string_view member, bool counts);
    bool post(std::string_view content_type, std::string_view body, std::size_t events);
    bool wait(std::chrono::milliseconds delay) const;

    HttpFeedOptions options_;
    HttpClient client_;
    std::string target_;
    HttpClient::Headers headers_;
    std::string batch_;          // "[{...},{...}" without its end
    std::size_t members_ = 0;    // with clocks
    std::size_t events_ = 0;     // without them
    std::uint64_t delivered_ = 0;
    std::uint64_t refused_ = 0;
    std::string error_;
};

}  // namespace premura
