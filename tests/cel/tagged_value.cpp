#include "tests/cel/tagged_value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/cel/literal.h"
#include "core/cel/moment.h"

namespace premura::cel {
namespace {

namespace json = boost::json;

constexpr std::string_view base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string decode_base64(std::string_view text) {
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char letter : text) {
        if (letter == '=') break;
        bits = (bits << 6U) | static_cast<unsigned>(base64.find(letter));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
    }
    return bytes;
}

std::string encode_base64(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned bits = 0;
        for (std::size_t j = i; j < i + 3; ++j) {
            bits = (bits << 8U) | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
        }
        for (unsigned j = 0; j < 4; ++j) {
            const bool given = i + j <= bytes.size();
            text += given ? base64[(bits >> (18U - 6U * j)) & 0x3FU] : '=';
        }
    }
    return text;
}

double read_double(std::string_view text) {
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    return read_floating(text).value();
}

}  // namespace

std::string_view TaggedValues::keep(std::string text) {
    return texts_.emplace_back(std::move(text));
}

Value TaggedValues::read(const json::value& tagged) {
    const auto& [tag, content] = *tagged.as_object().begin();
    const auto text = [&content = content] { return std::string{content.as_string()}; };
    if (tag == "null") return Value::null();
    if (tag == "bool") return Value::boolean(content.as_bool());
    if (tag == "int") return Value::integer(std::stoll(text()));
    if (tag == "uint") return Value::unsigned_integer(std::stoull(text()));
    if (tag == "double") return Value::floating(read_double(text()));
    if (tag == "string") return Value::string(keep(text()));
    if (tag == "bytes") return Value::bytes(keep(decode_base64(text())));
    if (tag == "type") return Value::type(keep(text()));
    if (tag == "timestamp") return parse_timestamp(text()).value();
    if (tag == "duration") return parse_duration(text()).value();
    if (tag == "list") {
        std::vector<Value> items;
        for (const json::value& item : content.as_array()) items.push_back(read(item));
        return Value::list(lists_.emplace_back(std::move(items)));
    }
    if (tag == "map") {
        std::vector<MapEntry> entries;
        for (const json::value& entry : content.as_array()) {
            entries.push_back({read(entry.at(0)), read(entry.at(1))});
        }
        return Value::map(maps_.emplace_back(std::move(entries)));
    }
    throw std::runtime_error{"no such tag: " + std::string{tag}};
}

json::value write_tagged(const Value& value) {
    const auto text = [&value] { return std::string{value.as_text()}; };
    switch (value.kind()) {
        case Kind::boolean:
            return {{"bool", value.as_boolean()}};
        case Kind::integer:
            return {{"int", std::to_string(value.as_integer())}};
        case Kind::unsigned_integer:
            return {{"uint", std::to_string(value.as_unsigned())}};
        case Kind::floating: {
            const bool minus_zero = value.as_floating() == 0 && std::signbit(value.as_floating());
            return {{"double", minus_zero ? "-0" : write_floating(value.as_floating())}};
        }
        case Kind::string:
            return {{"string", text()}};
        case Kind::bytes:
            return {{"bytes", encode_base64(value.as_text())}};
        case Kind::type:
            return {{"type", text()}};
        case Kind::timestamp:
            return {{"timestamp", format_timestamp(value)}};
        case Kind::duration:
            return {{"duration", format_duration(value.as_duration())}};
        case Kind::list: {
            json::array items;
            for (const Value& item : value.as_list()) items.push_back(write_tagged(item));
            return {{"list", std::move(items)}};
        }
        case Kind::map: {
            json::array entries;
            for (const MapEntry& entry : value.as_map()) {
                entries.push_back(json::array{write_tagged(entry.key), write_tagged(entry.value)});
            }
            return {{"map", std::move(entries)}};
        }
        default:
            return {{"null", nullptr}};
    }
}

Type type_of(const Value& value) {
    if (value.is(Kind::list)) {
        std::optional<Type> element;
        for (const Value& item : value.as_list()) {
            element = element ? join(*element, type_of(item)) : type_of(item);
        }
        return Type::list_of(element.value_or(Type{}));
    }
    if (value.is(Kind::map)) {
        std::optional<Type> key;
        std::optional<Type> content;
        for (const MapEntry& entry : value.as_map()) {
            key = key ? join(*key, type_of(entry.key)) : type_of(entry.key);
            content = content ? join(*content, type_of(entry.value)) : type_of(entry.value);
        }
        return Type::map_of(key.value_or(Type{}), content.value_or(Type{}));
    }
    return value.kind();
}

bool is_same(const Value& left, const Value& right) {
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
        case Kind::floating:
            if (std::isnan(left.as_floating())) return std::isnan(right.as_floating());
            return std::bit_cast<std::uint64_t>(left.as_floating()) ==
                   std::bit_cast<std::uint64_t>(right.as_floating());
        case Kind::string:
        case Kind::bytes:
        case Kind::type:
            return left.as_text() == right.as_text();
        case Kind::timestamp:
            return left.seconds() == right.seconds() && left.nanoseconds() == right.nanoseconds();
        case Kind::list:
            return std::equal(left.as_list().begin(), left.as_list().end(), right.as_list().begin(),
                              right.as_list().end(), is_same);
        case Kind::map:
            return left.as_map().size() == right.as_map().size() &&
                   std::all_of(left.as_map().begin(), left.as_map().end(),
                               [&right](const MapEntry& one) {
                                   return std::any_of(right.as_map().begin(), right.as_map().end(),
                                                      [&one](const MapEntry& other) {
                                                          return is_same(one.key, other.key) &&
                                                                 is_same(one.value, other.value);
                                                      });
                               });
        case Kind::null:
            return true;
        default:
            return left.as_integer() == right.as_integer();
    }
}

}  // namespace premura::cel
