#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/events/event.h"
#include "core/events/vocabulary.h"

namespace premura {

// Bounds of one entity. What is over them is dropped by a named rule and counted, see Entity::add.
struct EntityLimits {
    std::size_t history_max = 128;   // events kept; at most 255, because facts name them by a byte
    std::size_t subjects_max = 32;   // parcels, shipments, returns, ... of one order
    std::size_t facts_max = 250;     // values of facts
    std::size_t versions_max = 8;    // values of one fact of one subject over time
};

// An order and all that belongs to it (or a shipment, a return, ... whose order is not known): what
// happened, and what is known. Everything else follows from it: see core/orders/clock.h.
//
// The texts are views: into the encoded state it was decoded from, and into events added since. So an Entity is a
// scratch pad for one step: decode, add, derive, encode.
struct Entity {
    static constexpr std::uint8_t no_subject = 255;

    struct Subject {
        SubjectType type;
        std::string_view id;
    };
    // One event of the history, in the order of arrival.
    struct Entry {
        EventNumber type = 0;
        Instant time;
        std::uint64_t identity = 0;
        std::uint32_t subjects = 0;  // bit i: the event named subjects[i]
    };
    // A value, and the first and last event (by event time) that said so with nothing else said in between.
    struct KnownFact {
        FactNumber number = 0;
        std::uint8_t subject = no_subject;
        std::uint8_t first = 0;
        std::uint8_t last = 0;
        Value value;
    };
    // What cannot be derived: that a clock's case was opened, and which steps have run.
    struct Case {
        enum class State : std::uint8_t { warned, open, closed };
        std::string_view rule;
        std::uint8_t subject = no_subject;
        State state = State::warned;
        bool pinned = false;             // its rule was edited and would not start it any more: it goes on to its end
        bool by_edit = false;            // it is late because its rule was edited: nothing became late just then
        bool on_trial = false;           // it became late while its rule was on trial: nobody is contacted about it
        std::uint8_t warnings_done = 0;  // bit i: early_warning[i] has run, or its time is over
        std::uint8_t steps_done = 0;     // the first n steps of the ladder have run
        std::uint64_t occurrence = 0;    // the start event's identity; 0 for `again: once`
        std::uint32_t last_step = 0;     // names the last step that has run, when it has an id: see step_mark
        std::uint64_t timing = 0;        // with `on_edit: keep`: by which definition the deadline was counted
        Instant deadline;                // as it was when the case was opened, or is kept
        std::string_view customer;       // whose case it is: fixed when somebody is first told of it, empty before
    };

    std::string_view tenant;
    SubjectType kind = SubjectType::order;  // what the key is an id of
    std::string_view id;
    std::vector<Subject> subjects;
    std::vector<Entry> history;
    std::vector<KnownFact> facts;
    std::vector<Case> cases;
    // When the last of its events was read, on the clock on the wall; instant_min in a replay.
    Instant touched = instant_min;
    EventSet types;  // of the history, for quick tests

    enum class Added { applied, repeated };
    struct AddResult {
        Added outcome = Added::applied;
        int dropped = 0;  // subjects, events and facts that found no place
    };
    // Takes an event in, whatever its time: earlier than all others, years old, or a repeat. When the history is
    // full, an event that is neither the first nor the last of its kind makes room.
    AddResult add(const Event& event, const EntityLimits& limits);

    // The value of a fact as it was known at `time`: the latest one said up to then, else the earliest said
    // after (events arrive in any order, and what came late was true before). Values of other subjects of the
    // same type do not count when `subject` is of the fact's type. Null when nobody said anything.
    const Value* fact_at(FactNumber number, std::uint8_t subject, Instant time) const;
    // The latest value of any subject.
    const Value* latest_fact(FactNumber number) const {
        return fact_at(number, no_subject, instant_max);
    }

    // The id of the subject of that type: of `subject` itself when it is of it, else of the first; empty when there is none.
    std::string_view id_of(SubjectType type, std::uint8_t subject) const;

    // Index of a subject, or no_subject.
    std::uint8_t find_subject(SubjectType type, std::string_view id) const;

    Instant last_event_time() const;

    // The customer's data had to go: nothing about it is watched any more.
    bool is_erased() const;
    // Takes out what is told of a person: personal facts and the customer's id. Events stay.
    void erase_personal();
    void clear();

 private:
    std::uint32_t add_subjects(const Event& event, const EntityLimits& limits, AddResult& result);
    void add_fact(const Fact& fact, std::uint8_t subject, std::uint8_t entry,
                  const EntityLimits& limits, AddResult& result);
    bool make_room(const EntityLimits& limits);
    bool before(std::uint8_t one, std::uint8_t other) const;
};

// The entity as bytes: the form in memory and in the state topic. Versioned.
void encode(const Entity& entity, std::string& bytes);

// Fills `entity` with views into `bytes`. False when the bytes are not an entity of a version we know.
bool decode(std::string_view bytes, Entity& entity);

// What the state record with these bytes is called: "acme-it/order/A1". Empty like `decode`.
std::string state_key(std::string_view bytes);

}  // namespace premura
