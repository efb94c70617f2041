#include "daemon/accounts/session_cookie.h"

#include <boost/json.hpp>

#include "daemon/accounts/secrets.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::size_t key_bytes_min = 32;
constexpr std::size_t key_bytes = 32;

std::string signature(std::string_view key, std::string_view purpose, std::string_view content) {
    std::string text{purpose};
    text += '\0';
    text += content;
    return base64url(hmac_sha256(key, text));
}

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<Instant> instant_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return instant_of(value->get_int64());
}

}  // namespace

std::optional<CookieKeys> CookieKeys::of(std::string_view text) {
    CookieKeys keys;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == text.npos ? std::string_view{} : text.substr(end + 1);
        while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
        if (line.empty()) continue;
        if (line.size() < key_bytes_min) return std::nullopt;
        keys.keys_.emplace_back(line);
    }
    return keys.keys_.empty() ? std::nullopt : std::optional{keys};
}

CookieKeys CookieKeys::random() {
    CookieKeys keys;
    keys.keys_.push_back(random_bytes(key_bytes));
    return keys;
}

std::string CookieKeys::sign(std::string_view purpose, std::string_view content) const {
    return base64url(content) + '.' + signature(keys_.front(), purpose, content);
}

std::optional<std::string> CookieKeys::open(std::string_view purpose, std::string_view text) const {
    const std::size_t dot = text.find('.');
    if (dot == text.npos) return std::nullopt;
    auto content = from_base64url(text.substr(0, dot));
    if (!content) return std::nullopt;
    for (const std::string& key : keys_) {
        if (equal_secrets(signature(key, purpose, *content), text.substr(dot + 1))) return content;
    }
    return std::nullopt;
}

std::string CookieKeys::derive(std::string_view purpose, std::string_view text) const {
    return signature(keys_.front(), purpose, text);
}

std::string format_session_cookie(const SessionCookie& cookie) {
    json::object object{{"id", cookie.id},
                        {"user", cookie.user},
                        {"expires", milliseconds_of(cookie.expires_at)},
                        {"ends", milliseconds_of(cookie.ends_at)}};
    if (cookie.local) {
        object["mark"] = cookie.password_mark;
    } else {
        object["name"] = cookie.name;
        json::array groups;
        for (const std::string& group : cookie.groups) groups.emplace_back(json::string{group});
        object["groups"] = std::move(groups);
    }
    return json::serialize(object);
}

std::optional<SessionCookie> parse_session_cookie(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const auto expires = instant_in(object, "expires");
    const auto ends = instant_in(object, "ends");
    SessionCookie cookie;
    cookie.id = text_in(object, "id");
    cookie.user = text_in(object, "user");
    if (!expires || !ends || cookie.id.empty() || cookie.user.empty()) return std::nullopt;
    cookie.expires_at = *expires;
    cookie.ends_at = *ends;
    cookie.local = object.contains("mark");
    cookie.password_mark = text_in(object, "mark");
    cookie.name = text_in(object, "name");
    const json::value* groups = object.if_contains("groups");
    if (groups != nullptr && groups->is_array()) {
        for (const json::value& group : groups->get_array()) {
            if (group.is_string()) cookie.groups.emplace_back(group.get_string());
        }
    }
    return cookie;
}

std::string_view cookie_in(std::string_view header, std::string_view name) {
    std::string_view found;
    bool seen = false;
    while (!header.empty()) {
        const std::size_t end = header.find(';');
        std::string_view pair = header.substr(0, end);
        header = end == header.npos ? std::string_view{} : header.substr(end + 1);
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        const std::size_t equals = pair.find('=');
        if (equals == pair.npos || pair.substr(0, equals) != name) continue;
        // A page of a neighbouring name could have set the second one: neither is believed.
        if (seen) return {};
        seen = true;
        found = pair.substr(equals + 1);
    }
    return found;
}

}  // namespace premura
