#include "daemon/accounts/background_jobs.h"

#include <exception>
#include <utility>

namespace premura {

BackgroundJobs::BackgroundJobs(std::size_t waiting_max) : waiting_max_{waiting_max}, thread_{[this] { work(); }} {}

BackgroundJobs::~BackgroundJobs() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    thread_.join();
}

bool BackgroundJobs::run(std::function<void()> job) {
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || waiting_.size() >= waiting_max_) return false;
        waiting_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

bool BackgroundJobs::is_full() {
    const std::lock_guard lock{mutex_};
    return waiting_.size() >= waiting_max_;
}

void BackgroundJobs::work() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        const auto job = std::exchange(waiting_.front(), nullptr);
        waiting_.pop_front();
        lock.unlock();
        try {
            job();
        } catch (const std::exception&) {
            // What was not answered is answered 500 when the job lets go of it.
        }
        lock.lock();
    }
}

}  // namespace premura
