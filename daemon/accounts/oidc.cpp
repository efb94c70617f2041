#include "daemon/accounts/oidc.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "daemon/accounts/secrets.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr Milliseconds kept_for = std::chrono::hours{1};
constexpr Milliseconds keys_asked_every = std::chrono::minutes{1};
// Two clocks differ by so much.
constexpr std::int64_t leeway_seconds = 60;
constexpr std::size_t answer_bytes_max = std::size_t{1} << 20;
constexpr std::size_t user_bytes_max = 200;
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t groups_max = 1000;

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
    auto& text = *static_cast<std::string*>(into);
    if (text.size() + size * count > answer_bytes_max) return 0;
    text.append(bytes, size * count);
    return size * count;
}

std::string in_url(std::string_view text) {
    std::string encoded;
    for (const char letter : text) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') || std::string_view{"-._~"}.find(letter) != std::string_view::npos;
        encoded += plain ? std::string{letter} : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return encoded;
}

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<std::int64_t> seconds_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    if (value->is_double() && std::abs(value->get_double()) < 1e15) return static_cast<std::int64_t>(value->get_double());
    return std::nullopt;
}

std::optional<json::object> object_of(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

// A provider in the clear could be anybody; on this machine it is a test, or a proxy.
bool is_trusted_address(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:") ||
           url.starts_with("http://[::1]:");
}

bool is_for(const json::object& claims, const std::string& client) {
    const json::value* audience = claims.if_contains("aud");
    if (audience == nullptr) return false;
    if (audience->is_string()) return audience->get_string() == client;
    if (!audience->is_array()) return false;
    const json::array& list = audience->get_array();
    const bool named = std::any_of(list.begin(), list.end(), [&client](const json::value& each) {
        return each.is_string() && each.get_string() == client;
    });
    // With others it must say that it was made for us (OpenID Connect Core, 3.1.3.7).
    return named && (list.size() == 1 || text_in(claims, "azp") == client);
}

bool is_printable(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) { return letter > ' ' && letter < '\x7f'; });
}

}  // namespace

OidcProvider::OidcProvider(OidcOptions options, std::function<Instant()> now)
    : options_{std::move(options)}, now_{std::move(now)} {
    prepare_transfers();
}

OidcProvider::Answer OidcProvider::ask(const std::string& url, const std::string* form) {
    Answer answer;
    curl_.begin(url, options_.timeout, options_.ca_file, give_up_);
    curl_.set(CURLOPT_PROTOCOLS_STR, "http,https");
    curl_.set(CURLOPT_WRITEFUNCTION, keep);
    curl_.set(CURLOPT_WRITEDATA, static_cast<void*>(&answer.body));
    CurlList headers;
    append(headers, "Accept: application/json");
    append(headers, "User-Agent: premura/" PREMURA_VERSION);
    curl_.set(CURLOPT_HTTPHEADER, headers.get());
    // Form-encoded before it is basic (RFC 6749, 2.3.1).
    const std::string user = in_url(options_.client_id);
    const std::string password = in_url(options_.client_secret);
    if (form != nullptr) {
        curl_.set(CURLOPT_POST, 1L);
        curl_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form->size()));
        curl_.set(CURLOPT_POSTFIELDS, form->c_str());
        if (!options_.client_secret.empty()) {
            curl_.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
            curl_.set(CURLOPT_USERNAME, user.c_str());
            curl_.set(CURLOPT_PASSWORD, password.c_str());
        }
    }
    if (curl_.perform() == CURLE_OK) answer.status = curl_.code();
    return answer;
}

bool OidcProvider::learn() {
    if (endpoints_ && now_() < learned_at_ + kept_for) return true;
    // An issuer may end with a slash, which stands once in the address (Discovery, 4.1).
    const std::string base = options_.issuer.ends_with('/') ? options_.issuer.substr(0, options_.issuer.size() - 1) : options_.issuer;
    const Answer answer = ask(base + "/.well-known/openid-configuration", nullptr);
    const auto about = answer.status == 200 ? object_of(answer.body) : std::nullopt;
    // Who says to be somebody else is not believed in anything (Discovery, 4.3).
    if (!about || text_in(*about, "issuer") != options_.issuer) return endpoints_.has_value();
    Endpoints endpoints{text_in(*about, "authorization_endpoint"), text_in(*about, "token_endpoint"),
                        text_in(*about, "jwks_uri")};
    const bool trusted = is_trusted_address(endpoints.authorization) && is_trusted_address(endpoints.token) &&
                         is_trusted_address(endpoints.keys);
    if (!trusted) return endpoints_.has_value();
    endpoints_ = std::move(endpoints);
    learned_at_ = now_();
    return true;
}

