#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace premura {

// What a rule can keep a clock for. The order of the enumerators is stored in state records: append only.
enum class SubjectType : std::uint8_t {
    order,
    parcel,
    shipment,
    return_,
    refund,
    promise,
    customer,
};
constexpr std::size_t subject_type_count = 7;

// The word used in YAML, JSON and logs: "order", ..., "return", ...
std::string_view name_of(SubjectType type);
std::optional<SubjectType> subject_type_named(std::string_view name);

enum class FactKind : std::uint8_t { text, number, boolean, time };
std::string_view name_of(FactKind kind);

// Numbers of facts and events are stored in state records. Append only; never reuse one.
using FactNumber = std::uint8_t;
using EventNumber = std::uint8_t;

// One fact that events can carry, such as `order.promised_by`.
struct FactDefinition {
    FactNumber number;
    std::string_view name;     // "order.promised_by"
    FactKind kind;
    SubjectType subject;       // whose fact it is; loyalty.* and contact.* belong to the order
    bool personal;             // a datum about a person: masked, never logged, erased on request
    std::string_view meaning;  // one sentence, for messages and documentation
};

// One kind of event, such as `order.paid`.
struct EventDefinition {
    EventNumber number;
    std::string_view name;
    SubjectType subject;       // what it is mainly about
    bool final;                // ends its subject's way (delivered, cancelled): see docs/decisions
    std::string_view meaning;
};

std::span<const FactDefinition> all_facts();    // sorted by number; numbers have gaps
std::span<const EventDefinition> all_events();  // sorted by number; numbers have gaps

// Looks a name up; nothing when it is unknown. O(1).
const FactDefinition* fact_named(std::string_view name);
const EventDefinition* event_named(std::string_view name);

// Is there a fact or an event of this number? State records are checked with it when they are read.
bool is_fact(FactNumber number);
bool is_event(EventNumber number);

// By number, which must be one of the vocabulary's.
const FactDefinition& fact(FactNumber number);
const EventDefinition& event_definition(EventNumber number);

// The fact that holds the id of a subject: order.id, parcel.id, ...
FactNumber id_fact_of(SubjectType type);

// A set of event kinds; what a rule asks of an event is one bit test.
class EventSet {
 public:
    void insert(EventNumber number) { words_[number / 64] |= bit(number); }
    bool contains(EventNumber number) const { return (words_[number / 64] & bit(number)) != 0; }
    bool intersects(const EventSet& other) const {
        return (words_[0] & other.words_[0]) != 0 || (words_[1] & other.words_[1]) != 0;
    }
    bool empty() const { return words_[0] == 0 && words_[1] == 0; }
    EventSet& operator|=(const EventSet& other) {
        words_[0] |= other.words_[0];
        words_[1] |= other.words_[1];
        return *this;
    }
    bool operator==(const EventSet&) const = default;

 private:
    static std::uint64_t bit(EventNumber number) { return std::uint64_t{1} << (number % 64); }
    std::array<std::uint64_t, 2> words_{};
};

}  // namespace premura
