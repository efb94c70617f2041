#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/findings/finding.h"

namespace premura {

// All that the contacts stage knows of one customer of one tenant: what is open, what was asked of people and
// systems, and why something was not. Stored as one state record.
struct Customer {
    // Bounds; what is over them leaves oldest first.
    static constexpr std::size_t closed_cases_max = 64;
    static constexpr std::size_t decisions_max = 100;
    static constexpr std::size_t past_max = 50;
    static constexpr std::size_t told_of_max = 16;

    // A case as the last finding that carried facts told it.
    struct OpenCase {
        std::string id;
        std::string rule;
        std::string order;
        SubjectType subject_type = SubjectType::order;
        std::string subject;
        bool late = false;  // false: only warned of so far
        Instant started_at;
        Instant deadline;
        std::string facts;    // JSON object
        std::string history;  // JSON array
        bool by_edit = false; // late because its rule was edited
    };
    // A contact that waits for its moment, or a call that is on the agents' list.
    struct Contact {
        enum class State : std::uint8_t { held, raised };
        std::string id;       // derived from case, step and attempt
        State state = State::held;
        Step::Verb verb = Step::Verb::call;
        std::string target;
        std::string text;     // script or message
        Priority priority = Priority::normal;
        int version = 0;      // of the call task, counted from 1 with each record
        Instant planned_at;
        Instant hold_until = instant_max;
        Instant raised_at;
        std::vector<std::string> cases;
        // Why it is held, when the house decides how long: "incident" or "rate_limit"; else empty.
        std::string held_for;
        std::string held_by;                     // of "incident": which one
        std::vector<std::string> released_from;  // incidents that hold it no longer
        bool has_permit = false;                 // its rule has let it go; once
        std::string incident;                    // it is the message to all customers of that incident
    };
    // Every yes and no, with its reason.
    struct Decision {
        Instant at;
        std::string contact;
        Step::Verb verb = Step::Verb::call;
        std::string rule;
        std::string outcome;  // raised, held, merged, dropped, withdrawn, released, sent
        std::string reason;
    };

    // A call that was raised or a message that was sent: what limits count.
    struct Past {
        Instant at;
        Step::Verb verb = Step::Verb::call;
        std::string contact;
        std::vector<std::string> cases;
    };

    std::string tenant;
    std::string id;  // as Finding::customer
    Instant touched = instant_min;  // when something last happened to it: kept for a while from then on
    std::vector<OpenCase> cases;
    std::vector<Contact> contacts;
    std::vector<std::string> closed_cases;  // ids, so that a repeat opens nothing
    std::vector<Decision> decisions;
    std::vector<Finding> inbox;             // what is not yet due, by time
    std::vector<Past> past;                 // oldest first
    Instant inbound_at = instant_min;       // when the customer last contacted us
    std::vector<std::string> told_of;       // incidents whose message went to the customer, oldest first

    OpenCase* find_case(std::string_view case_id);
    Contact* open_call();
    bool was_closed(std::string_view case_id) const;
    void remember_closed(std::string case_id);
    void decide(Decision decision);
    void remember_contact(const Contact& contact, Instant at);
    // A call that nobody made counts for no limit.
    void forget_contact(std::string_view contact_id);
    // Puts a finding in its place: by the time of its decision, then case, then rank.
    void take_in(Finding finding);
    bool idle() const { return cases.empty() && contacts.empty() && inbox.empty(); }
};

// The id of the contact that a step asks for: the finding that it is due, and the order it came with.
std::string contact_id_of(std::string_view finding_id, Step::Verb verb, std::string_view order);

// The customer as bytes, versioned; and back. False when the bytes are not of a version we know.
void encode(const Customer& customer, std::string& bytes);
bool decode(std::string_view bytes, Customer& customer);

}  // namespace premura
