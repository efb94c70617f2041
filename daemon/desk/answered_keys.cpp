#include "daemon/desk/answered_keys.h"

#include <utility>

#include "daemon/http/http_problem.h"

namespace premura {
namespace {

std::string name_of(const std::string& user, std::string_view key) {
    return std::to_string(user.size()) + ":" + user + std::string{key};
}

}  // namespace

bool AnsweredKeys::begin(const std::string& user, std::string_view key, const std::string& request, Instant now,
                         Answer answer) {
    forget(now);
    const std::string name = name_of(user, key);
    const auto [found, is_new] = entries_.try_emplace(name);
    Entry& entry = found->second;
    if (is_new) {
        entry.request = request;
        entry.begun = now;
        entry.waiting.push_back(std::move(answer));
        order_.emplace_back(now, name);
        return true;
    }
    if (entry.request != request) {
        answer(problem(422, "idempotency_key_reused", "the Idempotency-Key was used for something else: take a new one"));
    } else if (entry.response) {
        answer(*entry.response);
    } else {
        entry.waiting.push_back(std::move(answer));
    }
    return false;
}

void AnsweredKeys::finish(const std::string& user, std::string_view key, const HttpResponse& response) {
    constexpr int unavailable = 503;
    const auto found = entries_.find(name_of(user, key));
    if (found == entries_.end()) return;
    const std::vector<Answer> waiting = std::move(found->second.waiting);
    if (response.status == unavailable) {
        entries_.erase(found);
    } else {
        found->second.waiting.clear();
        found->second.response = response;
        bytes_ += response.body.size();
    }
    for (const Answer& answer : waiting) answer(response);
}

// Who still waits for an answer stays. An entry that left and came back has another time, and its old place means nothing.
void AnsweredKeys::forget(Instant now) {
    while (!order_.empty() &&
           (order_.front().first + kept < now || entries_.size() > keys_max || bytes_ > bytes_max)) {
        const auto found = entries_.find(order_.front().second);
        if (found != entries_.end() && found->second.begun == order_.front().first) {
            if (!found->second.response) return;
            bytes_ -= found->second.response->body.size();
            entries_.erase(found);
        }
        order_.pop_front();
    }
}

}  // namespace premura
