#include "daemon/http/http_problem.h"

#include <boost/json.hpp>

namespace premura {

HttpResponse problem(int status, std::string_view word, std::string detail, boost::json::object members) {
    boost::json::object body{{"type", "urn:premura:problem:" + std::string{word}},
                             {"title", http_reason(status)},
                             {"status", status},
                             {"detail", detail}};
    for (auto& [name, value] : members) body.insert_or_assign(name, std::move(value));
    return {status, {{"content-type", "application/problem+json"}}, boost::json::serialize(body) + "\n"};
}

HttpResponse not_found() {
    return problem(404, "not_found", "there is nothing of that name, or it is not of your tenants");
}

}  // namespace premura
