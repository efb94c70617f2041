#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace premura {

// What holds contacts back that would be due, as values of a tenant or a rule.

// At most so many in any stretch of that length.
struct ContactRate {
    int at_most = 60;
    Milliseconds per = std::chrono::hours{1};

    bool operator==(const ContactRate&) const = default;
};

// A stable share of the orders whose customers are left alone, so that one can see whether contacts help.
struct Holdout {
    double share = 0;                 // from 0 to 1; 0: nobody
    std::vector<std::string> except;  // rules that contact everybody

    bool operator==(const Holdout&) const = default;
};

// When late cases are so many that they are one story: one incident instead of many single calls.
struct Surge {
    // By what cases are counted apart.
    enum class By : std::uint8_t { rule, warehouse, courier };
    static constexpr std::string_view by_names[] = {"rule", "order.warehouse", "shipment.courier"};

    std::string name;
    int more_than = 50;
    Milliseconds in = std::chrono::hours{1};
    // And more than so many times the busiest stretch of that length in the last seven days; 0: whatever is usual.
    int times_usual = 0;
    std::vector<By> per;                           // empty: the whole tenant
    bool holds_calls = true;
    bool holds_messages = true;
    std::vector<std::string> escalate;             // teams
    std::string message;                           // may go to all customers in it; empty: none
    std::map<std::string, std::string> briefing;   // what agents should know, by language; empty: the shipped words

    bool operator==(const Surge&) const = default;
};

// What holds where a tenant says nothing: more than 50 late cases of one warehouse or one courier in an hour, 100 of one
// rule, 200 of the tenant, and in each case more than twice as many as in the busiest hour of the last seven days.
std::vector<Surge> shipped_surges();

}  // namespace premura
