#pragma once

#include <string_view>

#include "core/events/decoder.h"
#include "core/events/event.h"
#include "core/stage.h"

namespace premura {

// Where an event belongs: the entity whose history it joins.
struct Target {
    SubjectType kind = SubjectType::order;
    std::string_view id;
};

// The header that names the kind of the target of a record in the intake topic.
constexpr std::string_view entity_header = "premura-entity";

// The header of a record that tells a partition to forget the customer that its event names.
constexpr std::string_view erasure_header = "premura-erasure";

// The order when the event names one, else the most particular thing it names.
Target target_of(const Event& event);

// The value of a header, empty when the record has none of that name.
std::string_view header_of(const Record& record, std::string_view name);

// A record of the intake topic: the event, under the key of its target.
Output forwarded(const Event& event, Target target);

// A record of the quarantine: the record as it came, so that it can be mended and sent again, and why it was
// not taken in the header `premura-rejection`.
Output quarantined(const Record& record, const Rejection& rejection, Instant arrival);

}  // namespace premura
