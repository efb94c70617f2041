#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/messages/formats.h"
#include "core/rules/tenant.h"

namespace premura {

// What is known of one contact, as the contacts stage wrote it: a case of a notification, or facts that were made up for a
// preview. Views into what it was made from.
struct KnownFacts {
    // By group and name; a group `agent` says who is calling, where somebody is. Null: none.
    const boost::json::object* facts = nullptr;
    const boost::json::array* history = nullptr;  // [{"event":...,"time":...}]; null: none
    std::string_view rule_name;
    const Tenant* tenant = nullptr;               // never null
    const boost::json::object* rule_names = nullptr;  // in other languages, by language; null: none

    std::string_view text(std::string_view group, std::string_view name) const;  // empty when not known
};

// The customer's own zone when it is known and there is one of that name, else the tenant's.
TimeZone zone_of(const KnownFacts& known);

// The values behind the names of templates (core/rules/template_scan.h), formatted for a language. Facts are other
// people's texts: they come on one line, without control characters, at most `text_bytes_max` long; a link that is
// not of the web is not known.
class MessageValues {
 public:
    static constexpr std::size_t text_bytes_max = 500;

    // `known` and what it points to must outlive this.
    MessageValues(const KnownFacts& known, std::string_view language);

    // Nothing when it is not known at this moment, or has no words: true and false have none.
    std::optional<std::string> find(std::string_view name) const;
    // Does a section of that name stand? A value that is known and not false; of a group, any of its values.
    bool holds(std::string_view name) const;

 private:
    const boost::json::value* fact_value(std::string_view name) const;
    std::optional<std::string> time_of_event(std::string_view event, std::string_view end) const;
    std::optional<std::string> formatted_time(const boost::json::value& value, std::string_view end) const;
    std::optional<std::string> formatted_number(std::string_view name, double value, std::string_view end) const;

    std::string_view rule_name() const;

    KnownFacts known_;
    std::string language_;
    Formats formats_;
};

}  // namespace premura
