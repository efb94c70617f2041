#include "daemon/http/stream_hub.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

namespace premura {
namespace {

// The number behind `<run>-`; nothing when the id is not of this run.
std::optional<std::uint64_t> number_of(std::string_view id, std::string_view run) {
    if (!id.starts_with(run) || id.size() <= run.size() + 1 || id[run.size()] != '-') return {};
    id.remove_prefix(run.size() + 1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc{} || end != id.data() + id.size()) return {};
    return number;
}

}  // namespace

StreamHub::StreamHub(StreamHubOptions options, std::string run)
    : options_{options}, run_{std::move(run)} {}

void StreamHub::publish(std::string_view event, std::string_view data, StreamAudience audience) {
    const std::lock_guard lock{mutex_};
    std::string line = fmt::format("id: {}-{}\nevent: {}\n", run_, next_, event);
    for (;;) {
        const std::size_t end = data.find('\n');
        line += fmt::format("data: {}\n", data.substr(0, end));
        if (end == std::string_view::npos) break;
        data.remove_prefix(end + 1);
    }
    line += '\n';
    bytes_ += line.size();
    lines_.push_back({std::move(line), std::move(audience)});
    ++next_;
    while (lines_.size() > 1 &&
           (lines_.size() > options_.lines_max || bytes_ > options_.bytes_max)) {
        bytes_ -= lines_.front().text.size();
        lines_.pop_front();
    }
    for (const auto& [subscription, changed] : subscriptions_) changed();
}

std::string StreamHub::last_id() const {
    const std::lock_guard lock{mutex_};
    return fmt::format("{}-{}", run_, next_ - 1);
}

StreamHub::Cursor StreamHub::start(std::string_view last_event_id, std::string& greeting) const {
    const std::lock_guard lock{mutex_};
    if (last_event_id.empty()) return {next_};
    if (last_event_id == "0") return {oldest()};
    const auto seen = number_of(last_event_id, run_);
    if (seen && *seen + 1 >= oldest() && *seen < next_) return {*seen + 1};
    const std::uint64_t next = options_.replay_after_missed ? oldest() : next_;
    greeting += fmt::format("event: missed\ndata: {{\"continues_with\":\"{}-{}\"}}\n\n", run_, next);
    return {next};
}

bool StreamHub::read(Cursor& cursor, std::size_t bytes_max, std::string& text, const StreamListener& listener) const {
    const std::lock_guard lock{mutex_};
    if (cursor.next < oldest()) return false;
    const std::size_t begin = text.size();
    while (cursor.next < next_ && text.size() - begin < bytes_max) {
        const Line& line = lines_[static_cast<std::size_t>(cursor.next - oldest())];
        if (!listener.hears || listener.hears(line.audience)) text += line.text;
        ++cursor.next;
    }
    return true;
}

StreamHub::Subscription StreamHub::subscribe(std::function<void()> changed) {
    const std::lock_guard lock{mutex_};
    if (subscriptions_.size() >= options_.clients_max) return 0;
    subscriptions_.emplace(++last_subscription_, std::move(changed));
    return last_subscription_;
}

void StreamHub::unsubscribe(Subscription subscription) {
    const std::lock_guard lock{mutex_};
    subscriptions_.erase(subscription);
}

}  // namespace premura
