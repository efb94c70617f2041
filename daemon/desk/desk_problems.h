#pragma once

#include "core/contacts/desk_answer.h"
#include "core/desk/desk_call.h"
#include "daemon/http/http_message.h"

namespace premura {

// What the stage has refused, as docs/openapi.yaml words it.
HttpResponse refusal_of(const DeskAnswer& answer);
// 410: there is no need to call.
HttpResponse withdrawn(const DeskCall& call);
// 503 `unavailable`: nothing is known to have happened, the same key may be used again.
HttpResponse unavailable();
// 400 `invalid_request`, the member as a JSON pointer.
HttpResponse invalid(std::string_view field, std::string detail);

}  // namespace premura
