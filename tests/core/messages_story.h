#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>

#include "core/messages/fill_in.h"
#include "core/messages/written.h"
#include "core/rules/message.h"

// Words for tests of messages: facts as the contacts stage writes them, a tenant, a message.
namespace premura::messages_story {

inline Tenant acme() {
    Tenant tenant;
    tenant.id = "acme-it";
    tenant.brand = "ACME Casa";
    tenant.timezone = "Europe/Rome";
    tenant.languages = {"it", "en"};
    tenant.channels.routes["email"] = {"", "ACME Casa <care@acme.example>", "answers@acme.example"};
    return tenant;
}

// Owns what KnownFacts looks at.
struct Facts {
    explicit Facts(std::string_view facts, std::string_view history = "[]", Tenant brand = acme())
        : tenant{std::move(brand)},
          facts_json(boost::json::parse(facts).as_object()),
          history_json(boost::json::parse(history).as_array()) {}

    KnownFacts known() const { return {&facts_json, &history_json, "Order not packed", &tenant}; }
    std::string value(std::string_view name, std::string_view language = "it") const {
        return MessageValues{known(), language}.find(name).value_or("(not known)");
    }
    FilledIn fill(std::string_view text, std::string_view language = "it", Escape escape = Escape::none) const {
        return fill_in(text, MessageValues{known(), language}, escape);
    }

    Tenant tenant;
    boost::json::object facts_json;
    boost::json::array history_json;
};

}  // namespace premura::messages_story
