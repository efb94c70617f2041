#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace premura {

// One thing on its way out, as the outbox keeps it.
struct OutboxEntry {
    enum class Kind : std::uint8_t { message, escalation, expedite, incident, task };
    enum class State : std::uint8_t {
        pending,    // waits for its time, or for room at the gateway
        asked,      // the senders have it, or had it when they died
        sent,
        failed,     // no channel took it
        cancelled,  // what it was about is solved
        expired,    // it would come too late to be of use
        skipped,    // it could not be said: a fact, an address, a text or a gateway is missing
    };

    std::string id;
    std::string tenant;
    Kind kind = Kind::message;
    State state = State::pending;
    std::string body;                // the record it came as, JSON; of a task its TaskNews; empty once it is done
    std::vector<std::string> cases;  // those of its cases that are not solved
    Instant decided_at;
    Instant expires_at;
    Instant due = instant_max;       // next attempt; end of an attempt that nobody answered; when it is forgotten

    // The way that was chosen, rendered; without a channel none is yet.
    std::string channel;
    std::string gateway;
    std::string from;
    std::string to;
    std::string content;

    std::vector<std::string> given_up;  // channels that did not take it
    int attempts = 0;                   // of this channel
    int postponed = 0;                  // of this channel: times nothing was tried
    int number = 0;                     // of requests
    bool solved = false;                // while the senders had it
    std::string reason;                 // of the last result, then of the end

    // Of a call task, which is told anew with every version that matters: one entry for all of them.
    int version = 0;                    // the newest that was read
    int told_version = 0;               // the one that `body` and `content` are of
    std::string next;                   // TaskNews of a newer one that waits for the answer to this one
    std::string told;                   // digest of the last that the dialer took; empty: it took none
    bool ended = false;                 // there is nothing more to come

    // Of what is sent over a channel: a repeat has the same one.
    std::string key(std::string_view over_channel) const;

    bool is_done() const { return state != State::pending && state != State::asked; }
    int tries() const { return attempts + postponed; }
};

std::string_view name_of(OutboxEntry::Kind kind);
std::string_view name_of(OutboxEntry::State state);

// As a state record, versioned JSON; and back. False when it is not of a version we know.
std::string encode(const OutboxEntry& entry);
bool decode(std::string_view text, OutboxEntry& entry);

}  // namespace premura
