#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/cel/environment.h"
#include "core/conditions/expression.h"
#include "core/events/vocabulary.h"

namespace premura {

// A list that rules share: couriers, warehouses, order numbers.
struct NamedList {
    std::string name;
    std::vector<std::string> texts;  // one of the two is empty
    std::vector<double> numbers;
};

// What conditions may name: the facts of the vocabulary, `now`, the tenant, the event that started
// the clock, the lists and conditions of the files, and our own functions. Programs know these by
// number, so that a program is evaluated with the definitions it was compiled with.
//
//   order.total, shipment.eta, ...   facts; those of a return are written `returned.outcome`,
//                                    because `return` is a reserved word of CEL
//   now                              the moment that is decided about
//   tenant.id, tenant.brand          whose order it is
//   event.type, event.time           what started the clock
//   business_hours_between(a, b, 'courier')   hours inside that calendar, negative when b is earlier
//   is_open(t, 'care')               is that calendar open at t?
//   days_until(t)                    local days from today to t's day: 0 today, negative when past
//
// Filled while files are read; immutable afterwards.
class Definitions {
 public:
    Definitions();
    Definitions(const Definitions&) = delete;
    Definitions& operator=(const Definitions&) = delete;

    const cel::Environment& environment() const { return environment_; }

    // The name must be new: see `knows`.
    void add_list(NamedList list);
    // Declares a condition, so that others may name it, whatever their order. `set_condition` follows.
    void declare_condition(const std::string& name);
    void set_condition(const std::string& name, Expression expression);

    // Is it the name of a variable, a list or a condition already?
    bool knows(std::string_view name) const;
    const NamedList* list(std::string_view name) const;
    std::vector<std::string_view> list_names() const;

    // What stands behind a variable that a program reads.
    struct Meaning {
        enum class Kind : std::uint8_t { facts, now, tenant, event, list, condition };
        Kind kind = Kind::facts;
        std::vector<FactNumber> facts;    // by field, of `facts`
        std::vector<cel::Value> items;    // of `list`
        Expression condition;             // of `condition`
    };
    const Meaning& meaning(cel::VariableNumber variable) const { return *meanings_[variable]; }

    // Names of conditions that name each other in a circle, for each such circle one; empty when there is none.
    std::vector<std::string> circular_conditions() const;

 private:
    Meaning& add(std::string name, cel::Type type, Meaning::Kind kind);
    void add_facts();
    void add_functions();

    cel::Environment environment_;
    std::vector<std::unique_ptr<Meaning>> meanings_;           // by variable
    std::map<std::string, std::unique_ptr<NamedList>, std::less<>> lists_;
};

}  // namespace premura
