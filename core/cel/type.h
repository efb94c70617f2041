#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/kind.h"

namespace premura::cel {

struct Structure;

// What the checker knows of a value before there is one. Immutable, cheap to copy, safe to read
// from any thread.
class Type {
 public:
    // dyn.
    Type() = default;
    // Not for lists, maps and structures: their parts are not given.
    Type(Kind kind) : kind_(kind) {}

    static Type list_of(Type element);
    static Type map_of(Type key, Type value);
    static Type structure(std::shared_ptr<const Structure> structure);

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    bool is_number() const { return kind_ >= Kind::integer && kind_ <= Kind::floating; }
    const Type& element() const;  // of a list
    const Type& key() const;      // of a map
    const Type& value() const;    // of a map
    const Structure& fields() const { return *structure_; }

    // As the language writes it: "list(string)"; short names for moments and durations.
    std::string name() const;
    // With its article: "an int".
    std::string described() const;

 private:
    struct Parts;

    Kind kind_ = Kind::dyn;
    std::shared_ptr<const Parts> parts_;
    std::shared_ptr<const Structure> structure_;
};

bool operator==(const Type& left, const Type& right);

// Can a value of the one be given where the other is wanted? dyn can be given and wanted always.
bool is_assignable(const Type& given, const Type& wanted);

// The type of a list that holds both; dyn when they have nothing in common.
Type join(const Type& left, const Type& right);

// A variable with named fields, each of a type of its own. It is no value: only its fields are.
struct Structure {
    struct Field {
        std::string name;
        Type type;
    };
    std::string name;
    std::vector<Field> fields;

    std::optional<std::uint32_t> find(std::string_view field) const;
};

}  // namespace premura::cel
