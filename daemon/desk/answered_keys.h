#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/time.h"
#include "daemon/http/http_message.h"

namespace premura {

// What was answered to each Idempotency-Key of a user, so that a repeat is answered as the first time and does nothing
// again. Of one daemon: a repeat that reaches another one is recognised by the stage, from the same action id. One thread.
class AnsweredKeys {
 public:
    static constexpr Milliseconds kept = std::chrono::hours{24};
    // Keys at most, and the bytes of their answers; the oldest leave first.
    static constexpr std::size_t keys_max = 100'000;
    static constexpr std::size_t bytes_max = std::size_t{64} << 20;

    using Answer = std::function<void(HttpResponse)>;

    // Somebody asks under this key; `request` is a digest of what they ask. True: it is asked for the first time, and
    // `finish` must follow. Else `answer` has been called or will be with the first one's answer.
    bool begin(const std::string& user, std::string_view key, const std::string& request, Instant now, Answer answer);
    // Answers all who asked. A 503 is not kept: nothing is known to have happened, and the same may be asked again.
    void finish(const std::string& user, std::string_view key, const HttpResponse& response);

    std::size_t size() const { return entries_.size(); }

 private:
    struct Entry {
        std::string request;
        Instant begun;
        std::optional<HttpResponse> response;
        std::vector<Answer> waiting;
    };

    void forget(Instant now);

    std::unordered_map<std::string, Entry> entries_;             // by user and key
    std::deque<std::pair<Instant, std::string>> order_;          // oldest first
    std::size_t bytes_ = 0;                                      // of the bodies kept
};

}  // namespace premura
