#include "daemon/kafka/kafka_questions.h"

#include <utility>

namespace premura {
namespace {

constexpr bool ends_need_waiting = RD_KAFKA_VERSION < 0x02030000;

// Which question an answer belongs to travels with it as a pointer.
void* opaque_of(std::uint64_t id) {
    return reinterpret_cast<void*>(id);
}
std::uint64_t id_of(const void* opaque) {
    return reinterpret_cast<std::uint64_t>(opaque);
}

void note_error(KafkaQuestions::Answer& answer, const std::string& about,
                rd_kafka_resp_err_t error) {
    if (answer.error.empty()) answer.error = about + ": " + rd_kafka_err2str(error);
}

void take(KafkaQuestions::Answer& answer, const rd_kafka_topic_partition_t& partition) {
    if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        note_error(answer, std::string{partition.topic} + "/" + std::to_string(partition.partition),
                   partition.err);
        return;
    }
    answer.offsets.emplace(TopicPartition{partition.topic, partition.partition}, partition.offset);
}

void take_committed(KafkaQuestions::Answer& answer, rd_kafka_event_t* event) {
    const rd_kafka_ListConsumerGroupOffsets_result_t* result =
        rd_kafka_event_ListConsumerGroupOffsets_result(event);
    std::size_t count = 0;
    const rd_kafka_group_result_t** groups =
        rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
    for (std::size_t i = 0; i < count; ++i) {
        if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[i])) {
            note_error(answer, rd_kafka_group_result_name(groups[i]), rd_kafka_error_code(error));
            continue;
        }
        const rd_kafka_topic_partition_list_t* list = rd_kafka_group_result_partitions(groups[i]);
        for (int k = 0; k < list->cnt; ++k) take(answer, list->elems[k]);
    }
}

KafkaPartitionList list_of(const std::vector<TopicPartition>& partitions, std::int64_t offset) {
    KafkaOffsets offsets;
    for (const TopicPartition& partition : partitions) offsets.emplace(partition, offset);
    return partition_list(offsets);
}

#if RD_KAFKA_VERSION >= 0x02030000
void take_ends(KafkaQuestions::Answer& answer, rd_kafka_event_t* event) {
    const rd_kafka_ListOffsets_result_t* result = rd_kafka_event_ListOffsets_result(event);
    std::size_t count = 0;
    const rd_kafka_ListOffsetsResultInfo_t** infos =
        rd_kafka_ListOffsets_result_infos(result, &count);
    for (std::size_t i = 0; i < count; ++i) {
        take(answer, *rd_kafka_ListOffsetsResultInfo_topic_partition(infos[i]));
    }
}
#endif

}  // namespace

struct KafkaQuestions::Waiting {
    // Ends are those of the client's isolation level, so this one has its own.
    explicit Waiting(const KafkaOptions& options)
        : client{KafkaClient::Role::side,
                 options,
                 {{"group.id", options.prefix}, {"isolation.level", "read_uncommitted"}}} {}

    KafkaClient client;
    std::vector<std::pair<Asker, Answer>> answered;
};

KafkaQuestions::KafkaQuestions(const KafkaClient& client, const KafkaOptions& options,
                               const std::shared_ptr<KafkaWake>& wake)
    : client_{client},
      options_{options},
      wake_{wake},
      queue_{KafkaQueue{rd_kafka_queue_new(client.get())}, wake} {
    if (ends_need_waiting) waiting_ = std::make_unique<Waiting>(options);
}

KafkaQuestions::~KafkaQuestions() = default;

KafkaAdminOptions KafkaQuestions::admin_options(rd_kafka_admin_op_t operation,
                                                std::uint64_t id) const {
    KafkaAdminOptions options{rd_kafka_AdminOptions_new(client_.get(), operation)};
    char text[256];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), to_int(options_.request_timeout), text,
                                              sizeof text);
    rd_kafka_AdminOptions_set_opaque(options.get(), opaque_of(id));
    return options;
}

void KafkaQuestions::committed(const std::string& group,
                               const std::vector<TopicPartition>& partitions, Asker asker) {
    const std::uint64_t id = ++last_id_;
    askers_.emplace(id, std::move(asker));
    const KafkaAdminOptions options = admin_options(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, id);
    // Positions inside an open transaction are not settled yet.
    const KafkaError refused{rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1)};
    const KafkaPartitionList list = list_of(partitions, RD_KAFKA_OFFSET_INVALID);
    rd_kafka_ListConsumerGroupOffsets_t* request =
        rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), list.get());
    rd_kafka_ListConsumerGroupOffsets(client_.get(), &request, 1, options.get(), queue_.get());
    rd_kafka_ListConsumerGroupOffsets_destroy(request);
}

#if RD_KAFKA_VERSION >= 0x02030000
void KafkaQuestions::ends(const std::vector<TopicPartition>& partitions, Asker asker) {
    const std::uint64_t id = ++last_id_;
    askers_.emplace(id, std::move(asker));
    const KafkaAdminOptions options = admin_options(RD_KAFKA_ADMIN_OP_LISTOFFSETS, id);
    const KafkaError refused{rd_kafka_AdminOptions_set_isolation_level(
        options.get(), RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED)};
    const KafkaPartitionList list = list_of(partitions, RD_KAFKA_OFFSET_SPEC_LATEST);
    rd_kafka_ListOffsets(client_.get(), list.get(), options.get(), queue_.get());
}
#else
void KafkaQuestions::ends(const std::vector<TopicPartition>& partitions, Asker asker) {
    Answer answer;
    for (const TopicPartition& partition : partitions) {
        std::int64_t low = 0;
        std::int64_t end = 0;
        const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            waiting_->client.get(), partition.first.c_str(), partition.second, &low, &end,
            to_int(options_.request_timeout));
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
            answer.offsets.emplace(partition, end);
        } else {
            note_error(answer, partition.first + "/" + std::to_string(partition.second), error);
        }
    }
    waiting_->answered.emplace_back(std::move(asker), std::move(answer));
    wake_->raise_after(Milliseconds{0});
}
#endif

void KafkaQuestions::serve() {
    while (const KafkaEvent event{rd_kafka_queue_poll(queue_.get(), 0)}) answer(event.get());
    if (!waiting_) return;
    for (const auto& [asker, answer] : std::exchange(waiting_->answered, {})) asker(answer);
}

void KafkaQuestions::answer(rd_kafka_event_t* event) {
    const auto found = askers_.find(id_of(rd_kafka_event_opaque(event)));
    if (found == askers_.end()) return;
    const Asker asker = std::move(found->second);
    askers_.erase(found);

    Answer answer;
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        answer.error = rd_kafka_event_error_string(event);
    } else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_LISTCONSUMERGROUPOFFSETS_RESULT) {
        take_committed(answer, event);
    }
#if RD_KAFKA_VERSION >= 0x02030000
    else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_LISTOFFSETS_RESULT) {
        take_ends(answer, event);
    }
#endif
    asker(answer);
}

}  // namespace premura
