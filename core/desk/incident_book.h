#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/board.h"
#include "core/stage.h"

namespace premura {

// The incidents that agents and ops see, built of the records of the topic `incidents`. Pure; one thread.
class IncidentBook {
 public:
    // A closed incident is listed for so long.
    static constexpr Milliseconds closed_listed = std::chrono::hours{24};
    // Closed ones that are known at most; open ones are never forgotten.
    static constexpr std::size_t closed_max = 1'000;

    // One record. Nothing, or what is wrong with it.
    std::string apply(const Record& record, Instant now, std::vector<DeskChange>& changes);

    // An IncidentList: open ones first, newest first. Those of the house are everybody's. What may be done about one is
    // said to those who may.
    boost::json::object list(const std::vector<std::string>& tenants, bool may_act, Instant now) const;
    // One of them as an Incident; nothing when it is not known or another tenant's.
    struct Found {
        std::string tenant;  // empty: of the house
        bool open = false;
        boost::json::object incident;
    };
    std::optional<Found> find(std::string_view id, const std::vector<std::string>& tenants, bool may_act) const;
    // An incident as a stage has just told it, as an Incident for who may act; nothing when it is none.
    static std::optional<boost::json::object> shown(std::string_view json);
    // How many are open, by kind, for who watches.
    std::map<std::string, std::size_t, std::less<>> open_by_kind() const;

 private:
    struct Incident {
        std::string tenant;
        Instant since;
        std::optional<Instant> closed_at;
        boost::json::object shown;  // with the actions that ops have
    };

    static std::optional<Incident> read(std::string_view json, std::string& error);
    static boost::json::object as_seen(const Incident& incident, bool may_act);
    void forget(Instant now);

    std::map<std::string, Incident, std::less<>> incidents_;
};

}  // namespace premura
