#include "daemon/pipeline/worker.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace premura {
namespace {

constexpr std::chrono::seconds heartbeat_interval{1};
// A timer never sleeps longer, so that a step of the wall clock is noticed soon.
constexpr Milliseconds sleep_max = std::chrono::seconds{10};

}  // namespace

struct Worker::Runner {
    Runner(boost::asio::io_context& context, StageSetup& setup, const PipelineObserver& observer)
        : log{setup.make_log(context)},
          pipeline{setup.options, setup.names, *log, setup.make_stage, observer},
          timer{context} {}

    std::unique_ptr<StageLog> log;
    Pipeline pipeline;
    boost::asio::steady_timer timer;
    bool queued = false;   // a round is posted already
    bool waiting = false;  // the log will call
};

Worker::Worker(std::vector<StageSetup> stages, Callbacks callbacks)
    : setups_{std::move(stages)}, callbacks_{std::move(callbacks)} {}

Worker::~Worker() { stop(); }

void Worker::start() {
    thread_ = std::thread{[this] { run(); }};
}

void Worker::run() {
    guarded([this] {
        for (StageSetup& setup : setups_) {
            runners_.push_back(std::make_unique<Runner>(context_, setup, callbacks_.observer));
        }
        for (const auto& runner : runners_) {
            runner->pipeline.open();
            pump(*runner);
        }
        beat();
    });
    if (!failed_) guarded([this] { context_.run(); });
    if (!failed_) {
        guarded([this] {
            for (const auto& runner : runners_) runner->pipeline.close();
        });
    }
    runners_.clear();
}

// A LogError ends the worker: the world failed. Anything else is our bug, and ends the process.
void Worker::guarded(const std::function<void()>& action) {
    try {
        action();
    } catch (const LogError& error) {
        failed_ = true;
        context_.stop();
        callbacks_.failed(error.what());
    }
}

void Worker::beat() {
    heartbeats_.fetch_add(1, std::memory_order_relaxed);
    heartbeat_.expires_after(heartbeat_interval);
    heartbeat_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !stopping_) beat();
    });
}

// Posts one round, unless one is posted already.
void Worker::pump(Runner& runner) {
    if (runner.queued || stopping_) return;
    runner.queued = true;
    boost::asio::post(context_, [this, &runner] {
        runner.queued = false;
        if (stopping_) return;
        heartbeats_.fetch_add(1, std::memory_order_relaxed);
        runner.timer.cancel();
        const Instant now = callbacks_.now();
        if (runner.pipeline.run_once(now)) {
            pump(runner);
            return;
        }
        if (!runner.waiting) {
            runner.waiting = true;
            runner.log->wait([this, &runner] {
                runner.waiting = false;
                pump(runner);
            });
        }
        if (const auto due = runner.pipeline.next_due()) {
            runner.timer.expires_after(std::clamp(*due - now, Milliseconds{1}, sleep_max));
            runner.timer.async_wait([this, &runner](const boost::system::error_code& error) {
                if (!error) pump(runner);
            });
        }
    });
}

void Worker::use(std::shared_ptr<const RuleSet> rules) {
    boost::asio::post(context_, [this, rules = std::move(rules)] {
        for (const auto& runner : runners_) {
            runner->pipeline.use(rules);
            pump(*runner);
        }
    });
}

void Worker::status(std::function<void(std::vector<Pipeline::Status>)> answer) {
    boost::asio::post(context_, [this, answer = std::move(answer)] {
        std::vector<Pipeline::Status> all;
        for (const auto& runner : runners_) all.push_back(runner->pipeline.status());
        answer(std::move(all));
    });
}

bool Worker::ask(Question question) {
    if (questions_.fetch_add(1) >= questions_max) {
        questions_.fetch_sub(1);
        return false;
    }
    put(std::move(question));
    return true;
}

// Behind the rounds that are posted already, so that no question keeps them waiting for more than one slice.
void Worker::put(Question question) {
    boost::asio::post(context_, [this, question = std::move(question)]() mutable {
        Pipelines pipelines;
        for (const auto& runner : runners_) pipelines.push_back(&runner->pipeline);
        if (!stopping_ && question(pipelines) == Asked::again) {
            put(std::move(question));
            return;
        }
        questions_.fetch_sub(1);
    });
}

void Worker::stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] {
        stopping_ = true;
        heartbeat_.cancel();
        context_.stop();
    });
    thread_.join();
}

}  // namespace premura
