#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace premura {

// What a column of a dialer may be made of: a field of the call, or a fact of its case.
struct DialerField {
    enum class Kind {
        text,   // may be cut where a cell is too small
        exact,  // ids, numbers, addresses: wrong when cut, so left empty instead
        time,
    };
    std::string_view name;
    Kind kind;
};

// Fields of the call, in the order of docs/DIALERS.md. Facts have their own names beside them: order.number.
std::vector<DialerField> dialer_call_fields();
// Nothing when there is neither a field nor a fact of that name.
std::optional<DialerField> dialer_field_named(std::string_view name);

// One column: its name in the tool that dials, and what stands in it.
struct DialerColumn {
    struct Piece {
        std::string text;                        // a field's name, or what stands there as it is
        std::optional<DialerField::Kind> field;  // nothing: it is no field
    };
    std::string name;
    std::vector<Piece> pieces;                 // one field, or a text with fields in it
    std::map<std::string, std::string> words;  // of one field: what its values are called there
    std::optional<std::string> otherwise;      // the word for all others; without it they are left empty
    std::string time;                          // as strftime(3) has it, %z with a colon; empty: RFC 3339
    std::string zone = "customer";             // customer, tenant, or an IANA name
    std::size_t length = 0;                    // characters; 0: those of the map
};

// What a tool that dials calls the fields of a call task. Immutable once loaded.
struct DialerMap {
    std::string id;  // "vicidial"
    std::vector<DialerColumn> columns;
    std::size_t cell_max = 32'000;  // characters of a cell
    std::string file;
    int line = 0;
};

// Where a tenant's call tasks are pushed. Both empty: nowhere.
struct DialerRoute {
    std::string gateway;  // a webhook of the settings
    std::string map;
};

}  // namespace premura
