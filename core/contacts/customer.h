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

    std::string tenant;
    std::string id;  // as Finding::customer
    Instant touched = instant_min;  // when something last happened to it: kept for a while from then on
    std::vector<OpenCase> cases;
    std::vector<Contact> contacts;
    std::vector<std::string> closed_cases;  // ids, so that a repeat opens nothing
    std::vector<Decision> decisions;
    std::vector<Finding> inbox;             // what is not yet due, by time

    OpenCase* find_case(std::string_view case_id);
    Contact* open_call();
    bool was_closed(std::string_view case_id) const;
    void remember_closed(std::string case_id);
    void decide(Decision decision);
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
