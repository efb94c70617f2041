#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace premura {

// A thread for what takes too long for the one that serves: passwords, and questions to an identity provider. One after the other, so
// that many who sign in at once slow down each other and not the desk. Jobs that have not begun when it ends are dropped.
class BackgroundJobs {
 public:
    explicit BackgroundJobs(std::size_t waiting_max);
    ~BackgroundJobs();
    BackgroundJobs(const BackgroundJobs&) = delete;
    BackgroundJobs& operator=(const BackgroundJobs&) = delete;

    // False: too many wait already. A job that throws has come to nothing; the next one follows.
    bool run(std::function<void()> job);
    bool is_full();

 private:
    void work();

    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace premura
