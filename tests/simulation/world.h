#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/model.h"
#include "tests/simulation/random.h"

namespace premura {

// What happens to a shop, as it tells it.
struct WorldEvent {
    ModelEvent content;     // with the time it claims
    bool timeless = false;  // it claims none
};

// One record on its way to the log; an event may have several.
struct Appending {
    std::size_t event = 0;
    Instant at;       // on the true clock
    std::string key;  // of the record: not always the order's id
};

struct Fault {
    enum class Kind : std::uint8_t {
        pause_stage,   // one pipeline of one worker does not run for a while
        pause_worker,  // nor does any of its pipelines
        crash,         // gone without a word between two rounds, back after a while
        crash_before_commit,  // gone after it read and before it committed
        stop,          // ended politely, back after a while
        lose_commit,   // one commit fails
        expel,         // the group gives a reader up
        assign,        // a partition goes to another worker
        clock_step,    // somebody sets the wall clock
    };
    Kind kind = Kind::crash;
    Instant at;  // on the true clock
    int worker = 0;
    int stage = 0;  // 0: orders, 1: contacts
    int partition = 0;
    Milliseconds length{0};  // of a pause or an absence; how far the clock is set, back or forward
};

std::string_view name_of(Fault::Kind kind);

// Where a customer is and what of it is told. Empty: not told.
struct Whereabouts {
    std::string zone;
    std::string country;
    std::string phone;
    std::string ships_to;
};

// All that a seed decides. Both runs of a seed, the calm one and the one with faults, live in this world; the
// clock steps are part of it, because they date what arrives.
struct World {
    std::uint64_t seed = 0;
    Instant begin;
    Instant end;
    std::vector<WorldEvent> events;
    std::vector<Appending> appendings;  // by time
    std::vector<Fault> faults;          // by time
    std::size_t batch_records_max = 5000;
    int due_ignored_percent = 0;        // how often nobody looks when something is due
    // With the house, its ops and agents beside; their doings follow from the run, by this seed.
    bool has_house = false;
    std::map<std::string, Whereabouts> customers;  // only with a house
    Instant edited_at = instant_max;               // when the rules are edited
};

World make_world(std::uint64_t seed, const SimulationRules& rules);
// One with a house: more customers, in more places and with wishes of their own. policy_world.cpp
World make_policy_world(std::uint64_t seed);

// Parts of both.
Instant make_beginning(Random& random);
void make_faults(Random& random, World& world);

}  // namespace premura
