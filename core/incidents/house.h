#pragma once

#include <boost/json.hpp>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/incidents/incident.h"
#include "core/incidents/surge_count.h"

namespace premura {

// A contact that waits for an incident to end or for its rates to let it go.
struct WaitingContact {
    std::string contact;
    std::string customer;
    Step::Verb verb = Step::Verb::call;
    Priority priority = Priority::normal;
    Instant at;                      // when it was due
    std::string incident;            // empty: it waits for `rates`
    std::vector<std::string> rates;

    // The incident, or the rates.
    std::vector<std::string> waits_for() const;
};

// All that the incidents stage knows of one tenant.
struct House {
    // Bounds. More causes are not counted, more answers and grants leave oldest first, more customers of one incident are
    // not told apart.
    static constexpr std::size_t causes_max = 10'000;
    static constexpr std::size_t answers_max = 200;
    static constexpr std::size_t customers_max = 200'000;

    std::map<std::string, SurgeCount, std::less<>> counts;  // by surge and what it counts apart
    std::map<std::string, Incident, std::less<>> incidents; // open ones, and those closed a short while ago
    std::map<std::string, std::set<std::uint64_t>, std::less<>> customers;  // by incident, hashes
    std::map<std::string, WaitingContact, std::less<>> waiting;             // by contact; see wait() and go()
    std::map<std::string, std::deque<Instant>, std::less<>> grants;         // by rate, oldest first
    std::map<std::string, std::string, std::less<>> answers;                // by action, as they were given
    std::deque<std::string> answered;                                       // oldest first

    // The open incident of that kind of counting, or of that rate; null when there is none.
    Incident* open_incident(std::string_view counted, std::string_view rate);
    // The open incident that a case belongs to.
    Incident* covering(const Cause& of_case);
    // Puts a contact on the list, and takes it off; one that is on it already is put anew.
    void wait(WaitingContact contact);
    void go(const std::string& contact);
    // Contacts that wait for an incident or a rate, best first: the more urgent, then the one that was due earlier.
    std::vector<std::string> waiting_for(std::string_view what) const;
    bool any_waits_for(std::string_view what) const;
    // Brings customers and calls_held of the incident up to date. True: something changed.
    bool recount(Incident& incident) const;

 private:
    using Place = std::tuple<int, Instant, std::string>;  // the best is the least
    static Place place_of(const WaitingContact& contact);
    std::map<std::string, std::set<Place>, std::less<>> queues_;  // by what they wait for
};

// State records of a house: a key says tenant, kind of record and its name.
struct HouseKey {
    enum class Kind : std::uint8_t { count, incident, customer, waiting, grants, answer };
    Kind kind = Kind::count;
    std::string tenant;
    std::string name;  // of customer: incident, a slash, the hash

    auto operator<=>(const HouseKey&) const = default;
};
std::string text_of(const HouseKey& key);
std::optional<HouseKey> house_key_of(std::string_view text);
// The content of that record; nothing: it is gone.
std::optional<std::string> encode(const House& house, const HouseKey& key);
void decode(House& house, const HouseKey& key, std::string_view value);

}  // namespace premura
