#include "daemon/desk/desk_problems.h"

#include "core/contacts/call_json.h"
#include "daemon/http/http_problem.h"

namespace premura {
namespace {

namespace json = boost::json;

struct Words {
    std::string_view problem;
    int status;
    std::string_view detail;
};
constexpr Words words[] = {
    {"claimed_by_other", 409, "somebody else has claimed this call"},
    {"claim_lost", 409, "the claim is not yours any more: its lease ran out, or it was given back"},
    {"already_closed", 409, "the incident is closed already"},
    {"withdrawn", 410, "there is no need to call any more"},
    {"not_found", 404, "there is nothing of that name, or it is not of your tenants"},
    {"over_discretion", 422, "this is more than you may give"},
    {"not_offered", 422, "this is not on offer here"},
    {"time_not_callable", 422, "the customer may not be called then"},
};

}  // namespace

HttpResponse refusal_of(const DeskAnswer& answer) {
    json::object members;
    if (answer.problem == "claimed_by_other" || answer.problem == "claim_lost") {
        members["claimed_by"] = answer.claimed_by ? json::value(to_json(*answer.claimed_by)) : json::value(nullptr);
    }
    if (!answer.reason.empty()) members["reason"] = answer.reason;
    if (!answer.event.empty()) members["event"] = answer.event;
    if (answer.withdrawn_at) members["at"] = format_utc(*answer.withdrawn_at);
    if (answer.amount_max) members["amount_max"] = to_json(*answer.amount_max);
    if (answer.earliest) members["earliest"] = format_utc(*answer.earliest);
    for (const Words& known : words) {
        if (known.problem != answer.problem) continue;
        return problem(known.status, known.problem, std::string{known.detail}, std::move(members));
    }
    return problem(409, answer.problem, "this was refused", std::move(members));
}

HttpResponse withdrawn(const DeskCall& call) {
    json::object members{{"reason", call.reason}, {"at", format_utc(call.decided_at)}};
    if (!call.event.empty()) members["event"] = call.event;
    return problem(410, "withdrawn", "there is no need to call any more", std::move(members));
}

HttpResponse unavailable() {
    HttpResponse response = problem(503, "unavailable",
                                    "no answer in time: nothing is known to have happened. Repeat with the same Idempotency-Key");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

HttpResponse invalid(std::string_view field, std::string detail) {
    return problem(400, "invalid_request", std::move(detail), {{"field", "/" + std::string{field}}});
}

}  // namespace premura
