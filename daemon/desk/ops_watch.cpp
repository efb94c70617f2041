#include "daemon/desk/ops_watch.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "core/contacts/contacts_stage.h"

namespace premura {

// One worker's way over its partitions; on the worker's thread.
class OpsWatch::Count {
 public:
    Count(const Options& options, std::size_t worker, Instant now)
        : options_{options}, worker_{worker}, now_{now} {}

    Worker::Asked step(const Worker::Pipelines& pipelines) {
        if (!begun_) begin(pipelines);
        while (!waiting_.empty()) {
            const auto& [name, partition] = waiting_.back();
            const Pipeline* pipeline = named(pipelines, name);
            const Stage* stage = pipeline == nullptr ? nullptr : pipeline->stage(partition);
            if (!counter_) counter_.emplace(stage != nullptr && stage->decided_until() != instant_min ? stage->decided_until() : now_);
            bool more = false;
            if (const auto* orders = dynamic_cast<const OrdersStage*>(stage)) {
                more = walk(orders->store(), [&](std::string_view bytes) { counter_->add_order(*orders, bytes); });
            } else if (const auto* contacts = dynamic_cast<const ContactsStage*>(stage)) {
                more = walk(contacts->store(), [&](std::string_view bytes) { counter_->add_customer(bytes); });
            }
            if (more) return Worker::Asked::again;
            // A partition that went to somebody else meanwhile is counted there.
            if (stage != nullptr) parts_[name + "/" + std::to_string(partition)] = counter_->take();
            counter_.reset();
            walk_.reset();
            waiting_.pop_back();
        }
        return Worker::Asked::done;
    }
    Parts take() { return std::move(parts_); }

 private:
    void begin(const Worker::Pipelines& pipelines) {
        begun_ = true;
        OpsCounts heard;
        for (const Pipeline* pipeline : pipelines) {
            for (const auto& [topic, silent_after] : options_.feeds) {
                const auto last = pipeline->last_records().find(topic);
                if (last == pipeline->last_records().end()) continue;
                FeedHeard one{std::nullopt, silent_after};
                if (last->second != instant_min) one.last_event_at = last->second;
                OpsCounts part;
                part.feeds.emplace(topic, one);
                heard += part;
            }
            for (const int partition : pipeline->partitions()) {
                const Stage* stage = pipeline->stage(partition);
                const bool counted = dynamic_cast<const OrdersStage*>(stage) != nullptr ||
                                     dynamic_cast<const ContactsStage*>(stage) != nullptr;
                if (counted) waiting_.emplace_back(pipeline->name(), partition);
            }
        }
        // Feeds that nobody has heard yet are told by the first worker, so that they are seen at all.
        if (worker_ == 0) {
            for (const auto& [topic, silent_after] : options_.feeds) heard.feeds.try_emplace(topic, FeedHeard{std::nullopt, silent_after});
        }
        parts_["feeds/" + options_.instance + "/" + std::to_string(worker_)] = std::move(heard);
    }
    template <typename Visit>
    bool walk(const KeyedStore& store, Visit visit) {
        if (!walk_) walk_.emplace(store);
        return walk_->step(store, options_.slice, visit);
    }
    static const Pipeline* named(const Worker::Pipelines& pipelines, const std::string& name) {
        for (const Pipeline* pipeline : pipelines) {
            if (pipeline->name() == name) return pipeline;
        }
        return nullptr;
    }

    const Options options_;
    const std::size_t worker_;
    const Instant now_;
    bool begun_ = false;
    std::vector<std::pair<std::string, int>> waiting_;  // pipeline and partition
    std::optional<KeyedStore::Walk> walk_;
    std::optional<OpsCounter> counter_;
    Parts parts_;
};

OpsWatch::OpsWatch(Options options, const TopicNames& names, LogWriter& log, std::vector<Worker*> workers,
                   boost::asio::io_context& context, std::function<Instant()> now)
    : options_{std::move(options)},
      names_{names},
      log_{log},
      workers_{std::move(workers)},
      context_{context},
      now_{std::move(now)},
      timer_{context} {}

void OpsWatch::start() { boost::asio::post(context_, [this] { begin(); }); }

void OpsWatch::begin() {
    begun_ = std::chrono::steady_clock::now();
    missing_ = workers_.size();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        const auto count = std::make_shared<Count>(options_, i, now_());
        const bool asked = workers_[i]->ask([this, count](const Worker::Pipelines& pipelines) {
            const Worker::Asked said = count->step(pipelines);
            if (said == Worker::Asked::done) {
                boost::asio::post(context_, [this, parts = count->take()] { take(parts); });
            }
            return said;
        });
        // It has too many questions already: next time.
        if (!asked) boost::asio::post(context_, [this] { take({}); });
    }
}

void OpsWatch::take(const Parts& parts) {
    const Instant now = now_();
    std::vector<Output> records;
    for (const auto& [part, counts] : parts) {
        const auto told = told_.find(part);
        if (told != told_.end() && told->second.counts == counts && now < told->second.at + options_.told_again) continue;
        Output record = output_of(part, counts, now);
        record.topic = names_.full(record.topic);
        records.push_back(std::move(record));
        told_.insert_or_assign(part, Told{counts, now});
    }
    // What the log does not take is told with the next change, or after a while.
    if (!records.empty()) log_.append(std::move(records), [](const std::string&) {});
    if (--missing_ != 0) return;
    const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun_);
    timer_.expires_after(std::max(options_.every, took * options_.rest));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) begin();
    });
}

}  // namespace premura
