#include "cli/feed_http.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "cli/interrupt.h"
#include "core/events/encode.h"

namespace premura {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::string_view batch_type = "application/cloudevents-batch+json";
constexpr std::size_t shown_bytes_max = 300;

bool is_fine(int status) { return status >= 200 && status < 300; }

// The daemon, or a proxy before it, asks to come back later.
bool is_temporary(const HttpReply& reply) {
    if (!reply.error.empty()) return true;
    return reply.status == 429 || reply.status == 502 || reply.status == 503 || reply.status == 504;
}

// What is about the events themselves; anything else (404, 401) will not be better with the next batch.
bool is_about_events(int status) { return status == 400 || status == 413 || status == 422; }

milliseconds retry_after(const HttpReply& reply) {
    int seconds = 0;
    const std::string& text = reply.retry_after;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds{std::max(seconds, 0)};
}

std::string described(const HttpReply& reply) {
    if (!reply.error.empty()) return reply.error;
    const std::string body = reply.body.substr(0, shown_bytes_max);
    return fmt::format("it answers {}{}{}", reply.status, body.empty() ? "" : ": ", body);
}

}  // namespace

HttpFeed::HttpFeed(HttpFeedOptions options)
    : options_{std::move(options)}, client_{options_.url, options_.timeout} {
    target_ = "/v1/events";
    if (!options_.topic.empty()) headers_.emplace_back("X-Premura-Topic", options_.topic);
    if (!options_.token.empty()) {
        headers_.emplace_back("Authorization", "Bearer " + options_.token);
    }
}

bool HttpFeed::send(std::string_view line, const FeedEvent& event, Instant) {
    if (event.json_object) return add(line, true);
    // It would spoil the array of a batch, so it goes alone, in its place.
    return flush() && post(structured_content_type, line, 1);
}

bool HttpFeed::clock(Instant now) { return add(encode_clock(now), false); }

bool HttpFeed::add(std::string_view member, bool counts) {
    const bool full = members_ == options_.batch_events_max ||
                      (members_ > 0 && batch_.size() + member.size() > options_.batch_bytes_max);
    if (full && !flush()) return false;
    batch_ += members_ == 0 ? '[' : ',';
    batch_ += member;
    ++members_;
    if (counts) ++events_;
    return true;
}

bool HttpFeed::flush() {
    if (members_ == 0) return error_.empty();
    batch_ += ']';
    const bool fine = post(batch_type, batch_, events_);
    batch_.clear();
    members_ = events_ = 0;
    return fine;
}

// Waits in small pieces, so that Ctrl-C is heard. False when it was pressed.
bool HttpFeed::wait(milliseconds delay) const {
    const auto until = Clock::now() + delay;
    while (!interrupted() && Clock::now() < until) {
        std::this_thread::sleep_for(std::min<Clock::duration>(milliseconds{50},
                                                              until - Clock::now()));
    }
    return !interrupted();
}

bool HttpFeed::post(std::string_view content_type, std::string_view body, std::size_t events) {
    if (!error_.empty()) return false;
    const std::string where = fmt::format("http://{}:{}", options_.url.host, options_.url.port);
    const auto give_up_at = Clock::now() + options_.retry_for_max;
    milliseconds delay = options_.retry_delay_min;
    bool told = false;
    for (;;) {
        const HttpReply reply = client_.post(target_, content_type, body, headers_);
        if (is_fine(reply.status) && reply.error.empty()) {
            if (told && options_.say) options_.say(fmt::format("{} takes events again", where));
            delivered_ += events;
            return true;
        }
        if (interrupted()) {
            error_ = "interrupted";
            return false;
        }
        if (!is_temporary(reply)) {
            if (is_about_events(reply.status)) {
                if (options_.say && refused_ == 0) {
                    options_.say(fmt::format("{} refuses some events: {}", where, described(reply)));
                }
                refused_ += events;
                return true;
            }
            error_ = fmt::format("{} does not take events: {}", where, described(reply));
            return false;
        }
        const milliseconds pause = std::max(delay, std::min(retry_after(reply), options_.retry_delay_max));
        if (Clock::now() + pause > give_up_at) {
            error_ = fmt::format("{} did not take events for {} seconds: {}", where,
                                 std::chrono::duration_cast<std::chrono::seconds>(
                                     options_.retry_for_max).count(),
                                 described(reply));
            return false;
        }
        if (!told && options_.say) {
            options_.say(fmt::format("{}: {}; trying again for up to {} seconds", where,
                                     described(reply),
                                     std::chrono::duration_cast<std::chrono::seconds>(
                                         options_.retry_for_max).count()));
        }
        told = true;
        if (!wait(pause)) {
            error_ = "interrupted";
            return false;
        }
        delay = std::min(delay * 2, options_.retry_delay_max);
    }
}

}  // namespace premura
