#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/difference/difference_report.h"
#include "core/rules/rule_set_loader.h"
#include "daemon/http/http_server.h"
#include "daemon/rules/rule_reload.h"

namespace premura {

// What the routes about rules ask of the daemon. Called on the server's thread; must not block. Answers may come from
// any thread.
struct RuleRoutes {
    struct Reload {
        bool yes = false;
        std::optional<std::size_t> new_late_max;
    };
    using DifferenceAnswer = std::function<void(const Diagnostics& diagnostics, std::optional<DifferenceReport> report)>;

    std::function<void(Reload asked, std::function<void(const ReloadOutcome&)> answer)> reload;
    // Without files: of the folders the daemon reads. No report: the files have errors, or the workers were too busy.
    std::function<void(std::vector<NamedText> files, DifferenceAnswer answer)> difference;
};

// POST /v1/rules/reload?yes=true&max_new_late=50 goes over to the rules of the folders; 200 when they are in use, 409
// when the old ones stay, with a body that says why. POST /v1/rules/difference says what that would do, or what the files
// in {"files":[{"file":"rules.yaml","text":"..."}]} would. Both ask for the token, as all that writes. Before the server starts.
void install_rule_routes(HttpServer& server, RuleRoutes routes);

}  // namespace premura
