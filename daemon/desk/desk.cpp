#include "daemon/desk/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace premura {
namespace {

// The clock on the wall may be set, so hours are looked at now and then, and not only when they change.
constexpr Milliseconds clock_wait_max = std::chrono::seconds{30};
constexpr Milliseconds clock_wait_min{50};

}  // namespace

CallDesk::CallDesk(Options options, TopicNames names, LogWriter& log, std::shared_ptr<StreamHub> stream, Callbacks callbacks)
    : options_{options},
      tasks_topic_{names.full(topic::call_tasks)},
      answers_topic_{names.full(topic::desk_answers)},
      incidents_topic_{names.full(topic::incidents)},
      results_topic_{names.full(topic::case_results)},
      counts_topic_{names.full(topic::ops_counts)},
      names_{std::move(names)},
      log_{log},
      stream_{std::move(stream)},
      callbacks_{std::move(callbacks)},
      board_{callbacks_.rules()} {}

CallDesk::~CallDesk() { stop(); }

void CallDesk::start() {
    thread_ = std::thread{[this] { run(); }};
}

void CallDesk::stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

void CallDesk::run() {
    const auto work = boost::asio::make_work_guard(context_);
    try {
        tail_ = callbacks_.tail({tasks_topic_, answers_topic_, incidents_topic_, results_topic_, counts_topic_},
                                context_.get_executor());
        pump();
        arm_clock();
        context_.run();
    } catch (const LogError& error) {
        callbacks_.failed(error.what());
    }
    waiting_.clear();
    tail_.reset();
}

void CallDesk::post(std::function<void()> task) {
    boost::asio::post(context_, [this, task = std::move(task)] {
        board_.advance(now(), changes_);
        publish();
        task();
    });
}

void CallDesk::use(std::shared_ptr<const RuleSet> rules) {
    boost::asio::post(context_, [this, rules = std::move(rules)]() mutable {
        board_.use(std::move(rules), now(), changes_);
        publish();
        arm_clock();
    });
}

// One batch; questions have their turn between two.
void CallDesk::pump() {
    LogTail::Batch batch = tail_->read(options_.records_at_once);
    for (const Record& record : batch.records) take(record);
    // What happened before anybody could listen is in the first list.
    if (!caught_up_) changes_.clear();
    caught_up_ = caught_up_ || batch.caught_up;
    publish();
    settle();
    if (!batch.records.empty()) arm_clock();
    if (batch.more) {
        boost::asio::post(context_, [this] { pump(); });
    } else {
        tail_->wait([this] { pump(); });
    }
}

void CallDesk::take(const Record& record) {
    std::string fault;
    if (record.topic == answers_topic_) {
        take_answer(record);
    } else if (record.topic == results_topic_) {
        if (record.tombstone) return;
        std::optional<CaseResult> result = case_result_of(record, fault);
        if (result && effect_.add(std::move(*result))) effect_changed_ = true;
    } else if (record.topic == counts_topic_) {
        fault = ops_.apply(record, ops_changed_);
    } else if (record.topic == incidents_topic_) {
        fault = incidents_.apply(record, now(), changes_);
    } else {
        fault = board_.apply(record, now(), changes_);
    }
    if (!fault.empty()) callbacks_.record_refused(record.topic, fault);
}

// Answers to other daemons' agents pass by, and those of a past run.
void CallDesk::take_answer(const Record& record) {
    const auto waiting = waiting_.find(record.key);
    if (waiting == waiting_.end() || record.tombstone) return;
    std::string fault;
    std::optional<DeskAnswer> answer = desk_answer_of(record, fault);
    if (!answer) return callbacks_.record_refused(record.topic, fault);
    waiting->second->answer = std::move(answer);
}

bool CallDesk::is_on_board(const DeskAnswer& answer) const {
    if (answer.version == 0) return true;
    const DeskCall* call = board_.find(answer.task);
    // Not known: it was over too long ago, or its customer is erased.
    return call == nullptr || call->version >= answer.version;
}

// The list and the answers are topics of their own, and either may be ahead.
void CallDesk::settle() {
    std::vector<std::pair<std::string, DeskAnswer>> settled;
    for (const auto& [id, waiting] : waiting_) {
        if (waiting->answer && is_on_board(*waiting->answer)) settled.emplace_back(id, *waiting->answer);
    }
    for (const auto& [id, answer] : settled) end_waiting(id, answer);
}

void CallDesk::end_waiting(const std::string& id, const std::optional<DeskAnswer>& answer) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const Answered answered = std::move(found->second->answered);
    waiting_.erase(found);
    answered(answer);
}

void CallDesk::publish() {
    for (DeskChange& change : changes_) stream_->publish(change.event, change.data, {std::move(change.tenant), change.audience});
    changes_.clear();
    const auto tell_staff = [this](std::string_view event, bool changed) {
        if (!changed || !caught_up_) return;
        stream_->publish(event, fmt::format(R"({{"as_of":"{}"}})", format_utc(now())), {{}, DeskAudience::staff});
    };
    tell_staff("ops.effect", std::exchange(effect_changed_, false));
    const OpsBook::Changed ops = std::exchange(ops_changed_, {});
    tell_staff("ops.rules", ops.clocks);
    tell_staff("ops.held", ops.held);
    tell_staff("ops.feeds", ops.feeds);
}

void CallDesk::arm_clock() {
    const Instant at = now();
    const Instant next = board_.next_change();
    const Milliseconds wait = next == instant_max ? clock_wait_max : std::clamp(next - at, clock_wait_min, clock_wait_max);
    clock_.expires_after(wait);
    clock_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        board_.advance(now(), changes_);
        publish();
        arm_clock();
    });
}

void CallDesk::act(const AgentAction& action, Answered answered) { act(output_of(action), action.id, std::move(answered)); }

void CallDesk::act(Output record, const std::string& id, Answered answered) {
    if (waiting_.size() >= options_.waiting_max || waiting_.contains(id)) return answered(std::nullopt);
    auto waiting = std::make_unique<Waiting>(
        Waiting{std::move(answered), boost::asio::steady_timer{context_, options_.answer_wait}, std::nullopt});
    waiting->timer.async_wait([this, id](const boost::system::error_code& error) {
        if (!error) end_waiting(id, std::nullopt);
    });
    waiting_.emplace(id, std::move(waiting));
    record.topic = names_.full(record.topic);
    log_.append({std::move(record)}, [this, id](const std::string& error) {
        // Called by the log, which may be on another thread or here.
        if (!error.empty()) boost::asio::post(context_, [this, id] { end_waiting(id, std::nullopt); });
    });
}

void CallDesk::send(const AgentAction& action) {
    Output record = output_of(action);
    record.topic = names_.full(record.topic);
    log_.append({std::move(record)}, [](const std::string&) {});
}

void CallDesk::keep(Output record, std::function<void(bool kept)> done) {
    record.topic = names_.full(record.topic);
    log_.append({std::move(record)}, [this, done = std::move(done)](const std::string& error) {
        boost::asio::post(context_, [done, kept = error.empty()] { done(kept); });
    });
}

}  // namespace premura
