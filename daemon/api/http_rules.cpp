#include "daemon/api/http_rules.h"

#include <boost/json.hpp>
#include <charconv>

namespace premura {
namespace {

namespace json = boost::json;

std::optional<std::vector<NamedText>> files_in(std::string_view body) {
    if (body.empty()) return std::vector<NamedText>{};
    boost::system::error_code error;
    const json::value value = json::parse(body, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::value* list = value.get_object().if_contains("files");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<NamedText> files;
    for (const json::value& each : list->get_array()) {
        if (!each.is_object()) return std::nullopt;
        const json::value* file = each.get_object().if_contains("file");
        const json::value* text = each.get_object().if_contains("text");
        const bool is_named = file != nullptr && text != nullptr && file->is_string() && text->is_string();
        if (!is_named) return std::nullopt;
        files.push_back({std::string{file->get_string()}, std::string{text->get_string()}});
    }
    return files;
}

HttpResponse as_json(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

std::string texts_of(const Diagnostics& diagnostics) {
    std::string all;
    for (const Diagnostic& each : diagnostics.all()) all += format_text(each, false) + '\n';
    return all;
}

}  // namespace

void install_rule_routes(HttpServer& server, RuleRoutes routes) {
    server.handle("POST", "/v1/rules/reload", [reload = routes.reload](HttpRequest request, HttpServer::Answer answer) {
        RuleRoutes::Reload asked;
        if (const auto yes = request.query.find("yes"); yes != request.query.end()) asked.yes = yes->second == "true";
        if (const auto most = request.query.find("max_new_late"); most != request.query.end()) {
            const std::string& text = most->second;
            std::size_t number = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size()) {
                return answer(problem(400, "max_new_late is a whole number, such as 50"));
            }
            asked.new_late_max = number;
        }
        reload(asked, [answer = std::move(answer)](const ReloadOutcome& outcome) {
            const bool in_use = outcome.result == ReloadOutcome::Result::loaded ||
                                outcome.result == ReloadOutcome::Result::unchanged;
            answer(as_json(in_use ? 200 : 409, format_json(outcome)));
        });
    });
    server.handle("POST", "/v1/rules/difference",
                  [difference = routes.difference](HttpRequest request, HttpServer::Answer answer) {
        auto files = files_in(request.body);
        if (!files) {
            return answer(problem(400, R"(the body is empty or {"files":[{"file":"rules.yaml","text":"..."}]})"));
        }
        difference(std::move(*files),
                   [answer = std::move(answer)](const Diagnostics& diagnostics, std::optional<DifferenceReport> report) {
            if (report) return answer(as_json(200, difference_json(*report) + "\n"));
            answer(diagnostics.has_errors() ? problem(422, texts_of(diagnostics))
                                            : problem(503, "the workers are too busy to say: try again in a moment"));
        });
    });
}

}  // namespace premura
