#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/contacts/agent_action.h"
#include "core/contacts/call.h"
#include "core/contacts/case_watch.h"
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
    static constexpr std::size_t watches_max = 64;
    static constexpr std::size_t attempts_kept_max = 30;  // of one call
    static constexpr std::size_t answers_max = 32;
    static constexpr std::size_t actions_max = 64;
    static constexpr std::size_t ended_calls_max = 16;
    static constexpr std::size_t tasks_max = 64;
    static constexpr std::size_t talks_max = 30;
    static constexpr std::size_t told_max = 20;
    static constexpr std::size_t deeds_max = 30;
    static constexpr std::size_t promises_max = 20;
    static constexpr std::size_t gestures_max = 20;
    static constexpr std::size_t bad_numbers_max = 20;

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
    // One attempt at a call, and how it ended.
    struct Attempt {
        Instant at;
        CallOutcome outcome = CallOutcome::no_answer;
        std::string number;
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

        // Of a call on the list: whose it is, what was tried, and when it is tried again.
        std::optional<Claim> claim;
        std::vector<Attempt> attempts;     // oldest first
        std::optional<CallBack> call_back;
        bool waiting = false;              // not now, but from `retry_at` on
        Instant retry_at = instant_min;

        int unreached() const;             // attempts that reached nobody
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

    // A call that is over: what an agent who comes too late is told.
    struct EndedCall {
        std::string task;
        std::string reason;
        std::string event;  // what solved it, when an event did
        Instant at;
    };
    // What an action was answered, so that its repeat is answered alike.
    struct Answered {
        std::string action;
        std::string answer;  // JSON
    };
    // A contact with the customer, by us or by them.
    struct Talk {
        Instant at;
        bool inbound = false;
        std::string channel;
        Person with;          // empty: nobody of ours is known
        std::string outcome;
        std::string mood;
        std::string note;
    };
    // What the customer told us, not to be asked again.
    struct ToldUs {
        Instant at;
        std::string channel;
        std::string text;
    };
    // What we did beside calling.
    struct Deed {
        Instant at;
        std::string what;     // expedite, message, escalation
        std::string target;
        std::string text;
    };
    // A number that leads to nobody.
    struct BadNumber {
        std::string number;
        std::string state;    // wrong, dead
    };
    // The customer does not want it any more, and said so on a call.
    struct Stop {
        std::string scope;    // calls, all
        Instant at;
        Person by;
        std::string note;
    };
    struct MadePromise {
        CallPromise promise;
        std::string task;
        std::string order;    // that it is about; empty when none is known
    };
    struct MadeGesture {
        CallGesture gesture;
        std::string task;
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

    // What agents did, and what follows from it. Bounded as named above.
    std::vector<AgentAction> actions;           // what is not yet due, by time; only in a replay
    std::vector<Answered> answers;              // oldest first
    std::vector<EndedCall> ended_calls;
    std::vector<std::string> tasks;             // tasks that the topic knows, oldest first
    std::vector<Talk> talks;
    std::vector<ToldUs> told;
    std::vector<Deed> deeds;
    std::vector<MadePromise> promises;
    std::vector<MadeGesture> gestures;
    std::vector<BadNumber> bad_numbers;
    std::vector<std::string> told_cases;        // cases that the customer knows all about from a call
    std::optional<Stop> stop;
    std::vector<CaseWatch> watches;             // cases and promises of which it is to be told what became of them
    bool erased = false;                        // the customer's data must go with this step; never stored

    OpenCase* find_case(std::string_view case_id);
    const OpenCase* find_case(std::string_view case_id) const;
    Contact* open_call();
    bool was_closed(std::string_view case_id) const;
    void remember_closed(std::string case_id);
    void decide(Decision decision);
    void remember_contact(const Contact& contact, Instant at);
    // A call that nobody made counts for no limit. Attempts before it do.
    void forget_contact(std::string_view contact_id);
    const std::string* answer_to(std::string_view action_id) const;
    Contact* find_call(std::string_view task);
    // Whether a talk on the phone has said it all about the case.
    bool was_told(std::string_view case_id) const;
    // Puts an action in its place by its time. The oldest leaves when there are too many.
    void take_in(AgentAction action);
    // Puts a finding in its place: by the time of its decision, then case, then rank.
    void take_in(Finding finding);
    // Nothing is open with the customer, and nothing waits.
    bool idle() const { return cases.empty() && contacts.empty() && inbox.empty() && actions.empty(); }
};

// Keeps a list within its bound; what is over it leaves oldest first.
template <typename Item>
void keep(std::vector<Item>& list, Item item, std::size_t most) {
    if (list.size() >= most) list.erase(list.begin());
    list.push_back(std::move(item));
}

// The id of the contact that a step asks for: the finding that it is due, and the order it came with.
std::string contact_id_of(std::string_view finding_id, Step::Verb verb, std::string_view order);

// The customer as bytes, versioned; and back. False when the bytes are not of a version we know.
void encode(const Customer& customer, std::string& bytes);
bool decode(std::string_view bytes, Customer& customer);

}  // namespace premura
