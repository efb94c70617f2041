#include "core/contacts/put_aside.h"

namespace premura {

Output put_aside(const Record& record, const std::string& reason, Instant arrival) {
    Output output;
    output.topic = "quarantine";
    output.key = record.topic + "/" + std::to_string(record.partition) + "/" + std::to_string(record.offset);
    output.partition_key = output.key;
    output.value = record.value;
    output.headers = record.headers;
    output.headers.emplace_back("premura-rejection", reason);
    output.timestamp = arrival;
    return output;
}

}  // namespace premura
