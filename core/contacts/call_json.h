#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/contacts/call.h"

namespace premura {

// The values of call.h as JSON, as docs/openapi.yaml shapes them. Times are RFC 3339 in UTC; what is not known is null.
boost::json::object to_json(const Person& person);
boost::json::object to_json(const Money& money);
boost::json::object to_json(const Claim& claim);
boost::json::object to_json(const CallBack& call_back);
boost::json::object to_json(const OutcomeResult& result, std::string_view task);
boost::json::object to_json(const CallPromise& promise);
boost::json::object to_json(const CallGesture& gesture);
boost::json::object to_json(const DoNotContact& wish);
boost::json::value time_or_null(const std::optional<Instant>& time);

// Reads the members of an object. The first one that is missing though needed, or of another type, is remembered by its
// name; what it holds is never repeated.
class JsonMembers {
 public:
    JsonMembers(const boost::json::object& object, std::string& failed_at) : object_{object}, failed_at_{failed_at} {}

    bool has(std::string_view name) const;  // there and not null
    std::string text(std::string_view name);
    std::string text_or_empty(std::string_view name);
    // Of the words given; anything else is a failure.
    std::string word(std::string_view name, std::initializer_list<std::string_view> words);
    bool flag(std::string_view name);       // false when it is not there
    std::int64_t number(std::string_view name);
    Instant time(std::string_view name);
    std::optional<Instant> time_if_there(std::string_view name);
    Person person(std::string_view name);
    Money money(std::string_view name);
    Claim claim(std::string_view name);
    OutcomeResult outcome_result(std::string_view name);
    CallPromise promise(std::string_view name);
    CallGesture gesture(std::string_view name);
    DoNotContact do_not_contact(std::string_view name);
    void fail(std::string_view name);

 private:
    const boost::json::object& nested(std::string_view name);

    const boost::json::object& object_;
    std::string& failed_at_;
};

}  // namespace premura
