#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "daemon/http/http_message.h"

namespace premura {

// An error with a word that programs may act upon: RFC 9457 with the type `urn:premura:problem:<word>`. The words are
// those of docs/openapi.yaml. The detail is English, for people, and repeats no personal datum; `members` are further
// members of the document, such as `claimed_by`.
HttpResponse problem(int status, std::string_view word, std::string detail, boost::json::object members = {});

// What is not there and what is another tenant's are not told apart: 404 `not_found`.
HttpResponse not_found();

}  // namespace premura
