#include "core/desk/known_json.h"

#include <algorithm>

namespace premura::known {
namespace json = boost::json;

std::string_view text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

const json::object& object_in(const json::value& value) {
    static const json::object none;
    return value.is_object() ? value.get_object() : none;
}

const json::object& object_in(const json::object& object, std::string_view name) {
    static const json::value none;
    const json::value* value = object.if_contains(name);
    return object_in(value == nullptr ? none : *value);
}

const json::array& array_in(const json::object& object, std::string_view name) {
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string name_of_customer(const json::object& customer) {
    std::string name{text_in(customer, "name")};
    if (!name.empty()) return name;
    name = text_in(customer, "first_name");
    const std::string_view last = text_in(customer, "last_name");
    if (!name.empty() && !last.empty()) name += ' ';
    return name.append(last);
}

std::string language_of(const json::object& customer, const Tenant* tenant) {
    std::string language{text_in(customer, "language")};
    language.resize(std::min(language.find_first_of("-_"), language.size()));
    for (char& letter : language) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    if (language.size() == 2 || language.size() == 3) return language;
    return tenant == nullptr || tenant->languages.empty() ? "en" : tenant->languages.front();
}

}  // namespace premura::known
