#include "daemon/kafka/kafka_wake.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace premura {

std::shared_ptr<KafkaWake> KafkaWake::make(boost::asio::any_io_executor executor,
                                           Milliseconds tick) {
    const int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (descriptor < 0) {
        throw LogError(std::string{"an event descriptor cannot be had: "} + std::strerror(errno));
    }
    return std::shared_ptr<KafkaWake>{new KafkaWake{std::move(executor), tick, descriptor}};
}

KafkaWake::KafkaWake(boost::asio::any_io_executor executor, Milliseconds tick, int descriptor)
    : tick_{tick},
      descriptor_{executor, descriptor},
      ticker_{executor},
      later_{executor},
      signal_{std::make_shared<ReadySignal>([executor](std::function<void()> call) {
          boost::asio::post(executor, std::move(call));
      })} {}

void KafkaWake::start() {
    listen();
    tick();
}

void KafkaWake::stop() {
    stopped_ = true;
    signal_->cancel();
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);
    ticker_.cancel();
    later_.cancel();
}

void KafkaWake::begin() {
    signal_->lower();
    std::uint64_t count = 0;
    (void)!::read(descriptor_.native_handle(), &count, sizeof count);
}

void KafkaWake::listen() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [weak = weak_from_this()](const boost::system::error_code& error) {
                               const auto self = weak.lock();
                               if (error || !self || self->stopped_) return;
                               self->begin();
                               self->signal_->raise();
                               self->listen();
                           });
}

void KafkaWake::tick() {
    ticker_.expires_after(tick_);
    ticker_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->stopped_) return;
        self->signal_->raise();
        self->tick();
    });
}

void KafkaWake::raise_after(Milliseconds delay) {
    later_.expires_after(delay);
    later_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self && !self->stopped_) self->signal_->raise();
    });
}

KafkaWatchedQueue::KafkaWatchedQueue(KafkaQueue queue, std::shared_ptr<KafkaWake> wake)
    : queue_{std::move(queue)}, wake_{std::move(wake)} {
    const std::uint64_t one = 1;
    rd_kafka_queue_io_event_enable(queue_.get(), wake_->descriptor(), &one, sizeof one);
}

KafkaWatchedQueue::~KafkaWatchedQueue() {
    rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0);
}

}  // namespace premura