bool OidcProvider::learn_keys() {
    if (keys_learned_at_ != instant_min && now_() < keys_learned_at_ + keys_asked_every) return false;
    const Answer answer = ask(endpoints_->keys, nullptr);
    auto keys = answer.status == 200 ? JsonWebKeys::parse(answer.body) : std::nullopt;
    if (!keys) return false;
    keys_ = std::move(*keys);
    keys_learned_at_ = now_();
    return true;
}

std::variant<std::string, OidcProvider::Failure> OidcProvider::address_for(const Flow& flow) {
    if (!learn()) return Failure{"provider_unreachable"};
    const std::string challenge = base64url(sha256(flow.verifier));
    const char join = endpoints_->authorization.find('?') == std::string::npos ? '?' : '&';
    return fmt::format(
        "{}{}response_type=code&client_id={}&redirect_uri={}&scope={}&state={}&nonce={}&code_challenge={}"
        "&code_challenge_method=S256",
        endpoints_->authorization, join, in_url(options_.client_id), in_url(options_.redirect_url),
        in_url(fmt::format("{}", fmt::join(options_.scopes, " "))), in_url(flow.state), in_url(flow.nonce), challenge);
}

std::variant<Identity, OidcProvider::Failure> OidcProvider::identity_for(const Flow& flow, const std::string& code) {
    if (!learn()) return Failure{"provider_unreachable"};
    std::string form = fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}", in_url(code),
                                   in_url(options_.redirect_url), in_url(flow.verifier));
    if (options_.client_secret.empty()) form += "&client_id=" + in_url(options_.client_id);
    const Answer answer = ask(endpoints_->token, &form);
    if (answer.status == 0) return Failure{"provider_unreachable"};
    const auto tokens = answer.status == 200 ? object_of(answer.body) : std::nullopt;
    const std::string token = tokens ? text_in(*tokens, "id_token") : std::string{};
    if (token.empty()) return Failure{"code_refused"};
    const bool old = keys_learned_at_ == instant_min || now_() >= keys_learned_at_ + kept_for;
    if (old || !keys_.knows_key_of(token)) learn_keys();
    const auto claims = keys_.open(token);
    if (!claims) return Failure{"wrong_signature"};
    if (auto fault = fault_of(*claims, flow)) return *fault;

    Identity identity;
    identity.user = text_in(*claims, options_.user_claim);
    if (identity.user.size() > user_bytes_max || !is_printable(identity.user)) return Failure{"no_user"};
    // An address that nobody has checked could be anybody's.
    const json::value* verified = claims->if_contains("email_verified");
    const bool doubtful = verified != nullptr && verified->is_bool() && !verified->get_bool();
    if (options_.user_claim == "email" && doubtful) return Failure{"email_not_verified"};
    identity.name = text_in(*claims, options_.name_claim);
    if (identity.name.empty() || identity.name.size() > name_bytes_max) identity.name = identity.user;
    const json::value* groups = claims->if_contains(options_.groups_claim);
    if (groups != nullptr && groups->is_string()) identity.groups.emplace_back(groups->get_string());
    if (groups != nullptr && groups->is_array()) {
        for (const json::value& group : groups->get_array()) {
            if (group.is_string() && identity.groups.size() < groups_max) identity.groups.emplace_back(group.get_string());
        }
    }
    return identity;
}

// OpenID Connect Core 1.0, 3.1.3.7.
std::optional<OidcProvider::Failure> OidcProvider::fault_of(const json::object& claims, const Flow& flow) const {
    const std::int64_t now = milliseconds_of(now_()) / 1000;
    const auto expires = seconds_in(claims, "exp");
    const auto issued = seconds_in(claims, "iat");
    if (text_in(claims, "iss") != options_.issuer) return Failure{"wrong_issuer"};
    if (!is_for(claims, options_.client_id)) return Failure{"wrong_audience"};
    if (!expires || *expires + leeway_seconds <= now) return Failure{"expired"};
    if (!issued || *issued - leeway_seconds > now) return Failure{"issued_in_the_future"};
    if (!equal_secrets(text_in(claims, "nonce"), flow.nonce)) return Failure{"wrong_nonce"};
    return std::nullopt;
}

}  // namespace premura
