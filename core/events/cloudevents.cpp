#include "core/events/cloudevents.h"

#include <fmt/format.h>

#include "core/events/limits.h"
#include "core/events/name_table.h"
#include "core/events/text_codecs.h"

namespace premura {
namespace {

using enum Attribute;

const NameTable& attributes() {
    static constexpr auto entry = [](std::string_view name, Attribute attribute) {
        return NameTable::Entry{name, static_cast<std::uint8_t>(attribute)};
    };
    static constexpr NameTable::Entry names[] = {
        entry("specversion", specversion), entry("id", id),
        entry("source", source),           entry("type", type),
        entry("subject", subject),         entry("time", time),
        entry("tenant", tenant),           entry("premuraidentity", identity),
        entry("premuralogtime", log_time), entry("data", data),
        entry("data_base64", data_base64), entry("datacontenttype", unused),
        entry("dataschema", unused),       entry("partitionkey", unused),
        entry("sequence", unused),         entry("traceparent", unused),
    };
    static const NameTable table{names};
    return table;
}

// The functions below say false when the JSON is malformed, and leave the cursor behind the value
// or at it.

bool read_base64(JsonCursor& cursor, Envelope& envelope, EnvelopeScratch& scratch) {
    if (cursor.is_null()) return true;
    envelope.base64 = true;
    envelope.data_error = {.not_an_object = true};
    std::string_view text;
    if (!cursor.is_string()) return true;
    if (!cursor.read_string(text)) return false;
    const auto bytes = decode_base64(text);
    if (!bytes) return true;
    scratch.base64_data.copy(*bytes);
    read_document(scratch.base64_data, envelope, scratch.builder);
    // A batch may bring more of these, and they all use one buffer.
    scratch.builder.keep_texts(scratch.arena);
    return true;
}

bool read_data(JsonCursor& cursor, Envelope& envelope, EventBuilder& builder) {
    const JsonCursor start = cursor;
    envelope.data_error = read_facts(cursor, builder, envelope.unknown_facts);
    if (envelope.data_error.not_json) return false;
    // What is behind data that is not as it should be is read all the same: the event may be
    // foreign.
    if (envelope.data_error.any()) cursor = start;
    return true;
}

bool read_attribute(JsonCursor& cursor, Attribute attribute, Envelope& envelope) {
    if (cursor.is_string()) {
        std::string_view text;
        if (!cursor.read_string(text)) return false;
        envelope.set(attribute, text);
    } else if (!cursor.is_null()) {
        // `true` is all that is wanted of another kind; anything else reads as an unreadable text.
        envelope.set(attribute, cursor.word() == "true" ? "true" : "");
    }
    return true;
}

// The attribute's name without `ce_` (Kafka) or `ce-` (HTTP); empty for other headers.
std::string_view attribute_name(std::string_view header) {
    const bool ours = header.size() > 3 && header[0] == 'c' && header[1] == 'e' &&
                      (header[2] == '_' || header[2] == '-');
    return ours ? header.substr(3) : std::string_view{};
}

std::string_view name_of(Attribute attribute) {
    switch (attribute) {
        case specversion:
            return "specversion";
        case id:
            return "id";
        case source:
            return "source";
        default:
            return "type";
    }
}

// The JSON Pointer of what the envelope was read from.
std::string root_of(const Envelope& envelope) {
    return envelope.index ? fmt::format("/{}", *envelope.index) : std::string{};
}

}  // namespace

bool read_structured(JsonCursor& cursor, Envelope& envelope, EnvelopeScratch& scratch) {
    const NameTable& names = attributes();
    return cursor.read_object([&cursor, &envelope, &scratch, &names](std::string_view key) {
        const auto attribute = static_cast<Attribute>(names.find_padded(key));
        switch (attribute) {
            case none:
                return true;
            case data:
                return read_data(cursor, envelope, scratch.builder);
            case data_base64:
                return read_base64(cursor, envelope, scratch);
            default:
                return read_attribute(cursor, attribute, envelope);
        }
    });
}

void read_document(JsonBuffer& document, Envelope& envelope, EventBuilder& builder) {
    if (!document.index()) {
        envelope.data_error = {.not_json = true};
        return;
    }
    JsonCursor cursor{document};
    envelope.data_error = read_facts(cursor, builder, envelope.unknown_facts);
    if (!envelope.data_error.any()) envelope.data_error.not_json = !cursor.at_end();
}

bool has_binary_envelope(const Headers& headers) {
    unsigned found = 0;
    for (const auto& [header, text] : headers) {
        const std::string_view name = attribute_name(header);
        if (!name.empty() && !text.empty()) found |= 1U << attributes().find(name);
    }
    constexpr unsigned all = 1U << static_cast<int>(specversion) | 1U << static_cast<int>(id) |
                             1U << static_cast<int>(source) | 1U << static_cast<int>(type);
    return (found & all) == all;
}

std::optional<Rejection> read_binary(const Headers& headers, Envelope& envelope,
                                     EnvelopeScratch& scratch) {
    envelope.form = Envelope::Form::binary;
    for (const auto& [header, text] : headers) {
        const auto attribute = static_cast<Attribute>(attributes().find(attribute_name(header)));
        if (attribute == none || attribute >= data) continue;
        std::string_view content = text;
        if (header[2] == '-' && text.find_first_of("%\"") != std::string::npos) {
            content = scratch.arena.keep(decode_http_header(text));
        }
        if (!is_utf8(content)) {
            return Rejection{rejected::bad_attribute, "the header is not UTF-8",
                             fmt::format("header.{}", header)};
        }
        envelope.set(attribute, content);
    }
    return std::nullopt;
}

std::optional<Rejection> check_envelope(const Envelope& envelope) {
    for (const Attribute required : {specversion, id, source, type}) {
        if (!envelope.text(required).empty()) continue;
        const std::string_view name = name_of(required);
        return Rejection{rejected::no_envelope,
                         fmt::format("a CloudEvent needs the attribute `{}`", name),
                         place_of_attribute(envelope, name)};
    }
    if (!envelope.text(specversion).starts_with("1.")) {
        return Rejection{rejected::no_envelope, "only version 1 of CloudEvents is understood",
                         place_of_attribute(envelope, "specversion")};
    }
    if (envelope.text(subject).size() > text_bytes_max) {
        return Rejection{rejected::too_large,
                         fmt::format("the subject is longer than {} bytes", text_bytes_max),
                         place_of_attribute(envelope, "subject")};
    }
    return std::nullopt;
}

std::string place_of_attribute(const Envelope& envelope, std::string_view name) {
    if (envelope.form == Envelope::Form::binary) return fmt::format("header.ce_{}", name);
    return fmt::format("{}/{}", root_of(envelope), name);
}

std::string place_of_data(const Envelope& envelope) {
    const std::string inside = place_of(envelope.data_error);
    if (envelope.form == Envelope::Form::binary) return inside;
    const std::string_view data_name = envelope.base64 ? "/data_base64" : "/data";
    return fmt::format("{}{}{}", root_of(envelope), data_name, inside);
}

Rejection reject_data(const Envelope& envelope) {
    const DataError& error = envelope.data_error;
    const std::string_view reason = error.not_json                            ? rejected::not_json
                                    : error.not_an_object                     ? rejected::bad_data
                                    : error.fact_error == FactError::too_long ? rejected::too_large
                                                                              : rejected::bad_fact;
    return {reason, describe(error), place_of_data(envelope)};
}

}  // namespace premura
