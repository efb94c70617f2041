#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/contacts/desk_answer.h"
#include "core/desk/board.h"
#include "core/desk/incident_book.h"
#include "core/desk/ops_book.h"
#include "core/effect/effect_figures.h"
#include "daemon/http/stream_hub.h"
#include "daemon/log/log.h"
#include "daemon/log/log_tail.h"
#include "daemon/log/topics.h"

namespace premura {

// The desk of this daemon: one thread with the call list and the incidents, which it builds by following the topics that the
// stages write. What agents do goes to the log as actions; their answers come back the same way, whichever daemon
// decides. Owned by the main thread; outlives the server whose routes ask it; the log outlives it.
class CallDesk {
 public:
    struct Options {
        // How long an answer is waited for. Then nothing is known to have happened, and a repeat is recognised.
        Milliseconds answer_wait = std::chrono::seconds{3};
        // Actions that wait for their answers; more are turned away.
        std::size_t waiting_max = 1'000;
        // Records that are applied before questions have their turn.
        std::size_t records_at_once = 1'000;
    };
    struct Callbacks {
        std::function<std::shared_ptr<const RuleSet>()> rules;
        std::function<Instant()> now;
        // A tail of these topics, for the desk's thread.
        std::function<std::unique_ptr<LogTail>(std::vector<std::string> topics, boost::asio::any_io_executor)> tail;
        // What is to be written down: what makes no sense among the records, and why the topics cannot be followed any
        // more, which ends the daemon. On the desk's thread.
        std::function<void(const std::string& topic, const std::string& reason)> record_refused;
        std::function<void(const std::string& what)> failed;
    };

    CallDesk(Options options, TopicNames names, LogWriter& log, std::shared_ptr<StreamHub> stream, Callbacks callbacks);
    ~CallDesk();

    void start();
    // Drops what waits, and joins the thread.
    void stop();
    // New rules are in use. Any thread.
    void use(std::shared_ptr<const RuleSet> rules);
    // Runs on the desk's thread, with the list as it is now. Any thread.
    void post(std::function<void()> task);

    // Below: on the desk's thread only.

    // False while the past is being read: what is listed then is not all.
    bool caught_up() const { return caught_up_; }
    const Board& board() const { return board_; }
    const IncidentBook& incidents() const { return incidents_; }
    const EffectBook& effect() const { return effect_; }
    const OpsBook& ops() const { return ops_; }
    std::shared_ptr<const RuleSet> rules() const { return callbacks_.rules(); }
    std::string last_event() const { return stream_->last_id(); }
    Instant now() const { return callbacks_.now(); }

    // Sends an action, and hears its answer, or nothing when none came in time. When the answer names a version of the
    // task, the board has it by then.
    using Answered = std::function<void(const std::optional<DeskAnswer>&)>;
    void act(const AgentAction& action, Answered answered);
    // A record that is answered by that id.
    void act(Output record, const std::string& id, Answered answered);
    // The same for what nobody waits for.
    void send(const AgentAction& action);
    // Writes a record, and says when it is there for good, or that it is not.
    void keep(Output record, std::function<void(bool kept)> done);

 private:
    struct Waiting {
        Answered answered;
        boost::asio::steady_timer timer;
        std::optional<DeskAnswer> answer;  // here, but the board is behind
    };

    void run();
    void pump();
    void take(const Record& record);
    void take_answer(const Record& record);
    void end_waiting(const std::string& id, const std::optional<DeskAnswer>& answer);
    bool is_on_board(const DeskAnswer& answer) const;
    void settle();
    void publish();
    void arm_clock();

    const Options options_;
    const std::string tasks_topic_;
    const std::string answers_topic_;
    const std::string incidents_topic_;
    const std::string results_topic_;
    const std::string counts_topic_;
    const TopicNames names_;
    LogWriter& log_;
    const std::shared_ptr<StreamHub> stream_;
    const Callbacks callbacks_;

    boost::asio::io_context context_{1};
    boost::asio::steady_timer clock_{context_};
    Board board_;
    IncidentBook incidents_;
    EffectBook effect_;
    OpsBook ops_;
    OpsBook::Changed ops_changed_;
    std::vector<DeskChange> changes_;
    bool caught_up_ = false;
    bool effect_changed_ = false;
    std::unordered_map<std::string, std::unique_ptr<Waiting>> waiting_;      // by action
    std::unique_ptr<LogTail> tail_;
    std::thread thread_;
};

}  // namespace premura
