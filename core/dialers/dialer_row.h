#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/calendar/time_zone.h"
#include "core/rules/dialer_map.h"
#include "core/rules/tenant.h"

namespace premura {

// From when until when the customer may be called next; nothing where there is no bound.
struct CallWindow {
    std::optional<Instant> not_before;
    std::optional<Instant> not_after;
};

// A call task as a dialer sees it: a record of the topic `call-tasks` as JSON, with what it does not say itself.
struct DialerTask {
    const boost::json::object& record;
    const Tenant* tenant = nullptr;  // null: the rules have no such tenant any more
    CallWindow window;
};

// Time zones by their names, looked up once. Bounded by the zones of the world. One thread.
class ZonesByName {
 public:
    // Null: this machine knows no zone of that name.
    const TimeZone* find(const std::string& name);

 private:
    std::map<std::string, std::optional<TimeZone>> zones_;
};

// What the task's record says of it, for dialers: `open`, `claimed` (one of our agents has it), `waiting` (not now: another
// attempt, or a call back that somebody agreed on), `withdrawn` (no need to call any more, or no number to call).
std::string dialer_state(const boost::json::object& record);

// The customer's numbers that may be dialled, as E.164, in the order of the task; without those that were found wrong.
std::vector<std::string> dialable_numbers(const boost::json::object& record);

// The cells of one task, one for each column of the map. What is not known is empty. Texts that are too long are cut at a
// whole character; ids, numbers, addresses and times are left empty then, since they would be wrong.
std::vector<std::string> dialer_row(const DialerMap& map, const DialerTask& task, ZonesByName& zones);

// The names of the columns, for the header.
std::vector<std::string> dialer_header(const DialerMap& map);

}  // namespace premura
