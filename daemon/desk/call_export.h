#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/dialers/csv.h"
#include "core/dialers/dialer_row.h"
#include "daemon/accounts/sessions.h"
#include "daemon/desk/desk.h"
#include "daemon/http/http_server.h"

namespace premura {

// GET /v1/calls.csv: the call list as a file for a tool that dials. Who took it out is kept on the topic `desk-exports` before
// the first byte goes out. The file is made on the desk's thread, a slice at a time, so that claims have their turn between
// two. Owned by the desk's routes.
class CallExports {
 public:
    // Calls in one file; the best come first, and the others are counted in a header.
    static constexpr std::size_t rows_max = 50'000;
    static constexpr std::size_t bytes_max = 64 * 1024 * 1024;
    // Files that are made at once; more are turned away.
    static constexpr int at_once_max = 2;
    // Calls that are written before other questions have their turn.
    static constexpr std::size_t slice = 200;
    // With `when=day`: calls that may be made within so long.
    static constexpr Milliseconds soon = std::chrono::hours{24};

    CallExports(const Sessions& sessions, CallDesk& desk) : sessions_{sessions}, desk_{desk} {}

    void install(HttpServer& server);

 private:
    using SessionPtr = std::shared_ptr<const Session>;
    using Answer = HttpServer::Answer;
    struct Export;

    // On the desk's thread:
    void begin(SessionPtr session, const HttpRequest& request, Answer answer);
    void keep_who(const std::shared_ptr<Export>& one);
    void write_slice(const std::shared_ptr<Export>& one);
    void end(const Export& one, HttpResponse response);

    const Sessions& sessions_;
    CallDesk& desk_;
    int under_way_ = 0;
};

}  // namespace premura
