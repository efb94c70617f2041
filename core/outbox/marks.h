#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/hash.h"
#include "core/base/time.h"

namespace premura {

// Small state records of the outbox beside its entries: that a case is solved, and that ops were told of a gateway.
struct OutboxMark {
    enum class Kind : char { solved = 'c', told = 't' };
    Kind kind = Kind::solved;
    Instant at;
    std::string name;  // the case, or the gateway

    std::string key() const { return (kind == Kind::solved ? "case/" : "gateway/") + name; }
};

// Where a mark and an entry stand in the store.
inline Key128 key_of(const OutboxMark& mark) { return key128({"mark", mark.key()}); }
inline Key128 key_of_entry(std::string_view id) { return key128({"entry", id}); }

// "c 1780000000000 01ABC", so that it cannot be taken for the JSON of an entry.
std::string encode(const OutboxMark& mark);
std::optional<OutboxMark> mark_of(std::string_view bytes);

}  // namespace premura
