#include "daemon/accounts/sign_in_link.h"

#include <boost/json.hpp>

#include "daemon/accounts/secrets.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::string_view link_purpose = "sign-in link";
constexpr std::size_t id_bytes = 16;

}  // namespace

std::string format_sign_in_link(const SignInLink& link, const CookieKeys& keys) {
    return keys.sign(link_purpose, json::serialize(json::object{{"id", link.id},
                                                                {"user", link.user},
                                                                {"mark", link.password_mark},
                                                                {"expires", milliseconds_of(link.expires_at)}}));
}

std::optional<SignInLink> parse_sign_in_link(std::string_view text, const CookieKeys& keys) {
    const auto content = keys.open(link_purpose, text);
    if (!content) return std::nullopt;
    // Signed by us, so it is as we wrote it.
    const json::object link = json::parse(*content).as_object();
    const auto member = [&link](std::string_view name) { return std::string{link.at(name).as_string()}; };
    return SignInLink{member("id"), member("user"), member("mark"), instant_of(link.at("expires").as_int64())};
}

std::optional<SignInLink> sign_in_link_of(const Account& account, Instant expires_at) {
    if (!account.password || account.disabled) return std::nullopt;
    return SignInLink{base64url(random_bytes(id_bytes)), account.user, password_mark_of(account), expires_at};
}

}  // namespace premura
