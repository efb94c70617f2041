#include "daemon/kafka/kafka_writer.h"

#include <utility>

namespace premura {
namespace {

constexpr Milliseconds tick{1'000};

}  // namespace

struct KafkaWriter::Pending {
    std::function<void(std::string error)> done;
    // One more than there are records, until all have been handed over.
    std::atomic<std::size_t> left;
    std::mutex mutex;
    std::string error;
};

KafkaWriter::Session::Session(const KafkaOptions& options, const std::shared_ptr<KafkaWake>& wake,
                              std::atomic<std::size_t>& records_waiting)
    : client{KafkaClient::Role::writer,
             options,
             {},
             {{},
              [&records_waiting](const rd_kafka_message_t& message) {
                  delivered(message, records_waiting);
              }}},
      queue{KafkaQueue{rd_kafka_queue_get_main(client.get())}, wake},
      targets{client, options.request_timeout} {}

KafkaWriter::KafkaWriter(KafkaOptions options, boost::asio::any_io_executor executor)
    : options_{std::move(options)},
      wake_{KafkaWake::make(std::move(executor), tick)},
      session_{std::make_shared<Session>(options_, wake_, records_waiting_)} {
    wake_->start();
    serve();
}

KafkaWriter::~KafkaWriter() {
    *alive_ = false;
    wake_->stop();
    drain(*session_, options_.delivery_timeout);
}

void KafkaWriter::append(std::vector<Output> records, std::function<void(std::string error)> done) {
    if (records.empty()) return done({});
    if (!admit(records.size())) {
        return done("too many records wait to be written to Kafka (" +
                    std::to_string(options_.appends_waiting_max) + "); hint: send more slowly");
    }
    const std::shared_ptr<Session> session = this->session();
    std::vector<std::pair<const KafkaTargets::Target*, int>> places;
    places.reserve(records.size());
    try {
        const std::scoped_lock lock{session->mutex};
        for (const Output& record : records) {
            const KafkaTargets::Target& target = session->targets.find(record.topic);
            places.emplace_back(&target, partition_for(record, target));
        }
    } catch (const LogError& error) {
        records_waiting_ -= records.size();
        return done(error.what());
    }

    auto* const pending = new Pending{std::move(done), records.size() + 1, {}, {}};
    for (std::size_t i = 0; i < records.size(); ++i) {
        const rd_kafka_resp_err_t error =
            produce(session->client, *places[i].first, places[i].second, records[i], pending);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        const std::size_t rest = records.size() - i;
        records_waiting_ -= rest;
        settle(pending, rest, "'" + records[i].topic + "': " + rd_kafka_err2str(error));
        break;
    }
    settle(pending, 1, {});
}

bool KafkaWriter::admit(std::size_t records) {
    std::size_t waiting = records_waiting_.load();
    while (waiting + records <= options_.appends_waiting_max) {
        if (records_waiting_.compare_exchange_weak(waiting, waiting + records)) return true;
    }
    return false;
}

void KafkaWriter::delivered(const rd_kafka_message_t& message,
                            std::atomic<std::size_t>& records_waiting) {
    --records_waiting;
    std::string error;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = std::string{"'"} + rd_kafka_topic_name(message.rkt) +
                "': " + rd_kafka_err2str(message.err);
    }
    settle(static_cast<Pending*>(message._private), 1, error);
}

// Reports come on one thread while another may still hand records over; whoever is last tells the
// sender.
void KafkaWriter::settle(Pending* pending, std::size_t records, const std::string& error) {
    if (!error.empty()) {
        const std::scoped_lock lock{pending->mutex};
        if (pending->error.empty()) pending->error = "records could not be written to " + error;
    }
    if (pending->left.fetch_sub(records) != records) return;
    const std::unique_ptr<Pending> last{pending};
    last->done(std::move(last->error));
}

int KafkaWriter::partitions(const std::string& topic) {
    const std::shared_ptr<Session> session = this->session();
    const std::scoped_lock lock{session->mutex};
    return session->targets.find(topic).partitions;
}

std::shared_ptr<KafkaWriter::Session> KafkaWriter::session() {
    const std::scoped_lock lock{mutex_};
    return session_;
}

void KafkaWriter::serve() {
    wake_->begin();
    rd_kafka_poll(session()->client.get(), 0);
    replace_if_broken();
    wake_->signal().wait([this, alive = std::weak_ptr<bool>{alive_}] {
        const auto still = alive.lock();
        if (still && *still) serve();
    });
}

// librdkafka gives an idempotent producer up when it can no longer tell what was written.
void KafkaWriter::replace_if_broken() {
    const std::shared_ptr<Session> broken = session();
    const auto fatal = broken->client.fatal();
    if (!fatal) return;
    broken->client.log(4, "the producer is made anew: " + fatal->text);
    {
        auto fresh = std::make_shared<Session>(options_, wake_, records_waiting_);
        const std::scoped_lock lock{mutex_};
        session_ = std::move(fresh);
    }
    drain(*broken, Milliseconds{0});
}

void KafkaWriter::drain(Session& session, Milliseconds timeout) {
    rd_kafka_flush(session.client.get(), to_int(timeout));
    rd_kafka_purge(session.client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(session.client.get(), to_int(options_.request_timeout));
}

std::unique_ptr<LogWriter> make_kafka_writer(KafkaOptions options,
                                             boost::asio::any_io_executor executor) {
    return std::make_unique<KafkaWriter>(std::move(options), std::move(executor));
}

}  // namespace premura
