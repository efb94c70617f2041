#include "daemon/kafka/kafka_member.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace premura {
namespace {

void must_succeed(rd_kafka_resp_err_t error, const char* what) {
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw LogError(std::string{what} + ": " + rd_kafka_err2str(error));
    }
}

// librdkafka tells what the member is at the moment of asking. When the group has let go of it,
// that is a generation of -1 and no name, and a broker takes a commit under those for one of
// somebody who was never in any group: it checks nothing. Such metadata must never be used.
KafkaGroupMetadata membership_of(rd_kafka_t* client, [[maybe_unused]] int& generation) {
    KafkaGroupMetadata group{rd_kafka_consumer_group_metadata(client)};
    if (!group) return group;
#if RD_KAFKA_VERSION >= 0x02080000
    generation = rd_kafka_consumer_group_metadata_generation_id(group.get());
    const std::string_view member = rd_kafka_consumer_group_metadata_member_id(group.get());
    if (member.empty() || generation < 0) group.reset();
#else
    // The generation stays unknown; partitions then never outlive a rebalance.
    const KafkaOwned<char, free> member{rd_kafka_memberid(client)};
    if (!member || *member == '\0') group.reset();
#endif
    return group;
}

}  // namespace

KafkaMember::KafkaMember(const KafkaOptions& options, const StageTopics& topics,
                         const std::shared_ptr<KafkaWake>& wake)
    : group_{options.prefix + "-" + topics.stage},
      instance_{options.instance},
      client_{KafkaClient::Role::member,
              options,
              [this] {
                  KafkaClient::Properties own{{"group.id", group_}};
                  if (!instance_.empty()) own.emplace("group.instance.id", instance_);
                  return own;
              }(),
              {[this](rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t* partitions) {
                   note_rebalance(what, partitions);
               },
               {}}},
      queue_{KafkaQueue{rd_kafka_queue_get_consumer(client_.get())}, wake} {
    KafkaOffsets subscribed;
    for (const std::string& input : topics.inputs) {
        subscribed.emplace(TopicPartition{input, RD_KAFKA_PARTITION_UA}, RD_KAFKA_OFFSET_INVALID);
    }
    must_succeed(rd_kafka_subscribe(client_.get(), partition_list(subscribed).get()),
                 "the inputs cannot be subscribed to");
}

KafkaMember::~KafkaMember() {
    closing_ = true;
}

std::size_t KafkaMember::consume(std::size_t messages_max,
                                 const std::function<void(const rd_kafka_message_t&)>& take) {
    const std::size_t wanted = std::min(messages_max, messages_.size());
    const ssize_t got = rd_kafka_consume_batch_queue(queue_.get(), 0, messages_.data(), wanted);
    for (ssize_t i = 0; i < got; ++i) {
        rd_kafka_message_t* const message = messages_[static_cast<std::size_t>(i)];
        take(*message);
        rd_kafka_message_destroy(message);
    }
    throw_if_shut_out();
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void KafkaMember::throw_if_shut_out() const {
    const auto fatal = client_.fatal();
    if (!fatal) return;
    if (fatal->code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) {
        throw LogError(
            "another process reads as '" + instance_ + "' in group '" + group_ +
            "', this one is shut out; hint: give each daemon an instance name of its own");
    }
    throw LogError("group '" + group_ + "' cannot be read: " + fatal->text);
}

void KafkaMember::note_rebalance(rd_kafka_resp_err_t what,
                                 const rd_kafka_topic_partition_list_t* partitions) {
    if (closing_) {
        rd_kafka_assign(client_.get(), nullptr);
        return;
    }
    Rebalance rebalance;
    rebalance.assigned = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    rebalance.lost = rd_kafka_assignment_lost(client_.get()) != 0;
    if (rebalance.assigned) {
        rebalance.group = membership_of(client_.get(), rebalance.generation);
        for (int i = 0; i < partitions->cnt; ++i) {
            rebalance.partitions.emplace_back(partitions->elems[i].topic,
                                              partitions->elems[i].partition);
        }
    }
    // Not followed by rd_kafka_yield: in a batch call that throws the next message away.
    rebalances_.push_back(std::move(rebalance));
}

std::optional<KafkaMember::Rebalance> KafkaMember::take_rebalance() {
    if (rebalances_.empty()) return std::nullopt;
    Rebalance next = std::move(rebalances_.front());
    rebalances_.pop_front();
    return next;
}

void KafkaMember::assign(const KafkaOffsets& offsets) {
    must_succeed(rd_kafka_assign(client_.get(), partition_list(offsets).get()),
                 "partitions cannot be taken");
}

void KafkaMember::unassign() {
    must_succeed(rd_kafka_assign(client_.get(), nullptr), "partitions cannot be given back");
}

void KafkaMember::pause(const KafkaOffsets& partitions) {
    must_succeed(rd_kafka_pause_partitions(client_.get(), partition_list(partitions).get()),
                 "partitions cannot be paused");
}

void KafkaMember::resume(const KafkaOffsets& partitions) {
    must_succeed(rd_kafka_resume_partitions(client_.get(), partition_list(partitions).get()),
                 "partitions cannot be resumed");
}

void KafkaMember::close() {
    closing_ = true;
    rd_kafka_assign(client_.get(), nullptr);
    rd_kafka_consumer_close(client_.get());
}

}  // namespace premura
