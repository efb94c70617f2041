#include "core/cel/type.h"

#include <fmt/format.h>

#include <utility>

namespace premura::cel {

struct Type::Parts {
    Type first;   // the element of a list, the key of a map
    Type second;  // the value of a map
};

Type Type::list_of(Type element) {
    Type type{Kind::list};
    type.parts_ = std::make_shared<const Parts>(Parts{std::move(element), Type{}});
    return type;
}

Type Type::map_of(Type key, Type value) {
    Type type{Kind::map};
    type.parts_ = std::make_shared<const Parts>(Parts{std::move(key), std::move(value)});
    return type;
}

Type Type::structure(std::shared_ptr<const Structure> structure) {
    Type type{Kind::structure};
    type.structure_ = std::move(structure);
    return type;
}

namespace {

const Type dyn_type;

}  // namespace

const Type& Type::element() const {
    return parts_ == nullptr ? dyn_type : parts_->first;
}

const Type& Type::key() const {
    return parts_ == nullptr ? dyn_type : parts_->first;
}

const Type& Type::value() const {
    return parts_ == nullptr ? dyn_type : parts_->second;
}

std::string Type::name() const {
    switch (kind_) {
        case Kind::list:
            return fmt::format("list({})", element().name());
        case Kind::map:
            return fmt::format("map({}, {})", key().name(), value().name());
        case Kind::timestamp:
            return "timestamp";
        case Kind::duration:
            return "duration";
        case Kind::null:
            return "null";
        default:
            return std::string{name_of(kind_)};
    }
}

std::string Type::described() const {
    return fmt::format("{} {}", kind_ == Kind::integer ? "an" : "a", name());
}

bool operator==(const Type& left, const Type& right) {
    if (left.kind() != right.kind()) return false;
    if (left.is(Kind::list)) return left.element() == right.element();
    if (left.is(Kind::map)) return left.key() == right.key() && left.value() == right.value();
    if (left.is(Kind::structure)) return &left.fields() == &right.fields();
    return true;
}

bool is_assignable(const Type& given, const Type& wanted) {
    if (given.is(Kind::dyn) || wanted.is(Kind::dyn)) return true;
    if (given.kind() != wanted.kind()) return false;
    if (given.is(Kind::list)) return is_assignable(given.element(), wanted.element());
    if (given.is(Kind::map)) {
        return is_assignable(given.key(), wanted.key()) &&
               is_assignable(given.value(), wanted.value());
    }
    return given == wanted;
}

Type join(const Type& left, const Type& right) {
    if (left.kind() != right.kind()) return Kind::dyn;
    if (left.is(Kind::list)) return Type::list_of(join(left.element(), right.element()));
    if (left.is(Kind::map)) {
        return Type::map_of(join(left.key(), right.key()), join(left.value(), right.value()));
    }
    return left;
}

std::optional<std::uint32_t> Structure::find(std::string_view field) const {
    for (std::uint32_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == field) return i;
    }
    return std::nullopt;
}

}  // namespace premura::cel
