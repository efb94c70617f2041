#pragma once

#include <memory>

#include "daemon/accounts/session.h"

namespace premura {

// Who is signed in, and how one signs in. Thread-safe. Owned by the daemon; outlives the server whose routes ask it.
class Sessions {
 public:
    virtual ~Sessions() = default;

    // Of the cookie premura_session, or of the headers of a trusted proxy; null: not signed in. Does not block and does
    // not prolong. Who keeps a stream open asks again with the same request now and then, at the latest when
    // `expires_at` is past: null ends the stream, and a page that is still signed in connects anew.
    virtual std::shared_ptr<const Session> find(const HttpRequest& request) const = 0;
};

}  // namespace premura
