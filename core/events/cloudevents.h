#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/events/decoder.h"
#include "core/events/event_builder.h"
#include "core/events/fact_reader.h"
#include "core/events/json_text.h"
#include "core/stage.h"

namespace premura {

// The attributes of a CloudEvent that concern us.
enum class Attribute : std::uint8_t {
    none,
    specversion,
    id,
    source,
    type,
    subject,
    time,
    tenant,
    identity,  // premuraidentity
    log_time,  // premuralogtime
    data,
    data_base64,
    unused,  // known by name only: a name that is found costs less than one that is not
};

// A CloudEvent as it was read. A data error does not yet reject it: a foreign event's data may look
// like anything. Used again for every event, because there is one to each.
class Envelope {
 public:
    void clear() {
        given_ = 0;
        data_error = {};
        unknown_facts = 0;
        form = Form::structured;
        base64 = false;
        index.reset();
    }
    // Empty when it is not given.
    std::string_view text(Attribute attribute) const {
        return has(attribute) ? texts_[static_cast<std::size_t>(attribute)] : std::string_view{};
    }
    bool has(Attribute attribute) const { return (given_ >> static_cast<int>(attribute) & 1) != 0; }
    void set(Attribute attribute, std::string_view value) {
        texts_[static_cast<std::size_t>(attribute)] = value;
        given_ |= 1U << static_cast<int>(attribute);
    }

    DataError data_error;
    std::uint32_t unknown_facts = 0;

    // Where it stands, for rejections.
    enum class Form : std::uint8_t { structured, binary };
    Form form = Form::structured;
    bool base64 = false;
    std::optional<std::size_t> index;  // in a batch

 private:
    std::string_view texts_[static_cast<std::size_t>(Attribute::data)];
    unsigned given_ = 0;
};

// What the readers below need beside the record.
struct EnvelopeScratch {
    EventBuilder& builder;    // takes the facts
    JsonBuffer& base64_data;  // for data that is a document of its own
    TextArena& arena;
};

// Reads the object in structured mode that the cursor stands at, and steps behind it. False when it
// is not JSON.
bool read_structured(JsonCursor& cursor, Envelope& envelope, EnvelopeScratch& scratch);

// Do headers name all that binary mode requires?
bool has_binary_envelope(const Headers& headers);

// Reads the attributes of binary mode from the headers. A rejection when one is not UTF-8.
std::optional<Rejection> read_binary(const Headers& headers, Envelope& envelope,
                                     EnvelopeScratch& scratch);

// Reads a whole document as the data of an event.
void read_document(JsonBuffer& document, Envelope& envelope, EventBuilder& builder);

// What is wrong with the attributes themselves.
std::optional<Rejection> check_envelope(const Envelope& envelope);

// Where an attribute stands: `/time`, `/3/time`, `header.ce_time`; and its data, or what is wrong
// there.
std::string place_of_attribute(const Envelope& envelope, std::string_view name);
std::string place_of_data(const Envelope& envelope);

// What is wrong with the data; only when data_error is set.
Rejection reject_data(const Envelope& envelope);

}  // namespace premura
