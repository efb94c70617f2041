#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/cel/compile.h"
#include "core/cel/literal.h"
#include "core/cel/moment.h"

namespace premura::cel {

// An order as rules see it, and expressions about it.
class Story final : public Facts {
 public:
    Environment environment;

    Story() {
        auto order = std::make_shared<Structure>();
        order->name = "order";
        order->fields = {{"number", Kind::string},
                         {"total", Kind::floating},
                         {"gift", Kind::boolean},
                         {"paid_at", Kind::timestamp},
                         {"promise", Kind::duration},
                         {"tags", Type::list_of(Kind::string)},
                         {"quantities", Type::list_of(Kind::floating)}};
        order_ = order;
        environment.add_variable("order", Type::structure(order_));
        environment.add_variable("now", Kind::timestamp);
        environment.add_variable("event", Type::map_of(Kind::string, Type{}));
        told("number", Value::string("A1"));
        told("total", Value::floating(120.5));
        told("gift", Value::boolean(true));
        told("paid_at", parse_timestamp("2026-06-01T09:00:00Z").value());
        told("promise", Value::duration(std::chrono::hours{48}));
        told("tags", Value::list(tags_));
        told("quantities", Value::list(quantities_));
    }

    Story& told(const std::string& field, const Value& value) {
        fields_[*order_->find(field)] = value;
        return *this;
    }
    Story& nobody_told(const std::string& field) { return told(field, Value{}); }

    Value variable(VariableNumber number) const override {
        if (number == 1) return parse_timestamp("2026-06-03T10:00:00.250Z").value();
        return Value::map(event_);
    }
    Value field(VariableNumber, FieldNumber field) const override {
        ++asked;
        const auto found = fields_.find(field);
        return found == fields_.end() ? Value{} : found->second;
    }

    // The value as the language writes it, or "error: " with why.
    std::string says(const std::string& source) {
        const Compiled compiled = compile(source, environment);
        if (compiled.program == nullptr) return "problem: " + problems(source);
        const Value value = compiled.program->evaluate(*this, scratch_);
        if (value.is_error()) return "error: " + compiled.program->explain(value).message;
        return written(value);
    }

    // `line:column message (hint)`, joined by `; `.
    std::string problems(const std::string& source, std::optional<Type> wanted = std::nullopt) {
        std::string all;
        for (const Problem& problem : compile(source, environment, wanted).problems) {
            if (!all.empty()) all += "; ";
            all += std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) +
                   " " + problem.message;
            if (!problem.hint.empty()) all += " (" + problem.hint + ")";
        }
        return all;
    }

    static std::string written(const Value& value);

    mutable int asked = 0;  // for fields

 private:
    std::vector<Value> tags_{Value::string("fragile"), Value::string("gift")};
    std::vector<Value> quantities_{Value::floating(1), Value::floating(2), Value::floating(3)};
    std::vector<MapEntry> event_{{Value::string("kind"), Value::string("paid")},
                                 {Value::string("amount"), Value::floating(120.5)}};
    std::shared_ptr<const Structure> order_;
    std::map<FieldNumber, Value> fields_;
    Scratch scratch_;
};

inline std::string Story::written(const Value& value) {
    switch (value.kind()) {
        case Kind::boolean:
            return value.as_boolean() ? "true" : "false";
        case Kind::integer:
            return std::to_string(value.as_integer());
        case Kind::floating:
            return write_floating(value.as_floating());
        case Kind::string:
            return "'" + std::string{value.as_text()} + "'";
        case Kind::timestamp:
            return format_timestamp(value);
        case Kind::duration:
            return format_duration(value.as_duration());
        case Kind::list: {
            std::string items;
            for (const Value& item : value.as_list()) {
                items += (items.empty() ? "" : ", ") + written(item);
            }
            return "[" + items + "]";
        }
        default:
            return std::string{name_of(value.kind())};
    }
}

}  // namespace premura::cel
